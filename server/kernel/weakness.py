"""What a server that goes public must not have: secrets that can be guessed, passwords from examples, and proxies that
anybody may be. Pure."""

import ipaddress
import re
from itertools import pairwise
from typing import Final
from urllib.parse import unquote, urlsplit

_EASY: Final = ("change", "default", "secret", "password", "example", "admin-token", "dev-token", "insecure")
_MIN_DIFFERENT: Final = 8
"""Different characters in a secret: fewer is a key held down."""
_MIN_TURNS: Final = 12
"""Characters that do not follow from the one before, what is repeated counted once: fewer is a row of the keyboard.
Of 32 random hexadecimal digits, the poorest that are long enough, one secret in a hundred million has fewer."""
_ROWS: Final = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEXT: Final = frozenset(pair for row in _ROWS for way in (row, row[::-1]) for pair in pairwise(way))
_REPEATED: Final = re.compile(r"(.{2,}?)\1+")
_DEFAULTS: Final = frozenset({"postgres", "tablecast", "redis", "admin", "root", "user", "pass", "test", "minioadmin"})
"""Passwords that services come with, beside those with an easy word in them."""
_WIDEST: Final = {4: 8, 6: 16}
"""Bits that the addresses of a network of proxies have in common at least: `10.0.0.0/8` is somebody's own, and
the widest that providers publish have 12 and 29."""
_OWN: Final = ipaddress.IPv6Network("fc00::/7")
"""Addresses of IPv6 that are nobody's on the internet."""


def is_guessable(secret: str) -> bool:
    """A key held down, a word from an example, a row of the keyboard, or a few characters again and again."""
    low = secret.lower()
    once = _REPEATED.sub(r"\1", low)
    turns = 1 + sum(one != other and (one, other) not in _NEXT for one, other in pairwise(once))
    return len(set(secret)) < _MIN_DIFFERENT or turns < _MIN_TURNS or any(word in low for word in _EASY)


def is_default(password: str, username: str = "") -> bool:
    """A password that everybody tries first: it came with the service, or is its user's name."""
    low = password.lower()
    return low in _DEFAULTS or low == username.lower() or low.isdigit() or any(word in low for word in _EASY)


def has_default_password(url: str) -> bool:
    """Whether the service behind an address is entered with one; without any it may know its callers otherwise."""
    parts = urlsplit(url)
    password = unquote(parts.password or "")
    return bool(password) and is_default(password, unquote(parts.username or ""))


def is_anybody(proxy: str) -> bool:
    """Whether what is named as a proxy is most of the internet: it may then say of itself what it likes."""
    if proxy == "*":
        return True
    try:
        network = ipaddress.ip_network(proxy, strict=False)
    except ValueError:
        return False  # a name, or a socket's path: one place
    is_own = isinstance(network, ipaddress.IPv6Network) and network.subnet_of(_OWN)
    return not is_own and network.prefixlen < _WIDEST[network.version]
