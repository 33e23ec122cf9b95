"""What people have been granted, kept in memory until it changes, in whichever process."""

from collections import OrderedDict

from server.accounts.revocations import rights_of
from server.accounts.roles.rules import Granted
from server.kernel.limits import GRANTS_KEPT


class Grants:
    """By person; the least recently read makes room. `turn` counts the changes that were heard of."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Granted] = OrderedDict()
        self.turn = 0

    def get(self, user_id: str) -> Granted | None:
        return self._known.get(rights_of(user_id))

    def put(self, user_id: str, granted: Granted, turn: int) -> None:
        """Remember what was read when `turn` was the turn: what changed meanwhile may be missing in it."""
        if turn != self.turn:
            return
        self._known[rights_of(user_id)] = granted
        if len(self._known) > GRANTS_KEPT:
            self._known.popitem(last=False)

    def forget(self, subject: str) -> None:
        """What somebody has changed: `subject` is the `rights_of` them."""
        self._known.pop(subject, None)
        self.turn += 1

    def forget_all(self, _subject: str = "") -> None:
        """What a role allows changed: that is rare, and may be about everybody."""
        self._known.clear()
        self.turn += 1
