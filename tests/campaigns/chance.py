"""Commands as they might come, made up by chance: most of them fit the table, some are refused by its rules."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

Asked = tuple[str, dict[str, Any]]
CONDITIONS = ("poisoned", "prone", "stunned", "blessed", "exhaustion")


class Chance:
    """The same seed asks the same; `cast`, `episodes` and `seq` follow what the table has become."""

    def __init__(self, seed: int, cast: Sequence[str], new_id: Callable[[], str]) -> None:
        self.random = Random(seed)  # noqa: S311 - it makes up tests, not secrets
        self.cast = list(cast)
        self.episodes: list[str] = []
        self.seq = 1
        self._new_id = new_id
        self._kinds: dict[Callable[[], Asked], int] = {
            self._hit: 8,
            self._condition: 4,
            self._dying: 3,
            self._sheet: 3,
            self._turn: 4,
            self._place: 3,
            self._story: 3,
            self._said: 2,
            self._undo: 5,
            self._batch: 1,
        }

    def ask(self) -> Asked:
        """The next command's name and data."""
        kinds = list(self._kinds)
        return self.random.choices(kinds, [self._kinds[kind] for kind in kinds])[0]()

    def _who(self) -> str:
        return self.random.choice(self.cast)

    def _one_of(self, *asked: Asked) -> Asked:
        return self.random.choice(asked)

    def _hit(self) -> Asked:
        who, amount = self._who(), self.random.randint(0, 30)
        return self._one_of(
            ("damage", {"character_id": who, "amount": amount, "cause": "a blow"}),
            ("heal", {"character_id": who, "amount": amount}),
            ("set_hp", {"character_id": who, "current": amount, "temp": amount // 3}),
            ("temp_hp", {"character_id": who, "amount": amount, "mode": "replace"}),
        )

    def _condition(self) -> Asked:
        key = self.random.choice(CONDITIONS)
        if self.random.random() < 0.3:
            return "remove_condition", {"character_id": self._who(), "key": key}
        duration = {"rounds": self.random.randint(1, 3), "of": self._who()} if self.random.random() < 0.5 else None
        level = {"value": self.random.randint(1, 3)} if key == "exhaustion" else {}
        hidden = self.random.random() < 0.2
        data = {"character_id": self._who(), "key": key, "duration": duration, "hidden": hidden, **level}
        return "add_condition", data

    def _dying(self) -> Asked:
        who = self._who()
        return self._one_of(
            ("death_save", {"character_id": who, "roll": self.random.randint(1, 20)}),
            ("stabilize", {"character_id": who}),
            ("concentrate", {"character_id": who, "on": "Bless"}),
            ("rest", {"character_ids": [who], "kind": "long"}),
            ("adjust_resource", {"character_id": who, "key": "luck", "delta": -1}),
        )

    def _sheet(self) -> Asked:
        fields: dict[str, Any] = {"level": self.random.randint(1, 20), "notes": "secret"}
        display = self.random.choice(["exact", "bar", "label", "hidden"])
        luck = {"luck": {"label": "Luck", "current": 2, "max": 3}}
        made = {"name": "Newcomer", "stats": {"hp": {"max": 20}}, "resources": luck}
        return self._one_of(
            ("update_character", {"character_id": self._who(), "fields": fields}),
            ("create_character", {"id": self._new_id(), "fields": made}),
            ("delete_character", {"character_id": self._who()}),
            ("reveal", {"character_id": self._who(), "hp_display": display}),
            ("reveal", {"character_id": self._who(), "visible": self.random.random() < 0.7}),
        )

    def _turn(self) -> Asked:
        entries = [{"character_id": who, "initiative": self.random.randint(1, 20)} for who in set(self.cast)]
        entries.append({"name": "Lair", "initiative": 20, "hidden": True})
        return self._one_of(
            ("start_combat", {}),
            ("set_initiative", {"entries": entries}),
            ("next_turn", {}),
            ("next_turn", {}),
            ("previous_turn", {}),
            ("end_combat", {}),
        )

    def _place(self) -> Asked:
        tier, spot = self.random.choice(["large", "medium", "compact"]), {"x": self.random.random(), "y": 0.5}
        on_screen = self.random.sample(self.cast, self.random.randint(0, len(self.cast)))
        return self._one_of(
            ("set_roster", {"character_ids": on_screen}),
            ("set_layout", {"tier": tier, "badges": {self._who(): spot}}),
        )

    def _story(self) -> Asked:
        number = self.random.randint(1, 99)
        if not self.episodes:
            return "create_episode", {"id": self._new_id(), "fields": {"episode_number": number, "title": "A night"}}
        episode, at = self.random.choice(self.episodes), "2026-01-01T20:00:00.000Z"
        return self._one_of(
            ("create_episode", {"id": self._new_id(), "fields": {"episode_number": number, "title": "A night"}}),
            ("update_episode", {"episode_id": episode, "fields": {"summary": "They met."}}),
            ("start_episode", {"episode_id": episode, "at": at}),
            ("end_episode", {"episode_id": episode, "at": at}),
            ("delete_episode", {"episode_id": episode}),
            ("update_campaign", {"fields": {"description": f"Night {number}"}}),
        )

    def _said(self) -> Asked:
        roll = {"expression": "1d20", "total": 12, "dice": [12], "gm_only": self.random.random() < 0.3}
        return self._one_of(("roll", roll), ("announce", {"name": "hello", "data": {"ünï": [1, None, 0.5]}}))

    def _undo(self) -> Asked:
        return "undo", {"seq": max(1, self.seq - self.random.randint(0, 6))}

    def _batch(self) -> Asked:
        blows = [{"name": "damage", "data": {"character_id": who, "amount": 9}} for who in self.cast]
        return "batch", {"commands": blows}
