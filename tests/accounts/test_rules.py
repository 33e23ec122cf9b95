"""Who may do what: every verb with every role, in one's own campaign and in a foreign one."""

import dataclasses
from typing import get_args

import pytest

from server.accounts.principal import ANONYMOUS, SERVER_ADMIN, Principal, Role
from server.accounts.rules import COMMAND_VERBS, VERBS, Thing, Verb, allow, audience_of, may
from server.kernel.errors import Forbidden, NotFound, Unauthenticated
from server.play.commands import COMMANDS, RESOURCE_COMMANDS

ROLES: tuple[Role, ...] = get_args(Role)
CAMPAIGN_VERBS: list[Verb] = [verb for verb in VERBS if verb != "create_campaign"]
PUBLIC, PRIVATE = Thing("c1", public=True), Thing("c1", public=False)
USER = Principal("user", "u1", "Rowan")


def seat(role: Role, campaign_id: str = "c1") -> Principal:
    """A user with a role in a campaign."""
    return dataclasses.replace(USER, campaign_id=campaign_id, role=role)


def test_the_table_has_every_verb_and_every_command() -> None:
    """A verb or command without a rule cannot exist."""
    assert set(VERBS) == set(get_args(Verb))
    assert set(COMMAND_VERBS) == (set(COMMANDS) | set(RESOURCE_COMMANDS)) - {"batch"}
    assert set(COMMAND_VERBS.values()) <= set(VERBS)


@pytest.mark.parametrize("verb", CAMPAIGN_VERBS)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_what_the_table_says(role: Role, verb: Verb) -> None:
    """In one's own campaign the table decides, public or private."""
    assert may(seat(role), verb, PRIVATE) == may(seat(role), verb, PUBLIC) == (role in VERBS[verb].roles)


@pytest.mark.parametrize("verb", CAMPAIGN_VERBS)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_means_nothing_elsewhere(role: Role, verb: Verb) -> None:
    """A role in another campaign gives what a stranger has: reading, where it is public."""
    stranger = seat(role, "c2")
    assert may(stranger, verb, PUBLIC) == (verb == "read")
    with pytest.raises(NotFound):
        allow(stranger, verb, PRIVATE)


@pytest.mark.parametrize("verb", list(VERBS))
def test_the_servers_admin_may_everything(verb: Verb) -> None:
    """Whoever runs the machine could edit the database anyway."""
    thing = None if verb == "create_campaign" else PRIVATE
    allow(SERVER_ADMIN, verb, thing)
    assert may(SERVER_ADMIN, verb, thing)


@pytest.mark.parametrize("verb", ["play_character", "change_character"])
def test_a_player_touches_their_own_character_only(verb: Verb) -> None:
    """Their own, and nobody else's, and none that nobody plays."""
    own, other, nobodys = (Thing("c1", True, player) for player in ("u1", "u2", None))
    assert may(seat("player"), verb, own)
    assert not may(seat("player"), verb, other)
    assert not may(seat("player"), verb, nobodys)


def test_refusals_tell_no_more_than_they_must() -> None:
    """Private is not found; then a missing credential is 401; then a known one is 403 and says what it may not."""
    with pytest.raises(NotFound):
        allow(ANONYMOUS, "read", PRIVATE)
    with pytest.raises(Unauthenticated):
        allow(ANONYMOUS, "run_table", PUBLIC)
    with pytest.raises(Forbidden, match="run combat"):
        allow(seat("overlay"), "run_table", PUBLIC)
    with pytest.raises(Unauthenticated):
        allow(ANONYMOUS, "create_campaign")


def test_whoever_is_signed_in_may_make_a_campaign() -> None:
    """A user may; a campaign's token belongs to its campaign and may not."""
    allow(USER, "create_campaign")
    with pytest.raises(Forbidden):
        allow(Principal("campaign_token", "t1", "Panel", "c1", "owner"), "create_campaign")


@pytest.mark.parametrize(
    ("principal", "audience"),
    [
        (SERVER_ADMIN, "gm"),
        (seat("owner"), "gm"),
        (seat("gm"), "gm"),
        (seat("symbiote"), "gm"),
        (seat("player"), "table"),
        (seat("moderator"), "public"),
        (seat("viewer"), "public"),
        (seat("overlay"), "public"),
        (seat("owner", "c2"), "public"),
        (ANONYMOUS, "public"),
        (USER, "public"),
    ],
)
def test_each_credential_has_one_audience(principal: Principal, audience: str) -> None:
    """Only those who run the game see everything; whoever is not known to see more sees what the public sees."""
    assert audience_of(principal, "c1") == audience
