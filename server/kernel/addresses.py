"""From which address somebody calls, as it is counted."""

import ipaddress
from typing import Final

from starlette.types import Scope

_FORWARDED: Final = frozenset({b"x-forwarded-for", b"forwarded"})


def counted(address: str | None, *, stands_for_others: bool = False) -> str | None:
    """An IPv6 network of 64 bits is one, since it is handed out to one; the own machine is not counted, unless it
    stands for others."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:  # a Unix socket, or a test: there is no address to count
        return None
    if isinstance(found, ipaddress.IPv6Address):
        found = found.ipv4_mapped or found
    if found.is_loopback:
        return str(found) if stands_for_others else None
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def stands_for_others(scope: Scope) -> bool:
    """Whether a peer on the own machine may be a proxy that was not named in TRUSTED_PROXIES: it says so, or this is
    production. One that was named has had its place taken, before us, by the address it told."""
    if getattr(getattr(scope.get("app"), "state", None), "is_production", False):
        return True
    return any(name in _FORWARDED for name, _value in scope.get("headers", ()))
