"""Reading the whole log, to see whether every entry follows the one before it."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from server.accounts.audit.chain import fault
from server.accounts.audit.store import Head, is_vouched, read_head, read_page
from server.kernel.database import Database
from server.kernel.limits import AUDIT_PAGE


@dataclass(frozen=True, slots=True)
class Known:
    """An entry that was noted down elsewhere: its number and its hash. Who rewrites the whole log can't know of it."""

    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Verdict:
    """`fault` says what is wrong first; None where nothing is. `entries` were found good."""

    entries: int
    head: Head | None
    fault: str | None = None


async def verify(database: Database, known: Known | None = None) -> Verdict:
    """Whether the log is as it was written. Raises Unavailable.

    It is read in pages; what is appended meanwhile is not looked at, and a prune meanwhile begins it again.
    """
    while True:
        async with database.read() as connection:
            head = await read_head(connection)
            if head is None:
                return Verdict(0, None, "the end of the log is not known: the row of audit_head is missing")
            if head.pruned_seq and not await is_vouched(connection, head):
                return Verdict(0, head, f"no entry says that the log was pruned through entry {head.pruned_seq}")
            if head.newest is not None and head.newest > head.seq:
                return Verdict(0, head, f"entry {head.newest} was added by somebody else")
        verdict = await _follow(database, head, known)
        async with database.read() as connection:
            if verdict.fault is None or await _begins_at(connection, head):
                return verdict


async def _begins_at(connection: AsyncConnection, head: Head) -> bool:
    now = await read_head(connection)
    return now is not None and now.pruned_seq == head.pruned_seq


async def _follow(database: Database, head: Head, known: Known | None) -> Verdict:
    seq, previous = head.pruned_seq, head.pruned_hash
    while seq < head.seq:
        async with database.read() as connection:
            page = await read_page(connection, seq, AUDIT_PAGE)
        for entry in page:
            if (wrong := fault(seq, previous, entry)) is not None:
                return Verdict(seq - head.pruned_seq, head, wrong)
            seq, previous = entry.seq, entry.hash
            if known is not None and known.seq == seq and known.hash != previous:
                return Verdict(seq - head.pruned_seq - 1, head, f"entry {seq} is not the one that was noted down")
            if seq == head.seq:
                break
        if not page:
            return Verdict(seq - head.pruned_seq, head, f"entry {seq + 1} is missing, as is all that followed it")
    return Verdict(seq - head.pruned_seq, head, _ending(head, seq, previous, known))


def _ending(head: Head, seq: int, previous: bytes, known: Known | None) -> str | None:
    if seq != head.seq or previous != head.hash:
        return f"entry {seq} is not the one that audit_head names as the newest"
    if known is not None and known.seq > seq:
        return f"entry {known.seq}, which was noted down, is missing"
    return None
