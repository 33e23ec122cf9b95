"""The bounds of signing in through others."""

from typing import Final

PROVIDER_START_S: Final = 600
"""Seconds from the button until the provider has sent the browser back: time to find the phone that it asks for."""
PROVIDER_DEADLINE_S: Final = 5.0
"""Seconds for one question to a provider, its whole answer included: somebody is waiting for the page."""
PROVIDER_BYTES: Final = 65_536
"""Bytes of one answer of a provider: a hundred times a person's profile, and ten times its keys."""
PROVIDER_CONNECTIONS: Final = 8
"""Open connections to providers; one more sign-in waits for a moment."""
PROVIDER_KEYS_S: Final = 3_600
"""Seconds that a provider's public keys are remembered; they change about once in a week."""
PROVIDER_KEYS_AGAIN_S: Final = 60
"""Seconds until its keys are asked for again on account of one that is not among them: anybody can make one up."""
MAX_CALLBACK: Final = 2_048
"""Characters of one value that a provider sends back with the browser: its codes have some hundred at most."""
MAX_SUBJECT: Final = 255
"""Characters of a provider's name for a person (OpenID Connect Core, 2)."""
MAX_IDENTITY_NAME: Final = 254
"""Characters kept of what the provider calls somebody, an address mostly."""
USERNAME_TRIES: Final = 8
"""Names tried for somebody who comes through a provider: with four digits behind them the second one is nearly free."""
