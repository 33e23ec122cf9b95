"""Every bound of the product, each with its reason. SECURITY.md lists them; a test holds the two equal."""

from typing import Final

from server.kernel.limits.accounts import *  # noqa: F403 - the same list, in files of their own for its length
from server.kernel.limits.audit import *  # noqa: F403 - the same
from server.kernel.limits.http import *  # noqa: F403 - the same
from server.kernel.limits.hub import *  # noqa: F403 - the same
from server.kernel.limits.mail import *  # noqa: F403 - the same
from server.kernel.limits.providers import *  # noqa: F403 - the same
from server.kernel.limits.throttling import *  # noqa: F403 - the same

# Text
MAX_NAME: Final = 80
"""Characters in a name: what a large card can show on two lines."""
MAX_SHORT_TEXT: Final = 200
"""Characters in a cause, a source, a label or an expression: one line of a log."""
MAX_LONG_TEXT: Final = 4_000
"""Characters in notes, descriptions and summaries: two printed pages; 16 kB in UTF-8 fits a frame."""
MAX_SLUG: Final = 64
"""Characters in a slug: it is part of links that people read aloud."""

# Numbers
MAX_HIT_POINTS: Final = 9_999
"""Above any published creature by an order of magnitude, and four digits fit the bar."""
MAX_AMOUNT: Final = 9_999
"""One damage, heal or temporary hit point amount: as high as hit points go."""
MAX_LEVEL: Final = 99
"""Rulesets stop at 20 or 30; freeform tables count further."""
MAX_ABILITY: Final = 99
"""An ability score or armour class."""
MAX_RESOURCE: Final = 9_999
"""A counter: spell slots, hope, stress, gold in the purse."""
MAX_ROUND: Final = 9_999
"""Rounds of one combat, and rounds that a condition can last."""
MAX_INITIATIVE: Final = 999
"""Absolute value of an initiative score."""

# Lists
MAX_CHARACTERS: Final = 200
"""Characters of a campaign: a long campaign's cast; the snapshot stays under one megabyte."""
MAX_ROSTER: Final = 24
"""Characters on screen at once: what the compact tier can show legibly at 1080p."""
MAX_CONDITIONS: Final = 40
"""Conditions on one character: every published one and 25 of the table's own."""
MAX_RESOURCES: Final = 40
"""Resources of one character: nine spell levels and thirty others."""
MAX_ABILITIES: Final = 12
"""Ability scores of one character: six in most games, twelve in the largest."""
MAX_COMBATANTS: Final = 60
"""Entries in the turn order: a siege."""
MAX_BATCH: Final = 60
"""Commands in one batch: an area effect on every combatant."""
MAX_EPISODES: Final = 1_000
"""Episodes of a campaign: twenty years of weekly games."""
MAX_CUSTOM_DATA: Final = 4_096
"""Bytes of free data in a custom event, encoded: it is copied to every subscriber."""
MAX_JSON_DEPTH: Final = 16
"""Nesting of any JSON that comes in."""
UNDO_REACH: Final = 500
"""How many events back an undo may look: two hours of a busy table."""

# HTTP
PAGE_DEFAULT: Final = 50
"""Rows of a list when none are asked for."""
PAGE_MAX: Final = 200
"""Rows of a list at most: one answer stays under a megabyte."""

