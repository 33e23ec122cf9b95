"""The HTTP edge that all capabilities share: a body becomes a model, a model becomes an answer, an error a problem."""

import json
from collections.abc import Sequence
from typing import Any, NoReturn, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from starlette.requests import Request
from starlette.responses import Response

from server.kernel.errors import FieldError, Invalid, InvalidRequest, Problem, UnsupportedMedia
from server.kernel.limits import MAX_FIELD_ERRORS, MAX_JSON_DEPTH
from server.kernel.logs import request_id

M = TypeVar("M", bound=BaseModel)

PROBLEM_TYPE = "application/problem+json"
NO_STORE = {"cache-control": "no-store"}


def parse_json(raw: bytes | str) -> Any:
    """JSON as RFC 8259 has it: no NaN, no Infinity, not nested deeper than MAX_JSON_DEPTH. Raises InvalidRequest."""
    try:
        text = raw if isinstance(raw, str) else raw.decode(json.detect_encoding(raw), "surrogatepass")
        value = _JSON.decode(text)
    except (ValueError, RecursionError) as error:  # ValueError covers broken JSON, broken UTF-8 and huge integers
        raise InvalidRequest("The body is not valid JSON") from error
    may_be_deep = text.count("[") + text.count("{") > MAX_JSON_DEPTH
    if may_be_deep and _deeper_than(value, MAX_JSON_DEPTH):
        raise InvalidRequest(f"The body is nested deeper than {MAX_JSON_DEPTH} levels")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_JSON = json.JSONDecoder(parse_constant=_refuse_constant)


def _deeper_than(value: Any, depth: int) -> bool:
    level = [value]
    for _ in range(depth):
        level = [inner for outer in level for inner in _children(outer)]
        if not level:
            return False
    return any(isinstance(value, dict | list) for value in level)


def _children(value: Any) -> Sequence[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else ()


async def read_json(request: Request) -> Any:
    """The request's JSON. Raises UnsupportedMedia, InvalidRequest, or TooLarge from the body limit."""
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise UnsupportedMedia("Send the body as application/json")
    return parse_json(await request.body())


async def read_model(request: Request, model: type[M]) -> M:
    """The body as a `model`. Raises Invalid, whose errors point into the body, and what read_json raises."""
    return validated(await read_json(request), model)


def validated(value: Any, model: type[M]) -> M:
    """JSON that was already read, as a `model`. Raises Invalid."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise Invalid(errors=field_errors(error)) from error


def read_query(request: Request, model: type[M]) -> M:
    """The query as a `model`; a parameter given twice is refused. Raises Invalid with `?name` pointers."""
    pairs = request.query_params.multi_items()
    names = [name for name, _ in pairs]
    doubles = sorted({name for name in names if names.count(name) > 1})
    if doubles:
        raise Invalid(errors=[FieldError(f"?{name}", "Given more than once") for name in doubles[:MAX_FIELD_ERRORS]])
    try:
        return model.model_validate(dict(pairs))
    except ValidationError as error:
        found = field_errors(error)
        raise Invalid(errors=[FieldError("?" + wrong.pointer[1:], wrong.detail) for wrong in found]) from error


def field_errors(error: ValidationError, prefix: str = "") -> list[FieldError]:
    """Pydantic's findings as JSON pointers below `prefix`; what was sent is not repeated."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    return [FieldError(prefix + _pointer(one), one["msg"]) for one in found[:MAX_FIELD_ERRORS]]


def _pointer(error: ErrorDetails) -> str:
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in error["loc"])


def answer(value: BaseModel | Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A model, or anything Pydantic can write, as JSON."""
    raw = value.model_dump_json() if isinstance(value, BaseModel) else _ANY.dump_json(value)
    return Response(raw, status, headers, media_type="application/json")


_ANY = TypeAdapter[Any](Any)


def next_link(request: Request, following: str | None) -> dict[str, str]:
    """The `Link` header to the page that begins at that cursor (RFC 8288); none at the end."""
    if following is None:
        return {}
    query = [pair for pair in request.query_params.multi_items() if pair[0] not in {"cursor", "since"}]
    return {"link": f'<{request.url.path}?{urlencode([*query, ("cursor", following)])}>; rel="next"'}


def problem_answer(problem: Problem) -> Response:
    """A problem as RFC 9457 has it, with the id of the request that met it."""
    headers = {**NO_STORE, **problem.headers}
    if "retry_after_ms" in problem.extra:
        headers.setdefault("retry-after", str(-(-int(problem.extra["retry_after_ms"]) // 1000)))
    body = json.dumps(problem.body(request_id.get()), ensure_ascii=False)
    return Response(body, problem.status, headers, media_type=PROBLEM_TYPE)
