"""Secrets: given, or made once and kept for this user alone."""

import errno
import stat
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from server.kernel.secrets import FILE, Secrets, load_secrets
from server.kernel.settings import Misconfigured
from tests.fixtures.web import FixedSettings

STARTS = 4
ROUNDS = 100


def test_the_first_start_makes_them_and_the_next_finds_them(tmp_path: Path) -> None:
    """Two different ones of at least 256 bits, the same at every start."""
    settings = FixedSettings(data_dir=tmp_path / "data")
    made = load_secrets(settings)
    assert made == load_secrets(settings)
    assert made.admin_token != made.secret_key
    assert min(len(made.admin_token), len(made.secret_key)) >= 43
    assert made.admin_token not in repr(made)


def test_a_start_that_finds_them_writes_nothing(tmp_path: Path) -> None:
    """A server comes back on a full disk too."""
    settings = FixedSettings(data_dir=tmp_path)
    load_secrets(settings)
    before = tmp_path.stat().st_mtime_ns
    load_secrets(settings)
    assert tmp_path.stat().st_mtime_ns == before


def test_where_no_file_can_have_two_names_they_are_made_all_the_same(tmp_path: Path) -> None:
    """As on a memory stick."""

    def no_links(_draft: Path, _path: Path) -> None:
        raise OSError(errno.EPERM, "not here")

    made = load_secrets(FixedSettings(data_dir=tmp_path), no_links)
    assert made == load_secrets(FixedSettings(data_dir=tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_nobody_else_may_read_them(tmp_path: Path) -> None:
    """The file is for this user alone, and so is the folder that was made for it."""
    load_secrets(FixedSettings(data_dir=tmp_path / "data"))
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "data" / FILE, tmp_path / "data")]
    assert modes == [0o600, 0o700] or sys.platform == "win32"


def test_given_secrets_win_one_by_one(tmp_path: Path) -> None:
    """A given one is used; the other is still kept in the folder. With both given nothing is written."""
    one = load_secrets(FixedSettings(data_dir=tmp_path, admin_token=SecretStr("given")))
    assert one.admin_token == "given"
    both = FixedSettings(data_dir=tmp_path / "no", admin_token=SecretStr("a"), secret_key=SecretStr("b"))
    assert (load_secrets(both).admin_token, load_secrets(both).secret_key) == ("a", "b")
    assert not (tmp_path / "no").exists()


def test_servers_that_start_together_agree(tmp_path: Path) -> None:
    """However their first starts interleave, nobody reads half a file, all hold the same, and no draft is left."""
    together = threading.Barrier(STARTS, timeout=10)

    def start(folder: Path) -> Secrets:
        together.wait()
        return load_secrets(FixedSettings(data_dir=folder))

    with ThreadPoolExecutor(STARTS) as pool:
        for number in range(ROUNDS):
            folder = tmp_path / str(number)
            assert len(set(pool.map(start, [folder] * STARTS))) == 1
            assert [path.name for path in folder.iterdir()] == [FILE]


@pytest.mark.parametrize("content", ["", "ADMIN_TOKEN=short\nSECRET_KEY=short\n", "SECRET_KEY=" + "x" * 40])
def test_a_damaged_file_is_not_used(tmp_path: Path, content: str) -> None:
    """An empty admin token would open the server to everybody; it stops the start, with what to do."""
    (tmp_path / FILE).write_text(content)
    with pytest.raises(Misconfigured, match="delete the file"):
        load_secrets(FixedSettings(data_dir=tmp_path))


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    """It says which and why."""
    (tmp_path / "file").write_text("")
    with pytest.raises(Misconfigured, match="DATA_DIR"):
        load_secrets(FixedSettings(data_dir=tmp_path / "file" / "data"))
