"""Threat: a recovery code is used again, by two at once, by somebody else, or after it should have ended.

Taken out to see the tests fail: the deletion in `store.burn_code`, and `user_id` in it; the deletion in
`store.replace_codes`; `_CODES` in `store.remove_factor`; the hash in `rules.recovery_digest`.
"""

import asyncio

import httpx2
import pytest
from sqlalchemy import select

from server.accounts.second_factor.tables import RecoveryCodeRow
from server.app import Services, make_app
from server.kernel.clock import ManualClock
from tests.accounts.persons import sign_up
from tests.accounts.second_factor.walks import Secured, disable, enrol, give_password, renew_codes, show, standing
from tests.security.crowd import real_throttle, stranger


@pytest.fixture
async def secured(client: httpx2.AsyncClient, clock: ManualClock) -> Secured:
    secured = await enrol(client, clock, await sign_up(client))
    secured.app.next_code()
    return secured


async def test_it_counts_once(client: httpx2.AsyncClient, secured: Secured) -> None:
    """Whatever it is for, and however it is written; the others go on."""
    code, other, *_ = secured.recovery_codes
    assert (await show(client, await give_password(client), recovery_code=code)).status_code == 200
    for again in (code, code.lower(), code.replace("-", "")):
        assert (await show(client, await give_password(client), recovery_code=again)).status_code == 401
    assert (await disable(client, secured.person, recovery_code=code)).status_code == 422
    assert (await show(client, await give_password(client), recovery_code=other)).status_code == 200


async def test_of_many_at_once_one_wins(client: httpx2.AsyncClient, secured: Secured) -> None:
    """Each with a sign-in of its own."""
    for code in secured.recovery_codes:
        tokens = [await give_password(client) for _ in range(3)]
        answers = await asyncio.gather(*(show(client, token, recovery_code=code) for token in tokens))
        assert sorted(answer.status_code for answer in answers) == [200, 401, 401]


@pytest.mark.usefixtures("secured")
async def test_it_is_one_persons(client: httpx2.AsyncClient, clock: ManualClock) -> None:
    """Somebody else's opens nothing, and is still good for them afterwards."""
    other = await enrol(client, clock, await sign_up(client, "sorrel"))
    theirs = other.recovery_codes[0]
    assert (await show(client, await give_password(client), recovery_code=theirs)).status_code == 401
    assert (await show(client, await give_password(client, "sorrel"), recovery_code=theirs)).status_code == 200


async def test_new_ones_end_the_old(client: httpx2.AsyncClient, secured: Secured) -> None:
    """All ten of them."""
    new = (await renew_codes(client, secured.person, secured.app.code())).json()["recovery_codes"]
    for old in secured.recovery_codes[:3]:
        assert (await show(client, await give_password(client), recovery_code=old)).status_code == 401
    assert (await show(client, await give_password(client), recovery_code=new[0])).status_code == 200


async def test_they_go_with_the_factor(client: httpx2.AsyncClient, clock: ManualClock, secured: Secured) -> None:
    """Those of the one before open nothing once another one is on."""
    assert (await disable(client, secured.person, code=secured.app.code())).status_code == 204
    assert (await standing(client, secured.person))["recovery_codes_left"] == 0
    clock.advance(30)
    await enrol(client, clock, secured.person)
    old = secured.recovery_codes[0]
    assert (await show(client, await give_password(client), recovery_code=old)).status_code == 401


async def test_the_database_does_not_hold_them(services: Services, secured: Secured) -> None:
    """Digests of ten different ones, and nothing that could be typed."""
    async with services.kernel.database.read() as connection:
        kept = list(await connection.scalars(select(RecoveryCodeRow.digest)))
    assert (len(set(kept)), {len(each) for each in kept}) == (10, {32})
    plain = {code.replace("-", "").encode() for code in secured.recovery_codes}
    assert not any(code in bytes(each) for code in plain for each in kept)


async def test_they_cannot_be_guessed_for_long(services: Services, secured: Secured) -> None:
    """Five wrong ones, then even the right one waits: they count with the codes of the app."""
    async with stranger(make_app(real_throttle(services)), "203.0.113.1") as client:
        for letter in "ABCDE":
            wrong = await show(client, await give_password(client), recovery_code=letter * 24)
            assert wrong.status_code == 401
        right = await show(client, await give_password(client), recovery_code=secured.recovery_codes[0])
    assert (right.status_code, right.json()["code"]) == (429, "too_many")
    assert int(right.headers["retry-after"]) > 200
