"""What the system that the tests run on allows, asked past our own code: what that gets wrong must not hide itself."""

import ctypes
import os
import sys


def allows_io_uring() -> bool:
    """Whether io_uring_setup(2) gives this process rings."""
    if sys.platform != "linux":
        return False
    parameters = ctypes.create_string_buffer(120)
    descriptor = ctypes.CDLL(None).syscall(425, 1, parameters)
    if descriptor < 0:
        return False
    os.close(descriptor)
    return True
