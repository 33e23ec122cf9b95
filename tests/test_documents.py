"""The documents' tables come from code, and say so when the code can't be documented."""

import re
from pathlib import Path

import pytest

from server.contract.documents import limits_table, roles_table, settings_page, with_block
from server.kernel import limits
from server.kernel.settings import REPOSITORY, Settings

DOCUMENTS = sorted(
    path.relative_to(REPOSITORY)
    for pattern in ("*.md", "docs/**/*.md", "*/README.md", "server/*/README.md")
    for path in REPOSITORY.glob(pattern)
)


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
    table = page[page.index("|") :].splitlines()
    assert len(table) == len(Settings.model_fields) + 2
    assert all(row.startswith("|") and row.endswith("|") for row in table)


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_no_link_between_documents_is_dead(document: Path) -> None:
    """Whoever follows a link within the repository arrives."""
    found = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", (REPOSITORY / document).read_text(encoding="utf-8"))
    assert [target for target in found if not (REPOSITORY / document).parent.joinpath(target).exists()] == []


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
