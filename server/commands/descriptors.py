"""Room for as many connections as we promise: many systems let a process open 1,024 files unless it asks for more."""

import sys

from server.kernel.limits import MAX_SOCKETS, OTHER_FILES


def open_many() -> int | None:
    """Raise the process's own limit as far as it needs and may; the limit then, None where there is none."""
    if sys.platform == "win32":
        return None
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = MAX_SOCKETS + OTHER_FILES
    most = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    if soft == resource.RLIM_INFINITY or soft >= most:
        return soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most
