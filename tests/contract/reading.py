"""How an expectation is read off a finished vector.

`a.hp` -> "8/30 t5"; `a.saves` -> "s1/f2" or "stable"; `a.conditions` -> ["exhaustion 2", "prone"]; `a.status`,
`a.concentration`, `a.<resource>`; `turn` -> "a" or the name of an entry; `round`; `order`; `roster`; `events` -> types;
`detail.<key>` of the first event; `public.…` and `table.…` read the same off that audience's view.
"""

from collections.abc import Mapping
from typing import Any

from tests.play.tables import character_id

_LETTERS = {character_id(letter): letter for letter in "abcdefghijklmnopqrstuvwxyz"}


def read(vector: Mapping[str, Any], path: str) -> Any:
    head, _, rest = path.partition(".")
    if head in ("gm", "table", "public"):
        return _read(vector["views"][head]["after"], vector["views"][head]["events"], rest)
    return _read(vector["after"], vector["events"], path)


def _read(document: Mapping[str, Any], events: list[Any], path: str) -> Any:
    head, _, rest = path.partition(".")
    if head == "events":
        return [event and event["type"] for event in events]
    if head == "detail":
        return events[0]["data"].get(rest)
    if head == "event":
        return events[0][rest]
    if head == "roster":
        return [_LETTERS[each] for each in document["roster"]]
    if head in ("combat", "round", "turn", "order"):
        return _combat(document["combat"], head)
    if len(head) == 1:
        return _character(document["characters"].get(character_id(head)), rest)
    return document[head] if not rest else document[head][rest]


def _combat(combat: Mapping[str, Any] | None, what: str) -> Any:
    if combat is None or what == "combat":
        return combat
    if what == "round":
        return combat["round"]
    order = [_LETTERS.get(entry["character_id"], entry["name"]) for entry in combat["entries"]]
    if what == "order":
        return order
    ids = [entry["id"] for entry in combat["entries"]]
    return order[ids.index(combat["turn"])] if combat["turn"] in ids else None


def _character(character: Mapping[str, Any] | None, what: str) -> Any:
    if character is None or not what:
        return character
    if what == "hp":
        return _hit_points(character["stats"]["hp"])
    if what == "saves":
        saves = character["death_saves"]
        return "stable" if saves["stable"] else f"s{saves['successes']}/f{saves['failures']}"
    if what == "conditions":
        return sorted(_condition(each) for each in character["conditions"])
    if what in character["resources"]:
        return character["resources"][what]["current"]
    return character["stats"][what] if what in character["stats"] else character[what]


def _hit_points(hp: Any) -> Any:
    if hp is None or "current" not in hp:
        return hp
    return f"{hp['current']}/{hp['max']}" + (f" t{hp['temp']}" if hp["temp"] else "")


def _condition(condition: Mapping[str, Any]) -> str:
    words = [condition["key"]]
    if condition["value"] is not None:
        words.append(str(condition["value"]))
    if condition["duration"] is not None:
        words.append(f"({condition['duration']['rounds']})")
    return " ".join(words)
