"""How what we mint begins, so that logs know all of it: whoever mints anything takes its prefix from here."""

from typing import Final, Literal

Prefix = Literal["adm_", "sym_", "ovl_", "one_", "own_", "lnk_", "inv_", "rt_", "mfa_", "dev_", "oau_"]
"""What a token may begin with; mypy refuses to mint with another."""
PREFIXES: Final[dict[Prefix, str]] = {
    "adm_": "a campaign's token with every right",
    "sym_": "a campaign's token for a symbiote",
    "ovl_": "a campaign's token for an overlay",
    "one_": "a sign-in link",
    "own_": "the owner's link",
    "lnk_": "a mailed link",
    "inv_": "an invitation's link",
    "rt_": "a refresh token",
    "mfa_": "a sign-in that waits for its second factor",
    "dev_": "the cookie of a known device",
    "oau_": "the cookie of a way to a provider and back",
}
NAMES: Final = "|".join(prefix.removesuffix("_") for prefix in PREFIXES)
"""For a regular expression: `(?:adm|sym|…)_`."""
