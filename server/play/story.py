"""The campaign itself and its episodes."""

from typing import cast

from server.kernel.errors import AlreadyExists, FieldError, Invalid
from server.kernel.limits import MAX_EPISODES
from server.play.commands import CreateEpisode, DeleteEpisode, EndEpisode, StartEpisode, UpdateCampaign, UpdateEpisode
from server.play.fields import Model
from server.play.rulesets import RULESETS
from server.play.state import Campaign, Episode, State
from server.play.table import Outcome, Table, refused, stranger
from server.play.vitals import put


def update_campaign(table: Table, command: UpdateCampaign) -> Outcome:
    """What is named changes. Under another ruleset everybody's derived numbers and status follow it."""
    _refuse_empty(command.fields, ("slug", "name", "ruleset", "public"))
    campaign = cast(Campaign, {**table.state["campaign"], **command.fields.model_dump(exclude_unset=True)})
    state: State = {**table.state, "campaign": campaign}
    if campaign["ruleset"] != table.state["campaign"]["ruleset"]:
        for character_id in state["characters"]:
            state = put(state, RULESETS[campaign["ruleset"]], state["characters"][character_id])
    return Outcome("campaign", state, details={"action": "updated"})


def _refuse_empty(fields: Model, names: tuple[str, ...]) -> None:
    for name in names:
        if name in fields.model_fields_set and getattr(fields, name) is None:
            raise Invalid(errors=[FieldError(f"/data/fields/{name}", "cannot be empty")])


def create_episode(table: Table, command: CreateEpisode) -> Outcome:
    """One more, not on air yet."""
    if command.id in table.state["episodes"]:
        raise AlreadyExists("That episode is already here", errors=[FieldError("/data/id", "is taken")])
    if len(table.state["episodes"]) >= MAX_EPISODES:
        raise refused("/data/id", f"A campaign has at most {MAX_EPISODES} episodes")
    written = {"id": command.id, **command.fields.model_dump(), "started_at": None, "ended_at": None}
    return Outcome("episode", _with(table.state, cast(Episode, written)), details=_details("created", command.id))


def update_episode(table: Table, command: UpdateEpisode) -> Outcome:
    """What is named changes."""
    _refuse_empty(command.fields, ("episode_number", "title"))
    episode = _episode(table, command.episode_id)
    changed = cast(Episode, {**episode, **command.fields.model_dump(exclude_unset=True)})
    return Outcome("episode", _with(table.state, changed), details=_details("updated", command.episode_id))


def delete_episode(table: Table, command: DeleteEpisode) -> Outcome:
    """Gone; if it was on air, nothing is. What happened in it stays in the log."""
    _episode(table, command.episode_id)
    kept = {key: each for key, each in table.state["episodes"].items() if key != command.episode_id}
    on_air = table.state["episode_id"]
    state: State = {
        **table.state,
        "episodes": kept,
        "episode_id": None if on_air == command.episode_id else on_air,
    }
    return Outcome("episode", state, details=_details("deleted", command.episode_id))


def start_episode(table: Table, command: StartEpisode) -> Outcome:
    """On air; the one that was has ended. The one on air already stays as it is."""
    episode, on_air = _episode(table, command.episode_id), table.state["episode_id"]
    if on_air == command.episode_id:
        return Outcome("episode", table.state)
    state = table.state
    if on_air is not None:
        state = _with(state, {**state["episodes"][on_air], "ended_at": command.at})
    state = _with(state, {**episode, "started_at": command.at, "ended_at": None})
    state = {**state, "episode_id": command.episode_id}
    return Outcome("episode", state, details=_details("started", command.episode_id))


def end_episode(table: Table, command: EndEpisode) -> Outcome:
    """Off air."""
    episode = _episode(table, command.episode_id)
    if table.state["episode_id"] != command.episode_id:
        raise refused("/data/episode_id", "That episode is not on air")
    state: State = {**_with(table.state, {**episode, "ended_at": command.at}), "episode_id": None}
    return Outcome("episode", state, details=_details("ended", command.episode_id))


def _episode(table: Table, episode_id: str) -> Episode:
    if episode_id not in table.state["episodes"]:
        raise stranger("/data/episode_id", "episode")
    return table.state["episodes"][episode_id]


def _with(state: State, episode: Episode) -> State:
    return {**state, "episodes": {**state["episodes"], episode["id"]: episode}}


def _details(action: str, episode_id: str) -> dict[str, str]:
    return {"action": action, "episode_id": episode_id}
