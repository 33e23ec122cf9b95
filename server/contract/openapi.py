"""OpenAPI 3.1 from the operations and their models."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, get_args

from server.accounts.rules import VERBS
from server.contract.operation import Answer, Operation
from server.contract.operations import OPERATIONS
from server.contract.schemas import REF, Schema, definitions, parameters, reference
from server.kernel.errors import (
    CommandIdReused,
    Conflict,
    FieldError,
    Forbidden,
    Internal,
    Invalid,
    InvalidRequest,
    Problem,
    ProblemBody,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    UnsupportedMedia,
)
from server.kernel.http import PROBLEM_TYPE
from server.kernel.limits import MAX_COMMAND_ID, MAX_PERMISSION
from server.play.commands import COMMANDS
from server.play.state import TIERS

VERSION = "1.0.0"
RESPONSES = "#/components/responses/"
_REQUEST_ID = "0199f3a0-8d00-7180-81c9-c47073d1e508"
_ALWAYS: tuple[type[Problem], ...] = (InvalidRequest, TooMany, Internal, Unavailable)
_WITH_BODY: tuple[type[Problem], ...] = (Invalid, UnsupportedMedia, TooLarge)
_WITH_CREDENTIAL: tuple[type[Problem], ...] = (Unauthenticated, Forbidden)
_WITH_HEADER: dict[str, type[Problem]] = {"If-Match": Conflict, "Idempotency-Key": CommandIdReused}
_SECURITY: list[dict[str, list[str]]] = [{}, {"bearer": []}, {"campaign_token": []}, {"admin_token": []}]
"""Any one of them; what it allows depends on its role. Reading public campaigns needs none."""

HEADERS: dict[str, Schema] = {
    "If-Match": {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag that the change builds on. Where it is old the answer is 409 with what is there now.",
        "schema": {"type": "string", "pattern": r'^("[0-9]{1,18}"|\*)$'},
        "example": '"812"',
    },
    "Idempotency-Key": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "The same key again answers the first result and changes nothing.",
        "schema": {"type": "string", "pattern": rf"^[!-~]{{1,{MAX_COMMAND_ID}}}$"},
        "example": "c7",
    },
}
_ANSWER_HEADERS: dict[str, Schema] = {
    "ETag": {
        "description": "Stands for this state of it as the asker sees it, quoted: for If-Match.",
        "schema": {"type": "string"},
    },
    "Link": {"description": 'The next page, `rel="next"` (RFC 8288).', "schema": {"type": "string"}},
    "Location": {"description": "Where it is.", "schema": {"type": "string"}},
}
_ID = {"type": "string", "format": "uuid"}
_PARTS: dict[str, Schema] = {
    "campaign": {"description": "Its id or its slug.", "schema": {"type": "string", "minLength": 1, "maxLength": 64}},
    "character_id": {"description": "The character's id.", "schema": _ID},
    "episode_id": {"description": "The episode's id.", "schema": _ID},
    "token_id": {"description": "The token's id.", "schema": _ID},
    "group_id": {"description": "The group's id.", "schema": _ID},
    "invitation_id": {"description": "The invitation's id.", "schema": _ID},
    "session_id": {"description": "The sign-in's id.", "schema": _ID},
    "user_id": {"description": "The person's id.", "schema": _ID},
    "provider": {"description": "The provider's key.", "schema": {"type": "string", "maxLength": 16}},
    "role_id": {"description": "The role's id.", "schema": _ID},
    "permission": {"description": "The permission's name.", "schema": {"type": "string", "maxLength": MAX_PERMISSION}},
    "tier": {"description": "A size of the overlay.", "schema": {"type": "string", "enum": list(TIERS)}},
    "key": {"description": "From the character's url.", "schema": {"type": "string"}},
}


def openapi(operations: Sequence[Operation] = OPERATIONS) -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        path = ("/v1" if operation.versioned else "") + operation.path
        paths.setdefault(path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": _INFO,
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": says} for name, says in _TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": _schemas(operations),
            "responses": _responses(operations),
            "securitySchemes": _SCHEMES,
            "parameters": HEADERS,
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    document: dict[str, Any] = {
        "operationId": _identifier(operation),
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": _description(operation),
        "parameters": _parameters(operation),
        "responses": {str(answer.status): _answer(answer) for answer in operation.answers} | _problems(operation),
    }
    if operation.needs_user:
        document["security"] = [{"bearer": []}]
    elif operation.permission is not None:
        document["security"] = [{"bearer": []}, {"admin_token": []}]
    elif operation.verb is not None:
        is_open = operation.verb == "read" and operation.method == "GET"
        document["security"] = _SECURITY if is_open else _SECURITY[1:]
    if operation.body is not None or operation.upload:
        document["requestBody"] = _body(operation)
    return document


def _identifier(operation: Operation) -> str:
    words = re.sub(r"[^a-z]+", "_", operation.path.replace("{", "").replace("_id}", "").lower()).strip("_")
    return f"{operation.method.lower()}_{words}"


def _description(operation: Operation) -> str:
    if operation.permission is not None:
        return f"{operation.description} Needs the permission `{operation.permission}`.".strip()
    if operation.verb is None or (operation.verb == "read" and operation.method != "GET"):
        return operation.description
    rule = VERBS[operation.verb]
    who = ", ".join(sorted(rule.roles)) or "the server's admin"
    needs = f"Needs leave to {rule.meaning}: {who}" + (", a player for their own character" if rule.own else "")
    needs += "; anyone where the campaign is public." if rule.anyone else "."
    return f"{operation.description} {needs}".strip()


def _parameters(operation: Operation) -> list[Schema]:
    found: list[Schema] = [
        {"name": name, "in": "path", "required": True, **_PARTS[name]}
        for name in re.findall(r"{(\w+)}", operation.path)
    ]
    for name, schema, required, says in parameters(operation.query) if operation.query else []:
        found.append({"name": name, "in": "query", "required": required, "description": says, "schema": schema})
    return found + [{"$ref": f"#/components/parameters/{name}"} for name in operation.takes]


def _body(operation: Operation) -> Schema:
    if operation.upload:
        file = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}
        return {"required": True, "content": {"multipart/form-data": {"schema": file}}}
    content = {"schema": _schema(operation.body), "example": operation.body_example}
    return {"required": operation.needs_body, "content": {"application/json": content}}


def _answer(answer: Answer) -> Schema:
    document: Schema = {"description": answer.says}
    if answer.headers:
        document["headers"] = {name: _ANSWER_HEADERS[name] for name in answer.headers}
    if answer.model is not None:
        document["content"] = {answer.media_type: {"schema": _schema(answer.model), "example": answer.example}}
    elif answer.media_type != "application/json":
        document["content"] = {answer.media_type: {}}
    return document


def _problems(operation: Operation) -> dict[str, Schema]:
    """Several problems share a status, and many operations share a set of them: each set is written once."""
    return {status: {"$ref": RESPONSES + _name(kinds)} for status, kinds in _by_status(operation).items()}


def _responses(operations: Sequence[Operation]) -> dict[str, Schema]:
    sets = {_name(kinds): kinds for operation in operations for kinds in _by_status(operation).values()}
    return {name: _problem_answer(kinds) for name, kinds in sorted(sets.items())}


def _problem_answer(kinds: Sequence[type[Problem]]) -> Schema:
    examples = {kind.code: {"value": _problem_example(kind)} for kind in kinds}
    content = {"schema": {"$ref": REF + "ProblemBody"}, "examples": examples}
    return {"description": "; or: ".join(kind.title for kind in kinds), "content": {PROBLEM_TYPE: content}}


def _name(kinds: Sequence[type[Problem]]) -> str:
    return "Or".join(kind.__name__ for kind in kinds)


def _by_status(operation: Operation) -> dict[str, list[type[Problem]]]:
    found: dict[str, list[type[Problem]]] = {}
    for kind in sorted(_problem_kinds(operation), key=lambda kind: (kind.status, kind.code)):
        found.setdefault(str(kind.status), []).append(kind)
    return found


def _problem_kinds(operation: Operation) -> Iterable[type[Problem]]:
    kinds = list(_ALWAYS + operation.problems)
    if operation.body is not None or operation.upload:
        kinds += _WITH_BODY
    elif operation.query is not None:
        kinds.append(Invalid)
    if operation.verb is not None or operation.needs_user or operation.permission is not None:
        kinds += _WITH_CREDENTIAL
    kinds += [_WITH_HEADER[name] for name in operation.takes]
    return dict.fromkeys(kinds)


def _problem_example(kind: type[Problem]) -> dict[str, Any]:
    errors = [FieldError("/name", "String should have at most 80 characters")] if kind is Invalid else []
    extra = {"retry_after_ms": 1000} if kind.retry else {}
    return kind(errors=errors, extra=extra).body(_REQUEST_ID)


def _schema(kind: Any) -> Schema:
    options = get_args(kind)
    if options and getattr(kind, "__origin__", None) is not list:
        return {"oneOf": [reference(option) for option in options]}
    return reference(kind)


def _schemas(operations: Sequence[Operation]) -> dict[str, Schema]:
    inputs: list[Any] = [*COMMANDS.values()]
    outputs: list[Any] = [ProblemBody]
    for operation in operations:
        inputs += _kinds(operation.body)
        outputs += [kind for answer in operation.answers for kind in _kinds(answer.model)]
    found = definitions(_once(inputs), _once(outputs))
    return found | {"CommandIn": one_of_commands(found["CommandIn"])}


def one_of_commands(schema: Schema) -> Schema:
    """A command's envelope with what its model says less exactly: each `name` has its own `data`."""
    options = []
    for name, model in COMMANDS.items():
        own = {"name": {"const": name}, "data": reference(model)}
        needs = ["name", *(["data"] if model.model_json_schema().get("required") else [])]
        required = [*needs, *(field for field in schema["required"] if field not in {"name", "data"})]
        properties = {**schema["properties"], **own}
        options.append({**schema, "title": name, "properties": properties, "required": required})
    return {
        "description": schema.get("description", ""),
        "oneOf": [_without(option, "description") for option in options],
    }


