"""The bounds of connections and requests."""

from typing import Final

LISTEN_BACKLOG: Final = 4_096
"""Connections that wait to be accepted: a stampede after a restart; Linux allows no more unless told."""
SHORT_HEAD: Final = 8_192
"""Bytes of a socket's opening handshake that is read in one go: what the library allows for one of its lines. A longer
one is left to it."""
HEAD_DEADLINE_S: Final = 20.0
"""Seconds until a connection has said what it wants, its request's head: browsers open some in reserve."""
MAX_BODY: Final = 256 * 1024
"""Bytes of a JSON request body: the longest legal character is under 64 kB."""
MAX_UPLOAD_BODY: Final = 6 * 1024 * 1024
"""Bytes of a multipart request: one 5 MiB image and its envelope."""
BODY_DEADLINE_S: Final = 120.0
"""Seconds until a request's body has come: a portrait over a slow phone; who sends a byte now and then ends too."""
KEEP_ALIVE_S: Final = 15
"""Seconds that an idle HTTP connection stays open: longer than a probe's interval."""
GRACEFUL_SHUTDOWN_S: Final = 8
"""Seconds for requests to finish when the server ends: what comes before and after it fits the twelve that a process is
to be given (docs/hosting.md)."""
