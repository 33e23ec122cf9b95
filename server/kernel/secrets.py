"""The two secrets of a server: given by settings, or made on first start and kept in the data folder."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from server.kernel.limits import MIN_SECRET
from server.kernel.settings import Misconfigured, Settings

FILE: Final = "secrets.env"
_NAMES: Final = ("ADMIN_TOKEN", "SECRET_KEY")
Link = Callable[[Path, Path], None]
"""Gives a file a second name, unless somebody has it: FileExistsError."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Kept out of every `repr`."""

    admin_token: str = field(repr=False)
    secret_key: str = field(repr=False)


def load_secrets(settings: Settings, link: Link = os.link) -> Secrets:
    """The settings' secrets, and those that are not set from DATA_DIR, made if need be. Raises Misconfigured."""
    admin, key = settings.admin_token, settings.secret_key
    if admin is not None and key is not None:
        return Secrets(admin.get_secret_value(), key.get_secret_value())
    kept = _read_or_make(settings.data_dir / FILE, link)
    return Secrets(
        admin.get_secret_value() if admin else kept["ADMIN_TOKEN"],
        key.get_secret_value() if key else kept["SECRET_KEY"],
    )


def make_data_dir(path: Path) -> None:
    """The data folder, for this user only (as far as the system knows users). Raises Misconfigured."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured(f"DATA_DIR {path} cannot be made: {error.strerror}") from error


def _read_or_make(path: Path, link: Link) -> dict[str, str]:
    make_data_dir(path.parent)
    try:
        try:
            return _read(path)
        except FileNotFoundError:
            return _make(path, link)
    except OSError as error:
        raise Misconfigured(f"{path} cannot be used: {error.strerror}") from error


def _make(path: Path, link: Link) -> dict[str, str]:
    """Write a draft, then give it the name nobody else took: a reader never finds the file half written."""
    made = {name: secrets.token_urlsafe(MIN_SECRET) for name in _NAMES}
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write("# Made on first start. Whoever reads this rules the server.\n")
            file.writelines(f"{name}={value}\n" for name, value in made.items())
            file.flush()
            os.fsync(file.fileno())
        return made if _is_first(draft, path, link) else _read(path)
    finally:
        draft.unlink(missing_ok=True)


def _is_first(draft: Path, path: Path, link: Link) -> bool:
    """Give the draft its name, unless another server that starts at the same time was quicker."""
    try:
        link(draft, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without links, as on a memory stick: what is left is a name that is given at once
        draft.replace(path)
    return True


def _read(path: Path) -> dict[str, str]:
    lines = [line.partition("=") for line in path.read_text(encoding="utf-8").splitlines() if "=" in line]
    found = {name.strip(): value.strip() for name, _, value in lines}
    missing = [name for name in _NAMES if len(found.get(name, "")) < MIN_SECRET]
    if missing:
        raise Misconfigured(f"{path} has no proper {missing[0]}: delete the file, and the next start makes new ones")
    return found
