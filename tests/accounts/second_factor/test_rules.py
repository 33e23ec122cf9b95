"""Codes as the RFCs print them, and recovery codes."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from server.accounts.second_factor import rules
from server.kernel.limits import PROVIDER_START_S, SECOND_FACTOR_TOKEN_S, SIGN_IN_LINK_S

SECRET = b"12345678901234567890"
"""Of RFC 4226, appendix D, and RFC 6238, appendix B."""
HOTP = ("755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489")


@pytest.mark.parametrize(("counter", "code"), list(enumerate(HOTP)))
def test_codes_are_those_of_rfc_4226(counter: int, code: str) -> None:
    """Appendix D."""
    assert rules.code_at(SECRET, counter) == code


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    """Appendix B, with SHA-1; ours are the last six of its eight digits."""
    now = datetime.fromtimestamp(seconds, UTC)
    assert rules.code_at(SECRET, rules.step_at(now), digits=8) == code
    assert rules.matching_step(SECRET, code[2:], now, late=0) == rules.step_at(now)


NOW = datetime(2026, 11, 20, 19, 42, 0, tzinfo=UTC)


@pytest.mark.parametrize(("steps", "late", "is_taken"), [
    (0, 0, True), (-1, 0, False), (0, 1, True), (-1, 1, True), (-2, 1, False), (1, 1, False)])  # fmt: skip
def test_a_code_may_be_one_step_late(steps: int, late: int, is_taken: bool) -> None:
    """And never early: a clock that goes ahead is set right."""
    then = NOW + timedelta(seconds=rules.STEP_S * steps)
    found = rules.matching_step(SECRET, rules.code_at(SECRET, rules.step_at(then)), NOW, late)
    assert found == (rules.step_at(then) if is_taken else None)


def test_nothing_out_of_band_lives_longer_than_ten_minutes() -> None:
    """What waits for a code, for a provider or for another device; and a code of the app is good for thirty seconds."""
    assert rules.STEP_S == 30
    assert max(SECOND_FACTOR_TOKEN_S, PROVIDER_START_S, SIGN_IN_LINK_S) <= 600


def test_an_app_finds_everything_in_the_address() -> None:
    """Names are encoded; the figures are those that every app understands."""
    uri = rules.otpauth_uri(SECRET, "Tablecast table.example", "rowan?&x")
    assert uri == (
        "otpauth://totp/Tablecast%20table.example:rowan%3F%26x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        "&issuer=Tablecast%20table.example&algorithm=SHA1&digits=6&period=30"
    )


def test_recovery_codes_are_long_and_different() -> None:
    """Ten of 24 base32 characters each, all from the source of chance."""
    drawn = iter(range(1, 100))
    codes = rules.make_recovery_codes(lambda count: bytes([next(drawn)]) * count)
    assert len(set(codes)) == 10
    assert [len(base64.b32decode(code.replace("-", ""))) for code in codes] == [15] * 10


def test_how_a_recovery_code_is_written_does_not_matter() -> None:
    """Groups, spaces and case are for the eye."""
    (code, other, *_) = rules.make_recovery_codes(lambda count: bytes(range(count)))
    assert code == other
    plain = code.replace("-", "")
    assert {rules.recovery_digest(text) for text in (code, plain, plain.lower(), code.replace("-", " "))} == {
        rules.recovery_digest(plain)
    }
