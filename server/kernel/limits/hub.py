"""The bounds of rooms, of slow readers, and of what processes say to each other."""

from typing import Final

# Hub
RING_FRAMES: Final = 1_024
"""Events that a room keeps for those who come back: ten minutes of a busy fight."""
RING_BYTES: Final = 4 * 1024 * 1024
"""Bytes that a room keeps for those who come back, all audiences together."""
RING_WARM: Final = 256
"""Events read from the log when a room opens, so that a stampede after a restart asks the log once."""
MAX_REPLAY: Final = 1_000
"""Events that a resume may bring; further behind a snapshot is smaller."""
REPLAY_PAGE: Final = 500
"""Events read from the log at once."""
FOLLOWED_AT_ONCE: Final = 64
"""Logs whose news are read with one question: a group of commands moves as many campaigns. Nearly always that is an
event or two of each; at most REPLAY_PAGE of each."""
ROOM_GRACE_S: Final = 60.0
"""Seconds that a room outlives its last watcher: an OBS scene switch, a reload."""
JOIN_S: Final = 0.001
"""Seconds that an event waits at most for others that are just coming in, to be written with them: a write to 300
readers takes as long."""
MAX_WRITE: Final = 64 * 1024
"""Bytes of frames that are joined into one write, one frame more or less: a reader's backlog can be looked at between
two writes."""
BACKLOG_LIMIT: Final = 1024 * 1024
"""Bytes that may wait for one reader, beyond its own snapshot; over it the reader is closed and resumes."""
SOFT_BACKLOG: Final = 64 * 1024
"""Bytes that may wait for one reader, beyond its own snapshot, before events are kept back until it has read them: one
joined write, on top of what the kernel holds."""
MAX_HELD: Final = 256
"""Results and errors kept for a reader that is behind: four times the commands of one socket that may wait."""
JOIN_TRIES: Final = 3
"""Times that a join reads the record before it gives up: each time the ring outran the read."""
REJOIN_TRIES: Final = 3
"""Times that a reader which fell behind is brought back before it is closed: each time the ring outran the read."""
STALL_S: Final = 5.0
"""Seconds without progress after which a reader with bytes waiting is closed and resumes."""
SOURCE_DEADLINE_S: Final = 5.0
"""Seconds for one read of the log or one snapshot."""
PRESENCE_LISTED: Final = 60
"""Clients that a presence frame names; the rest are only counted."""
PRESENCE_TOLD: Final = 20
"""Clients of one campaign that a process names to the others, those in trouble first."""
PRESENCE_ENTRY: Final = 3_000
"""Bytes of what a process says to the others about one campaign's clients: at least two such fit a message."""
PRESENCE_TOPICS: Final = 4_096
"""Campaigns of which one process remembers who is connected to others."""
PRESENCE_REFRESH_S: Final = 5.0
"""Seconds after which a process says again who is connected to it, changed or not."""
PRESENCE_TTL_S: Final = 16.0
"""Seconds that another process's clients are believed in without being told again: three refreshes."""
ROUND_S: Final = 5.0
"""Seconds between two comparisons of all rooms with the record, and at most one behind a bus that lies; one second
behind one that is known to be dead."""
ROUND_PAGE: Final = 500
"""Rooms compared in one question."""

# Bus
MAX_TOPIC: Final = 64
"""Characters of a topic that other processes are told about: an id."""
MAX_BUS_MESSAGE: Final = 7_900
"""Bytes of one message between processes: what PostgreSQL's NOTIFY takes."""
BUS_HINTS: Final = 80
"""Hints in one message: with the longest topics they fit MAX_BUS_MESSAGE."""
BUS_TOPICS: Final = 4_096
"""Campaigns with a hint that waits to be said: every one of a busy server; more are found by the rounds."""
BUS_NEWS_BYTES: Final = 7_600
"""Bytes of the body of one message: what is around it fits beside."""
BUS_NEWS: Final = 256
"""Other messages that wait to be said: presence of every campaign and a hundred revocations."""
BUS_PEERS: Final = 256
"""Other processes that are known: a large cluster; more are made up."""
BUS_BEAT_S: Final = 2.0
"""Seconds between two heartbeats on the bus: small beside what a dead bus costs, large beside what they cost."""
BUS_SILENT_S: Final = 7.0
"""Seconds without hearing one's own heartbeat, after which a connection to the bus is dead: three were lost."""
BUS_CONNECT_S: Final = 5.0
"""Seconds to connect and subscribe to the bus."""
BUS_SEND_S: Final = 5.0
"""Seconds to say something on the bus, or to let go of it."""
BUS_WAITING: Final = 1_024
"""Messages from NATS that wait to be read; more means that this process hangs, and the subscription counts as lost."""
BUS_RETRY_S: Final = 0.25
"""Seconds within which the bus is tried again at first; each failure doubles them."""
BUS_RETRY_MAX_S: Final = 10.0
"""Seconds within which the bus is tried again at last."""
