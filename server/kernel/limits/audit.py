"""The bounds of the audit log, and of what is known about a person."""

from typing import Final

AUDIT_PAGE: Final = 1_000
"""Entries of the audit log read at once: half a megabyte."""
AUDIT_KEPT_S: Final = 400 * 24 * 3600
"""Seconds that `tablecast audit prune` keeps entries: a year's comparison and the month in which it is made."""
ADDRESS_KEPT_S: Final = 90 * 24 * 3600
"""Seconds that it keeps their addresses: an attack is looked into within weeks, and an address is personal data."""
REFUSALS_EVERY_S: Final = 30.0
"""Seconds over which refusals of the same kind become one entry of the audit log."""
REFUSALS_KEPT: Final = 100
"""Kinds of refusals told apart meanwhile: a flood writes no more rows than that, however many addresses it has."""
ERASURES_EVERY_S: Final = 60.0
"""Seconds between two looks for people who left and are still to be forgotten, after a restart or another process."""
EXPORT_PAGE: Final = 1_000
"""Rows of a person's file read at once."""
EXPORT_IN_MEMORY: Final = 8 * 1024 * 1024
"""Bytes of a person's file that are packed in memory; a larger one goes through a temporary file."""
EXPORT_QUEUE: Final = 8
"""People whose files are packed or wait for it in one process, one after the other: more are told to come back."""
EXPORT_RETRY_MS: Final = 10_000
"""Milliseconds after which they are told to: a file or two have been packed by then."""
EXPORT_CHUNK: Final = 65_536
"""Bytes of a person's file sent at once."""
