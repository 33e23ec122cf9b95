"""A recorded night: a JSON-lines file of commands with times, and the cast that they speak of.

The first line is the header `{"tablecast_night": 1, "title", "campaign", "cast", "roster"}`; each further line
is `{"t": seconds, "name", "data", "as"?}`. In `data` a text "@wren" stands for the id of that member of the cast
and, in an undo's `seq`, for what the line with that `as` was acknowledged with.
"""

import json
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from server.kernel.errors import FieldError, Invalid
from server.play.commands import COMMANDS, RESOURCE_COMMANDS
from server.play.sheets import CharacterFields
from server.play.state import RulesetKey
from server.play.text import LongText, Name

MAX_NIGHT_LINES = 20_000
"""Lines of a file: ten busy nights; a larger one is a mistake."""
ModelType = TypeVar("ModelType", bound=BaseModel)
SHIPPED = "the-lantern-road.jsonl"
SANDBOX_SLUG = "rehearsal"
"""The campaign that nights are played into."""


class NightCampaign(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Name
    description: LongText | None = None
    ruleset: RulesetKey = "5e-2014"


class NightHeader(BaseModel):
    """Who is at the table and what the campaign is called."""

    model_config = ConfigDict(extra="forbid")
    tablecast_night: Literal[1]
    title: Name
    campaign: NightCampaign
    cast: dict[str, CharacterFields]
    roster: list[str]


class NightLine(BaseModel):
    """One command, `t` seconds into the night."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    t: Annotated[float, Field(ge=0)]
    name: str
    data: dict[str, Any] = {}
    label: Annotated[str | None, Field(alias="as")] = None


class Night(BaseModel):
    header: NightHeader
    lines: list[NightLine]


def read_night(text: str) -> Night:
    """Parse a file's text. Raises Invalid that names the line and the field."""
    rows = [row for row in text.splitlines() if row.strip()]
    if not rows:
        raise Invalid("The file is empty: a night starts with a header line.")
    if len(rows) > MAX_NIGHT_LINES:
        raise Invalid(f"The file has {len(rows)} lines; {MAX_NIGHT_LINES} at most.")
    header = _parse(NightHeader, rows[0], 1)
    lines = [_known(_parse(NightLine, row, number), number) for number, row in enumerate(rows[1:], start=2)]
    return Night(header=header, lines=lines)


def load_night(path: Path) -> Night:
    """Read a file from disk (blocking). Raises Invalid where it cannot be read."""
    try:
        return read_night(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{path} cannot be read: {error}") from error


def shipped_night() -> Night:
    """The night that comes with Tablecast; its cast is the demo campaign's (blocking, a small file)."""
    return read_night(files("server.campaigns").joinpath("nights", SHIPPED).read_text(encoding="utf-8"))


def resolve(data: Mapping[str, Any], names: Mapping[str, str], seqs: Mapping[str, int]) -> dict[str, Any]:
    """`data` with every "@name" replaced. Raises Invalid for a name that nobody has."""
    return {key: _resolve(value, seqs if key == "seq" else names) for key, value in data.items()}


def _resolve(value: Any, names: Mapping[str, Any]) -> Any:
    if isinstance(value, str) and value.startswith("@"):
        if value[1:] not in names:
            raise Invalid(f"Nothing in this night is called {value}.")
        return names[value[1:]]
    if isinstance(value, list):
        return [_resolve(item, names) for item in value]
    if isinstance(value, dict):
        return {_resolve(key, names): _resolve(item, names) for key, item in value.items()}
    return value


def _known(line: NightLine, number: int) -> NightLine:
    if line.name not in COMMANDS and line.name not in RESOURCE_COMMANDS:
        raise Invalid(f"Line {number}: there is no command {line.name}.", errors=[FieldError("/name", "unknown")])
    return line


def _parse(model: type[ModelType], row: str, number: int) -> ModelType:
    try:
        return model.model_validate(json.loads(row))
    except json.JSONDecodeError as error:
        raise Invalid(f"Line {number} is not JSON: {error.msg}.") from error
    except ValidationError as error:
        raise Invalid(f"Line {number}: {_first(error.errors())}.") from error


def _first(errors: Iterable[Any]) -> str:
    error = next(iter(errors))
    return f"{'/'.join(str(part) for part in error['loc'])}: {error['msg']}"
