"""What travels about signing in through others."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from server.accounts.passwords.policy import AnyPassword
from server.accounts.providers.provider import Provider
from server.accounts.providers.rules import ReturnTo
from server.accounts.providers.store import Identity
from server.accounts.tokens.wire import Model
from server.kernel.limits import MAX_CALLBACK


class ProviderOut(Model):
    """Somebody through whom one may sign in here."""

    key: str
    name: str

    @classmethod
    def of(cls, provider: Provider) -> "ProviderOut":
        return cls(key=provider.key, name=provider.name)


class StartIn(Model):
    """Where the browser shall be in the end. The password is asked for where one is signed in, and has one."""

    return_to: ReturnTo | None = None
    password: AnyPassword | None = None


class StartOut(Model):
    """Where to send the browser."""

    authorization_url: str


Value = Annotated[str, Field(max_length=MAX_CALLBACK)]


class CallbackQuery(BaseModel):
    """What the provider sends back with the browser; it may add what it likes."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    code: Value | None = None
    state: Value | None = None
    iss: Value | None = None
    error: Value | None = None


class IdentityOut(Model):
    """A way in through a provider. `name` is what it calls the person. Where this server asks another one by that name
    now, it does not work, and may be linked anew."""

    provider: str
    name: str
    linked_at: datetime
    last_used_at: datetime | None
    works: bool

    @classmethod
    def of(cls, identity: Identity, *, works: bool) -> "IdentityOut":
        return cls(
            provider=identity.provider,
            name=identity.name,
            linked_at=identity.linked_at,
            last_used_at=identity.last_used_at,
            works=works,
        )


class UnlinkIn(Model):
    """The password once more; whoever has none needs a sign-in of the last ten minutes."""

    password: AnyPassword | None = None
