"""What a username and an e-mail address look like, and what two of them are compared by. Pure."""

from typing import Annotated, Final

from pydantic import StringConstraints

from server.kernel.limits import MAX_EMAIL, MAX_USERNAME

Username = Annotated[str, StringConstraints(pattern=rf"^[A-Za-z0-9][A-Za-z0-9._-]{{1,{MAX_USERNAME - 1}}}$")]
"""A public name. It has no `@`, so that it can't be mistaken for an address."""
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
Email = Annotated[
    str,
    StringConstraints(
        pattern=rf"^[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(?:\.{_LABEL})*$", max_length=MAX_EMAIL
    ),
]
"""As HTML's `<input type=email>` has it: nothing in it can break out of a mail's header."""
Login = Annotated[str, StringConstraints(min_length=1, max_length=MAX_EMAIL)]
"""A username or an address, as typed."""


def key_of(name: str) -> str:
    """What names are compared by. Both are ASCII, so no two different letters become the same one here."""
    return name.strip().lower()


def is_address(name: str) -> bool:
    return "@" in name
