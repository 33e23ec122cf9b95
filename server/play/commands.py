"""What may be asked of the table: one model per command, joined in one union by `name`.

Shapes and bounds are checked here; whether the rules allow it is decided in `play.decide`. Unknown fields,
numbers in strings and fractions of hit points are refused.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from server.kernel.limits import (
    MAX_ABILITIES,
    MAX_ABILITY,
    MAX_AMOUNT,
    MAX_BATCH,
    MAX_COMBATANTS,
    MAX_CONDITIONS,
    MAX_HIT_POINTS,
    MAX_INITIATIVE,
    MAX_LEVEL,
    MAX_RESOURCE,
    MAX_RESOURCES,
    MAX_ROSTER,
    MAX_ROUND,
    MAX_SLUG,
)
from server.play.state import Display, Kind, RulesetKey, Tier
from server.play.text import LongText, Name, ShortText

Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,47}$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$", max_length=MAX_SLUG)]
Color = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]
Url = Annotated[str, StringConstraints(pattern=r"^(/media/|https?://)[^\s<>\"']*$", max_length=500)]
Amount = Annotated[int, Field(ge=0, le=MAX_AMOUNT)]


class Model(BaseModel):
    """Strict: what is not asked for is refused, and nothing is converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Why(Model):
    """`silent` corrects a number without an animation."""

    cause: ShortText | None = None
    source: ShortText | None = None
    silent: bool = False


class Damage(Why):
    """Final damage after resistances. Zero changes nothing."""

    character_id: Id
    amount: Amount
    critical: bool = False
    type: ShortText | None = None


class Heal(Why):
    character_id: Id
    amount: Amount


class SetHp(Why):
    """Set numbers outright; only what is named changes. `max` is the maximum before conditions."""

    character_id: Id
    current: Annotated[int, Field(ge=0, le=MAX_HIT_POINTS)] | None = None
    max: Annotated[int, Field(ge=1, le=MAX_HIT_POINTS)] | None = None
    temp: Annotated[int, Field(ge=0, le=MAX_HIT_POINTS)] | None = None

    @model_validator(mode="after")
    def _names_a_number(self) -> "SetHp":
        if self.current is None and self.max is None and self.temp is None:
            raise ValueError("name at least one of current, max, temp")
        return self


class TempHp(Why):
    """Temporary hit points never add up: the higher stays, or `replace` says the new ones."""

    character_id: Id
    amount: Amount
    mode: Literal["higher", "replace"] = "higher"


class DeathSave(Why):
    character_id: Id
    roll: Annotated[int, Field(ge=1, le=20)] | None = None
    result: Literal["success", "failure"] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "DeathSave":
        if (self.roll is None) == (self.result is None):
            raise ValueError("name either roll or result")
        return self


class Stabilize(Why):
    character_id: Id


class DurationIn(Model):
    rounds: Annotated[int, Field(ge=1, le=MAX_ROUND)]
    tick: Literal["start", "end"] = "end"
    of: Id | None = None
    """Whose turn it ticks on; the character itself when not named."""


class AddCondition(Why):
    character_id: Id
    key: Key
    value: Annotated[int, Field(ge=1, le=MAX_RESOURCE)] | None = None
    label: Name | None = None
    note: LongText | None = None
    duration: DurationIn | None = None
    hidden: bool = False
    concentration_by: Id | None = None


class RemoveCondition(Why):
    character_id: Id
    key: Key


class Concentrate(Why):
    character_id: Id
    on: Name | None


