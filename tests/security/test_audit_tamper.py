"""Somebody with the database in their hands wants an entry of the audit log to be gone, or to say something else.

Checked by taking out: the look at the hash in `chain.fault`.
"""

from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from server.accounts.audit.events import AuditEvent
from server.accounts.audit.verifying import verify
from server.app import Services
from server.kernel.database import Database
from tests.fixtures.process import tablecast

REFUSED = [
    "UPDATE audit_events SET who = 'nobody' WHERE seq = 2",
    "UPDATE audit_events SET name = 'user_created'",
    "UPDATE audit_events SET details = '{}' WHERE seq = 2",
    "UPDATE audit_events SET hash = address_mark WHERE seq = 2",
    "UPDATE audit_events SET address = '192.0.2.99' WHERE seq = 2",
    "UPDATE audit_events SET address = NULL, address_salt = NULL, outcome = 'failure' WHERE seq = 2",
    "UPDATE audit_events SET seq = 9 WHERE seq = 2",
    "DELETE FROM audit_events WHERE seq = 2",
    "DELETE FROM audit_events",
    "DELETE FROM audit_head",
    "UPDATE audit_head SET seq = 1",
    "UPDATE audit_head SET pruned_seq = 99",
]
ONLY_POSTGRES = ["TRUNCATE audit_events", "TRUNCATE audit_head"]
ONLY_SQLITE = ["REPLACE INTO audit_events SELECT * FROM audit_events WHERE seq = 2"]
OPENED = {
    "sqlite": [
        *(f"DROP TRIGGER audit_events_{verb}" for verb in ("update", "delete", "replace")),
        *(f"DROP TRIGGER audit_head_{verb}" for verb in ("update", "delete", "replace")),
    ],
    "postgresql": ["ALTER TABLE audit_events DISABLE TRIGGER ALL", "ALTER TABLE audit_head DISABLE TRIGGER ALL"],
}
"""What the owner of a database can do: put the triggers out of the way."""
TAMPERED = [
    (["UPDATE audit_events SET who = 'nobody' WHERE seq = 3"], "entry 3 was changed"),
    (["UPDATE audit_events SET at = '2020-01-01 00:00:00' WHERE seq = 1"], "entry 1 was changed"),
    (["UPDATE audit_events SET details = '{\"n\": 7}' WHERE seq = 4"], "entry 4 was changed"),
    (["UPDATE audit_events SET address = '192.0.2.99' WHERE seq = 2"], "the address of entry 2 was changed"),
    (["UPDATE audit_events SET hash = address_mark WHERE seq = 3"], "entry 3 was changed"),
    (["DELETE FROM audit_events WHERE seq = 3"], "entry 3 is missing"),
    (["DELETE FROM audit_events WHERE seq = 3", "UPDATE audit_events SET seq = seq - 1 WHERE seq > 3"],
     "entry 3 was changed"),
    (["DELETE FROM audit_events WHERE seq = 1"], "entry 1 is missing"),
    (["DELETE FROM audit_events WHERE seq > 3"], "entry 4 is missing, as is all that followed it"),
    (["DELETE FROM audit_events"], "entry 1 is missing, as is all that followed it"),
    (["DELETE FROM audit_events WHERE seq > 3", "UPDATE audit_head SET seq = 3"],
     "entry 3 is not the one that audit_head names as the newest"),
    (["UPDATE audit_events SET seq = 99 WHERE seq = 2", "UPDATE audit_events SET seq = 2 WHERE seq = 3",
      "UPDATE audit_events SET seq = 3 WHERE seq = 99"], "entry 2 was changed"),
    (["UPDATE audit_events SET seq = 6 WHERE seq = 5"], "entry 6 was added by somebody else"),
    (["DELETE FROM audit_head"], "the end of the log is not known: the row of audit_head is missing"),
    (["DELETE FROM audit_events WHERE seq < 3",
      "UPDATE audit_head SET pruned_seq = 2, pruned_hash = (SELECT hash FROM audit_events WHERE seq = 3)"],
     "no entry says that the log was pruned through entry 2"),
]  # fmt: skip


@pytest_asyncio.fixture
async def database(services: Services) -> Database:
    """A log of five entries, each from an address."""
    database = services.kernel.database
    for number in range(5):
        async with database.write() as connection:
            event = AuditEvent("user_updated", "u1", f"user:u{number}", address="192.0.2.7", details={"n": number})
            await services.accounts.audit.write(connection, event)
    return database


async def run(database: Database, *statements: str) -> None:
    async with database.write() as connection:
        for statement in statements:
            await connection.execute(text(statement.replace(":", "\\:")))


@pytest.mark.parametrize("statement", REFUSED)
async def test_the_database_refuses_to_change_the_log(database: Database, statement: str) -> None:
    """Nothing is updated or deleted, whoever asks, and the log stays as it was written."""
    with pytest.raises(IntegrityError, match="only grows"):
        await run(database, statement)
    assert (await verify(database)).entries == 5
    assert (await verify(database)).fault is None


async def test_each_database_refuses_its_own_ways_around(database: Database) -> None:
    """TRUNCATE fires no trigger for rows, and REPLACE none for deleting; both are refused all the same."""
    for statement in ONLY_SQLITE if database.is_sqlite else ONLY_POSTGRES:
        with pytest.raises(IntegrityError, match="only grows"):
            await run(database, statement)
    assert (await verify(database)).entries == 5


@pytest.mark.parametrize(("statements", "found"), TAMPERED)
async def test_what_was_done_around_the_triggers_is_found(
    database: Database, statements: list[str], found: str
) -> None:
    """An entry that was edited, removed, moved or added, at the beginning, in the middle and at the end."""
    assert (await verify(database)).fault is None
    await run(database, *OPENED[database.engine.dialect.name], *statements)
    assert (await verify(database)).fault == found


async def test_an_address_may_go(database: Database) -> None:
    """Erasing addresses is the one change that is allowed, and the log verifies without them."""
    await run(database, "UPDATE audit_events SET address = NULL, address_salt = NULL WHERE seq < 4")
    assert (await verify(database)).fault is None


async def test_the_command_says_what_is_wrong(database: Database, tmp_path: Path) -> None:
    """`tablecast audit verify`: exit code 0 and the newest hash, exit code 1 and the first entry that is wrong."""
    url = database.engine.url.render_as_string(hide_password=False)
    url = url.replace("sqlite+aiosqlite", "sqlite").replace("postgresql+psycopg", "postgresql")
    well = tablecast(tmp_path, "audit", "verify", DATABASE_URL=url)
    assert (well.returncode, well.stderr) == (0, "")
    noted = well.stdout.rpartition(" ")[2].strip()
    assert noted.startswith("5:")
    assert "5 entries are as written" in well.stdout
    assert tablecast(tmp_path, "audit", "verify", "--noted", noted, DATABASE_URL=url).returncode == 0
    forged = tablecast(tmp_path, "audit", "verify", "--noted", "5:" + "00" * 32, DATABASE_URL=url)
    assert (forged.returncode, "entry 5 is not the one" in forged.stderr) == (1, True)
    await run(database, *OPENED[database.engine.dialect.name], "DELETE FROM audit_events WHERE seq = 4")
    ill = tablecast(tmp_path, "audit", "verify", DATABASE_URL=url)
    assert (ill.returncode, "entry 4 is missing" in ill.stderr) == (1, True)
    assert tablecast(tmp_path, "audit", "verify", "--noted", "nonsense", DATABASE_URL=url).returncode == 2
