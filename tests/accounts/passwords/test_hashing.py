"""Argon2id with what the settings say, and newer parameters at the next sign-in."""

import os
import sys
import threading

import argon2
import httpx2
import pytest
from sqlalchemy import select

from server.accounts.passwords.hashing import Passwords
from server.accounts.people.actions import NewPassword, Registration
from server.accounts.people.tables import UserRow
from server.accounts.sessions.actions import Credentials
from server.app import Services, make_app, make_services
from server.kernel.limits import PASSWORD_NICE
from server.kernel.settings import Settings
from tests.accounts.persons import PASSWORD, log_in, sign_up


@pytest.mark.parametrize(("cost", "said"), [("19456/2/1", "m=19456,t=2,p=1"), ("47104/1/1", "m=47104,t=1,p=1")])
async def test_the_parameters_are_in_the_hash(cost: str, said: str) -> None:
    """Argon2id, as asked for, with a salt of its own each time."""
    passwords = Passwords(cost)
    first, second = await passwords.hash(PASSWORD), await passwords.hash(PASSWORD)
    assert first.startswith(f"$argon2id$v=19${said}$")
    assert first != second
    assert await passwords.verify(first, PASSWORD)
    passwords.close()


@pytest.mark.parametrize("wrong", ["", " " + PASSWORD, PASSWORD + " ", PASSWORD.upper(), PASSWORD[:-1], "\ud800"])
async def test_nothing_but_the_password_fits(wrong: str) -> None:
    """Not trimmed, not cut, not in another case; half a character is no fault of ours."""
    passwords = Passwords("19456/2/1")
    assert not await passwords.verify(await passwords.hash(PASSWORD), wrong)
    assert not await passwords.verify(None, wrong)
    assert not await passwords.verify("no hash at all", wrong)
    passwords.close()


async def test_hashing_steps_back_for_the_table() -> None:
    """Where the system knows the priority of a thread: those that compute for long have less of it."""
    found: list[int] = []

    class Teller(argon2.PasswordHasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            found.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) if sys.platform == "linux" else 0)
            return super().hash(password, salt=salt)

    passwords = Passwords("19456/2/1", Teller)
    await passwords.hash(PASSWORD)
    passwords.close()
    mine = os.getpriority(os.PRIO_PROCESS, 0) if sys.platform == "linux" else -PASSWORD_NICE
    assert found == [min(mine + PASSWORD_NICE, 19)]


async def test_nobodys_password_cannot_be_typed() -> None:
    """The stand-in's own password signs nobody in."""
    passwords = Passwords("19456/2/1")
    assert not await passwords.verify(None, "the password of an account that does not exist")
    passwords.close()


async def test_a_sign_in_renews_an_old_hash(client: httpx2.AsyncClient, services: Services, settings: Settings) -> None:
    """With the cost of today, once; the password stays what it was."""
    await sign_up(client)
    dearer = make_services(settings.model_copy(update={"password_cost": "47104/1/1"}))
    transport = httpx2.ASGITransport(app=make_app(dearer))
    async with httpx2.AsyncClient(transport=transport, base_url="http://tablecast.test") as http:
        await log_in(http)
    async with services.kernel.database.read() as connection:
        kept = (await connection.execute(select(UserRow.password_hash))).scalar_one()
    assert kept is not None
    assert "m=47104" in kept
    await log_in(client)
    dearer.accounts.passwords.close()
    await dearer.kernel.database.close()


def test_passwords_are_no_part_of_what_is_printed() -> None:
    """What carries one hides it: a log line or a traceback with its values shows none."""
    carriers = (
        Credentials("rowan", PASSWORD),
        Registration("rowan@table.example", "rowan", PASSWORD),
        NewPassword(PASSWORD, PASSWORD),
    )
    assert [carrier for carrier in carriers if PASSWORD in repr(carrier)] == []
