"""Threat: somebody who may a little makes themselves, or a friend, almighty; or locks all admins out.

Taken out to see it fail: each `check_holds`; `keeping_an_admin` of each action, and what it looks for; each
`require_in`; the news of `roles.actions._changing`.
"""

import asyncio
from collections.abc import Awaitable, Callable

import httpx2
import pytest
from sqlalchemy import delete

from server.accounts.roles.rules import ADMIN_ID, ROLES
from server.accounts.roles.tables import UserRoleRow
from server.app import Services
from tests.accounts.granting import enter, give_role, holder, make_admin, make_role
from tests.accounts.persons import PASSWORD, Person, is_signed_in, sign_up

MODERATOR = ROLES["moderator"].id
Move = Callable[[httpx2.AsyncClient, Services, Person], Awaitable[httpx2.Response]]


async def become_admin(client: httpx2.AsyncClient, _services: Services, who: Person) -> httpx2.Response:
    return await client.post(f"/v1/users/{who.id}/roles", json={"role_id": ADMIN_ID}, headers=who.headers)


async def befriend(client: httpx2.AsyncClient, services: Services, who: Person) -> httpx2.Response:
    friend = await enter(services, "friend")
    return await client.post(f"/v1/users/{friend.id}/roles", json={"role_id": MODERATOR}, headers=who.headers)


async def make_a_mighty_role(client: httpx2.AsyncClient, _services: Services, who: Person) -> httpx2.Response:
    body = {"name": "mighty", "description": "x", "permissions": ["users.write"]}
    return await client.post("/v1/roles", json=body, headers=who.headers)


async def widen_ones_own_role(client: httpx2.AsyncClient, _services: Services, who: Person) -> httpx2.Response:
    listed = (await client.get("/v1/roles", headers=who.headers)).json()
    mine = next(role for role in listed if role["name"] == f"role-of-{who.username}")
    body = {"permissions": [*mine["permissions"], "users.write"]}
    return await client.patch(f"/v1/roles/{mine['id']}", json=body, headers=who.headers)


async def weaken_another_role(client: httpx2.AsyncClient, services: Services, who: Person) -> httpx2.Response:
    role_id = await make_role(services, "strong", "users.write")
    return await client.patch(f"/v1/roles/{role_id}", json={"permissions": []}, headers=who.headers)


async def delete_another_role(client: httpx2.AsyncClient, services: Services, who: Person) -> httpx2.Response:
    role_id = await make_role(services, "strong", "users.write")
    return await client.delete(f"/v1/roles/{role_id}", headers=who.headers)


async def take_an_admins_role(client: httpx2.AsyncClient, services: Services, who: Person) -> httpx2.Response:
    admin = await make_admin(services)
    await make_admin(services, "second-admin")
    return await client.delete(f"/v1/users/{admin.id}/roles/{ADMIN_ID}", headers=who.headers)


async def delete_a_permission(client: httpx2.AsyncClient, services: Services, who: Person) -> httpx2.Response:
    admin = await make_admin(services)
    body = {"name": "bot.steer", "description": "x"}
    await client.post("/v1/permissions", json=body, headers=admin.headers)
    return await client.delete("/v1/permissions/bot.steer", headers=who.headers)


MOVES: list[Move] = [
    become_admin,
    befriend,
    make_a_mighty_role,
    widen_ones_own_role,
    weaken_another_role,
    delete_another_role,
    take_an_admins_role,
    delete_a_permission,
]


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.__name__)
async def test_nobody_gives_takes_or_changes_what_they_have_not(
    client: httpx2.AsyncClient, services: Services, move: Move
) -> None:
    """To write roles is to write those that allow no more than oneself may; the refusal says what is missing."""
    writer = await holder(services, "writer", "roles.read", "roles.write")
    answer = await move(client, services, writer)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert "you have not" in answer.json()["detail"]
    mine = (await client.get("/v1/users/me", headers=writer.headers)).json()["permissions"]
    assert mine == ["campaigns.create", "roles.read", "roles.write"]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_nobody_touches_an_account_that_may_more(
    client: httpx2.AsyncClient, services: Services, method: str
) -> None:
    """A moderator disables and deletes guests and other moderators, and no admin."""
    admin, moderator = await make_admin(services), await enter(services, "moderator-1")
    await make_admin(services, "second-admin")
    await give_role(services, moderator.id, MODERATOR)
    body = {"disabled": True} if method == "PATCH" else None
    refused = await client.request(method, f"/v1/users/{admin.id}", json=body, headers=moderator.headers)
    assert refused.status_code == 403
    assert await is_signed_in(client, admin.tokens)
    guest = await enter(services, "guest")
    assert (await client.request(method, f"/v1/users/{guest.id}", json=body, headers=moderator.headers)).is_success


async def removals(client: httpx2.AsyncClient, asker: dict[str, str], who: Person) -> list[httpx2.Response]:
    """Every way by which somebody stops being an admin."""
    return [
        await client.delete(f"/v1/users/{who.id}/roles/{ADMIN_ID}", headers=asker),
        await client.patch(f"/v1/users/{who.id}", json={"disabled": True}, headers=asker),
        await client.delete(f"/v1/users/{who.id}", headers=asker),
        await client.request("DELETE", "/v1/users/me", json={"password": PASSWORD}, headers=who.headers),
    ]


