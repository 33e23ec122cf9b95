"""What the bus has done since the start."""

from dataclasses import dataclass


@dataclass(slots=True)
class BusTally:
    """Counted by the bus, read once per turn by `hub/figures.py`."""

    hints_sent: int = 0
    hints_received: int = 0
    messages_sent: int = 0
    messages_received: int = 0
    dropped: int = 0
    """Said while the queue was full, or too large to be said."""
    foreign: int = 0
    """Heard, and not one of ours."""
    lost: int = 0
    """Times that the connection was lost, or could not be made."""
