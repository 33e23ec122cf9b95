"""How often something may be tried. Actions count before they work, so that parallel tries are counted too."""

from dataclasses import dataclass
from typing import Literal, Protocol

Purpose = Literal[
    "login",
    "register",
    "forgot",
    "resend",
    "refresh",
    "password",
    "second_factor",
    "email",
    "profile",
    "people",
    "export",
    "provider",
    "arrival",
    "callback",
    "upload",
    "connect",
]


@dataclass(frozen=True, slots=True)
class By:
    """Who tries: an account as it was named (it need not exist), a session, an address; or a device of the account that
    is known, and then that alone. None is not counted, nor is the own machine, unless it stands for others. `kib` is
    how much it brings, for rules that count that."""

    account: str | None = None
    address: str | None = None
    device: str | None = None
    stands_for_others: bool = False
    kib: int = 1


class Throttle(Protocol):
    async def hit(self, purpose: Purpose, by: By) -> None:
        """Count one try. Raises TooMany with `retry_after_ms` where it is one too many, Unavailable where it must."""
        ...

    async def forgive(self, purpose: Purpose, by: By, *, all_of_it: bool = True) -> None:
        """The last try was a good one: it does not count, and what went before is forgotten for this account; unless
        not `all_of_it`, since it may have been meant for another account of the same name."""
        ...

    async def sweep_for_ever(self) -> None:
        """Until cancelled: forget what counts for nothing any more."""
        ...


class Unthrottled:
    """Counts nothing."""

    async def hit(self, purpose: Purpose, by: By) -> None:
        """Everybody may."""

    async def forgive(self, purpose: Purpose, by: By, *, all_of_it: bool = True) -> None:
        """There is nothing to forgive."""

    async def sweep_for_ever(self) -> None:
        """There is nothing to forget."""
