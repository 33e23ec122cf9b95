"""Who is asking. Everything that carries a credential becomes one `Principal`; `accounts.rules` judges it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal["anonymous", "server_admin", "campaign_token", "user"]
Role = Literal["owner", "gm", "player", "moderator", "viewer", "symbiote", "overlay"]
Scope = Literal["admin", "symbiote", "overlay"]
"""What a campaign's token is for."""
SCOPE_ROLES: dict[Scope, Role] = {"admin": "owner", "symbiote": "symbiote", "overlay": "overlay"}
"""A token of scope admin acts as the campaign's owner."""


@dataclass(frozen=True, slots=True)
class Principal:
    """`id` is stable and unique over all kinds; it keys command ids and signs events.

    `campaign_id` and `role` say where a credential counts: a campaign's token in its campaign only.
    A user has a role of their own in each campaign: `members.seat` fills in that of one, for one action.
    """

    kind: Kind
    id: str
    name: str
    campaign_id: str | None = None
    role: Role | None = None
    expires_at: datetime | None = None
    """When the credential ends by itself; None is when it is revoked."""
    session_id: str | None = None
    """A user's sign-in: what ends when this device is signed out."""
    character_ids: frozenset[str] = frozenset()
    """Whom a seated user plays in that campaign."""
    judged: int = field(default=0, compare=False)
    """The turn of the news (`accounts.news`) at which a seated user was looked up: later ones may make it untrue."""


ANONYMOUS = Principal(kind="anonymous", id="anonymous", name="Anonymous")
SERVER_ADMIN = Principal(kind="server_admin", id="server_admin", name="Server admin")
