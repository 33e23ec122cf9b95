"""The kinds of field that commands are made of, and what all of them share."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from server.kernel.limits import (
    MAX_AMOUNT,
    MAX_ROUND,
    MAX_SLUG,
)
from server.play.text import ShortText


def _in_the_calendar(day: str) -> str:
    try:
        dt.date.fromisoformat(day)
    except ValueError:
        raise ValueError("is not a day of the calendar") from None
    return day


Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,47}$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", max_length=MAX_SLUG)]
Color = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]
Url = Annotated[str, StringConstraints(pattern=r"^(/(media|static)/|https?://)[^\s<>\"']*$", max_length=500)]
Day = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(_in_the_calendar)]
Amount = Annotated[int, Field(ge=0, le=MAX_AMOUNT)]


class Model(BaseModel):
    """Strict: what is not asked for is refused, and nothing is converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Why(Model):
    """`silent` corrects a number without an animation."""

    cause: ShortText | None = None
    source: ShortText | None = None
    silent: bool = False


class DurationIn(Model):
    rounds: Annotated[int, Field(ge=1, le=MAX_ROUND)]
    tick: Literal["start", "end"] = "end"
    of: Id | None = None
    """Whose turn it ticks on; the character itself when not named."""
