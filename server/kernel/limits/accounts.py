"""The bounds of credentials: passwords, sign-ins, tokens, revocations."""

from typing import Final

MAX_TOKENS: Final = 50
"""Living tokens of one campaign: an overlay each for a large studio, and a few clients."""
SIGN_IN_LINK_S: Final = 10 * 60
"""Seconds that a one-time sign-in link lives: long enough to walk to the phone, too short to be found later (ASVS
6.5.5)."""
SIGNED_IN_S: Final = 30 * 24 * 3600
"""Seconds that a token from a sign-in link lives: the campaign's next session is within a month."""
SIGNED_IN_AT_ONCE: Final = 20
"""Browsers signed in to one campaign by link: the next one signs out the oldest, so that nobody is locked out."""
DEAD_TOKENS_KEPT_S: Final = 30 * 24 * 3600
"""Seconds that expired and revoked tokens stay listed: enough to ask who used it last."""
VERIFIED_TOKENS: Final = 1_024
"""Tokens remembered as good between two looks into the database: every overlay of a busy server; 200 kB."""
VERIFIED_FOR_S: Final = 5.0
"""Seconds that a token counts as good without looking: how late another process's revocation may bite."""
LAST_USED_EVERY_S: Final = 60.0
"""Seconds between two writes of a token's last use: a busy token costs one write a minute."""
MAX_CREDENTIAL: Final = 4_096
"""Characters of one credential header: a signed access token with room to spare."""
PASSWORD_MIN: Final = 8
"""Characters of a password (ASVS 6.2.1); the page recommends 15."""
PASSWORD_MAX: Final = 128
"""Code points of a password: any sentence fits, and hashing it costs no more than hashing a word."""
PASSWORD_QUEUE: Final = 64
"""Passwords waiting to be hashed or verified: a second's worth on two cores; one more is told to come back."""
PASSWORD_RETRY_MS: Final = 1_000
"""When to come back after that: the queue is worked off by then."""
PASSWORD_NICE: Final = 5
"""How far the threads that hash step back on Linux: a third of a core that others want, and all of one they don't."""
COMMON_PASSWORDS: Final = 3_000
"""Common passwords of PASSWORD_MIN characters and more that are refused, at least (ASVS 6.2.4)."""
PASSWORD_CAMPAIGNS: Final = 100
"""Campaigns whose names are refused in their people's passwords, the newest: twice what one person may own."""
BREACH_DEADLINE_S: Final = 2.0
"""Seconds that the service which knows leaked passwords may take; then a new password is taken without it."""
BREACH_CHECKS: Final = 8
"""Passwords asked about at once; one more waits for its turn, and BREACH_DEADLINE_S at most."""
BREACH_ANSWER: Final = 262_144
"""Bytes of such a service's answer: five times the longest range of today."""
MAX_USERNAME: Final = 32
"""Characters in a username: it stands beside a character's name."""
MAX_EMAIL: Final = 254
"""Characters in an e-mail address: what one mail server may say to another (RFC 5321, 4.5.3.1.3)."""
MAX_PROGRAM: Final = 200
"""Characters kept of a User-Agent: enough to tell one's own devices apart."""
ACCESS_TOKEN_S: Final = 600
"""Seconds that an access token lives: short, since other services cannot ask whether it was revoked."""
CLOCK_SKEW_S: Final = 10
"""Seconds that the clocks of two of our processes may differ: an access token from the other one still counts."""
KEY_PERIOD_S: Final = 30 * 24 * 3600
"""Seconds that one key signs access tokens; the keys before and after it are published beside it."""
REFRESH_IDLE_S: Final = 7 * 24 * 3600
"""Seconds until an unused sign-in ends: a weekly game keeps it alive, a forgotten browser does not."""
REFRESH_ABSOLUTE_S: Final = 30 * 24 * 3600
"""Seconds until every sign-in ends, however much it is used (ASVS 7.3.2)."""
REFRESH_GRACE_S: Final = 10.0
"""Seconds in which a spent refresh token is forgiven while its successor is unused: the answer may have got lost."""
MAX_SESSIONS: Final = 10
"""Devices signed in to one account: phone, laptop, studio and spares; the next signs out the least recently used."""
RECENT_SIGN_IN_S: Final = 600
"""Seconds after signing in in which nobody is asked who they are once more, where else the password is asked for."""
DEAD_SESSIONS_KEPT_S: Final = 30 * 24 * 3600
"""Seconds that ended sign-ins are kept: a stolen token that is tried late is still recognised as stolen."""
REVOKED_FOR_S: Final = 660.0
"""Seconds that a revocation is remembered: longer than any access token that it ends."""
REVOCATIONS_EVERY_S: Final = 0.5
"""Seconds between two looks for what other processes revoked: it bites everywhere within a second."""
NEWS_LATE_S: Final = 30.0
"""Seconds that a revocation's number may be seen before the revocation: three times what its transaction may take."""
NEWS_KEPT: Final = 4_096
"""Revocations of which a process remembers when it heard them: more than come while a command waits for its commit."""
TOKEN_WARNING_S: Final = 60.0
"""Seconds before its token's end that a socket is warned: time for several tries at a refresh."""
SECOND_FACTOR_TOKEN_S: Final = 300
"""Seconds in which a second factor has to follow the first one: time to find the phone."""
ENROL_S: Final = 600
"""Seconds from the password to the first code of a new second factor: time to install an app."""
RECOVERY_CODES: Final = 10
"""Codes for when the app is lost: each is good once, and a page of paper holds them."""
MAX_PENDING_SIGN_INS: Final = 100
"""Sign-ins of one person that wait for a second factor: whoever has the password cannot fill the table with them."""
MAX_ROLE_NAME: Final = 32
"""Characters in the name of a role of the server."""
MAX_PERMISSION: Final = 64
"""Characters in the name of a permission: `resource.action`."""
MAX_ROLES: Final = 100
"""Roles of a server: one for each kind of helper of a large community; they are listed on one page."""
MAX_PERMISSIONS: Final = 200
"""Permissions of a server: ours, and those of programs that accept our access tokens."""
GRANTS_KEPT: Final = 4_096
"""People whose permissions are remembered between two changes of roles: everybody on a busy server; 1 MB."""
OWNER_LINK_S: Final = 24 * 3600
"""Seconds that the owner's first link lives: the evening of the installation, and the morning after."""
STANDINGS: Final = 4_096
"""People whose roles are remembered between two looks into the database: everybody of a busy server; 2 MB."""
STANDINGS_EACH: Final = 64
"""Campaigns in which one person's role is remembered: more than anybody visits in an evening."""
STANDING_FOR_S: Final = 30.0
"""Seconds that a remembered role counts without looking: changes are heard within one; this is for lost news."""
DOUBT_S: Final = 2.0
"""Seconds until a socket whose rights have changed, and cannot be looked up, is sent away to come back."""
MAX_OWNED: Final = 50
"""Campaigns that a person owns who makes another: years of tables; with MEDIA_BYTES each they keep 5 GiB of images."""
MAX_MEMBERS: Final = 200
"""People with a role of their own in one campaign: a table, its crew and a club of viewers."""
INVITATION_S: Final = 7 * 24 * 3600
"""Seconds that an invitation lives unless it says otherwise: until the next weekly game."""
INVITATION_MIN_S: Final = 60
"""Seconds that an invitation lives at least: time to read it out."""
INVITATION_MAX_S: Final = 30 * 24 * 3600
"""Seconds that an invitation lives at most: an older one is forgotten in some chat."""
INVITATION_USES: Final = 200
"""People whom one link may bring at most: as many as a campaign has members."""
MAX_INVITATIONS: Final = 50
"""Open invitations of one campaign or group: one for each chair, and links for the club."""
DEAD_INVITATIONS_KEPT_S: Final = 30 * 24 * 3600
"""Seconds that invitations are kept after their end."""
MAX_INVITED: Final = 100
"""Invitations by name that one person is shown: the newest ones; nobody is asked to more tables."""
MAX_GROUPS: Final = 20
"""Groups that one person is in: a few tables and clubs."""
MAX_GROUP_MEMBERS: Final = 100
"""People in one group."""
MAX_SEATED_GROUPS: Final = 10
"""Groups seated in one campaign: with its own members it has 1,200 people at most."""
