"""What is written down, and by whom; the names are OWASP's (Logging Vocabulary Cheat Sheet)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

EventName = Literal[
    "authn_login_success",
    "authn_login_fail",
    "authn_password_change",
    "authn_token_created",
    "authn_token_reuse",
    "authn_token_revoked",
    "user_created",
    "user_updated",
    "user_deleted",
]
Outcome = Literal["success", "failure"]


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """`who` is a principal's id, `target` what it was done to, as `kind:id`. No secrets, no words that people typed."""

    name: EventName
    who: str | None
    target: str | None = None
    outcome: Outcome = "success"
    session_id: str | None = None
    address: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


class AuditLog(Protocol):
    async def write(self, connection: AsyncConnection, event: AuditEvent) -> None:
        """Append within the transaction of the change: either both happened or neither did."""
        ...
