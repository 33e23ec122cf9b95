"""Threat: a refresh token is stolen and used beside its owner, replayed, or raced for.

Checked by taking out: the condition of `_SPEND` (unspent); the ending of the session in `_end_stolen`; its
`change.end` (sockets and access token), and the look at it in `identify`; its audit entry; its letter; the grace's
time; the grace's look at the successor; `supersede` together with the unique index of live tokens; the idle end.
"""

import asyncio
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select

from server.accounts.sessions.tables import RefreshTokenRow, SessionRow
from server.app import Services, make_app, make_services, running
from server.kernel.clock import ManualClock
from server.kernel.limits import REFRESH_ABSOLUTE_S, REFRESH_GRACE_S, REFRESH_IDLE_S
from server.kernel.mail import MemoryMailer
from server.kernel.settings import Settings
from tests.accounts.persons import is_signed_in, log_in, renew, sign_up
from tests.security.conftest import audited

ROUNDS = 100


async def live_tokens(services: Services) -> int:
    """How many refresh tokens of living sessions nobody has used."""
    query = (
        select(func.count())
        .select_from(RefreshTokenRow)
        .join(SessionRow, SessionRow.id == RefreshTokenRow.session_id)
        .where(RefreshTokenRow.used_at.is_(None), RefreshTokenRow.revoked_at.is_(None), SessionRow.ended_at.is_(None))
    )
    async with services.kernel.database.read() as connection:
        return int((await connection.execute(query)).scalar_one())


async def renewed(client: httpx2.AsyncClient, tokens: dict[str, Any]) -> dict[str, Any]:
    answer = await renew(client, tokens)
    assert answer.status_code == 200, answer.text
    fresh: dict[str, Any] = answer.json()
    return fresh


async def test_a_second_use_ends_the_sign_in(
    client: httpx2.AsyncClient, services: Services, clock: ManualClock, mailer: MemoryMailer
) -> None:
    """Thief and owner both lose it, once: their tokens, the access token too; one entry, one letter."""
    person = await sign_up(client)
    mine = await renewed(client, person.tokens)
    clock.advance(REFRESH_GRACE_S)
    mailer.sent.clear()
    stolen = await renew(client, person.tokens)
    assert (stolen.status_code, stolen.json()["code"]) == (401, "invalid_grant")
    for tokens in (person.tokens, mine):
        assert (await renew(client, tokens)).status_code == 401
        assert not await is_signed_in(client, tokens)
    (entry,) = await audited(services, "authn_token_reuse")
    assert (entry["who"], entry["outcome"]) == (person.id, "failure")
    (letter,) = mailer.sent
    assert letter.to == person.email
    assert await live_tokens(services) == 0


async def test_other_devices_stay_signed_in(client: httpx2.AsyncClient, clock: ManualClock) -> None:
    """One sign-in was stolen, not the account."""
    person = await sign_up(client)
    other = await log_in(client)
    await renewed(client, person.tokens)
    clock.advance(REFRESH_GRACE_S)
    await renew(client, person.tokens)
    assert await is_signed_in(client, other)
    assert (await renew(client, other)).status_code == 200


async def test_an_old_token_is_still_recognised(client: httpx2.AsyncClient, clock: ManualClock) -> None:
    """However many came after it: the first of a long chain ends it."""
    person = await sign_up(client)
    newest = person.tokens
    for _ in range(12):
        newest = await renewed(client, newest)
        clock.advance(600)
    assert (await renew(client, person.tokens)).status_code == 401
    assert (await renew(client, newest)).status_code == 401


async def test_a_lost_answer_is_forgiven(client: httpx2.AsyncClient, clock: ManualClock, services: Services) -> None:
    """Within the grace, and while nobody used the successor: another one comes, and only one is live."""
    person = await sign_up(client)
    await renewed(client, person.tokens)
    clock.advance(REFRESH_GRACE_S - 1)
    again = await renewed(client, person.tokens)
    assert await live_tokens(services) == 1
    assert await is_signed_in(client, await renewed(client, again))


