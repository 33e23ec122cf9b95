"""What may be asked of the table: one model per command, joined in one union by `name`.

Shapes and bounds are checked here; whether the rules allow it is decided in `play.decide`. Unknown fields,
numbers in strings and fractions of hit points are refused.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr, model_validator

from server.kernel.limits import (
    MAX_AMOUNT,
    MAX_BATCH,
    MAX_COMBATANTS,
    MAX_HIT_POINTS,
    MAX_INITIATIVE,
    MAX_RESOURCE,
    MAX_ROSTER,
    MAX_SEQ,
)
from server.play.fields import Amount, DurationIn, Id, Key, Model, Why

# Named twice to be imported from here: whoever decides on commands finds all of them in one place.
from server.play.sheets import (
    RESOURCE_COMMANDS as RESOURCE_COMMANDS,
    CampaignPatch as CampaignPatch,
    CharacterFields as CharacterFields,
    CharacterPatch as CharacterPatch,
    CreateCharacter as CreateCharacter,
    CreateEpisode as CreateEpisode,
    DeleteCharacter as DeleteCharacter,
    DeleteEpisode as DeleteEpisode,
    EndEpisode as EndEpisode,
    EpisodeFields as EpisodeFields,
    EpisodePatch as EpisodePatch,
    StartEpisode as StartEpisode,
    UpdateCampaign as UpdateCampaign,
    UpdateCharacter as UpdateCharacter,
    UpdateEpisode as UpdateEpisode,
)
from server.play.state import Display, Tier
from server.play.text import LongText, Name, ShortText


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


class Undo(Model):
    """Undo the event with this `seq`, and with it all that the same command made."""

    seq: Annotated[int, Field(ge=1, le=MAX_SEQ)]


class SubCommand(Model):
    """One command of a batch; checked against the model of its name. No batch in a batch, no undo."""

    name: str
    data: dict[str, Any] = {}


class Batch(Why):
    """All or nothing, in one transaction."""

    commands: Annotated[list[SubCommand], Field(min_length=1, max_length=MAX_BATCH)]
    _held: tuple[Model, ...] = PrivateAttr(default=())

    def hold(self, parsed: Sequence[Model]) -> None:
        """Keep the commands as parsed, so that deciding need not check them again."""
        self._held = tuple(parsed)

    @property
    def held(self) -> tuple[Model, ...]:
        return self._held


Command = Model
"""Any of the models below; what `parse_command` gives and `decide` takes."""


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
