"""Threat: somebody signs up with another person's address, before they come or after, to get into their account.

Checked by taking out: `find_owner` asking for a proved address; the owner coming first in `people.store`; the unique
index of proved addresses.
"""

import httpx2
import pytest
from sqlalchemy.exc import IntegrityError

from server.app import Services
from tests.accounts.persons import PASSWORD, sign_up
from tests.security.conftest import prove_address

THEIRS = "the password of the stranger"


async def test_an_address_opens_nothing_but_what_its_password_fits(
    client: httpx2.AsyncClient, services: Services
) -> None:
    """A claim made before or after: the owner gets to the owner's account, the stranger to the stranger's."""
    await sign_up(client, "before", email="rowan@table.example", password=THEIRS)
    owner = await sign_up(client)
    await prove_address(services, owner.id)
    await sign_up(client, "after", email="rowan@table.example", password=THEIRS)
    for password, username in ((PASSWORD, "rowan"), (THEIRS, "after")):
        answer = await client.post("/v1/auth/login", json={"email": owner.email, "password": password})
        assert answer.json()["user"]["username"] == username


async def test_an_address_has_one_owner(client: httpx2.AsyncClient, services: Services) -> None:
    """The database refuses a second one, whatever the code does."""
    owner = await sign_up(client)
    stranger = await sign_up(client, "stranger", email=owner.email.upper())
    await prove_address(services, owner.id)
    with pytest.raises(IntegrityError):
        await prove_address(services, stranger.id)