class AdjustResource(Why):
    character_id: Id
    key: Key
    delta: Annotated[int, Field(ge=-MAX_RESOURCE, le=MAX_RESOURCE)] | None = None
    value: Annotated[int, Field(ge=0, le=MAX_RESOURCE)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "AdjustResource":
        if (self.delta is None) == (self.value is None):
            raise ValueError("name either delta or value")
        return self


class Rest(Why):
    character_ids: Annotated[list[Id], Field(min_length=1, max_length=MAX_BATCH)]
    kind: Literal["short", "long"]


class StartCombat(Why):
    pass


class EndCombat(Why):
    pass


class NextTurn(Why):
    pass


class PreviousTurn(Why):
    pass


class InitiativeEntry(Model):
    """A character or a name. Order: initiative downwards, ties by dexterity, then as listed; none goes last."""

    id: Id | None = None
    """Of an entry that is already in the order; a new one gets its own."""
    character_id: Id | None = None
    name: Name | None = None
    initiative: Annotated[float, Field(ge=-MAX_INITIATIVE, le=MAX_INITIATIVE, allow_inf_nan=False)] | None = None
    hidden: bool = False

    @model_validator(mode="after")
    def _is_somebody(self) -> "InitiativeEntry":
        if self.character_id is None and self.name is None:
            raise ValueError("name a character_id or a name")
        return self


class SetInitiative(Why):
    """The whole order. With `sort` false the entries stay as listed: an order that somebody dragged."""

    entries: Annotated[list[InitiativeEntry], Field(max_length=MAX_COMBATANTS)]
    sort: bool = True


class SetRoster(Why):
    character_ids: Annotated[list[Id], Field(max_length=MAX_ROSTER)]


class PlaceIn(Model):
    x: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
    y: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
    scale: Annotated[float, Field(ge=0.25, le=4, allow_inf_nan=False)] = 1.0


Places = Annotated[dict[Id, PlaceIn], Field(max_length=MAX_ROSTER)]


class SetLayout(Why):
    """Replaces what is named; an empty map brings the automatic arrangement back."""

    tier: Tier
    badges: Places | None = None
    chips: Places | None = None


class Reveal(Why):
    character_id: Id
    visible: bool | None = None
    hp_display: Display | None = None

    @model_validator(mode="after")
    def _names_a_change(self) -> "Reveal":
        if self.visible is None and self.hp_display is None:
            raise ValueError("name at least one of visible, hp_display")
        return self


class Roll(Why):
    character_id: Id | None = None
    expression: ShortText
    total: Annotated[int, Field(ge=-MAX_AMOUNT, le=MAX_AMOUNT)]
    dice: Annotated[list[Annotated[int, Field(ge=1, le=1000)]], Field(max_length=100)] | None = None
    gm_only: bool = False


class Announce(Why):
    """A custom event for overlays and bots. `data` is theirs, at most MAX_CUSTOM_DATA bytes encoded."""

    name: Key
    text: ShortText | None = None
    data: dict[str, Any] | None = None
    character_id: Id | None = None


class HitPointsIn(Model):
    """`current` is full and `temp` none where not named."""

    max: Annotated[int, Field(ge=1, le=MAX_HIT_POINTS)]
    current: Annotated[int, Field(ge=0, le=MAX_HIT_POINTS)] | None = None
    temp: Annotated[int, Field(ge=0, le=MAX_HIT_POINTS)] = 0


class StatsIn(Model):
    hp: HitPointsIn
    ac: Annotated[int, Field(ge=0, le=MAX_ABILITY)] | None = None
    abilities: Annotated[dict[Key, Annotated[int, Field(ge=0, le=MAX_ABILITY)]], Field(max_length=MAX_ABILITIES)] = {}


class StatsPatch(Model):
    hp: HitPointsIn | None = None
    ac: Annotated[int, Field(ge=0, le=MAX_ABILITY)] | None = None
    abilities: (
        Annotated[dict[Key, Annotated[int, Field(ge=0, le=MAX_ABILITY)]], Field(max_length=MAX_ABILITIES)] | None
    ) = None


class ResourceIn(Model):
    label: Name
    current: Annotated[int, Field(ge=0, le=MAX_RESOURCE)]
    max: Annotated[int, Field(ge=1, le=MAX_RESOURCE)] | None = None
    direction: Literal["down", "up"] = "down"
    style: Literal["bar", "pips", "number"] = "pips"
    reset: Literal["short", "long"] | None = None
    display: Display = "exact"


Resources = Annotated[dict[Key, ResourceIn], Field(max_length=MAX_RESOURCES)]


class ConditionIn(Model):
    key: Key
    value: Annotated[int, Field(ge=1, le=MAX_RESOURCE)] | None = None
    label: Name | None = None
    source: ShortText | None = None
    note: LongText | None = None
    duration: DurationIn | None = None
    hidden: bool = False


class CharacterFields(Model):
    """What a sheet says and a person may write. Urls of images come from uploads; a link is accepted too."""

    kind: Kind = "pc"
    name: Name
    player_name: Name | None = None
    class_: Annotated[Name | None, Field(alias="class")] = None
    race: Name | None = None
    level: Annotated[int, Field(ge=0, le=MAX_LEVEL)] | None = None
    stats: StatsIn
    conditions: Annotated[list[ConditionIn], Field(max_length=MAX_CONDITIONS)] = []
    uses_death_saves: bool | None = None
    """Player characters do, others don't, unless this says otherwise."""
    resources: Resources = {}
    portrait_url: Url | None = None
    background_url: Url | None = None
    color: Color | None = None
    visible: bool = True
    hp_display: Display = "exact"
    notes: LongText = ""


class CreateCharacter(Why):
    """`id` comes from the edge, so that deciding stays pure."""

    id: Id
    fields: CharacterFields


class CharacterPatch(Model):
    """Only what is named changes; null empties what may be empty."""

    kind: Kind | None = None
    name: Name | None = None
    player_name: Name | None = None
    class_: Annotated[Name | None, Field(alias="class")] = None
    race: Name | None = None
    level: Annotated[int, Field(ge=0, le=MAX_LEVEL)] | None = None
    stats: StatsPatch | None = None
    conditions: Annotated[list[ConditionIn], Field(max_length=MAX_CONDITIONS)] | None = None
    uses_death_saves: bool | None = None
    resources: Resources | None = None
    portrait_url: Url | None = None
    background_url: Url | None = None
    color: Color | None = None
    visible: bool | None = None
    hp_display: Display | None = None
    notes: LongText | None = None


class UpdateCharacter(Why):
    character_id: Id
    fields: CharacterPatch


class DeleteCharacter(Why):
    character_id: Id


class CampaignPatch(Model):
    slug: Slug | None = None
    name: Name | None = None
    description: LongText | None = None
    ruleset: RulesetKey | None = None
    public: bool | None = None


class UpdateCampaign(Why):
    fields: CampaignPatch


class EpisodeFields(Model):
    episode_number: Annotated[int, Field(ge=0, le=99_999)]
    title: Name
    date: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None
    summary: LongText | None = None


class CreateEpisode(Why):
    id: Id
    fields: EpisodeFields


class EpisodePatch(Model):
    episode_number: Annotated[int, Field(ge=0, le=99_999)] | None = None
    title: Name | None = None
    date: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None
    summary: LongText | None = None


class UpdateEpisode(Why):
    episode_id: Id
    fields: EpisodePatch


class DeleteEpisode(Why):
    episode_id: Id


class StartEpisode(Why):
    """`at` comes from the edge. Starting one ends the one on air."""

    episode_id: Id
    at: str


class EndEpisode(Why):
    episode_id: Id
    at: str


class Undo(Model):
    """Undo the event with this `seq`, and with it all that the same command made."""

    seq: Annotated[int, Field(ge=1)]


class SubCommand(Model):
    """One command of a batch; checked against the model of its name. No batch in a batch, no undo."""

    name: str
    data: dict[str, Any] = {}


class Batch(Why):
    """All or nothing, in one transaction."""

    commands: Annotated[list[SubCommand], Field(min_length=1, max_length=MAX_BATCH)]


COMMANDS: dict[str, type[Model]] = {
    "damage": Damage,
    "heal": Heal,
    "set_hp": SetHp,
    "temp_hp": TempHp,
    "death_save": DeathSave,
    "stabilize": Stabilize,
    "add_condition": AddCondition,
    "remove_condition": RemoveCondition,
    "concentrate": Concentrate,
    "adjust_resource": AdjustResource,
    "rest": Rest,
    "start_combat": StartCombat,
    "set_initiative": SetInitiative,
    "next_turn": NextTurn,
    "previous_turn": PreviousTurn,
    "end_combat": EndCombat,
    "set_roster": SetRoster,
    "set_layout": SetLayout,
    "reveal": Reveal,
    "roll": Roll,
    "announce": Announce,
    "batch": Batch,
    "undo": Undo,
}
"""What a socket or `POST /commands` may send."""

RESOURCE_COMMANDS: dict[str, type[Model]] = {
    "create_character": CreateCharacter,
    "update_character": UpdateCharacter,
    "delete_character": DeleteCharacter,
    "update_campaign": UpdateCampaign,
    "create_episode": CreateEpisode,
    "update_episode": UpdateEpisode,
    "delete_episode": DeleteEpisode,
    "start_episode": StartEpisode,
    "end_episode": EndEpisode,
}
"""What the REST resources turn into: the edge supplies ids and times, so these are not sent by clients."""
