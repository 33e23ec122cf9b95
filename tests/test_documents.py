"""The documents' tables come from code, and say so when the code can't be documented."""

import pytest

from server.contract.documents import limits_table, roles_table, settings_page, with_block
from server.kernel import limits
from server.kernel.settings import Settings


def test_every_limit_is_listed_with_its_reason() -> None:
    """A limit that nobody explains is a guess."""
    rows = limits_table().splitlines()[2:]
    names = {name for name in vars(limits) if name.isupper()}
    assert {row.split("`")[1] for row in rows} == names
    assert all(len(row.split("|")[3].strip()) > 10 for row in rows)


def test_every_setting_is_listed() -> None:
    """An operator finds every variable on one page."""
    page = settings_page()
    assert [name for name in Settings.model_fields if f"`{name.upper()}`" not in page] == []


def test_the_overlay_may_only_read() -> None:
    """The table that people read says what the code judges."""
    header, _, *rows = roles_table().splitlines()
    column = [cell.strip() for cell in header.split("|")].index("overlay")
    allowed = [row.split("|")[1].strip() for row in rows if row.split("|")[column].strip()]
    assert allowed == ["see the table, as the audience of one's role"]


def test_a_block_replaces_what_stood_between_its_marks() -> None:
    """Words around a generated table stay as they were written."""
    text = "a\n<!-- x: made by `make docs` -->\nold\n<!-- /x -->\nb"
    assert with_block(text, "x", "new") == text.replace("old", "new")


def test_missing_marks_are_an_error() -> None:
    """A table can't get lost in silence."""
    with pytest.raises(ValueError, match="x"):
        with_block("nothing here", "x", "new")
