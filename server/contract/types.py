"""`client/src/generated/types.ts`: what travels over REST and the socket, as TypeScript."""

from collections.abc import Iterator
from typing import Any, Literal

from server.accounts.people.wire import DeleteMeIn, PasswordIn, RegisterIn, UserOut, UserPatch
from server.accounts.second_factor.wire import BegunOut, FactorOut, RecoveryCodesOut
from server.accounts.sessions.wire import (
    DeviceOut,
    LoginIn,
    LogoutIn,
    RefreshIn,
    SecondFactorIn,
    SecondFactorOut,
    TokensOut,
)
from server.accounts.tokens.wire import MintedOut, SignInOut, TokenIn, TokenOut
from server.campaigns import wire
from server.campaigns.frames import CLIENT_FRAMES
from server.campaigns.sent import SERVER_FRAMES
from server.contract.schemas import definitions
from server.contract.typescript import module
from server.kernel.errors import Problem, ProblemBody
from server.play import commands, events, sheets, state

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
    sheets.CharacterFields,
    sheets.CharacterPatch,
    sheets.CampaignPatch,
    sheets.EpisodeFields,
    sheets.EpisodePatch,
    wire.CampaignIn,
    wire.LayoutIn,
    wire.RosterIn,
    TokenIn,
    RegisterIn,
    LoginIn,
    SecondFactorIn,
    RefreshIn,
    LogoutIn,
    UserPatch,
    PasswordIn,
    DeleteMeIn,
)
ANSWERS: tuple[Any, ...] = (
    state.View,
    events.Event,
    ProblemBody,
    wire.CampaignListed,
    wire.CampaignMade,
    wire.CampaignOut,
    wire.LayoutOut,
    wire.ResultOut,
    wire.RosterOut,
    wire.SnapshotOut,
    MintedOut,
    SignInOut,
    TokenOut,
    TokensOut,
    SecondFactorOut,
    UserOut,
    DeviceOut,
    FactorOut,
    BegunOut,
    RecoveryCodesOut,
)
UNION = """
/** Any command with its data. */
export type Command = {
  [N in keyof Commands]: { name: N; data: Commands[N] };
}[keyof Commands];
"""


def types() -> str:
    """The whole file."""
    inputs = [*commands.COMMANDS.values(), *BODIES, *CLIENT_FRAMES.values()]
    schemas = definitions(inputs, [*ANSWERS, *SERVER_FRAMES.values()])
    names = {name: model.__name__ for name, model in commands.COMMANDS.items()}
    words = {**WORDS, "ProblemCode": Literal[tuple(problem_codes())]}
    return module(schemas, words, {"Commands": names}) + UNION + _frames()


def _frames() -> str:
    kinds = {"ClientFrame": CLIENT_FRAMES.values(), "ServerFrame": SERVER_FRAMES.values()}
    return "".join(
        f"\n/** Any frame of the socket, told apart by `type`. */\nexport type {name} ="
        + "".join(f"\n  | {model.__name__}" for model in models)
        + ";\n"
        for name, models in kinds.items()
    )


def problem_codes() -> list[str]:
    """Every `code` of a problem, in the order of the tree."""
    return list(dict.fromkeys(kind.code for kind in problems()))


def problems(root: type[Problem] = Problem) -> Iterator[type[Problem]]:
    """Every kind of problem that the server answers, in the order of the tree; not what other modules derive."""
    for kind in root.__subclasses__():
        if kind.__module__ == Problem.__module__:
            yield kind
            yield from problems(kind)
