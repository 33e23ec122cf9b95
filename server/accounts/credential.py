"""What a token is: a prefix that tells its kind, and 256 random bits. Pure."""

import base64
import hashlib
import re
from typing import Final

from server.accounts.principal import Scope
from server.kernel.ids import Entropy
from server.kernel.prefixes import NAMES, Prefix

PREFIXES: Final[dict[Scope, Prefix]] = {"admin": "adm_", "symbiote": "sym_", "overlay": "ovl_"}
ONE_TIME_PREFIX: Final[Prefix] = "one_"
OWNER_PREFIX: Final[Prefix] = "own_"
_SECRET_BYTES: Final = 32
_SHAPE: Final = re.compile(rf"(?:{NAMES})_[A-Za-z0-9_-]{{43}}")


def make_token(prefix: Prefix, entropy: Entropy) -> str:
    """A new token; it is shown once and only its digest is kept."""
    return prefix + base64.urlsafe_b64encode(entropy(_SECRET_BYTES)).rstrip(b"=").decode()


def digest(token: str) -> bytes:
    """SHA-256: with 256 random bits behind it nobody can guess, so a slow hash would protect nothing."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()  # JSON can bring half a character


def has_shape(token: str) -> bool:
    """Whether it could be one of ours; what could not never reaches the database."""
    return _SHAPE.fullmatch(token) is not None
