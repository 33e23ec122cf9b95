"""Who acts, and what a command's content is."""

import pytest

from server.accounts.principal import SERVER_ADMIN, Principal, Role
from server.campaigns.rules import actor_of, command_key, digest_of
from server.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("role", "kind"),
    [
        ("owner", "admin"),
        ("gm", "gm"),
        ("player", "player"),
        ("symbiote", "symbiote"),
        ("moderator", "user"),
        ("viewer", "user"),
    ],
)
def test_the_log_names_who_acted(role: Role, kind: str) -> None:
    """By what they are in that campaign; somewhere else they are a user like any other."""
    principal = Principal("campaign_token", "tok", "Stage left", "here", role)
    assert actor_of(principal, "here") == {"kind": kind, "id": "tok", "name": "Stage left"}
    assert actor_of(principal, "elsewhere")["kind"] == "user"


def test_the_servers_admin_acts_as_the_server() -> None:
    """Wherever it acts."""
    assert actor_of(SERVER_ADMIN, "here")["kind"] == "server"


def test_a_digest_is_of_what_is_said_not_of_how() -> None:
    """The order of fields does not matter, everything else does."""
    one = digest_of("damage", {"amount": 1, "character_id": "a"})
    assert one == digest_of("damage", {"character_id": "a", "amount": 1})
    assert one != digest_of("heal", {"character_id": "a", "amount": 1})
    assert one != digest_of("damage", {"character_id": "a", "amount": 2})


@pytest.mark.parametrize("data", [{"name": "\ud800"}, {"amount": 2**70}])
def test_what_no_json_text_can_carry_is_invalid(data: dict[str, object]) -> None:
    """Half an emoji or a number beyond 64 bits is the sender's mistake, not our fault."""
    with pytest.raises(Invalid):
        digest_of("announce", data)


def test_a_command_id_belongs_to_its_sender() -> None:
    """No id, no key: such a command counts as often as it is sent."""
    assert command_key(SERVER_ADMIN, "c7") == "server_admin:c7"
    assert command_key(SERVER_ADMIN, None) is None
