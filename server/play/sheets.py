"""Commands that make and change characters, the campaign and its episodes: the ones REST's resources turn into."""

from typing import Annotated, Literal

from pydantic import Field

from server.kernel.limits import (
    MAX_ABILITIES,
    MAX_ABILITY,
    MAX_CONDITIONS,
    MAX_HIT_POINTS,
    MAX_LEVEL,
    MAX_RESOURCE,
    MAX_RESOURCES,
)
from server.play.fields import Color, Day, DurationIn, Id, Key, Model, Slug, Url, Why
from server.play.state import Display, Kind, RulesetKey
from server.play.text import LongText, Name, ShortText


class HitPointsIn(Model):
    """`current` is full and `temp` none where not named."""

    max: Annotated[int, Field(ge=1, le=MAX_HIT_POINTS)]
    current: Annotated[int, Field(ge=0, le=MAX_HIT_POINTS)] | None = None
    temp: Annotated[int, Field(ge=0, le=MAX_HIT_POINTS)] = 0


class StatsIn(Model):
    hp: HitPointsIn
    ac: Annotated[int, Field(ge=0, le=MAX_ABILITY)] | None = None
    abilities: Annotated[dict[Key, Annotated[int, Field(ge=0, le=MAX_ABILITY)]], Field(max_length=MAX_ABILITIES)] = {}


class HitPointsPatch(Model):
    """Only what is named changes, as in `set_hp`."""

    max: Annotated[int, Field(ge=1, le=MAX_HIT_POINTS)] | None = None
    current: Annotated[int, Field(ge=0, le=MAX_HIT_POINTS)] | None = None
    temp: Annotated[int, Field(ge=0, le=MAX_HIT_POINTS)] | None = None


class StatsPatch(Model):
    hp: HitPointsPatch | None = None
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
    date: Day | None = None
    summary: LongText | None = None


class CreateEpisode(Why):
    id: Id
    fields: EpisodeFields


class EpisodePatch(Model):
    episode_number: Annotated[int, Field(ge=0, le=99_999)] | None = None
    title: Name | None = None
    date: Day | None = None
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
