"""The laws of the table, over sequences of commands at random."""

import json
import re
from typing import Any

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from server.kernel.errors import Problem
from server.play.apply import apply
from server.play.decide import RULES, decide
from server.play.events import Event
from server.play.history import live
from server.play.parse import parse_command
from server.play.patch import diff
from server.play.rulesets import RULESETS
from server.play.state import AUDIENCES, State
from server.play.table import Table
from server.play.visibility import project, project_event, project_for_all
from tests.play.at_random import (
    ANY,
    LETTERS,
    Asked,
    on_conditions,
    on_hit_points,
    on_one,
    on_turns,
    sensible,
    sheet,
)
from tests.play.invariants import check_state
from tests.play.secrecy import check_unseen, large_numbers
from tests.play.tables import Play, character_id, counting


def text(state: State) -> str:
    return json.dumps(state, sort_keys=True)


def done_at(log: list[Event]) -> set[int]:
    """The seq of every change in force. One that was redone came when it was redone: what stands between may have built
    on its absence."""
    by_seq, at = {event["seq"]: event for event in log}, dict[int, int]()
    for event in live(log):
        first = event
        while first["undo_of"] is not None:
            first = by_seq[first["undo_of"]]
        if event is first and event["data"]["after"]:
            at[event["seq"]] = event["seq"]
        elif event["data"].get("action") == "redo" and first["seq"] in at:
            at[first["seq"]] = event["seq"]
    return set(at.values())


class Tables(RuleBasedStateMachine):
    """One campaign, played at random; a view of each audience is kept beside it, fed with events only."""

    @initialize(ruleset=st.sampled_from(list(RULESETS)), data=st.data())
    def begin(self, ruleset: Any, data: st.DataObject) -> None:
        self.play = Play(ruleset)
        self.first = text(self.play.state)
        self.views: dict[Any, Any] = {audience: project(self.play.state, audience) for audience in AUDIENCES}
        for letter in "abcm":
            self.ask("create_character", {"id": character_id(letter), "fields": data.draw(sheet(letter))})

    def ask(self, name: str, data: dict[str, Any]) -> list[Event]:
        """Play it, or have it refused; the laws of one step are checked either way."""
        old, bytes_before = self.play.state, text(self.play.state)
        events, refusal = self.outcome(name, data)
        if refusal is not None:
            assert refusal.errors[0].pointer.startswith("/data"), refusal
            assert not re.search("CANARY|SECRET", json.dumps(refusal.body()))
            assert self.play.state is old
        assert text(old) == bytes_before, "a command changes nothing in place"
        self.follow(old, events)
        return events

    def outcome(self, name: str, data: dict[str, Any]) -> tuple[list[Event], Problem | None]:
        try:
            return self.play.run(name, data), None
        except Problem as problem:
            return [], problem

    def follow(self, old: State, events: list[Event]) -> None:
        state = old
        for event in events:
            after = apply(state, event)
            seen_by = {audience: project_event(event, state, after, audience) for audience in AUDIENCES}
            assert project_for_all(event, state, after) == seen_by
            for audience in AUDIENCES:
                seen = seen_by[audience]
                sides = project(state, audience), project(after, audience)
                assert seen is not None or sides[0] == sides[1]
                if seen is not None:
                    whole = diff(*sides)
                    assert {"before": seen["data"]["before"], "after": seen["data"]["after"]} == whole
                    self.views[audience] = apply(self.views[audience], seen)
                    if audience != "gm":
                        assert seen["actor"].keys() == {"kind"}
                        check_unseen(state, after, audience, seen, large_numbers(state, after, audience, event))
            state = after

    @rule(asked=on_hit_points())
    def hit_points(self, asked: Asked) -> None:
        self.one(asked)

    @rule(asked=on_conditions())
    def conditions(self, asked: Asked) -> None:
        self.one(asked)

    @rule(asked=on_one())
    def character(self, asked: Asked) -> None:
        self.one(asked)

    @rule(asked=on_turns())
    def turns(self, asked: Asked) -> None:
        self.one(asked)

    @rule(asked=ANY)
    def anything(self, asked: Asked) -> None:
        self.one(asked)

    def one(self, asked: Asked) -> None:
        """The rule's own working state is what its events lead to."""
        name, data = asked
        if not sensible(asked, self.play.state):
            return
        old, history = self.play.state, list(self.play.log)
        if not self.ask(name, data) or name == "batch":
            return
        command = parse_command(name, data, internal=True)
        again = decide(old, command, history=history, new_id=counting("z"))
        expected = RULES[type(command)](Table(old, history, counting("z")), command).state
        assert text(apply(old, again[0])) == text(expected)

    @rule(asked=ANY)
    def there_and_back(self, asked: Asked) -> None:
        """Undone at once, all is as it was, byte for byte; redone, as it had become."""
        if not sensible(asked, self.play.state):
            return
        was = text(self.play.state)
        done = self.ask(*asked)
        if not done or text(self.play.state) == was:
            return
        became = text(self.play.state)
        undone = self.ask("undo", {"seq": done[0]["seq"]})
        assert text(self.play.state) == was
        redone = self.ask("undo", {"seq": undone[0]["seq"]})
        assert text(self.play.state) == became
        self.ask("undo", {"seq": redone[-1]["seq"]})
        assert text(self.play.state) == was

    @rule(back=st.integers(0, 12))
    def undo_an_older_one(self, back: int) -> None:
        """Whatever is undone or refused, the table holds together."""
        if back < len(self.play.log):
            self.ask("undo", {"seq": self.play.log[-1 - back]["seq"]})

    @rule()
    def a_turn_and_back(self) -> None:
        """A turn taken back right away leaves no trace."""
        combat = self.play.state["combat"]
        if combat is None or combat["round"] == 0 or combat["turn"] is None:
            return
        was = text(self.play.state)
        self.ask("next_turn", {})
        self.ask("previous_turn", {})
        assert text(self.play.state) == was

    @rule(letter=st.sampled_from(LETTERS), amount=st.integers(0, 30))
    def temporary_hit_points(self, letter: str, amount: int) -> None:
        """They never add up; where the dead stay dead they get none."""
        character = self.play.state["characters"].get(character_id(letter))
        if character is not None:
            was = self.play.hp(letter)[2]
            self.ask("temp_hp", {"character_id": character_id(letter), "amount": amount})
            kept = {was} if character["status"] == "dead" else set()
            assert self.play.hp(letter)[2] in {max(was, amount), *kept}

    @invariant()
    def holds_together(self) -> None:
        if not hasattr(self, "play"):
            return
        check_state(self.play.state)
        for audience in AUDIENCES:
            assert self.views[audience] == project(self.play.state, audience)
            if audience != "gm":
                check_unseen(self.play.state, self.play.state, audience, self.views[audience], set())

    def teardown(self) -> None:
        """All that is in force undone, latest first: the first day again, byte for byte."""
        if not hasattr(self, "play"):
            return
        while done := done_at(self.play.log):
            assert self.ask("undo", {"seq": max(done)}), "an undo in order is never refused"
        assert text(self.play.state) == self.first


TestTables = Tables.TestCase
TestTables.settings = settings(max_examples=60, stateful_step_count=50, deadline=None)