# Images
MAX_IMAGE_BYTES: Final = 5 * 1024 * 1024
"""Bytes of one uploaded image file."""
MAX_IMAGE_SIDE: Final = 4_096
"""Pixels of either side, read from the header before decoding."""
MAX_IMAGE_PIXELS: Final = 16_777_216
"""Pixels in all: 64 MiB decoded as RGBA."""
MAX_IMAGE_FRAMES: Final = 100
"""Frames of an animation, of which the first is kept: an avatar loop, not a film."""
MAX_FILE_NAME: Final = 255
"""Characters of an uploaded file's name: what file systems allow. It is only read for its ending."""
IMAGE_DEADLINE_S: Final = 10.0
"""Seconds to decode and encode one image; the largest legal one takes under two on a small machine."""
IMAGE_MEMORY: Final = 512 * 1024 * 1024
"""Bytes of memory of a decoder: eight times the largest legal image."""
IMAGE_WORKERS: Final = 2
"""Images decoded at once: uploads are rare, and a core stays free for the table."""
IMAGE_QUEUE: Final = 16
"""Uploads waiting for a decoder; one more is told to come back."""
CARD_SIDE: Final = 1_024
"""Longest side in pixels of the stored image: a large card at 4K."""
CARD_BYTES: Final = 512 * 1024
"""Bytes of the stored image: twenty of them load in seconds on a phone."""
THUMB_SIDE: Final = 256
"""Longest side in pixels of the thumbnail: a compact card at twice the density."""
MEDIA_FILES: Final = 200
"""Images of one campaign: a portrait and a background of half its characters."""
MEDIA_BYTES: Final = 100 * 1024 * 1024
"""Bytes of one campaign's images."""
ORPHAN_AGE_S: Final = 86_400
"""Seconds that an image outlives its last use, so that an undo the same night finds it."""
SWEEP_EVERY_S: Final = 3_600
"""Seconds between two looks for images that nobody uses."""
S3_CONNECT_S: Final = 5.0
"""Seconds to reach the object store."""
S3_READ_S: Final = 15.0
"""Seconds without an answer from the object store; boto3 tries twice."""
S3_LINK_S: Final = 900
"""Seconds that a signed link to a private image works: longer than any page takes to load it."""

# Socket
MAX_FRAME: Final = 64 * 1024
"""Bytes of one incoming frame; over it the frame is answered with an error."""
MAX_MESSAGE: Final = 4 * MAX_FRAME
"""Bytes of one incoming frame that are read at all; over it the protocol itself closes the connection (1009)."""
MAX_SEQ: Final = 2**53 - 1
"""The highest seq: the largest whole number that JavaScript counts exactly (RFC 8259, 6)."""
SUBSCRIBE_DEADLINE_S: Final = 10.0
"""Seconds until the first frame must be a subscribe."""
HEARTBEAT_S: Final = 20.0
"""Seconds between heartbeats: browsers cannot see protocol pings."""
BAD_FRAMES: Final = 5
"""Bad frames within BAD_FRAMES_WINDOW_S that end a connection."""
BAD_FRAMES_WINDOW_S: Final = 10.0
"""Seconds over which bad frames are counted."""
MAX_COMMAND_ID: Final = 64
"""Characters of a client's command id: a UUID and a prefix."""
STALE_S: Final = 10.0
"""Seconds without a report after which a client that used to report counts as stale."""
MAX_JSON_LIST: Final = 500
"""Entries of any one list or object in a frame: above every list of the product."""
MAX_PENDING_COMMANDS: Final = 64
"""Commands of one socket that wait for their commit: a busy table's second; more means a loop gone wild."""
FRAMES_PER_S: Final = 10.0
"""Frames per second that one socket may send for long: a hand on every key is slower."""
FRAMES_BURST: Final = 60
"""Frames that one socket may send at once: a panel that catches up after a pause."""
RATE_REFUSALS: Final = 60
"""Frames refused for their rate within BAD_FRAMES_WINDOW_S that end a connection: it is not listening."""
MAX_SOCKETS: Final = 20_000
"""Open sockets of one process: 20 KiB each idle, so 400 MiB; more machines come in through the bus."""
OTHER_FILES: Final = 512
"""Open files of a process beside its sockets: the database, the bus, uploads, logs, probes."""
ARRIVALS_PER_S: Final = 2_500.0
"""Sockets per second that one process greets for long: nearly all that a core can (bench/results/README.md). Who comes
beyond that is told a time, and does not wait unheard."""
ARRIVALS_BURST: Final = 6_000
"""Sockets greeted at once: all of a large stream's overlays and viewers, back within three seconds."""
MAX_SOCKETS_PER_IP: Final = 40
"""Open sockets of one address: a studio with its overlays, panels and phones. The own machine is exempt."""
MAX_UNSUBSCRIBED_PER_IP: Final = 20
"""Open sockets of one address that have not subscribed yet: they cost memory and have proved nothing."""
MAX_SOCKETS_PER_TOKEN: Final = 8
"""Open sockets with one token of an overlay or a symbiote: scenes, a preview and a second machine; more is a leak."""
PLACES_PATIENCE_S: Final = 3.0
"""Seconds that such sockets may be too many in all processes together: one that moves is counted twice for a moment."""
TOKEN_GRACE_S: Final = 30.0
"""Seconds that a socket outlives its token: time for the refresh that is under way."""
RESTART_SPREAD_PER_S: Final = 1_000
"""Clients per second that are told to come back after a restart: well under what one core can greet."""
RESTART_SPREAD_MAX_S: Final = 30.0
"""Seconds over which a restart spreads its clients at most: the show goes on."""
LEAST_DELAY_MS: Final = 250
"""Milliseconds before the first client of a restart comes back: no server restarts faster."""
BUSY_RETRY_S: Final = 5.0
"""Seconds after which a client may try again, at the earliest, where a server is full or its record does not answer."""

