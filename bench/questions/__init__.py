"""What is asked, each a module with `ask(effort) -> Answer`. The order is that of the page."""

from typing import Final

NAMES: Final = (
    "fanout",
    "profiles",
    "overlays",
    "slow",
    "handshakes",
    "comeback",
    "memory",
    "growth",
    "campaigns",
    "processes",
    "commands",
    "record",
    "accounts",
    "paint",
    "start",
    "snapshot",
)
