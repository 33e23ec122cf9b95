"""What a provider says of somebody, made fit for us: nothing of it is believed to have any shape. Pure."""

from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from server.accounts.people.names import Email
from server.kernel.limits import MAX_IDENTITY_NAME

_EMAIL: Final[TypeAdapter[str]] = TypeAdapter(Email)


def address(value: Any) -> str | None:
    """An address as ours have to be; what is none is as good as nothing."""
    try:
        return _EMAIL.validate_python(value, strict=True)
    except ValidationError:
        return None


def line(value: Any) -> str:
    """A name on one line, at most MAX_IDENTITY_NAME long; empty for whatever is no text."""
    if not isinstance(value, str):
        return ""
    return "".join(char for char in value if char.isprintable())[:MAX_IDENTITY_NAME].strip()


def text(values: Any, name: str) -> str | None:
    """A text of an object; None for everything else."""
    value = values.get(name) if isinstance(values, dict) else None
    return value if isinstance(value, str) and value else None
