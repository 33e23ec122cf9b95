"""Which passwords are refused, and that nothing else is asked of them."""

import pytest

from server.accounts.passwords.policy import check_password, common_passwords
from server.kernel.errors import Invalid
from server.kernel.limits import COMMON_PASSWORDS, PASSWORD_MIN

WORDS = ["rowan", "rowan.ashdown@table.example", "Rowan Ashdown"]


def test_the_list_is_long_enough() -> None:
    """At least COMMON_PASSWORDS that the shortest length would let through, as ASVS 6.2.4 counts them."""
    assert len(common_passwords()) >= COMMON_PASSWORDS
    assert min(map(len, common_passwords())) == PASSWORD_MIN


@pytest.mark.parametrize(
    "password",
    ["password", "PassWord", "password123", "!!password!!", "qwertyuiop", "aaaaaaaa", "abababab", "12345678",
     "tablecast", "Tablecast2026", "rowan-2026", "RowanAshdown!", "ashdown.rowan", "rowanrowan"],
)  # fmt: skip
def test_what_is_tried_first_is_refused(password: str) -> None:
    """Common ones, trimmed or not; repetitions; the site's name and one's own, with some figures around."""
    with pytest.raises(Invalid) as refusal:
        check_password(password, WORDS, "/password")
    assert [error.pointer for error in refusal.value.errors] == ["/password"]


@pytest.mark.parametrize(
    "password",
    ["seven lanterns and a toll", "  spaces  count  ", "пароль-не-словарь", "🗝🐉🏰🌙⚓🕯🪶🧭", "x7Qp!m2z",
     "rowan keeps bees", "no figures no signs", "NOTHING SMALL HERE", "\x00control\x07s"],
)  # fmt: skip
def test_no_composition_is_asked_for(password: str) -> None:
    """Any characters, of one kind or of many: nothing is raised."""
    check_password(password, WORDS, "/password")
    assert len(password) >= PASSWORD_MIN
