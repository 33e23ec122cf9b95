"""uWebSockets (C++): the library inside PyPI's `socketify`, driven by a C program, so that no Python slows it down."""

import platform
import sys
from typing import Final

from bench.native import BUILD, compile_program
from bench.peers.peer import Missing, Start, python_packages

LIBRARY: Final = "socketify/libsocketify_linux_amd64.so"


def prepare(port: int) -> Start:
    if sys.platform != "linux" or platform.machine() != "x86_64":
        raise Missing("socketify brings uWebSockets for Linux on x86-64 only")
    folder = python_packages()
    compile_program("uws", ["uws"], [folder / LIBRARY])
    found = [part.name.removesuffix(".dist-info") for part in folder.glob("socketify-*.dist-info")]
    return Start([BUILD / "uws", port], f"uWebSockets of {found[0]}, driven from C")