async def test_a_tab_that_lost_a_race_goes_on(client: httpx2.AsyncClient, services: Services) -> None:
    """The successor that was replaced is a lost answer itself: either tab's cookie may have come last."""
    person = await sign_up(client)
    first = await renewed(client, person.tokens)
    await renewed(client, person.tokens)
    third = await renewed(client, first)
    assert await live_tokens(services) == 1
    assert (await renew(client, third)).status_code == 200


async def test_nothing_is_forgiven_once_the_successor_was_used(client: httpx2.AsyncClient) -> None:
    """Then the answer arrived, and whoever shows the old one is somebody else: within the grace, too."""
    person = await sign_up(client)
    mine = await renewed(client, person.tokens)
    newest = await renewed(client, mine)
    assert (await renew(client, person.tokens)).status_code == 401
    assert (await renew(client, newest)).status_code == 401


async def test_the_grace_can_be_switched_off(settings: Settings, clock: ManualClock) -> None:
    """REFRESH_GRACE_S=0 forgives nothing."""
    services = make_services(settings.model_copy(update={"refresh_grace_s": 0.0}), clock)
    transport = httpx2.ASGITransport(app=make_app(services))
    async with running(services), httpx2.AsyncClient(transport=transport, base_url="http://tablecast.test") as client:
        person = await sign_up(client)
        await renewed(client, person.tokens)
        assert (await renew(client, person.tokens)).status_code == 401


async def test_two_racers_never_leave_two_live_tokens(client: httpx2.AsyncClient, services: Services) -> None:
    """In each round both show the same token at the same moment; whatever they get, at most one token is live."""
    tokens = (await sign_up(client)).tokens
    for _ in range(ROUNDS):
        answers = await asyncio.gather(renew(client, tokens), renew(client, tokens))
        assert {answer.status_code for answer in answers} == {200}
        assert await live_tokens(services) == 1
        alive = [await renew(client, answer.json()) for answer in answers[:1]]
        assert await live_tokens(services) == 1
        tokens = alive[0].json()


async def test_without_the_grace_one_racer_wins_and_then_nobody_has_it(settings: Settings) -> None:
    """The other one's use is the second, which ends the sign-in: never two live tokens, and never one for a thief."""
    services = make_services(settings.model_copy(update={"refresh_grace_s": 0.0}), ManualClock())
    transport = httpx2.ASGITransport(app=make_app(services))
    async with running(services), httpx2.AsyncClient(transport=transport, base_url="http://tablecast.test") as client:
        await sign_up(client)
        for _ in range(ROUNDS // 10):
            tokens = await log_in(client)
            before = await live_tokens(services)
            answers = await asyncio.gather(*(renew(client, tokens) for _ in range(4)))
            assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]
            assert await live_tokens(services) == before - 1


@pytest.mark.parametrize(("wait", "status"), [(REFRESH_IDLE_S - 1, 200), (REFRESH_IDLE_S, 401)])
async def test_an_unused_sign_in_ends(client: httpx2.AsyncClient, clock: ManualClock, wait: float, status: int) -> None:
    """To the second; and being late is no theft."""
    person = await sign_up(client)
    clock.advance(wait)
    assert (await renew(client, person.tokens)).status_code == status


async def test_every_sign_in_ends(client: httpx2.AsyncClient, clock: ManualClock, services: Services) -> None:
    """However often it is used, REFRESH_ABSOLUTE_S is the end; and that was no theft."""
    tokens = (await sign_up(client)).tokens
    day = 24 * 3600
    for _ in range(REFRESH_ABSOLUTE_S // day - 1):
        clock.advance(day)
        tokens = await renewed(client, tokens)
    clock.advance(day)
    assert (await renew(client, tokens)).status_code == 401
    assert await audited(services, "authn_token_reuse") == []
