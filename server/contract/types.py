"""`client/src/generated/types.ts`: what travels over REST and the socket, as TypeScript."""

from collections.abc import Iterator
from typing import Any, Literal

from server.contract.schemas import definitions
from server.contract.typescript import module
from server.kernel.errors import Problem, ProblemBody
from server.play import commands, events, state

WORDS: dict[str, Any] = {
    "Audience": state.Audience,
    "Kind": state.Kind,
    "Display": state.Display,
    "Status": state.Status,
    "Tier": state.Tier,
    "RulesetKey": state.RulesetKey,
    "EventType": events.EventType,
}
BODIES: tuple[Any, ...] = (
    commands.CharacterFields,
    commands.CharacterPatch,
    commands.CampaignPatch,
    commands.EpisodeFields,
    commands.EpisodePatch,
)
ANSWERS: tuple[Any, ...] = (state.View, events.Event, ProblemBody)
UNION = """
/** Any command with its data. */
export type Command = {
  [N in keyof Commands]: { name: N; data: Commands[N] };
}[keyof Commands];
"""


def types() -> str:
    """The whole file."""
    schemas = definitions([*commands.COMMANDS.values(), *BODIES], ANSWERS)
    names = {name: model.__name__ for name, model in commands.COMMANDS.items()}
    return module(schemas, {**WORDS, "ProblemCode": Literal[tuple(problem_codes())]}, {"Commands": names}) + UNION


def problem_codes() -> list[str]:
    """Every `code` of a problem, in the order of the tree."""
    return list(dict.fromkeys(leaf.code for leaf in _leaves(Problem)))


def _leaves(kind: type[Problem]) -> Iterator[type[Problem]]:
    for child in kind.__subclasses__():
        yield child
        yield from _leaves(child)
