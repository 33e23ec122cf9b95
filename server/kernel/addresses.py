"""From which address somebody calls, as it is counted."""

import ipaddress


def counted(address: str | None) -> str | None:
    """An IPv6 network of 64 bits is one, since it is handed out to one; the own machine is not counted."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:  # a Unix socket, or a test: there is no address to count
        return None
    if isinstance(found, ipaddress.IPv6Address):
        found = found.ipv4_mapped or found
    if found.is_loopback:
        return None
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
