"""One set-up at a time in one folder: two `make` side by side would write over each other."""

import contextlib
import os
from collections.abc import Iterator

from tools.console import ROOT, say


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Wait for another set-up in this folder to end. The system lets go of the lock when its holder dies."""
    if os.name != "posix":
        yield
        return
    import fcntl

    path = ROOT / ".cache" / "setup.lock"
    path.parent.mkdir(exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("  Another make is setting up here: waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