def _without(schema: Schema, key: str) -> Schema:
    return {name: value for name, value in schema.items() if name != key}


def _kinds(kind: Any) -> list[Any]:
    return [] if kind is None else list(get_args(kind)) or [kind]


def _once(kinds: Iterable[Any]) -> list[Any]:
    return list({id(kind): kind for kind in kinds}.values())


_INFO = {
    "title": "Tablecast",
    "version": VERSION,
    "license": {"name": "MIT", "identifier": "MIT"},
    "description": (
        "The live companion of a streamed tabletop campaign. Every path under `/v1` answers the same without it. "
        "Lists are plain arrays; the `Link` header names the next page. Errors are RFC 9457 problems: programs read "
        "`code`, people read `detail`. Unknown fields are refused. Every answer carries `x-request-id`. "
        "The live side is a WebSocket, described in `/asyncapi.json`."
    ),
}
_TAGS = {
    "campaigns": "A campaign, and its table as one document.",
    "record": "The log: what happened, and how to make something happen.",
    "characters": "Everybody at the table.",
    "episodes": "The nights of a campaign.",
    "screen": "Who is on screen, and where.",
    "members": "Who belongs to a campaign, and who plays whom.",
    "invitations": "Asking somebody to join, by a link or by name.",
    "groups": "Tables of people, that a campaign can take in as a whole.",
    "people": "Accounts of persons: signing up and in, devices.",
    "administration": "Looking after the server: people, roles, permissions.",
    "accounts": "Tokens of a campaign, for machines and links.",
    "server": "How the server is.",
}
_SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "A person's access token, a campaign's, or the server's.",
    },
    "campaign_token": {"type": "apiKey", "in": "header", "name": "X-Token", "description": "A campaign's token."},
    "admin_token": {"type": "apiKey", "in": "header", "name": "X-Admin-Token", "description": "The server's token."},
}
