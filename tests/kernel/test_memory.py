"""The collector does not look at what was there when the server started."""

import gc

from server.kernel.memory import YOUNG, settled


def test_what_was_there_is_set_aside_and_given_back() -> None:
    """Inside the block nothing old is looked at and the young wait longer; behind it all is as before."""
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    with settled():
        assert gc.get_freeze_count() > frozen
        assert gc.get_threshold()[0] == YOUNG
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
