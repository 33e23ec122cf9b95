"""Whom the panel is told of."""

from server.hub.crowd import About, Crowd, Present
from server.hub.readers import Wait
from tests.hub.doubles import member


def _crowd(count: int) -> tuple[Crowd, list[Present]]:
    crowd = Crowd()
    people = [Present(f"p-{number}", member(), About(), since="", last_seen="") for number in range(count)]
    for one in people:
        crowd.add(one)
    return crowd, people


def test_those_in_trouble_come_first() -> None:
    """Then those that report, then the others in the order they came; nobody twice."""
    crowd, people = _crowd(9)
    people[5].look(Wait(100, 0.0), 0.0)
    people[7].heard = people[8].heard = 0.0
    people[8].look(Wait(100, 0.0), 0.0)
    for number in (8, 7, 5):
        crowd.note(people[number])
    assert [one.id for one in crowd.first(5)] == ["p-8", "p-5", "p-7", "p-0", "p-1"]
    assert len(crowd.first(100)) == len(crowd) == 9


def test_who_is_well_again_or_gone_is_not_named_first() -> None:
    """Trouble that is over leaves nothing behind."""
    crowd, people = _crowd(3)
    for one in people[1:]:
        one.look(Wait(100, 0.0), 0.0)
        crowd.note(one)
    people[1].look(None, 1.0)
    crowd.note(people[1])
    crowd.drop(people[2])
    assert [one.id for one in crowd.first(5)] == ["p-0", "p-1"]
