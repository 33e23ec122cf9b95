"""What travels over REST about campaigns. Characters, episodes, events and states are the very types of `play`."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator
from typing_extensions import TypedDict  # Pydantic reads this one; the standard one only from Python 3.12 on

from server.accounts.principal import Role
from server.kernel.limits import MAX_AMOUNT, MAX_RESOURCE, MAX_ROSTER, MAX_SEQ, PAGE_DEFAULT, PAGE_MAX
from server.play.commands import Places
from server.play.events import Event, EventType
from server.play.fields import DurationIn, Id, Key, Model, Slug
from server.play.state import Layout, RulesetKey, Tier, View
from server.play.text import LongText, Name, ShortText

# In


class CampaignIn(Model):
    """A new campaign. The slug is its name in links."""

    slug: Slug
    name: Name
    description: LongText | None = None
    ruleset: RulesetKey = "5e-2014"
    public: bool = True


class RosterIn(Model):
    """Who is on screen, in order; the whole list."""

    character_ids: Annotated[list[Id], Field(max_length=MAX_ROSTER)]


class LayoutIn(Model):
    """Replaces what is named; an empty map brings the automatic arrangement back."""

    badges: Places | None = None
    chips: Places | None = None

    @model_validator(mode="after")
    def _names_a_change(self) -> "LayoutIn":
        if self.badges is None and self.chips is None:
            raise ValueError("name at least one of badges, chips")
        return self


class CommandIn(Model):
    """The REST twin of the socket's `command`. `data` is checked against the model of its `name`."""

    name: str
    data: dict[str, Any] = {}
    expect_seq: Annotated[int, Field(ge=0, le=MAX_SEQ)] | None = None


class HpChangeData(Model):
    """A negative delta hurts, a positive one heals. Zero is neither."""

    delta: Annotated[int, Field(ge=-MAX_AMOUNT, le=-1)] | Annotated[int, Field(ge=1, le=MAX_AMOUNT)]
    critical: bool = False
    type: ShortText | None = None
    cause: ShortText | None = None
    source: ShortText | None = None
    silent: bool = False


class ConditionData(Model):
    """Everything but `action` and `key` is for adding only."""

    action: Literal["add", "remove"]
    key: Key
    value: Annotated[int, Field(ge=1, le=MAX_RESOURCE)] | None = None
    label: Name | None = None
    note: LongText | None = None
    duration: DurationIn | None = None
    hidden: bool = False
    cause: ShortText | None = None
    source: ShortText | None = None
    silent: bool = False


class CustomData(Model):
    """For overlays and bots: whatever else it names is theirs."""

    model_config = {"extra": "allow"}

    name: Key
    text: ShortText | None = None
    data: dict[str, Any] | None = None


class HpChangeIn(Model):
    event_type: Literal["hp_change"]
    character_id: Id
    data: HpChangeData


class ConditionEventIn(Model):
    event_type: Literal["condition"]
    character_id: Id
    data: ConditionData


class CustomIn(Model):
    event_type: Literal["custom"]
    character_id: Id | None = None
    data: CustomData


EventIn = HpChangeIn | ConditionEventIn | CustomIn
EVENTS_IN: dict[str, type[HpChangeIn] | type[ConditionEventIn] | type[CustomIn]] = {
    "hp_change": HpChangeIn,
    "condition": ConditionEventIn,
    "custom": CustomIn,
}


# Queries: what comes in an address is text, so these convert

SeqText = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,15}$")]


class Page(Model):
    """A page of a list. `cursor` is only ever taken from the Link header of the page before."""

    model_config = {"strict": False}

    limit: Annotated[int, Field(ge=1, le=PAGE_MAX, description="How many at most.")] = PAGE_DEFAULT
    cursor: Annotated[Id | None, Field(description="Where the page before ended, from its Link header.")] = None


class CampaignPage(Page):
    """A page of the campaigns."""

    mine: Annotated[bool, Field(description="Only those that the asker belongs to.")] = False


class EventPage(Page):
    """A page of the log, oldest first."""

    cursor: Annotated[SeqText | None, Field(description="Where the page before ended, from its Link header.")] = None
    since: Annotated[int | None, Field(ge=0, le=MAX_SEQ, description="Only events after this seq.")] = None
    type: Annotated[EventType | None, Field(description="Only events of this type.")] = None
    character_id: Annotated[Id | None, Field(description="Only events about this character.")] = None
    episode_id: Annotated[Id | None, Field(description="Only events of this episode.")] = None


# Out


class CampaignOut(TypedDict):
    """A campaign. Times are UTC, ISO 8601."""

    id: str
    slug: str
    name: str
    description: str | None
    ruleset: RulesetKey
    public: bool
    created_at: datetime
    updated_at: datetime


class CampaignListed(CampaignOut):
    """A campaign, and what the asker is in it; null where they only look on."""

    role: Role | None


class CampaignMade(CampaignOut):
    """A new campaign. `admin_token` is shown this once; only a hash of it is kept."""

    admin_token: str
    message: str


class RosterOut(TypedDict):
    """Who is on screen, in order: those that the asker may see."""

    character_ids: list[str]


class LayoutOut(Layout):
    """One tier's arrangement: where each card and its conditions are, by character id."""

    tier: Tier


class ResultOut(TypedDict):
    """A command was done and is durable. `seq` is where the table stands; no events where nothing changed."""

    ok: Literal[True]
    seq: int
    events: list[Event]


class SnapshotOut(TypedDict):
    """The table as the asker may see it, and the position that it is true at: subscribe with it as `since`."""

    epoch: str
    seq: int
    state: View
