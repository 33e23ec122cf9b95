"""What persons are in campaigns, remembered: looked up at every action, so it has to cost next to nothing."""

from collections import OrderedDict
from dataclasses import dataclass, field

from server.accounts.principal import Role
from server.accounts.revocations import rights_of
from server.kernel.clock import Clock
from server.kernel.limits import STANDING_FOR_S, STANDINGS, STANDINGS_EACH


@dataclass(frozen=True, slots=True)
class Standing:
    """One person in one campaign: the strongest role that they or their groups have, and whom they play."""

    role: Role | None = None
    character_ids: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Person:
    by_campaign: dict[str, tuple[Standing, float]] = field(default_factory=dict)


class Standings:
    """Standings by person and campaign, for STANDING_FOR_S. A change forgets all of a person's at once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._people: OrderedDict[str, _Person] = OrderedDict()
        self.changes = 0
        """Counts what was forgotten: what was read before a change may not be kept after it."""

    def get(self, user_id: str, campaign_id: str) -> Standing | None:
        person = self._people.get(rights_of(user_id))
        found = None if person is None else person.by_campaign.get(campaign_id)
        return None if found is None or found[1] <= self._clock.monotonic() else found[0]

    def put(self, user_id: str, campaign_id: str, standing: Standing, changes: int) -> None:
        """`changes` is what `changes` was before it was read; if it is more by now, nothing is kept."""
        if changes != self.changes:
            return
        person = self._people.setdefault(rights_of(user_id), _Person())
        self._people.move_to_end(rights_of(user_id))
        if len(person.by_campaign) >= STANDINGS_EACH:
            person.by_campaign.clear()
        person.by_campaign[campaign_id] = (standing, self._clock.monotonic() + STANDING_FOR_S)
        if len(self._people) > STANDINGS:
            self._people.popitem(last=False)

    def forget(self, subject: str) -> None:
        """`subject` is the `rights_of` a person."""
        self.changes += 1
        self._people.pop(subject, None)
