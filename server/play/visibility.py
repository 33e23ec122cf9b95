"""Law 4: what an audience may not see never enters its bytes. The one place where that is decided.

An event's patch is the difference of what the audience saw before and sees after, so it cannot hold more than
either. Details of a type pass a list of their own. `tests/play/test_visibility.py` holds the law:
`apply(project(before), project_event(...)) == project(after)`, and nothing is sent where nothing is seen.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from server.play.events import Actor, Change, Event, EventType, Patch
from server.play.facts import condition_of
from server.play.patch import diff
from server.play.state import Audience, Character, Display, State, ViewCharacter
from server.play.views import (
    display_for,
    project as project,
    sees,
    shown_alike,
    view_character,
    view_combat,
    view_episode,
    view_layout,
    view_roster,
)

_BLOW = frozenset({"kind", "critical", "type", "dropped", "revived", "rest"})
_NUMBERS = frozenset({"amount", "absorbed", "overkill", "concentration_dc", "massive"})
"""They give hit points away: only for those who see them exactly."""
_DETAILS: Mapping[EventType, frozenset[str]] = {
    "condition": frozenset({"key"}),
    "concentration": frozenset({"on"}),
    "layout": frozenset({"tier"}),
    "roll": frozenset({"expression", "total", "dice", "gm_only"}),
    "custom": frozenset({"name", "text", "data"}),
}
"""What passes to audiences other than the game master; `action` always does. Types not listed depend on more."""
_TELLING_LESS: tuple[Display, ...] = ("exact", "bar", "label", "hidden")
_NOT_IN_A_VIEW = frozenset({"episodes", "episode_id"})
"""Parts of a State that a View has not. All others are in the game master's View as they are."""
_SHOWN_ANOTHER_WAY = frozenset({"conditions", "resources", "notes", "kind", "visible", "hp_display"})
"""Fields of a character that a view has not, has changed, or that say how it is shown."""
_OF_A_PART = frozenset({"condition", "resource"})
"""Types whose events are about a part of a character that may be hidden by itself."""
_SIDE_EFFECTS: Mapping[str, EventType] = {"combat": "combat", "roster": "roster", "layout": "layout"}


def project_event(event: Event, before: State, after: State, audience: Audience) -> Event | None:
    """The event as the audience gets it, or None where it gets nothing; `before` and `after` are the States around.

    The game master too gets a projection: its patch fits a View, while the log's event fits the State.
    """
    if audience == "gm" and _NOT_IN_A_VIEW.isdisjoint(event["data"]["after"]):
        return event
    if _is_open(event, after, audience):
        return _as_it_is(event)
    was, now = _Side(before, audience), _Side(after, audience)
    change = _change(event["data"]["after"], was, now)
    if audience == "gm":
        return {**event, "data": {**event["data"], **change}}
    sides = _sides(event["character_id"], was, now)
    if _about_a_secret(event, after, sides):
        return _side_effect(event, change) if change["after"] else None
    details = _details(event, _display(event["character_id"], before, after, audience), sides)
    if not change["after"] and not _worth_saying(event, details):
        return None
    return {**event, "actor": {"kind": event["actor"]["kind"]}, "data": {**change, **details}}


def _is_open(event: Event, after: State, audience: Audience) -> bool:
    """Whether the audience sees all that the event changed just as it is: then its own views need not be compared."""
    patch, was = event["data"]["after"], event["data"]["before"].get("characters", {})
    if len(patch) != 1 or event["type"] in _OF_A_PART or event["character_id"] not in was:
        return False
    for each, change in patch["characters"].items():
        if change is None or was[each] is None or not _shown_as_is(change, after["characters"][each], audience):
            return False
    return True


def _shown_as_is(change: Patch, character: Character, audience: Audience) -> bool:
    open_sheet = character["visible"] and display_for(character, audience) == "exact"
    return open_sheet and _SHOWN_ANOTHER_WAY.isdisjoint(change)


def _as_it_is(event: Event) -> Event:
    data = event["data"]
    change = {"before": data["before"], "after": data["after"]}
    actor: Actor = {"kind": event["actor"]["kind"]}
    return {**event, "actor": actor, "data": {**change, **_details(event, "exact", ())}}


def project_for_all(event: Event, before: State, after: State) -> dict[Audience, Event | None]:
    """The event as each audience gets it; the same object where the players get what the public gets."""
    gm = project_event(event, before, after, "gm")
    if _is_open(event, after, "public"):  # then to the players too: they see of nobody less
        public = table = _as_it_is(event)
        return {"gm": gm, "table": table, "public": public}
    seen = project_event(event, before, after, "public")
    alike = _told_alike(event, before, after)
    return {"gm": gm, "table": seen if alike else project_event(event, before, after, "table"), "public": seen}


def _told_alike(event: Event, before: State, after: State) -> bool:
    """Whether the players see of everybody in the event what the public sees; everything else is the same to both."""
    patch = event["data"]["after"]
    if "campaign" in patch:  # the rules may have changed, and with them everybody
        return False
    concerned = {event["character_id"], *patch.get("characters", ())}
    sides = (state["characters"].get(each) for state in (before, after) for each in concerned if each is not None)
    return all(side is None or shown_alike(side) for side in sides)


