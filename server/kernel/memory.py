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


@contextmanager
def settled() -> Iterator[None]:
    """Inside this block what existed before it is not looked at."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
