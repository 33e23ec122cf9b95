"""Threat: somebody who knows the password moves the account's address, and stays in it when its owner takes it back.

Checked by taking out: `revoke_made_by_in` in `moving` and in `resetting`; `end_made_by_in` in both; the call of
`_drop_fresh_factor`; in it the look at when a second factor was switched on.
"""

import httpx2
import pytest

from server.accounts.identify import identify
from server.accounts.tokens.actions import make_sign_in
from server.app import Services
from server.campaigns.find import find_campaign
from server.kernel.clock import ManualClock
from server.kernel.limits import UNDO_LINK_S
from server.kernel.mail import MemoryMailer
from tests.accounts.links.conftest import token_in
from tests.accounts.links.walks import NEW_PASSWORD, forget, move, reset, sign_up_proved, undo
from tests.accounts.persons import Person, log_in, sign_up
from tests.accounts.second_factor.walks import enrol, give_password, show, standing
from tests.security.conftest import audited

ROAD = "/v1/campaigns/lantern-road"
THEIRS = "thief@table.example"


async def make_road(client: httpx2.AsyncClient, person: Person) -> None:
    body = {"slug": "lantern-road", "name": "Lantern Road"}
    assert (await client.post("/v1/campaigns", json=body, headers=person.headers)).status_code == 201


async def make(client: httpx2.AsyncClient, person: Person, what: str, **body: str) -> str:
    """A token or an invitation of the campaign."""
    answer = await client.post(f"{ROAD}/{what}", json=body, headers=person.headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


async def sign_in_link(services: Services, person: Person) -> str:
    thing = await find_campaign(services.kernel.database, "lantern-road")
    principal = await identify(services.accounts, {"authorization": person.headers["Authorization"]})
    return await make_sign_in(services.accounts, principal, thing)


async def is_out(client: httpx2.AsyncClient, admin_token: str, link: str, invitation: str) -> None:
    """None of the three opens anything."""
    acting = await client.patch(ROAD, json={"name": "Mine now"}, headers={"X-Token": admin_token})
    linked = await client.post("/v1/sign-in", json={"token": link})
    friend = await sign_up(client, "friend")
    invited = await client.post("/v1/invitations/accept", json={"token": invitation}, headers=friend.headers)
    assert [acting.status_code, linked.status_code, invited.status_code] == [401, 401, 404]


async def test_whoever_moved_the_address_is_out_for_good(
    client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer
) -> None:
    """A machine's token, a sign-in link and an invitation of theirs end with the way back; it is written down."""
    owner = await sign_up_proved(client, mailer)
    await make_road(client, owner)
    token = await make(client, owner, "tokens", scope="admin", name="Scene")
    link = await sign_in_link(services, owner)
    invitation = await make(client, owner, "invitations", role="gm")
    await move(client, mailer, owner, THEIRS)
    assert (await undo(client, token_in(mailer, "undo-email", owner.email))).status_code == 200
    await is_out(client, token, link, invitation)
    assert [entry["details"]["why"] for entry in await audited(services, "invitation_revoked")] == ["taken_back"]
    ended = [entry["details"]["why"] for entry in await audited(services, "authn_token_revoked")]
    assert ended == ["password", "taken_back", "taken_back"]  # the sign-in, the campaign's first token, the scene's


async def test_who_made_the_account_of_a_mailbox_is_out_with_a_new_password(
    client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer
) -> None:
    """Where no address was proved, whoever chooses a new password need not be who made the account."""
    stranger = await sign_up(client)
    await make_road(client, stranger)
    token = await make(client, stranger, "tokens", scope="admin", name="Scene")
    link = await sign_in_link(services, stranger)
    invitation = await make(client, stranger, "invitations", role="gm")
    await forget(client, stranger.email)
    assert (await reset(client, token_in(mailer, "reset"))).status_code == 204
    await is_out(client, token, link, invitation)


async def test_a_new_password_of_a_proved_address_leaves_the_overlays_alone(
    client: httpx2.AsyncClient, mailer: MemoryMailer
) -> None:
    """Whoever forgot theirs on the evening of a show loses no scene by it."""
    owner = await sign_up_proved(client, mailer)
    await make_road(client, owner)
    token = await make(client, owner, "tokens", scope="overlay", name="Scene")
    await forget(client, owner.email)
    assert (await reset(client, token_in(mailer, "reset"))).status_code == 204
    assert (await client.get("/v1/session", headers={"X-Token": token})).status_code == 200


@pytest.mark.parametrize("is_moved_before", [True, False])
async def test_a_thiefs_second_factor_keeps_no_owner_out(
    client: httpx2.AsyncClient, services: Services, mailer: MemoryMailer, clock: ManualClock, is_moved_before: bool
) -> None:
    """Switched on after the address was moved, or just before: it goes, and the owner is told at their address."""
    owner = await sign_up_proved(client, mailer)
    if is_moved_before:
        await move(client, mailer, owner, THEIRS)
        clock.advance(60)
        await enrol(client, clock, owner)
    else:
        await enrol(client, clock, owner)
        await move(client, mailer, owner, THEIRS)
    await undo(client, token_in(mailer, "undo-email", owner.email))
    await reset(client, token_in(mailer, "reset", owner.email))
    back = Person("rowan", await log_in(client, "rowan", NEW_PASSWORD))
    assert (await standing(client, back))["enabled_at"] is None
    assert len(await audited(services, "authn_factor_disabled")) == 1
    assert owner.email in [mail.to for mail in mailer.sent if "second factor was switched off" in mail.subject]


async def test_the_owners_second_factor_stays(
    client: httpx2.AsyncClient, mailer: MemoryMailer, clock: ManualClock
) -> None:
    """One that was there long before: whoever reads the old mailbox does not get around it."""
    owner = await sign_up_proved(client, mailer)
    secured = await enrol(client, clock, owner)
    clock.advance(UNDO_LINK_S)
    signed_in = await show(client, await give_password(client), code=secured.app.code())
    await move(client, mailer, Person("rowan", signed_in.json()), THEIRS)
    await undo(client, token_in(mailer, "undo-email", owner.email))
    await reset(client, token_in(mailer, "reset", owner.email))
    assert await give_password(client, "rowan", NEW_PASSWORD)
