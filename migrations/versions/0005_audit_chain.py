"""The audit log as a chain that only grows: a hash in each entry, where it ends, and triggers that refuse the rest."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.String(36)
TIME = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger()
GENESIS = bytes(32)
OLD_NAMES = ("at", "name", "who", "target", "outcome", "session_id", "address", "request_id", "details")
TYPES: dict[str, Any] = {"at": TIME, "details": sa.JSON()}


def upgrade() -> None:
    rows = list(_chained(_read()))
    op.drop_table("audit_events")
    op.bulk_insert(_events(), rows)
    _head(rows)
    for statement in _POSTGRES if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


def _read() -> list[dict[str, Any]]:
    events = sa.table("audit_events", *(sa.column(name, TYPES.get(name)) for name in ("seq", *OLD_NAMES)))
    query = sa.select(*(events.c[name] for name in OLD_NAMES)).order_by(events.c.seq)
    return [dict(row) for row in op.get_bind().execute(query).mappings()]


def _chained(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The entries so far, without their addresses: nothing stands for those in the chain."""
    previous = GENESIS
    for seq, row in enumerate(rows, 1):
        bare = {**row, "seq": seq, "address": None}
        previous = _link(previous, bare)
        yield {**bare, "hash": previous}


def _link(previous: bytes, row: Mapping[str, Any]) -> bytes:
    """As `server.accounts.audit.chain` had it when this was written."""
    at = row["at"].replace(tzinfo=row["at"].tzinfo or UTC).astimezone(UTC).isoformat(timespec="microseconds")
    names = ("name", "who", "target", "outcome", "session_id", "request_id", "details")
    values = [row["seq"], at, *(row[name] for name in names), None]
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(previous + text.encode()).digest()


def _events() -> sa.Table:
    table = op.create_table(
        "audit_events",
        sa.Column("seq", NUMBER, nullable=False, autoincrement=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("who", ID),
        sa.Column("target", sa.String(80)),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("session_id", ID),
        sa.Column("campaign_id", ID),
        sa.Column("address", sa.String(64)),
        sa.Column("address_salt", sa.LargeBinary(16)),
        sa.Column("address_mark", sa.LargeBinary(32)),
        sa.Column("request_id", sa.String(64)),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_events"),
    )
    for column in ("who", "target", "name", "campaign_id"):
        op.create_index(f"ix_audit_events_{column}_seq", "audit_events", [column, "seq"])
    op.create_index("ix_audit_events_at", "audit_events", ["at"])
    return table


def _head(rows: list[dict[str, Any]]) -> None:
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("seq", NUMBER, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("pruned_seq", NUMBER, nullable=False),
        sa.Column("pruned_hash", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
        sa.CheckConstraint("id = 1", name="ck_audit_head_one"),
    )
    last = rows[-1]["hash"] if rows else GENESIS
    op.bulk_insert(head, [{"id": 1, "seq": len(rows), "hash": last, "pruned_seq": 0, "pruned_hash": GENESIS}])


_CAN_GO = {"address", "address_salt"}
_COLUMNS = ("seq", *OLD_NAMES, "campaign_id", "address_salt", "address_mark", "hash")
_SAME = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in _COLUMNS if name not in _CAN_GO)
_REFUSED = "BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END"
_PRUNED = "coalesce(OLD.seq <= (SELECT max(pruned_seq) FROM audit_head), 0)"
_BACK = "NEW.seq < OLD.seq OR NEW.pruned_seq < OLD.pruned_seq OR NEW.pruned_seq > NEW.seq"
_SQLITE = (
    "CREATE TRIGGER audit_events_update BEFORE UPDATE ON audit_events "
    f"WHEN NOT (NEW.address IS NULL AND NEW.address_salt IS NULL AND {_SAME}) {_REFUSED}",
    f"CREATE TRIGGER audit_events_delete BEFORE DELETE ON audit_events WHEN NOT {_PRUNED} {_REFUSED}",
    "CREATE TRIGGER audit_events_replace BEFORE INSERT ON audit_events "  # noqa: S608 - of constants
    f"WHEN EXISTS (SELECT 1 FROM audit_events WHERE seq = NEW.seq) {_REFUSED}",
    f"CREATE TRIGGER audit_head_update BEFORE UPDATE ON audit_head WHEN {_BACK} {_REFUSED}",
    f"CREATE TRIGGER audit_head_delete BEFORE DELETE ON audit_head {_REFUSED}",
    f"CREATE TRIGGER audit_head_replace BEFORE INSERT ON audit_head {_REFUSED}",
)
_UNADDRESSED = "- 'address' - 'address_salt'"
_POSTGRES = (
    f"""
    CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_TABLE_NAME = 'audit_events' AND TG_OP = 'UPDATE' THEN
            IF NEW.address IS NULL AND NEW.address_salt IS NULL
                AND to_jsonb(NEW) {_UNADDRESSED} = to_jsonb(OLD) {_UNADDRESSED} THEN RETURN NEW; END IF;
        ELSIF TG_TABLE_NAME = 'audit_events' AND TG_OP = 'DELETE' THEN
            IF OLD.seq <= (SELECT max(pruned_seq) FROM audit_head) THEN RETURN OLD; END IF;
        ELSIF TG_OP = 'UPDATE' THEN
            IF NOT ({_BACK}) THEN RETURN NEW; END IF;
        END IF;
        RAISE EXCEPTION 'the audit log only grows' USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,  # noqa: S608 - of constants
    "CREATE TRIGGER audit_events_grow BEFORE UPDATE OR DELETE ON audit_events "
    "FOR EACH ROW EXECUTE FUNCTION audit_only_grows()",
    "CREATE TRIGGER audit_events_truncate BEFORE TRUNCATE ON audit_events "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()",
    "CREATE TRIGGER audit_head_grow BEFORE INSERT OR UPDATE OR DELETE ON audit_head "
    "FOR EACH ROW EXECUTE FUNCTION audit_only_grows()",
    "CREATE TRIGGER audit_head_truncate BEFORE TRUNCATE ON audit_head "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()",
)


def downgrade() -> None:
    """The log as it was before: numbered by the database, and without what stands for an address."""
    rows = _read()
    op.drop_table("audit_events")
    op.drop_table("audit_head")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_only_grows()")
    op.bulk_insert(_events_before(), rows)


def _events_before() -> sa.Table:
    table = op.create_table(
        "audit_events",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("who", ID),
        sa.Column("target", sa.String(80)),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("session_id", ID),
        sa.Column("address", sa.String(64)),
        sa.Column("request_id", sa.String(64)),
        sa.Column("details", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_events"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_events_who_seq", "audit_events", ["who", "seq"])
    op.create_index("ix_audit_events_at", "audit_events", ["at"])
    return table
