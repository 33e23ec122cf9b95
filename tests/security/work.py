"""How much work the database has with something: the same for two secrets, and time tells nothing of either.

Counted and not timed: a busy machine changes times, and not this.
"""

import contextlib
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import event

from server.app import Services


@contextlib.contextmanager
def statements(services: Services) -> Iterator[list[str]]:
    """Fills with each statement's verb and tables, as `INSERT mail_links`, and with each commit."""
    seen: list[str] = []
    engine = services.kernel.database.engine.sync_engine

    def on_statement(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        tables = re.findall(r"(?:FROM|INTO|UPDATE)\s+(\w+)", statement)
        seen.append(" ".join([statement.split()[0], *tables]))

    def on_commit(_connection: Any) -> None:
        seen.append("COMMIT")

    event.listen(engine, "before_cursor_execute", on_statement)
    event.listen(engine, "commit", on_commit)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", on_statement)
        event.remove(engine, "commit", on_commit)
