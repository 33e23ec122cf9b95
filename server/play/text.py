"""Text that people type: any language and emoji; no control characters, nothing that reorders its surroundings."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from server.kernel.limits import MAX_LONG_TEXT, MAX_NAME, MAX_SHORT_TEXT

_BIDI_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They would turn the text around a name on screen (Unicode TR 36); right-to-left letters need none of them."""
_CONTROLS = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Control characters, half surrogates, line and paragraph separators."""
_UNSEEN = frozenset({"Cf", "Mn", "Zs"})
"""Joiners, spaces, marks that need a letter: fine within a name, but no name by themselves."""


def _reject(text: str, allowed: str) -> str:
    if text.isprintable():  # nothing of categories C or Z but the space: nearly every text, in a hundredth of the time
        return text
    for char in text:
        if char in allowed:
            continue
        if char in _BIDI_OVERRIDES or unicodedata.category(char) in _CONTROLS:
            raise ValueError(f"remove the control character U+{ord(char):04X}")
    return text


def one_line(text: str) -> str:
    """Refuse control characters, line breaks included; trim the ends; refuse what is then empty."""
    trimmed = _reject(text, "").strip()
    if all(unicodedata.category(char) in _UNSEEN for char in trimmed):
        raise ValueError("write at least one visible character")
    return trimmed


def many_lines(text: str) -> str:
    """Refuse control characters other than line breaks and tabs."""
    return _reject(text, "\n\r\t\u2028\u2029")


Name = Annotated[str, StringConstraints(min_length=1, max_length=MAX_NAME), AfterValidator(one_line)]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=MAX_SHORT_TEXT), AfterValidator(one_line)]
LongText = Annotated[str, StringConstraints(max_length=MAX_LONG_TEXT), AfterValidator(many_lines)]
