"""What travels of the audit log."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, Field

from server.accounts.audit.events import EventName, Outcome
from server.accounts.audit.reading import Told, Wanted
from server.accounts.tokens.wire import Model
from server.kernel.limits import PAGE_DEFAULT, PAGE_MAX
from server.play.text import ShortText

_Who = Annotated[ShortText | None, Field(max_length=36, description="A principal's id: a person's, or a token's.")]
_Target = Annotated[ShortText | None, Field(max_length=80, description="What it was done to, as `kind:id`.")]


def _in_utc(moment: datetime) -> datetime:
    """As the database compares it. At the calendar's edge there is no such moment in UTC: ValueError."""
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("lies outside the calendar in UTC") from error


_Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class AuditFilter(Model):
    """What is asked for; all of it has to be so."""

    who: _Who = None
    name: Annotated[EventName | None, Field(description="What happened.")] = None
    target: _Target = None
    since: Annotated[_Moment | None, Field(description="Not before then.")] = None
    until: Annotated[_Moment | None, Field(description="Before then.")] = None

    def wanted(self, campaign_id: str | None = None) -> Wanted:
        """The same for the database."""
        return Wanted(self.who, self.name, self.target, campaign_id, self.since, self.until)


class AuditPage(AuditFilter):
    """A page, the newest entry first. `cursor` is only ever taken from the Link header of the page before."""

    limit: Annotated[int, Field(ge=1, le=PAGE_MAX, description="How many at most.")] = PAGE_DEFAULT
    cursor: Annotated[int | None, Field(ge=1, le=2**53, description="Where the page before ended.")] = None


class AuditExport(AuditFilter):
    """All of it, the oldest entry first: one JSON object a line, or CSV with a first line of names."""

    format: Annotated[Literal["jsonl", "csv"], Field(description="Of the file.")] = "jsonl"


class AuditOut(Model):
    """One entry. `who_name` is the username of a person who is still here; `hash` chains it to the one before it."""

    seq: int
    at: datetime
    name: str
    who: str | None
    who_name: str | None
    target: str | None
    outcome: Outcome
    session_id: str | None
    address: str | None
    request_id: str | None
    details: dict[str, Any]
    hash: str

    @classmethod
    def of(cls, told: Told) -> "AuditOut":
        entry = told.entry
        values = {name: getattr(entry, name) for name in cls.model_fields.keys() - {"who_name", "hash"}}
        return cls(**values, who_name=told.who_name, hash=entry.hash.hex())

    @classmethod
    def for_campaign(cls, told: Told) -> "AuditOut":
        """As a campaign's owner sees it: from where somebody called is nobody's business but the server's."""
        return cls.of(told).model_copy(update={"address": None, "session_id": None, "request_id": None})
