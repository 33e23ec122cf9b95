"""Pure decisions at the edge of the table: who acts, which right a command needs, what the seed's events mean."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Final

from server.accounts.principal import Principal, Role
from server.accounts.rules import COMMAND_VERBS, VERBS, Thing, allow, of_character, role_in
from server.campaigns.texts import encode
from server.kernel.errors import FieldError, Invalid
from server.play.events import Actor

_ACTORS: Final[Mapping[Role, Actor]] = {
    "owner": {"kind": "admin"},
    "gm": {"kind": "gm"},
    "player": {"kind": "player"},
    "symbiote": {"kind": "symbiote"},
}

_DIRECTING: Final[Mapping[str, frozenset[str]]] = {
    "update_character": frozenset({"kind", "visible", "hp_display", "conditions", "notes"}),
    "add_condition": frozenset({"hidden", "concentration_by"}),
}
"""Fields that are not a player's. A sheet's `conditions` replaces them all, the secret ones too."""

Data = Mapping[str, Any]
Named = tuple[str, dict[str, Any]]
"""A command's name and data, before they are checked."""


def actor_of(principal: Principal, campaign_id: str) -> Actor:
    """How the log names whoever did it; only the game master reads the id and the name."""
    role = role_in(principal, campaign_id)
    known = Actor(kind="user") if role is None else _ACTORS.get(role, Actor(kind="user"))
    if principal.kind == "server_admin":
        known = Actor(kind="server")
    return {"kind": known["kind"], "id": principal.id, "name": principal.name}


def allow_command(seated: Principal, name: str, data: object, campaign: Thing) -> None:
    """Raise unless every right it needs is there; a batch needs those of all that is in it.

    A name or a batch that cannot be read needs only sight of the table: the parser says what is wrong with it.
    """
    if name == "batch":
        for inner in _held(data):
            _allow_one(seated, inner.get("name"), inner.get("data"), campaign)
    else:
        _allow_one(seated, name, data, campaign)


def _allow_one(seated: Principal, name: object, data: object, campaign: Thing) -> None:
    verb = COMMAND_VERBS.get(name, "read") if isinstance(name, str) else "read"
    fields = data if isinstance(data, dict) else {}
    if not VERBS[verb].own:
        allow(seated, verb, campaign)
        return
    character_id = fields.get("character_id")
    allow(seated, verb, of_character(seated, campaign, character_id if isinstance(character_id, str) else None))
    if _is_directing(seated, str(name), fields):
        allow(seated, "run_table", campaign)


def _held(data: object) -> list[dict[str, Any]]:
    commands = data.get("commands") if isinstance(data, dict) else None
    return [each for each in commands if isinstance(each, dict)] if isinstance(commands, list) else []


def _is_directing(seated: Principal, name: str, data: Data) -> bool:
    """Whether a change of one's own character does what is the game master's: deciding what others see, or reaching
    for somebody else, which would tell whether there is somebody."""
    named = data.get("fields") if name == "update_character" else data
    if not isinstance(named, dict):
        return False
    if not _DIRECTING.get(name, frozenset()).isdisjoint(named):
        return True
    duration = named.get("duration")
    of = duration.get("of") if isinstance(duration, dict) else None
    return of is not None and not (isinstance(of, str) and of in seated.character_ids)


def command_key(principal: Principal, command_id: str | None) -> str | None:
    """Under which a command counts once: a client's id is its own, nobody else's."""
    return None if command_id is None else f"{principal.id}:{command_id}"


def digest_of(name: str, data: object) -> str:
    """What a command says, whatever the order of its fields: the same id may not say something else."""
    return hashlib.sha256(encode([name, data], in_order=True)).hexdigest()


# the seed's events


def command_of_event(event_type: str, character_id: str | None, data: Data) -> Named:
    """The command that one of the seed's three kinds of event means. Raises Invalid."""
    kinds: Mapping[str, Callable[[str | None, Data], Named]] = {
        "hp_change": _hp_change,
        "condition": _condition,
        "custom": _custom,
    }
    if event_type not in kinds:
        raise _wrong("/event_type", "is none of hp_change, condition, custom")
    return kinds[event_type](character_id, data)


def _hp_change(character_id: str | None, data: Data) -> Named:
    delta = data.get("delta")
    if isinstance(delta, bool) or not isinstance(delta, int):
        raise _wrong("/data/delta", "is a whole number: negative hurts, positive heals")
    rest = {key: value for key, value in data.items() if key != "delta"}
    return "damage" if delta < 0 else "heal", {"character_id": character_id, "amount": abs(delta), **rest}


def _condition(character_id: str | None, data: Data) -> Named:
    action = data.get("action")
    if action not in ("add", "remove"):
        raise _wrong("/data/action", "is add or remove")
    rest = {key: value for key, value in data.items() if key != "action"}
    return f"{action}_condition", {"character_id": character_id, **rest}


def _custom(character_id: str | None, data: Data) -> Named:
    """`name`, `text` and `data` are ours, anything else is theirs."""
    ours = {key: data[key] for key in ("name", "text") if key in data}
    theirs = {key: value for key, value in data.items() if key not in ("name", "text", "data")}
    free = data.get("data", {})
    if not isinstance(free, dict):
        raise _wrong("/data/data", "is an object")
    return "announce", {"character_id": character_id, **ours, "data": {**free, **theirs}}


def _wrong(pointer: str, detail: str) -> Invalid:
    return Invalid(errors=[FieldError(pointer, detail)])
