"""The rules, at one door: what a command makes of a table, as events. Pure, and nothing is changed in place."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from server.kernel.errors import FieldError, Problem
from server.play import characters, commands as c, conditions, dying, hits, order, rests, stage, story, turns
from server.play.apply import apply
from server.play.events import Draft, Event
from server.play.patch import diff
from server.play.state import Audience, State
from server.play.table import Outcome, Table
from server.play.undo import undo

Rule = Callable[[Table, Any], Outcome]

RULES: Mapping[type[c.Command], Rule] = {
    c.Damage: hits.damage,
    c.Heal: hits.heal,
    c.SetHp: hits.set_hp,
    c.TempHp: hits.temp_hp,
    c.AddCondition: conditions.add_condition,
    c.RemoveCondition: conditions.remove_condition,
    c.Concentrate: conditions.concentrate,
    c.DeathSave: dying.death_save,
    c.Stabilize: dying.stabilize,
    c.AdjustResource: rests.adjust_resource,
    c.Rest: rests.rest,
    c.StartCombat: turns.start_combat,
    c.NextTurn: turns.next_turn,
    c.PreviousTurn: turns.previous_turn,
    c.EndCombat: turns.end_combat,
    c.SetInitiative: order.set_initiative,
    c.SetRoster: stage.set_roster,
    c.SetLayout: stage.set_layout,
    c.Roll: stage.roll,
    c.Announce: stage.announce,
    c.Reveal: characters.reveal,
    c.CreateCharacter: characters.create_character,
    c.UpdateCharacter: characters.update_character,
    c.DeleteCharacter: characters.delete_character,
    c.UpdateCampaign: story.update_campaign,
    c.CreateEpisode: story.create_episode,
    c.UpdateEpisode: story.update_episode,
    c.DeleteEpisode: story.delete_episode,
    c.StartEpisode: story.start_episode,
    c.EndEpisode: story.end_episode,
}


def decide(
    state: State,
    command: c.Command,
    *,
    history: Sequence[Event] = (),
    new_id: Callable[[], str],
    audience: Audience = "gm",
) -> list[Draft]:
    """What happens, or [] where nothing changes. `history`: the latest events of the log as they are there (not
    projected), oldest first, at most UNDO_REACH; only `undo` and `previous_turn` read it. `audience`: of whoever asks.

    Raises RuleRefused, NotFound, AlreadyExists or Conflict, with pointers that start at `/data`.
    """
    table = Table(state, history, new_id, audience)
    if isinstance(command, c.Batch):
        return _batch(table, command)
    if isinstance(command, c.Undo):
        return undo(table, command)
    return _drafts(state, command, RULES[type(command)](table, command))


def _drafts(state: State, command: c.Command, outcome: Outcome) -> list[Draft]:
    change = diff(state, outcome.state)
    if not change["after"] and not outcome.remark:
        return []
    return [
        {
            "type": outcome.type,
            "character_id": outcome.character_id,
            "cause": getattr(command, "cause", None),
            "source": getattr(command, "source", None),
            "silent": getattr(command, "silent", False),
            "undo_of": None,
            "data": {**change, **outcome.details},
        }
    ]


def _batch(table: Table, batch: c.Batch) -> list[Draft]:
    """Each command on what the ones before it left; the first that is refused refuses all."""
    drafts: list[Draft] = []
    for place, command in enumerate(batch.held):
        try:
            made = decide(table.state, command, history=table.history, new_id=table.new_id, audience=table.audience)
        except Problem as problem:
            raise _placed(problem, place) from None
        for draft in made:
            table = table._replace(state=apply(table.state, draft))
        drafts += [_because(draft, batch) for draft in made]
    return drafts


def _placed(problem: Problem, place: int) -> Problem:
    """The same problem, its pointers leading to the command in the batch."""
    errors = [FieldError(f"/data/commands/{place}{error.pointer}", error.detail) for error in problem.errors]
    return type(problem)(problem.detail, errors=errors, extra=problem.extra)


def _because(draft: Draft, batch: c.Batch) -> Draft:
    """What a command of a batch does not say of its reasons, the batch says."""
    return {
        **draft,
        "cause": draft["cause"] or batch.cause,
        "source": draft["source"] or batch.source,
        "silent": draft["silent"] or batch.silent,
    }
