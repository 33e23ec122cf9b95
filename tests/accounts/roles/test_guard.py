"""The guard looks at each action, and forgets in every process when anything about roles changes."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from server.accounts.caller import NOBODY
from server.accounts.changes import changing
from server.accounts.people.actions import erase_in
from server.accounts.people.store import find_user
from server.accounts.principal import ANONYMOUS, SERVER_ADMIN, Principal
from server.accounts.revocations import Follower
from server.accounts.roles.guard import granted, has, require
from server.accounts.roles.memory import Grants
from server.accounts.roles.rules import PERMISSIONS, Granted
from server.app import Services, make_services
from server.campaigns.desk import Seat
from server.campaigns.seating import Seating
from server.kernel.errors import Forbidden, Unauthenticated
from server.kernel.limits import GRANTS_KEPT
from server.kernel.settings import Settings
from tests.accounts.granting import enter, give_role, holder, make_role


def person(user_id: str) -> Principal:
    return Principal("user", user_id, "somebody")


@pytest_asyncio.fixture
async def elsewhere(settings: Settings) -> AsyncIterator[Services]:
    """Another process on the same database; its follower is asked by hand."""
    other = make_services(settings)
    yield other
    await other.kernel.database.close()


async def test_a_permission_is_what_ones_roles_add_up_to(services: Services) -> None:
    """Everybody's, and those of every role that was given."""
    asker = await holder(services, "rowan", "users.read")
    await give_role(services, asker.id, await make_role(services, "second", "audit.read"))
    found = await granted(services.accounts, person(asker.id))
    assert found.permissions == {"campaigns.create", "users.read", "audit.read"}
    assert set(found.roles) == {"user", "role-of-rowan", "second"}
    with pytest.raises(Forbidden, match=r"users\.write"):
        await require(services.accounts, person(asker.id), "users.write")


async def test_who_is_nobody_is_asked_to_sign_in(services: Services) -> None:
    """And a machine's token has none of them, whatever its role at the table; the server's admin has all."""
    machine = Principal("campaign_token", "t1", "OBS", "c1", "owner")
    for permission in PERMISSIONS:
        with pytest.raises(Unauthenticated):
            await require(services.accounts, ANONYMOUS, permission)
        with pytest.raises(Forbidden):
            await require(services.accounts, machine, permission)
        assert await has(services.accounts, SERVER_ADMIN, permission)
    assert (await granted(services.accounts, SERVER_ADMIN)).permissions == set(PERMISSIONS)


async def test_a_change_is_known_at_once_here(services: Services) -> None:
    """What was remembered before it counts no more."""
    asker, role_id = await enter(services, "rowan"), await make_role(services, "reader", "users.read")
    assert not await has(services.accounts, person(asker.id), "users.read")
    await give_role(services, asker.id, role_id)
    assert await has(services.accounts, person(asker.id), "users.read")


async def test_a_change_is_known_in_other_processes(services: Services, elsewhere: Services) -> None:
    """With their next look at what was revoked, which they take twice a second."""
    asker, role_id = await enter(services, "rowan"), await make_role(services, "reader", "users.read")
    follower = Follower(elsewhere.kernel.database, elsewhere.kernel.clock, elsewhere.accounts.news)
    await follower.catch_up()
    assert not await has(elsewhere.accounts, person(asker.id), "users.read")
    await give_role(services, asker.id, role_id)
    await follower.catch_up()
    assert await has(elsewhere.accounts, person(asker.id), "users.read")


async def test_whom_a_change_is_not_about_is_left_alone(services: Services) -> None:
    """A socket is unsettled by what changes its own person, and not by everybody who comes, goes or gets a role."""
    sable, other = await enter(services, "sable"), await enter(services, "oskar")
    told: list[str] = []
    seat = Seat("c1", person(sable.id), "public", None)
    stop = Seating(services.campaigns).watch(seat, lambda: told.append("revoked"), lambda: told.append("changed"))
    told.clear()
    role_id = await make_role(services, "reader", "users.read")
    await give_role(services, other.id, role_id)
    async with changing(services.accounts) as change:
        user = await find_user(change.connection, other.id)
        assert user is not None
        await erase_in(services.accounts, change, user, person(other.id), NOBODY)
    assert told == []
    await give_role(services, sable.id, role_id)
    assert told == ["changed"]
    stop()


def test_what_was_read_before_a_change_is_not_remembered() -> None:
    """A slow read must not bring back what was just taken."""
    grants, old = Grants(), Granted((), frozenset({"users.read"}))
    turn = grants.turn
    grants.forget_all()
    grants.put("u1", old, turn)
    assert grants.get("u1") is None
    grants.put("u1", old, grants.turn)
    assert grants.get("u1") is old


def test_the_memory_is_bounded() -> None:
    """One more than fits makes the oldest be read again."""
    grants, some = Grants(), Granted((), frozenset())
    for number in range(GRANTS_KEPT + 1):
        grants.put(str(number), some, grants.turn)
    assert grants.get("0") is None
    assert grants.get(str(GRANTS_KEPT)) is some
