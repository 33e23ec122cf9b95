"""What each role may do. `VERBS` is the whole of it, as data: SECURITY.md's table is made from it."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

from server.accounts.principal import Principal, Role
from server.kernel.errors import About, Forbidden, NotFound, Unauthenticated
from server.play.state import Audience

Verb = Literal[
    "create_campaign",
    "read",
    "play_character",
    "change_character",
    "run_table",
    "arrange",
    "announce",
    "manage_cast",
    "change_campaign",
    "delete_campaign",
    "manage_tokens",
    "see_members",
    "invite",
    "assign_players",
    "manage_members",
    "see_audit",
]


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may use a verb. The server's admin may use every one."""

    meaning: str
    roles: frozenset[Role] = frozenset()
    own: bool = False
    """Also a player, on the character they play."""
    anyone: bool = False
    """Also everybody else, where the campaign is public."""
    users: bool = False
    """Also whoever is signed in, whatever their role."""


class Thing(NamedTuple):
    """What is asked about: a campaign, or a character in it that the user `player_id` plays."""

    campaign_id: str
    public: bool
    player_id: str | None = None


_HOST: frozenset[Role] = frozenset({"owner", "gm"})
_PEOPLE: frozenset[Role] = frozenset({"owner", "gm", "player", "moderator", "viewer"})
_EVERY: frozenset[Role] = _PEOPLE | {"symbiote", "overlay"}

VERBS: dict[Verb, Rule] = {
    "create_campaign": Rule("make a campaign", users=True),
    "read": Rule("see the table, as the audience of one's role", _EVERY, anyone=True),
    "play_character": Rule("change a character in play: damage, conditions, resources, rolls",
                           _HOST | {"symbiote"}, own=True),
    "change_character": Rule("change a character's sheet and images", _HOST, own=True),
    "run_table": Rule("run combat, rests, episodes, reveal and undo", _HOST | {"symbiote"}),
    "arrange": Rule("choose who is on the roster and where things are on screen", _HOST | {"moderator"}),
    "announce": Rule("tell every subscriber something", _HOST | {"moderator", "symbiote"}),
    "manage_cast": Rule("make and delete characters", _HOST),
    "change_campaign": Rule("change the campaign's name, description and visibility", _HOST),
    "delete_campaign": Rule("delete the campaign", frozenset({"owner"})),
    "manage_tokens": Rule("list, make and revoke the campaign's tokens", frozenset({"owner"})),
    "see_members": Rule("see who belongs to the campaign", _PEOPLE),
    "invite": Rule("invite people, to no more than one's own role", _HOST),
    "assign_players": Rule("say who plays which character", _HOST),
    "manage_members": Rule("change roles, remove people, seat groups", frozenset({"owner"})),
    "see_audit": Rule("read what the audit log tells of the campaign", frozenset({"owner"})),
}  # fmt: skip
"""Verb × role: nothing else decides who may do what."""

COMMAND_VERBS: dict[str, Verb] = {
    **dict.fromkeys(("damage", "heal", "set_hp", "temp_hp", "death_save", "stabilize"), "play_character"),
    **dict.fromkeys(("add_condition", "remove_condition", "concentrate"), "play_character"),
    **dict.fromkeys(("adjust_resource", "roll"), "play_character"),
    **dict.fromkeys(("rest", "reveal", "undo", "start_combat", "end_combat"), "run_table"),
    **dict.fromkeys(("set_initiative", "next_turn", "previous_turn"), "run_table"),
    **dict.fromkeys(("create_episode", "update_episode", "delete_episode"), "run_table"),
    **dict.fromkeys(("start_episode", "end_episode"), "run_table"),
    **dict.fromkeys(("set_roster", "set_layout"), "arrange"),
    "announce": "announce",
    "create_character": "manage_cast",
    "update_character": "change_character",
    "delete_character": "manage_cast",
    "update_campaign": "change_campaign",
}
"""The verb each command needs; a batch needs those of everything in it."""

_AUDIENCES: dict[Role, Audience] = {"owner": "gm", "gm": "gm", "symbiote": "gm", "player": "table"}


def role_in(principal: Principal, campaign_id: str) -> Role | None:
    """The role this credential has in that campaign; None for a stranger. The server's admin owns every one."""
    if principal.kind == "server_admin":
        return "owner"
    return principal.role if principal.campaign_id == campaign_id else None


def audience_of(principal: Principal, campaign_id: str) -> Audience:
    """What this credential sees of that campaign: strangers, viewers and overlays see what the public sees."""
    role = role_in(principal, campaign_id)
    return "public" if role is None else _AUDIENCES.get(role, "public")


def may(principal: Principal, verb: Verb, thing: Thing | None = None) -> bool:
    """Whether the table allows it; `thing` is None only for verbs that are about no campaign."""
    rule = VERBS[verb]
    if principal.kind == "server_admin" or (rule.users and principal.kind == "user"):
        return True
    if thing is None:
        return False
    role = role_in(principal, thing.campaign_id)
    if role == "player" and rule.own and thing.player_id == principal.id:
        return True
    return role in rule.roles or (rule.anyone and thing.public)


def of_character(principal: Principal, campaign: Thing, character_id: str | None) -> Thing:
    """A character of that campaign, for `allow` to judge: it knows whether the seated asker plays it."""
    is_own = character_id is not None and character_id in principal.character_ids
    return campaign._replace(player_id=principal.id) if is_own else campaign


def verbs_of(principal: Principal, campaign: Thing) -> list[Verb]:
    """What this credential may do in that campaign, whatever it is done to; in the table's order."""
    return [verb for verb, rule in VERBS.items() if not rule.users and may(principal, verb, campaign)]


def own_verbs_of(principal: Principal, campaign: Thing) -> list[Verb]:
    """What it may do to the characters it plays, beyond that."""
    own = campaign._replace(player_id=principal.id)
    return [verb for verb in verbs_of(principal, own) if not may(principal, verb, campaign)]


def allow(principal: Principal, verb: Verb, thing: Thing | None = None) -> None:
    """Raise what a refusal shows: NotFound for what they may not see, then Unauthenticated, then Forbidden."""
    if may(principal, verb, thing):
        return
    who = None if principal.kind == "anonymous" else principal.id
    about = About(who, verb, thing.campaign_id if thing else None)
    if thing is not None and not may(principal, "read", thing):
        raise NotFound(about=about)
    if principal.kind == "anonymous":
        raise Unauthenticated(headers={"WWW-Authenticate": "Bearer"})
    raise Forbidden(f"This credential may not {VERBS[verb].meaning}", about=about)
