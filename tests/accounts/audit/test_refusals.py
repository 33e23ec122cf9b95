"""What was refused is written down, and a flood of it is a few rows."""

from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from server.accounts.audit.refusals import OTHERS, Refusals, write_refusals
from server.accounts.audit.tables import AuditRow
from server.app import Services, make_app
from server.kernel.errors import About, Forbidden, NotFound, Problem, TooMany, Unauthenticated
from server.kernel.limits import REFUSALS_KEPT
from tests.accounts.persons import sign_up
from tests.hub.serving import client as connect, hear_until, say, serving

CAMPAIGN = "/v1/campaigns/lantern-road"


async def written(services: Services) -> list[dict[str, Any]]:
    """The entries of what was refused, after writing them."""
    accounts = services.accounts
    await write_refusals(accounts.kernel.database, accounts.audit, accounts.refusals)
    names = ("authz_fail", "excess_rate_limit_exceeded")
    query = select(AuditRow.__table__).where(AuditRow.name.in_(names)).order_by(AuditRow.seq)
    async with accounts.kernel.database.read() as connection:
        return [dict(row._mapping) for row in await connection.execute(query)]


async def test_a_refusal_says_who_wanted_what(client: httpx2.AsyncClient, services: Services) -> None:
    """A right in a campaign, a campaign that they may not see, and a permission of the server; many times is once."""
    owner, other = await sign_up(client), await sign_up(client, "hazel")
    for slug, public in (("lantern-road", True), ("hidden-road", False)):
        body = {"slug": slug, "name": slug, "public": public}
        await client.post("/v1/campaigns", json=body, headers=owner.headers)
    for _ in range(3):
        assert (await client.patch(CAMPAIGN, json={"name": "x"}, headers=other.headers)).status_code == 403
    assert (await client.get("/v1/campaigns/hidden-road", headers=other.headers)).status_code == 404
    assert (await client.get("/v1/audit", headers=other.headers)).status_code == 403
    assert (await client.get("/v1/campaigns/no-road", headers=other.headers)).status_code == 404
    found = await written(services)
    assert [(entry["who"], entry["details"]["what"], entry["details"]["times"]) for entry in found] == [
        (other.id, "change_campaign", 3),
        (other.id, "read", 1),
        (other.id, "audit.read", 1),
    ]
    assert [entry["campaign_id"] is None for entry in found] == [False, False, True]
    assert {(entry["name"], entry["outcome"]) for entry in found} == {("authz_fail", "failure")}


async def test_a_command_that_is_refused_on_a_socket_counts_too(client: httpx2.AsyncClient, services: Services) -> None:
    """A socket has the same rights, and the same log."""
    owner, other = await sign_up(client), await sign_up(client, "hazel")
    await client.post("/v1/campaigns", json={"slug": "lantern-road", "name": "Road"}, headers=owner.headers)
    async with serving(make_app(services), "direct") as (_server, port), connect(port, f"{CAMPAIGN}/ws") as socket:
        await say(socket, type="subscribe", token=other.tokens["access_token"])
        await say(socket, type="command", id="c1", name="announce", data={"name": "x"})
        assert (await hear_until(socket, "result"))[-1]["error"]["code"] == "forbidden"
    [entry] = await written(services)
    assert (entry["who"], entry["details"]["what"], entry["address"]) == (other.id, "announce", "127.0.0.1")


async def test_nothing_refused_is_nothing_written(client: httpx2.AsyncClient, services: Services) -> None:
    """What is missing, wrong or without a credential is no refusal for lack of a right."""
    await client.get("/v1/campaigns/no-road")
    await client.get("/v1/audit")
    assert await written(services) == []


@pytest.mark.parametrize("problem", [NotFound(), Forbidden("x"), Unauthenticated()])
def test_other_problems_are_not_counted(problem: Problem) -> None:
    """Only what says about whom it is, and what was tried too often."""
    refusals = Refusals()
    refusals.note(problem, "/v1/x", "192.0.2.7")
    assert refusals.take() == {}


def test_a_flood_is_a_few_kinds() -> None:
    """However many addresses it comes from; those who came first are told apart."""
    refusals = Refusals()
    for number in range(10 * REFUSALS_KEPT):
        refusals.note(TooMany(), "/v1/auth/login", f"192.0.2.{number}")
        refusals.note(Forbidden(about=About(f"u{number}", "read")), "/v1/x", None)
    counted = refusals.take()
    assert len(counted) == REFUSALS_KEPT + 2
    assert sum(counted.values()) == 20 * REFUSALS_KEPT
    assert {refused.name for refused in counted if refused.what == OTHERS} == {
        "authz_fail",
        "excess_rate_limit_exceeded",
    }
    assert refusals.take() == {}


def test_an_answer_never_says_about_whom_it_is() -> None:
    """That is for the log alone."""
    assert "u1" not in repr(Forbidden(about=About("u1", "read", "c1")).body())
