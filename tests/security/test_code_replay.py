"""Threat: a code that was seen over somebody's shoulder, or on its way, is used once more, or at the same moment.

Taken out to see the tests fail: `last_step < step` in `store.take_step`; `last_step=step` in `store.enable_factor`; the
bound `late` in `rules.matching_step`; the deletion in `store.burn_pending`; `expires_at` in `store.find_pending`.
"""

import asyncio

import httpx2
import pytest

from server.accounts.caller import NOBODY
from server.accounts.changes import changing
from server.accounts.people.store import find_user
from server.accounts.second_factor.proving import Proof
from server.accounts.second_factor.rules import STEP_S
from server.accounts.sessions.entering import Pending, finish, let_in
from server.accounts.sessions.opening import Opened
from server.app import Services
from server.kernel.clock import ManualClock
from server.kernel.errors import InvalidGrant, Problem, Unauthenticated
from server.kernel.limits import SECOND_FACTOR_TOKEN_S
from tests.accounts.persons import sign_up
from tests.accounts.second_factor.walks import Secured, disable, enrol, give_password, show

ROUNDS = 100


@pytest.fixture
async def secured(client: httpx2.AsyncClient, clock: ManualClock) -> Secured:
    return await enrol(client, clock, await sign_up(client))


async def recognised(services: Services, user_id: str) -> str:
    """The token for the second step, as if the password had been right."""
    async with changing(services.accounts) as change:
        user = await find_user(change.connection, user_id)
        assert user is not None
        entered = await change.in_one(
            lambda stroke: let_in(services.accounts, stroke, user, NOBODY, "body", "password")
        )
    assert isinstance(entered, Pending)
    return entered.token


async def tried(services: Services, token: str, proof: Proof) -> Opened | Problem:
    try:
        return await finish(services.accounts, token, proof, NOBODY, "body")
    except Problem as problem:
        return problem


async def test_a_code_counts_once(client: httpx2.AsyncClient, secured: Secured) -> None:
    """Within its own thirty seconds, too, and with another token."""
    code = secured.app.next_code()
    tokens = [await give_password(client) for _ in range(2)]
    assert [(await show(client, token, code=code)).status_code for token in tokens] == [200, 401]


async def test_the_code_that_switched_it_on_is_spent(client: httpx2.AsyncClient, secured: Secured) -> None:
    """Whoever looked on while it was enrolled has nothing."""
    assert (await show(client, await give_password(client), code=secured.app.code())).status_code == 401


async def test_a_code_of_a_sign_in_switches_nothing_off(client: httpx2.AsyncClient, secured: Secured) -> None:
    """It is the same counter, whatever the code is for."""
    code = secured.app.next_code()
    assert (await show(client, await give_password(client), code=code)).status_code == 200
    assert (await disable(client, secured.person, code=code)).status_code == 422


async def test_an_older_code_is_refused_after_a_newer_one(client: httpx2.AsyncClient, secured: Secured) -> None:
    """Though it would still be in time, and nobody used it."""
    old, new = secured.app.next_code(), secured.app.next_code()
    assert (await show(client, await give_password(client), code=new)).status_code == 200
    assert (await show(client, await give_password(client), code=old)).status_code == 401


@pytest.mark.parametrize(("steps", "status"), [(-2, 401), (-1, 401), (0, 200), (1, 401), (2, 401)])
async def test_a_code_lives_for_thirty_seconds(
    client: httpx2.AsyncClient, clock: ManualClock, secured: Secured, steps: int, status: int
) -> None:
    """Its own, from the first to the last; neither the one before it counts, nor one that is still to come."""
    clock.advance(300 + (STEP_S - 1 if steps < 0 else 0))
    assert (await show(client, await give_password(client), code=secured.app.code(steps))).status_code == status


async def test_the_token_counts_once(client: httpx2.AsyncClient, secured: Secured) -> None:
    """A second sign-in needs the password again."""
    token = await give_password(client)
    assert (await show(client, token, code=secured.app.next_code())).status_code == 200
    again = await show(client, token, code=secured.app.next_code())
    assert (again.status_code, again.json()["code"]) == (401, "invalid_grant")


async def test_the_token_ends_by_itself(client: httpx2.AsyncClient, clock: ManualClock, secured: Secured) -> None:
    """Five minutes, and then one begins anew."""
    token = await give_password(client)
    clock.advance(SECOND_FACTOR_TOKEN_S)
    late = await show(client, token, code=secured.app.next_code())
    assert (late.status_code, late.json()["code"]) == (401, "invalid_grant")
    assert (await show(client, await give_password(client), code=secured.app.code())).status_code == 200


async def test_of_two_with_one_code_one_wins(services: Services, secured: Secured) -> None:
    """A hundred times, each with a token of its own."""
    for number in range(ROUNDS):
        code = Proof(secured.app.next_code())
        tokens = [await recognised(services, secured.person.id) for _ in range(2)]
        both = await asyncio.gather(*(tried(services, token, code) for token in tokens))
        assert [type(each) for each in both if isinstance(each, Problem)] == [Unauthenticated], number


async def test_of_two_with_one_token_one_wins(services: Services, secured: Secured) -> None:
    """Each with a proof that is good: the code of the app, and a recovery code."""
    for number, recovery_code in enumerate(secured.recovery_codes):
        secured.app.clock.advance(STEP_S)
        token = await recognised(services, secured.person.id)
        proofs = [Proof(secured.app.code()), Proof(recovery_code=recovery_code)]
        both = await asyncio.gather(*(tried(services, token, proof) for proof in proofs))
        problems = [type(each) for each in both if isinstance(each, Problem)]
        assert problems in ([InvalidGrant], [Unauthenticated]), number
