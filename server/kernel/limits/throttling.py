"""The bounds of trying; how often what may be tried is a table of its own, in `accounts.throttling.rules`."""

from typing import Final

TALLY_DEADLINE_S: Final = 3.0
"""Seconds that a counter may take: then whoever guards a password with it refuses, and whoever does not goes on."""
LADDER_TOP_S: Final = 300
"""Seconds that a wrong password makes the next try wait at most: 288 guesses a day, and an owner waits five minutes."""
THROTTLE_SWEEP_S: Final = 300.0
"""Seconds between two looks for counters that count for nothing any more."""
KNOWN_DEVICE_S: Final = 180 * 24 * 3600
"""Seconds that a device is known after somebody signed in on it: a campaign's summer break."""
CONNECTS_SHARED_EVERY_S: Final = 1.0
"""Seconds between two exchanges with the other processes on who opened sockets: a minute has sixty."""
CONNECTS_SHARED_AT_ONCE: Final = 500
"""Counters of one statement of that: half a hundred kilobytes."""
CONNECTS_KEPT: Final = 20_000
"""People and addresses whose connects one process counts at once: as many as it has sockets; the oldest makes room."""
