"""What travels: tokens and sign-in."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from server.accounts.principal import Role, Scope
from server.accounts.tokens.store import StoredToken
from server.kernel.limits import MAX_CREDENTIAL
from server.play.text import Name

_MAX_LIFE_S = 366 * 24 * 3600


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SignInIn(Model):
    """The one-time token of a sign-in link."""

    token: Annotated[str, Field(min_length=1, max_length=MAX_CREDENTIAL)]


class SignInOut(Model):
    """A token of scope admin, shown once, and the id of the campaign it is for."""

    token: str
    campaign: str
    expires_at: datetime | None


class SessionOut(Model):
    """Who a credential is. `campaign` is the id of the one it counts for; the server's admin has them all."""

    kind: Literal["server_admin", "campaign_token", "user"]
    name: str
    campaign: str | None
    role: Role | None


class TokenIn(Model):
    """A new token. Without `expires_in_s` it lives until it is revoked."""

    scope: Scope
    name: Name
    expires_in_s: Annotated[int | None, Field(ge=60, le=_MAX_LIFE_S)] = None


class TokenOut(Model):
    """A token without its text, which nobody can show again."""

    id: str
    scope: Scope
    name: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None
    made_by: str | None
    """The id of the person behind it; with their right to make tokens it ends."""

    @classmethod
    def of(cls, stored: StoredToken) -> "TokenOut":
        return cls(**{name: getattr(stored, name) for name in cls.model_fields})


class MintedOut(Model):
    """A new token: `token` is its text, shown this once."""

    token: str
    id: str
    scope: Scope
    name: str
    created_at: datetime
    expires_at: datetime | None
