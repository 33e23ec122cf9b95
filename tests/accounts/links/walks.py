"""What one does with links, over HTTP."""

import httpx2

from server.kernel.mail import MemoryMailer
from tests.accounts.links.conftest import token_in
from tests.accounts.persons import PASSWORD, Person, sign_up

NEW_PASSWORD = "nine bells below the harbour"
NEW_EMAIL = "rowan@ashdown.example"


async def sign_up_proved(client: httpx2.AsyncClient, mailer: MemoryMailer, username: str = "rowan") -> Person:
    """Somebody who followed the link in their mail."""
    person = await sign_up(client, username)
    body = {"token": token_in(mailer, "verify", person.email)}
    assert (await client.post("/v1/auth/verify", json=body, headers=person.headers)).status_code == 200
    return person


async def forget(client: httpx2.AsyncClient, email: str) -> httpx2.Response:
    return await client.post("/v1/auth/forgot", json={"email": email})


async def reset(client: httpx2.AsyncClient, token: str, password: str = NEW_PASSWORD) -> httpx2.Response:
    return await client.post("/v1/auth/reset", json={"token": token, "new_password": password})


async def ask_to_move(
    client: httpx2.AsyncClient, person: Person, email: str = NEW_EMAIL, password: str = PASSWORD
) -> httpx2.Response:
    body = {"email": email, "password": password}
    return await client.post("/v1/users/me/email", json=body, headers=person.headers)


async def confirm_move(
    client: httpx2.AsyncClient, token: str, person: Person | None = None, password: str | None = None
) -> httpx2.Response:
    body = {"token": token, **({"password": password} if password else {})}
    return await client.post("/v1/auth/email", json=body, headers=person.headers if person else {})


async def move(client: httpx2.AsyncClient, mailer: MemoryMailer, person: Person, email: str = NEW_EMAIL) -> None:
    """The whole way to another address."""
    assert (await ask_to_move(client, person, email)).status_code == 202
    assert (await confirm_move(client, token_in(mailer, "email", email), person)).status_code == 200


async def undo(client: httpx2.AsyncClient, token: str) -> httpx2.Response:
    return await client.post("/v1/auth/email/undo", json={"token": token})