async def test_the_last_admin_stays(client: httpx2.AsyncClient, services: Services, admin: dict[str, str]) -> None:
    """By whatever way, by whomever: also where there is another one who can't sign in."""
    last = await sign_up(client)
    await give_role(services, last.id, ADMIN_ID)
    other = await make_admin(services, "disabled-admin")
    await client.patch(f"/v1/users/{other.id}", json={"disabled": True}, headers=admin)
    for asker in (admin, last.headers):
        assert [answer.status_code for answer in await removals(client, asker, last)] == [409] * 4
    assert await is_signed_in(client, last.tokens)
    assert (await client.get("/v1/roles", headers=last.headers)).status_code == 200


async def test_two_admins_cannot_remove_each_other(client: httpx2.AsyncClient, services: Services) -> None:
    """At the same moment: one of them remains."""
    left: list[Person] = []
    for number in range(5):
        one, two = await make_admin(services, f"one-{number}"), await make_admin(services, f"two-{number}")
        for each in left:
            assert (await client.delete(f"/v1/users/{each.id}", headers=one.headers)).status_code == 204
        await asyncio.gather(
            client.delete(f"/v1/users/{two.id}/roles/{ADMIN_ID}", headers=one.headers),
            client.delete(f"/v1/users/{one.id}/roles/{ADMIN_ID}", headers=two.headers),
        )
        left = [each for each in (one, two) if (await client.get("/v1/roles", headers=each.headers)).is_success]
        assert len(left) == 1


async def test_a_right_that_is_taken_while_it_is_used_is_gone(client: httpx2.AsyncClient, services: Services) -> None:
    """Of two requests at once, one that takes it and one that uses it, the later sees what the earlier did."""
    admin = await make_admin(services)
    for number in range(10):
        writer = await holder(services, f"writer-{number}", "roles.write")
        roles = (await client.get("/v1/roles", headers=admin.headers)).json()
        mine = next(role["id"] for role in roles if role["name"] == f"role-of-{writer.username}")
        body = {"name": f"made-{number}", "description": "x"}
        taken, made = await asyncio.gather(
            client.patch(f"/v1/roles/{mine}", json={"permissions": []}, headers=admin.headers),
            client.post("/v1/roles", json=body, headers=writer.headers),
        )
        assert taken.status_code == 200
        assert made.status_code in {201, 403}
        assert (await client.post("/v1/roles", json=body, headers=writer.headers)).status_code == 403


async def test_what_another_process_took_a_moment_ago_changes_nothing_any_more(
    client: httpx2.AsyncClient, services: Services
) -> None:
    """This process has not heard of it yet and lets them in; each change itself looks once more, and is refused."""
    writer = await holder(services, "writer", "roles.write", "users.write")
    guest, empty = await enter(services, "guest"), await make_role(services, "empty")
    await give_role(services, guest.id, empty)
    mine = (await client.get("/v1/users/me", headers=writer.headers)).json()  # from now on they are remembered
    assert "users.write" in mine["permissions"]
    async with services.kernel.database.write() as connection:
        await connection.execute(delete(UserRoleRow).where(UserRoleRow.user_id == writer.id))
    asked: list[tuple[str, str, dict[str, object] | None]] = [
        ("POST", "/roles", {"name": "made", "description": "x"}),
        ("PATCH", f"/roles/{empty}", {"description": "x"}),
        ("POST", "/permissions", {"name": "bot.steer", "description": "x"}),
        ("POST", f"/users/{guest.id}/roles", {"role_id": empty}),
        ("DELETE", f"/users/{guest.id}/roles/{empty}", None),
        ("DELETE", f"/roles/{empty}", None),
        ("PATCH", f"/users/{guest.id}", {"disabled": True}),
        ("DELETE", f"/users/{guest.id}", None),
    ]
    statuses = {}
    for method, path, body in asked:
        answer = await client.request(method, f"/v1{path}", json=body, headers=writer.headers)
        statuses[method, path] = answer.status_code
    assert statuses == dict.fromkeys(statuses, 403)


LOSSES = ["the role allows less", "the role is deleted", "the role is taken"]


@pytest.mark.parametrize("loss", LOSSES)
async def test_a_right_that_was_taken_shows_nothing_any_more(
    client: httpx2.AsyncClient, services: Services, loss: str
) -> None:
    """Also what changes nothing, and is judged by what is remembered, is over with the very next request."""
    admin, reader = await make_admin(services), await holder(services, "reader", "users.read")
    roles = (await client.get("/v1/roles", headers=admin.headers)).json()
    role_id = next(role["id"] for role in roles if role["name"] == "role-of-reader")
    assert (await client.get("/v1/users", headers=reader.headers)).status_code == 200
    place = {"the role is taken": f"/v1/users/{reader.id}/roles/{role_id}"}.get(loss, f"/v1/roles/{role_id}")
    if loss == LOSSES[0]:
        taken = await client.patch(place, json={"permissions": []}, headers=admin.headers)
    else:
        taken = await client.delete(place, headers=admin.headers)
    assert taken.is_success
    assert (await client.get("/v1/users", headers=reader.headers)).status_code == 403
