"""The cyclic garbage collector, told what is worth looking at.

Left alone it looks through everything that was ever imported, again and again while commands pour in: measured
18 us of CPU for each command, in pauses of 110 ms that everybody on the table waits for. What is there when the
server starts stays for good, so it is set aside; and what a group of commands makes and drops needs no collector.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

YOUNG: Final = 40_000
"""Objects made and not yet dropped before the collector looks at them: two groups of commands, one of them on its way
to the database. The pause for it is a millisecond or two."""
MIDDLE: Final = 4
"""Such looks before one at all that outlived one of them."""
OLD: Final = 2
"""Of those, before a look at everything: what a socket leaves behind when it goes lies in circles, 9 KiB of it, and is
found by no other. Python does it only if there is a quarter more than the last time, so a table at play is left alone.
Measured with 2,500 sockets that come and go: with Python's ten and ten 8 to 20 MiB more each time, seven times over;
with these no more after the fourth."""


@contextmanager
def settled() -> Iterator[None]:
    """Inside this block what existed before it is not looked at."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
