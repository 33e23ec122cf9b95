"""Which passwords are refused: the common ones, repetitions, what everybody would try first for this person, and what
was leaked."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Annotated, Final

from pydantic import StringConstraints

from server.accounts.passwords.breaches import Breaches
from server.kernel.errors import FieldError, Invalid
from server.kernel.limits import PASSWORD_MAX, PASSWORD_MIN

NewPassword = Annotated[str, StringConstraints(min_length=PASSWORD_MIN, max_length=PASSWORD_MAX)]
"""Any characters; none is asked for, none is forbidden (ASVS 6.2.5)."""
AnyPassword = Annotated[str, StringConstraints(min_length=1, max_length=PASSWORD_MAX)]

SITE_WORDS: Final = ("tablecast",)
_REPETITION: Final = re.compile(r"(.{1,4}?)\1+", re.DOTALL)
_TRIMMINGS: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_SHORTEST_WORD: Final = 4
_REST: Final = 4
"""Letters that must be left when the words of the place are taken away."""


async def check_new_password(password: str, words: Iterable[str], pointer: str, breaches: Breaches) -> None:
    """What `check_password` checks, and then whether it was leaked. Raises Invalid that points at `pointer`."""
    check_password(password, words, pointer)
    if await breaches.has(password):
        raise Invalid(errors=[FieldError(pointer, "This stands in a list of leaked passwords; take another")])


def check_password(password: str, words: Iterable[str], pointer: str) -> None:
    """`words` are the person's: username, address, names, campaigns. Raises Invalid that points at `pointer`."""
    if (fault := _fault(password, words)) is not None:
        raise Invalid(errors=[FieldError(pointer, fault)])


def _fault(password: str, words: Iterable[str]) -> str | None:
    plain = password.casefold()
    if plain in common_passwords() or _TRIMMINGS.sub("", plain) in common_passwords():
        return "This is one of the passwords that are tried first; take another"
    if _REPETITION.fullmatch(plain):
        return "This only repeats itself; take another"
    if _is_made_of(plain, words):
        return "This is little more than your name, your campaign's or ours; take another"
    return None


def _is_made_of(plain: str, words: Iterable[str]) -> bool:
    parts = {part for word in (*SITE_WORDS, *words) for part in re.split(r"[\W_]+", word.casefold())}
    rest = plain
    for part in sorted(parts, key=len, reverse=True):
        if len(part) >= _SHORTEST_WORD:
            rest = rest.replace(part, "")
    return rest != plain and len(re.sub(r"[\W\d_]", "", rest)) < _REST


@cache
def common_passwords() -> frozenset[str]:
    """Those that PASSWORD_MIN lets through, by how often they were found in leaks. Read on first use: it is large."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(word for word in FREQUENCY_LISTS["passwords"] if len(word) >= PASSWORD_MIN)
