"""Where there is no mail server, mails are files."""

import logging
import os
import stat
import sys
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from server.kernel import logs
from server.kernel.mail import Mail
from server.kernel.mail.files import MailFiles
from server.kernel.mail.message import message
from server.kernel.mail.transport import Undelivered

LINK = "https://table.example/panel/#reset=lnk_" + "A" * 43
MAIL = message(Mail("rowan@table.example", "A new password", f"{LINK}\nÄ"), "t@table.example", "m1", datetime.now(UTC))


async def test_a_mail_becomes_a_file(tmp_path: Path) -> None:
    """One that can be read as it is, link and all, and that only its owner can read."""
    await MailFiles(tmp_path / "mail").send("m1", MAIL)
    raw = (tmp_path / "mail" / "m1.eml").read_bytes()
    assert LINK.encode() in raw
    assert message_from_bytes(raw, policy=policy.default).get_content().splitlines() == [LINK, "Ä"]
    if sys.platform != "win32":
        assert stat.S_IMODE(os.stat(tmp_path / "mail" / "m1.eml").st_mode) == 0o600


async def test_the_log_says_where_and_never_what(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A log is read by more people than a mail."""
    root = logging.getLogger()
    kept, level = root.handlers[:], root.level
    logs.configure("debug", "json")
    try:
        await MailFiles(tmp_path).send("m1", MAIL)
    finally:
        root.handlers[:] = kept
        root.setLevel(level)
    said = capsys.readouterr().err
    assert "m1.eml" in said
    assert [secret for secret in ("lnk_", "rowan", "A new password") if secret in said] == []


async def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    """The disk may be full for an hour."""
    (tmp_path / "mail").write_text("in the way", encoding="utf-8")
    with pytest.raises(Undelivered) as refused:
        await MailFiles(tmp_path / "mail").send("m1", MAIL)
    assert not refused.value.lasting
