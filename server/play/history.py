"""Reading the log backwards: which events are in force."""

from collections.abc import Sequence

from server.play.events import Event


def live(history: Sequence[Event]) -> list[Event]:
    """The events that no later event in force has undone, oldest first. An undo that was undone is not in force."""
    undone: set[int] = set()
    kept: list[Event] = []
    for event in reversed(history):
        if event["seq"] in undone:
            continue
        kept.append(event)
        if event["undo_of"] is not None:
            undone.add(event["undo_of"])
    kept.reverse()
    return kept