class _Side:
    """A table as one audience sees it, each character looked at once."""

    __slots__ = ("_looked", "audience", "state")

    def __init__(self, state: State, audience: Audience) -> None:
        self.state, self.audience = state, audience
        self._looked: dict[str, ViewCharacter | None] = {}

    def character(self, character_id: str) -> ViewCharacter | None:
        """None for one that the audience does not see."""
        if character_id not in self._looked:
            seen = sees(self.state, self.audience, character_id)
            character = self.state["characters"][character_id] if seen else None
            self._looked[character_id] = character and view_character(self.state, character, self.audience)
        return self._looked[character_id]

    def parts(self, patch: Patch) -> dict[str, Any]:
        """What the audience sees of the places that a patch names."""
        view: dict[str, Any] = {}
        if "characters" in patch:
            seen = ((each, self.character(each)) for each in patch["characters"])
            view["characters"] = {each: shown for each, shown in seen if shown is not None}
        if "combat" in patch:
            view["combat"] = view_combat(self.state, self.audience)
        if "roster" in patch:
            view["roster"] = view_roster(self.state, self.audience)
        if "layout" in patch:
            view["layout"] = view_layout(self.state, self.audience)
        if "episodes" in patch or "episode_id" in patch:
            view["episode"] = view_episode(self.state)
        return view


def _change(patch: Patch, was: _Side, now: _Side) -> Change:
    """The difference of both views, made from the parts that can differ."""
    ids = patch.get("characters", ())
    if "campaign" in patch or any((was.character(each) is None) != (now.character(each) is None) for each in ids):
        return diff(project(was.state, was.audience), project(now.state, now.audience))
    return diff(was.parts(patch), now.parts(patch))


def _sides(about: str | None, was: _Side, now: _Side) -> list[ViewCharacter]:
    """The event's character as the audience saw it before and sees it after, where it does."""
    if about is None:
        return []
    return [shown for side in (was, now) if (shown := side.character(about)) is not None]


def _about_a_secret(event: Event, after: State, sides: Sequence[ViewCharacter]) -> bool:
    """Whether the event is about a character, condition or counter that the audience does not see on either side.

    A condition that is there now counts as it is now: what is said while it becomes a secret is part of the secret.
    """
    about = event["character_id"]
    if about is None:
        return False
    key = event["data"].get("key")
    if event["type"] == "condition" and key is not None:
        there = about in after["characters"] and condition_of(after["characters"][about], key) is not None
        looked = sides[-1:] if there else sides
        return not any(key == condition["key"] for side in looked for condition in side["conditions"])
    if event["type"] == "resource" and key is not None:
        return not any(key in side["resources"] for side in sides)
    return not sides


def _side_effect(event: Event, change: Change) -> Event:
    """What remains of an event about something secret: what differs, and nothing of who, what and why."""
    kind = next((kind for part, kind in _SIDE_EFFECTS.items() if part in change["after"]), None)
    return {
        **event,
        "type": kind or "condition",
        "character_id": None,
        "cause": None,
        "source": None,
        "actor": {"kind": event["actor"]["kind"]},
        "data": {**change},
    }


def _worth_saying(event: Event, details: Mapping[str, Any]) -> bool:
    """A roll, an announcement, a blow whose mark is too small for the bar: seen although nothing differs."""
    if event["type"] == "hp_change":
        return details.get("kind") in ("damage", "heal")
    return event["type"] == "custom" or (event["type"] == "roll" and not event["data"]["gm_only"])


def _details(event: Event, display: Display, sides: Sequence[ViewCharacter]) -> dict[str, Any]:
    passed = _DETAILS.get(event["type"], frozenset())
    if event["type"] in ("hp_change", "death_save"):
        passed = _blow(event, display)
    elif event["type"] == "resource":
        passed = _counter(event["data"].get("key"), sides)
    return {key: value for key, value in event["data"].items() if key == "action" or key in passed}


def _display(about: str | None, before: State, after: State, audience: Audience) -> Display:
    """How much of the character's hit points the audience knows on both sides; of many characters no numbers."""
    if about is None:
        return "bar"
    known = (state["characters"][about] for state in (before, after) if about in state["characters"])
    return max((display_for(character, audience) for character in known), key=_TELLING_LESS.index)


def _blow(event: Event, display: Display) -> frozenset[str]:
    if event["type"] == "death_save":
        return frozenset({"roll", "result", "outcome"}) if display == "exact" else frozenset({"outcome"})
    if display == "hidden":
        return frozenset()
    return _BLOW | _NUMBERS if display == "exact" else _BLOW


def _counter(key: str | None, sides: Sequence[ViewCharacter]) -> frozenset[str]:
    if key is None:
        return frozenset({"rest"})
    shown = [side["resources"][key] for side in sides if key in side["resources"]]
    exact = len(shown) == len(sides) and all(resource["display"] == "exact" for resource in shown)
    return frozenset({"key", "delta", "value"}) if exact else frozenset({"key"})
