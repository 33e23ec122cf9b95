"""How often what may be tried, as data: SECURITY.md's table is made from it. Pure.

Passwords are guessed by few who try often, or by many who try seldom: so tries count for the account as it was named
(which need not exist), for the address, and for everybody together. An account is never locked: from the fifth failure
on the next try waits, twice as long each time. Whoever signs in, or asks for a new password, on a device where they did
sign in before counts for that device alone: nobody is kept out there by what strangers try.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from server.accounts.throttle import By, Purpose
from server.kernel.addresses import counted
from server.kernel.limits import (
    ARRIVALS_BURST,
    ARRIVALS_PER_S,
    FRAMES_BURST,
    FRAMES_PER_S,
    MAX_OWNED,
    MAX_SOCKETS,
    MAX_SOCKETS_PER_IP,
    MAX_SOCKETS_PER_TOKEN,
    MAX_UNSUBSCRIBED_PER_IP,
    MEDIA_BYTES,
    MEDIA_FILES,
)

Counted = Literal["account", "address", "everybody", "device"]
MINUTE, HOUR, DAY = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class Rule:
    """`most` within `seconds`, and then none until those have passed.

    A ladder has no such end: the `most`-th failure makes the next try wait a second, and each further one twice as
    long, LADDER_TOP_S at most, until `seconds` have passed without one.
    """

    counted: Counted
    most: int
    seconds: int
    is_ladder: bool = False
    in_kib: bool = False
    """Not tries are counted, but how much they bring."""


@dataclass(frozen=True, slots=True)
class Limit:
    """`forgives`: what turned out to be right does not count. `goes_on`: it is let through while counters are away."""

    meaning: str
    rules: tuple[Rule, ...]
    forgives: bool = False
    goes_on: bool = False


LIMITS: Final[dict[Purpose, Limit]] = {
    "login": Limit("wrong passwords at sign-in", (
        Rule("account", 10, 5 * MINUTE), Rule("account", 5, 15 * MINUTE, is_ladder=True),
        Rule("address", 10, 5 * MINUTE), Rule("address", 100, HOUR), Rule("everybody", 1000, 5 * MINUTE),
        Rule("device", 10, 5 * MINUTE), Rule("device", 5, 15 * MINUTE, is_ladder=True)), forgives=True),
    "register": Limit("signing up", (Rule("address", 5, HOUR), Rule("address", 20, DAY))),
    "forgot": Limit("asking for a new password", (
        Rule("account", 1, 3 * MINUTE), Rule("account", 5, DAY), Rule("address", 20, HOUR),
        Rule("device", 1, 3 * MINUTE), Rule("device", 5, DAY))),
    "resend": Limit("asking for the mail that proves an address once more", (
        Rule("account", 3, 6 * HOUR), Rule("address", 20, HOUR))),
    "refresh": Limit("staying signed in", (
        Rule("account", 30, MINUTE), Rule("address", 300, MINUTE)), goes_on=True),
    "password": Limit("wrong passwords where one is signed in, or follows a link", (
        Rule("account", 5, 5 * MINUTE), Rule("account", 20, HOUR)), forgives=True),
    "second_factor": Limit("wrong codes of a second factor", (
        Rule("account", 5, 5 * MINUTE), Rule("account", 20, HOUR), Rule("account", 50, DAY),
        Rule("address", 10, 5 * MINUTE), Rule("address", 50, HOUR),
        Rule("device", 5, 5 * MINUTE), Rule("device", 20, HOUR), Rule("device", 50, DAY)), forgives=True),
    "email": Limit("asking for another address", (Rule("account", 5, 5 * MINUTE), Rule("account", 20, HOUR))),
    "profile": Limit("changing one's profile", (Rule("account", 30, HOUR), Rule("account", 100, DAY))),
    "people": Limit("making accounts for others, and renaming them", (
        Rule("account", 60, HOUR), Rule("account", 300, DAY))),
    "export": Limit("taking along what is known about oneself, or the audit log", (
        Rule("account", 5, HOUR), Rule("account", 20, DAY))),
    "provider": Limit("setting out for a provider", (
        Rule("address", 40, 5 * MINUTE), Rule("address", 200, HOUR), Rule("everybody", 20_000, 5 * MINUTE))),
    "arrival": Limit("coming back from a provider on one's own way", (
        Rule("address", 40, 5 * MINUTE), Rule("address", 200, HOUR), Rule("everybody", 20_000, 5 * MINUTE))),
    "callback": Limit("coming back from a provider in a wrong way: more are not written down", (
        Rule("address", 20, 5 * MINUTE), Rule("everybody", 1000, 5 * MINUTE))),
    "upload": Limit("uploading images", (
        Rule("account", 30, HOUR), Rule("account", 100 * 1024, DAY, in_kib=True)), goes_on=True),
    "connect": Limit("opening sockets", (Rule("account", 20, MINUTE), Rule("address", 60, MINUTE)), goes_on=True),
}  # fmt: skip
"""For refreshing, the account is the sign-in. Sockets are counted by `connects`, which asks nobody first."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What is bounded at every moment, not over time: where, and how much."""

    meaning: str
    cells: Mapping[Counted, str]


BOUNDS: Final = (
    Bound("sockets that are open", {
        "account": f"{MAX_SOCKETS_PER_TOKEN} with one token of a machine", "address": str(MAX_SOCKETS_PER_IP),
        "everybody": f"{MAX_SOCKETS:,} in each process"}),
    Bound("sockets that have not said yet what they want", {"address": str(MAX_UNSUBSCRIBED_PER_IP)}),
    Bound("sockets that come at once", {
        "everybody": f"{ARRIVALS_PER_S:,.0f} / s, {ARRIVALS_BURST:,} at once, in each process"}),
    Bound("frames of one socket", {"account": f"{FRAMES_PER_S:g} / s, {FRAMES_BURST} at once"}),
    Bound("images that are kept", {"account": f"{MEDIA_FILES} files, {MEDIA_BYTES // 1024**2} MiB for each campaign"}),
    Bound("campaigns that are owned by whoever makes another", {"account": str(MAX_OWNED)}),
)  # fmt: skip
"""The rest of the table: kept by the hub and the images, from the same constants."""


@dataclass(frozen=True, slots=True)
class Counter:
    """One thing that is counted: `name` is unique over all, and never leaves this process but as a digest."""

    name: str
    rule: Rule


def counters_of(purpose: Purpose, by: By, limits: dict[Purpose, Limit] = LIMITS) -> Iterator[Counter]:
    """What one try counts for. A known device stands for everything else; what is None is not counted."""
    values: dict[Counted, str | None]
    if by.device is not None:
        values = {"device": by.device}
    else:
        values = {
            "account": by.account,
            "address": counted(by.address, stands_for_others=by.stands_for_others),
            "everybody": "everybody",
        }
    for rule in limits[purpose].rules:
        if (value := values.get(rule.counted)) is not None:
            shape = "ladder" if rule.is_ladder else f"{rule.seconds} KiB" if rule.in_kib else str(rule.seconds)
            yield Counter(f"{purpose} {rule.counted} {shape} {value}", rule)
