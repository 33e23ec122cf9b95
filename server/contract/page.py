"""`/docs`: REST, socket and types on one page, made on the server: no script, nothing from elsewhere."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from server.contract.schemas import Schema
from server.contract.words import fields, in_words

_LINKS = (("/openapi.json", "OpenAPI 3.1"), ("/asyncapi.json", "AsyncAPI 3.0"))


def page(rest: Mapping[str, Any], socket: Mapping[str, Any]) -> str:
    """The whole page, from the two documents."""
    schemas: dict[str, Schema] = {**rest["components"]["schemas"], **socket["components"]["schemas"]}
    sections = [_tag(tag, rest) for tag in rest["tags"]] + [_socket(socket), _types(schemas)]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Tablecast: the contract</title>'
        '<link rel="stylesheet" href="/docs/page.css"></head><body>'
        f"<nav aria-label='Contents'><strong>Tablecast</strong>{_contents(rest, schemas)}</nav>"
        f"<main><h1>The contract</h1>{_paragraphs(rest['info']['description'])}<p>{_links()}</p>"
        f"{''.join(sections)}</main></body></html>"
    )


def _links() -> str:
    return " · ".join(f'<a href="{address}">{name}</a>' for address, name in _LINKS)


def _contents(rest: Mapping[str, Any], schemas: Mapping[str, Schema]) -> str:
    names = [*((tag["name"], f"tag-{tag['name']}") for tag in rest["tags"]), ("the socket", "socket")]
    first = next(iter(schemas))
    links = [*names, ("types", f"type-{first}")]
    return "<ul>" + "".join(f'<li><a href="#{where}">{escape(name)}</a></li>' for name, where in links) + "</ul>"


def _tag(tag: Mapping[str, str], rest: Mapping[str, Any]) -> str:
    operations = [
        _operation(method, path, operation, rest)
        for path, methods in rest["paths"].items()
        for method, operation in methods.items()
        if tag["name"] in operation["tags"]
    ]
    head = f'<h2 id="tag-{tag["name"]}">{escape(tag["name"].capitalize())}</h2>{_paragraphs(tag["description"])}'
    return f"<section>{head}{''.join(operations)}</section>"


def _operation(method: str, path: str, operation: Mapping[str, Any], rest: Mapping[str, Any]) -> str:
    given = [_resolve(each, rest) for each in operation["parameters"]]
    rows = [(f"{each['name']} ({each['in']})", _words(each["schema"]), each.get("description", "")) for each in given]
    answers = {status: _resolve(each, rest) for status, each in operation["responses"].items()}
    good = "".join(_answer(status, each) for status, each in answers.items() if status < "400")
    bad = "".join(_answer(status, each) for status, each in answers.items() if status >= "400")
    return (
        f'<details id="{operation["operationId"]}"><summary><b class="{method}">{method.upper()}</b> '
        f"<code>{escape(path)}</code> <span>{escape(operation['summary'])}</span></summary>"
        f"{_paragraphs(operation['description'])}{_table(('parameter', 'what', 'note'), rows)}"
        f"{_content('Takes', operation.get('requestBody', {}))}{_curl(method, path, operation)}{good}"
        f"<details><summary>Refusals: {', '.join(status for status in answers if status >= '400')}</summary>{bad}"
        "</details></details>"
    )


def _curl(method: str, path: str, operation: Mapping[str, Any]) -> str:
    """What to type to try it."""
    parts = ["curl" if method == "get" else f"curl -X {method.upper()}", f"http://localhost:8000{path}"]
    if "security" in operation and {} not in operation["security"]:
        parts.append(f"-H '{'X-Admin-Token' if path == '/v1/campaigns' else 'X-Token'}: …'")
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        parts.append("-H 'Content-Type: application/json'")
        body = json.dumps(content["application/json"]["example"], ensure_ascii=False).replace("'", "'\\''")
        parts.append(f"-d '{body}'")
    if "multipart/form-data" in content:
        parts.append("-F file=@portrait.png")
    return f'<pre tabindex="0">{escape(f" {chr(92)}{chr(10)}  ".join(parts))}</pre>'


def _answer(status: str, answer: Mapping[str, Any]) -> str:
    return f"<h4>{status}</h4>{_paragraphs(answer['description'])}{_content('', answer)}"


def _content(title: str, holder: Mapping[str, Any]) -> str:
    parts = [f"<h4>{title}</h4>"] if title and holder else []
    for kind, content in holder.get("content", {}).items():
        parts.append(f"<p><code>{escape(kind)}</code> {_words(content.get('schema', {}))}</p>")
        shown = [content["example"]] if "example" in content else []
        shown += [each["value"] for each in content.get("examples", {}).values()]
        parts += [_json(each) for each in shown]
    return "".join(parts)


def _socket(socket: Mapping[str, Any]) -> str:
    channel = socket["channels"]["campaign"]
    messages = "".join(_message(name, operation, socket) for name, operation in socket["operations"].items())
    return (
        f'<section><h2 id="socket">The socket</h2><p><code>WS {escape(channel["address"])}</code></p>'
        f"{_paragraphs(socket['info']['description'])}{_paragraphs(channel['description'])}{messages}</section>"
    )


def _message(name: str, operation: Mapping[str, Any], socket: Mapping[str, Any]) -> str:
    message = socket["components"]["messages"][name]
    way = "you send" if operation["action"] == "receive" else "you get"
    examples = "".join(_json(example["payload"]) for example in message.get("examples", []))
    return (
        f'<details id="frame-{name}"><summary><b class="{operation["action"]}">{way}</b> <code>{name}</code> '
        f"<span>{escape(message['summary'])}</span></summary><p>{_words(message['payload'])}</p>{examples}</details>"
    )


def _types(schemas: Mapping[str, Schema]) -> str:
    return "<section><h2>Types</h2>" + "".join(_type(name, schema) for name, schema in schemas.items()) + "</section>"


def _type(name: str, schema: Schema) -> str:
    said = _paragraphs(schema.get("description", ""))
    options = schema.get("oneOf", [])
    rows = [(field, kind, note) for field, kind, note in _linked(schema)]
    body = _table(("field", "what", "note"), rows) or "".join(_type_option(option) for option in options)
    return f'<h3 id="type-{name}">{escape(name)}</h3>{said}{body or f"<p>{_words(schema)}</p>"}'


def _type_option(option: Schema) -> str:
    return f"<h4>{escape(option.get('title', ''))}</h4>{_table(('field', 'what', 'note'), _linked(option))}"


def _linked(schema: Schema) -> list[tuple[str, str, str]]:
    return [(name, _with_links(kind), note) for name, kind, note in fields(schema, _mark)]


def _words(schema: Schema) -> str:
    return _with_links(in_words(schema, _mark))


def _mark(name: str) -> str:
    return f"\0{name}\1"


def _with_links(text: str) -> str:
    """Escaped first, so that only our own marks become links."""
    safe = escape(text)
    while "\0" in safe:
        before, _, rest = safe.partition("\0")
        name, _, after = rest.partition("\1")
        safe = f'{before}<a href="#type-{name}">{name}</a>{after}'
    return safe


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """First column code, second words with links (already safe), third plain text."""
    lines = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{what}</td><td>{_inline(note)}</td></tr>"
        for name, what, note in rows
    )
    titles = "".join(f'<th scope="col">{escape(each)}</th>' for each in head)
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{lines}</tbody></table>" if lines else ""


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{_inline(part)}</p>" for part in text.split("\n\n") if part.strip())


def _inline(text: str) -> str:
    """Our descriptions mark code with backticks."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(" ".join(text.split())))


def _json(value: Any) -> str:
    return f'<pre tabindex="0">{escape(json.dumps(value, indent=2, ensure_ascii=False))}</pre>'


def _resolve(node: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in node:
        return node
    found: Any = document
    for step in str(node["$ref"]).removeprefix("#/").split("/"):
        found = found[step]
    return dict(found)
