"""The bounds of mails and of the links in them."""

from typing import Final

MAIL_MEMORY: Final = 100
"""Mails that the memory mailer keeps; older ones make room."""
MAIL_EVERY_S: Final = 1.0
"""Seconds between two looks into the outbox: whoever signed up has hardly opened their mailbox by then."""
MAIL_AT_ONCE: Final = 8
"""Mails delivered beside each other: one slow mail server does not hold up seven others."""
MAIL_DEADLINE_S: Final = 30.0
"""Seconds to hand one mail over: mail servers greet strangers slowly on purpose."""
MAIL_LEASE_S: Final = 120.0
"""Seconds for which one process takes a mail: longer than MAIL_DEADLINE_S and the write that follows."""
MAIL_RETRY_S: Final = 15.0
"""Seconds until a mail is tried again at first; each failure doubles them."""
MAIL_RETRY_MAX_S: Final = 1_800.0
"""Seconds until a mail is tried again at last."""
MAIL_KEPT_S: Final = 24 * 3600
"""Seconds after which a mail is given up: the links in it have ended by then."""
MAIL_QUEUE: Final = 10_000
"""Mails that wait: a day of a busy server without its mail server; 10 MB. More are dropped, and that is logged."""
VERIFY_LINK_S: Final = 24 * 3600
"""Seconds that the link lives which proves an address: until whoever signed up at night is awake."""
FIRST_LINK_S: Final = 24 * 3600
"""Seconds that the link lives for the first password of an account that somebody else made: it comes unasked for."""
RESET_LINK_S: Final = 30 * 60
"""Seconds that a link for a new password lives: as long as somebody sits there and waits for it."""
FACTOR_LINK_S: Final = 30 * 60
"""Seconds that the link lives with which a lost second factor is removed: somebody sits there and waits for it, too."""
EMAIL_LINK_S: Final = 3600
"""Seconds that a link lives which confirms a new address: two mailboxes have to be opened."""
UNDO_LINK_S: Final = 3 * 24 * 3600
"""Seconds in which a change of address can be undone from the old one: a weekend away."""
