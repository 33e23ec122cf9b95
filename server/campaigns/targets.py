"""Targets: the parts of a table that are written as one row each, and that a person edits as one thing.

A target is a text: `campaign`, `combat`, `roster`, `on_air`, `layout:<tier>`, `character:<id>`, `episode:<id>`.
An event touches the targets its patch names; a command aims at those whose older change must not be overwritten.
"""

import hashlib
from typing import Any, Final, cast

from server.campaigns.texts import encode
from server.play import commands as c
from server.play.events import Patch
from server.play.state import Audience, Episode, State
from server.play.visibility import project

EVERYTHING: Final = "*"
"""The target of an undo: it builds on all that came before."""

_MAPS: Final = {"characters": "character", "episodes": "episode", "layout": "layout"}
_WHOLES: Final = {"campaign": "campaign", "combat": "combat", "roster": "roster", "episode_id": "on_air"}


def touched_by(patch: Patch) -> list[str]:
    """The targets that a patch of a State writes."""
    found: list[str] = []
    for key, inner in patch.items():
        kind = _MAPS.get(key)
        if kind is None:
            found.append(_WHOLES[key])
        else:
            found += [f"{kind}:{name}" for name in inner]
    return found


def aims_of(command: c.Command) -> list[str]:
    """The targets that a command is about: what `expect_seq` is compared with."""
    match command:
        case c.Undo():
            return [EVERYTHING]
        case c.SetRoster():
            return ["roster"]
        case c.SetLayout(tier=tier):
            return [f"layout:{tier}"]
        case c.StartCombat() | c.EndCombat() | c.NextTurn() | c.PreviousTurn() | c.SetInitiative():
            return ["combat"]
        case c.UpdateCampaign():
            return ["campaign"]
        case c.Rest(character_ids=ids):
            return [f"character:{character_id}" for character_id in ids]
        case c.Batch():
            return sorted({target for each in command.held for target in aims_of(each)})
    return _aims_of_ids(getattr(command, "character_id", None), getattr(command, "episode_id", None))


def _aims_of_ids(character_id: str | None, episode_id: str | None) -> list[str]:
    aims = [f"character:{character_id}"] if character_id else []
    return aims + ([f"episode:{episode_id}"] if episode_id else [])


def part_of(state: State, audience: Audience, target: str) -> Any:
    """What an audience sees of a target. None where it is gone, or not theirs to see."""
    view = cast(dict[str, Any], project(state, audience))
    kind, _, name = target.partition(":")
    if target == EVERYTHING:
        return view
    if kind == "episode":
        episode = state["episodes"].get(name)
        return episode if episode is not None and shown_episode(audience, episode) else None
    return view[kind] if not name else view["characters" if kind == "character" else kind].get(name)


def tag_of(value: Any, seq: int, audience: Audience) -> str:
    """What stands for a target as the audience sees it: its ETag. `seq` is the target's last change.

    Only the game master is told that: it moves with what is hidden too, and then says that there is something.
    """
    return str(seq) if audience == "gm" else look_of(value)


def look_of(value: Any) -> str:
    """The same for the same sight of a target."""
    return f"v{hashlib.sha256(encode(value)).hexdigest()[:16]}"


def shown_episode(audience: Audience, episode: Episode) -> bool:
    """What is planned is the game master's; everybody else knows the nights that have begun."""
    return audience == "gm" or episode["started_at"] is not None