# Database
DATABASE_CONNECTIONS: Final = 7
"""Open connections of one process; with those of commands, sign-ins and counters, nine processes fit PostgreSQL's
100."""
DATABASE_CONNECT_S: Final = 5.0
"""Seconds to reach the database, or to wait for another process to let go of a SQLite file."""
DATABASE_DEADLINE_S: Final = 10.0
"""Seconds for one transaction, waiting for a connection included: then the caller is told to try again."""
WRITE_DEADLINE_S: Final = 5.0
"""Seconds that PostgreSQL lets one transaction of the writer live: a process that froze in the middle of one holds its
campaigns for all the others, and a healthy one takes milliseconds."""
WRITER_IDLE_S: Final = 30.0
"""Seconds after which a connection kept at hand is tried before it is used: firewalls cut idle ones after minutes."""

# Edges
MAX_FIELD_ERRORS: Final = 20
"""Wrong fields named in one problem: nobody reads more, and an answer must not grow with the abuse."""
PROBE_DEADLINE_S: Final = 3.0
"""Seconds for one readiness check: orchestrators ask every five or ten."""
PULSE_S: Final = 15.0
"""Seconds that the hub's wheel may stand still before the server is called not ready; it turns every second."""
MIN_SECRET: Final = 32
"""Characters of a secret in production: 256 bits where it is hexadecimal or better (RFC 7518, 3.2)."""

# The record
COMMAND_QUEUE: Final = 2_048
"""Commands waiting to be committed, all campaigns together: a quarter of a second's worth; then `Unavailable`."""
COMMAND_GROUP: Final = 256
"""Commands in one transaction where fewer than twice as many wait: the first waits for the last. Also of what was not
decided ahead, since that is decided in one go: some eight milliseconds."""
COMMAND_CROWD: Final = 1_024
"""Commands in one transaction at most, half of what waits. What a group costs for each campaign is shared by all of its
commands: with 2,048 waiting for 64 campaigns, groups of this size settle a twelfth more a second than groups of 256 on
PostgreSQL, a sixth on SQLite. An eighth of a second's worth: who comes then waits for two of them, or for three."""
COMMAND_LOOKS: Final = 16
"""Turns of the loop that a first command waits at most for others that are just coming in: half a millisecond."""
COMMAND_STEP: Final = 32
"""Commands decided in one go while a group is committed: a millisecond, in which nobody else is served."""
COMMAND_DEADLINE_S: Final = 15.0
"""Seconds until whoever sent a command is told that its outcome is unknown; longer than one transaction may take."""
COMMAND_RACES: Final = 12
"""How often a command is decided again because another process was faster; then `Unavailable`."""
COMMAND_RETRY_MS: Final = 500
"""When to come back after `Unavailable`: the queue is worked off by then."""
COMMAND_MEMORY: Final = 256
"""Answers that a room remembers by command id; older ones are found in the log."""
ROOMS_IN_MEMORY: Final = 2_048
"""Campaigns held in memory, the least recently used makes room: 300 MB where all are full, with 71 kB
for 20 characters and 75 kB for the answers (measured). Where more are played on at once, commands read states back: ten
times the work (`docs/benchmarks.md`)."""
ROOM_IDLE_S: Final = 900.0
"""Seconds that a room stays in memory unused: a break in the game does not cost it."""
EVENTS_PAGE: Final = 200
"""Events read from the log at once while a room catches up."""
MAX_WORKERS: Final = 64
"""Processes of one machine: one for each core of a large one."""
WORKER_RETRY_S: Final = 0.5
"""Seconds within which a worker that died is started again at first; each early death doubles them."""
WORKER_RETRY_MAX_S: Final = 10.0
"""Seconds within which a worker that keeps dying is started again."""
WORKER_STEADY_S: Final = 30.0
"""Seconds that a worker has to live for its death not to count as another of a row."""
