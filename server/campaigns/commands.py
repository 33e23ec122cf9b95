"""Carrying out a command: from a name and data that somebody sent to an answer after the commit."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from server.accounts.members.seating import seat
from server.accounts.principal import Principal
from server.accounts.rules import Thing, allow, audience_of
from server.accounts.sessions.access import refusal
from server.campaigns import rules
from server.campaigns.queries import approach, seen
from server.campaigns.room import Answer, Claim, Submission
from server.campaigns.service import Campaigns
from server.campaigns.store import EventFilter
from server.kernel.errors import FieldError, Problem
from server.play.commands import Command
from server.play.parse import parse_command


class Terms(NamedTuple):
    """`command_id`: the client's, so that asking again does nothing twice. `expect_seq`: refuse where what is about
    to change was changed after it. `expect_tag`: or where it does not look as it did (`targets.look_of`)."""

    command_id: str | None = None
    expect_seq: int | None = None
    expect_tag: str | None = None


NO_TERMS = Terms()
Asked = tuple[str, object]
"""A command's name and data, as they were sent."""


@dataclass(frozen=True, slots=True)
class CommandResult:
    """`seq` is where the table stands with the command in it; `events` the texts of its events that the asker sees."""

    seq: int
    events: list[bytes]


@dataclass(frozen=True, slots=True)
class SeedEvent:
    """What `POST …/events` carries."""

    event_type: str
    character_id: str | None
    data: Mapping[str, Any]


async def command(
    campaigns: Campaigns, principal: Principal, ref: str, name: str, data: object, terms: Terms = NO_TERMS
) -> CommandResult:
    """Carry out a command by name in the campaign of this id or slug. Raises any Problem."""
    seated, thing = await approach(campaigns, principal, ref)
    answer = await run(campaigns, seated, thing, name, data, terms)
    return await _result(campaigns, seated, thing, answer)


async def post_event(
    campaigns: Campaigns, principal: Principal, ref: str, event: SeedEvent, terms: Terms = NO_TERMS
) -> CommandResult:
    """One of the seed's three kinds of event, as the command it means. Raises any Problem."""
    seated, thing = await seen(campaigns, principal, ref)
    name, data = rules.command_of_event(event.event_type, event.character_id, event.data)
    answer = await run(campaigns, seated, thing, name, data, terms)
    return await _result(campaigns, seated, thing, answer)


async def run(
    campaigns: Campaigns, seated: Principal, thing: Thing, name: str, data: object, terms: Terms = NO_TERMS
) -> Answer:
    """Carry it out in a campaign that is already found, for who is seated in it. Raises any Problem."""
    return await (await hand_in(campaigns, seated, thing, name, data, terms))


async def hand_in(
    campaigns: Campaigns, seated: Principal, thing: Thing, name: str, data: object, terms: Terms = NO_TERMS
) -> asyncio.Future[Answer]:
    """Authorise and read it, and give it its turn: the socket's way. The future fails with any Problem."""
    allow(seated, "read", thing)
    rules.allow_command(seated, name, data, thing)
    submission = _submission(campaigns, seated, thing, (name, data), parse_command(name, data), terms)
    return await campaigns.committer.hand_in(submission)


async def change(
    campaigns: Campaigns,
    seated: Principal,
    thing: Thing,
    asked: tuple[str, Mapping[str, Any]],
    terms: Terms,
    made: Mapping[str, Any] | None = None,
) -> Answer:
    """Carry out what a REST resource means: `made` is what we add to what was asked (ids, times). The caller has
    authorised it. Fields that are wrong are named as the body has them."""
    name, data = asked
    parsed = _parse(name, {**data, **(made or {})})
    try:
        return await campaigns.committer.submit(_submission(campaigns, seated, thing, asked, parsed, terms))
    except Problem as problem:
        raise _in_the_body(problem) from problem


def _submission(
    campaigns: Campaigns, seated: Principal, thing: Thing, asked: Asked, parsed: Command, terms: Terms
) -> Submission:
    return Submission(
        campaign_id=thing.campaign_id,
        command=parsed,
        actor=rules.actor_of(seated, thing.campaign_id),
        audience=audience_of(seated, thing.campaign_id),
        key=rules.command_key(seated, terms.command_id),
        digest=rules.digest_of(*asked) if terms.command_id is not None else None,
        expect_seq=terms.expect_seq,
        expect_tag=terms.expect_tag,
        claim=_claim(campaigns, seated, thing, asked),
    )


def _claim(campaigns: Campaigns, seated: Principal, thing: Thing, asked: Asked) -> Claim | None:
    """Right before or after it was authorised, in the same step; the server's admin cannot be taken their right.

    Raises Unauthenticated for a credential that ended since it was recognised.
    """
    if seated.kind not in ("user", "campaign_token"):
        return None
    news = campaigns.accounts.news
    if campaigns.accounts.revocations.has_ended(seated.session_id or seated.id):
        raise refusal()
    judged = seated.judged if seated.kind == "user" else news.turn
    return Claim(news, seated, judged, partial(_let_in_again, campaigns, seated, thing, asked))


async def _let_in_again(
    campaigns: Campaigns, was: Principal, thing: Thing, asked: Asked, submission: Submission
) -> Submission:
    seated = await seat(campaigns.accounts, was, thing.campaign_id)
    claim = _claim(campaigns, seated, thing, asked)
    allow(seated, "read", thing)
    rules.allow_command(seated, *asked, thing)
    actor, audience = rules.actor_of(seated, thing.campaign_id), audience_of(seated, thing.campaign_id)
    return submission._replace(actor=actor, audience=audience, claim=claim)


def _parse(name: str, data: object) -> Any:
    try:
        return parse_command(name, data, internal=True)
    except Problem as problem:
        raise _in_the_body(problem) from problem


def _in_the_body(problem: Problem) -> Problem:
    errors = [FieldError(_body_pointer(error.pointer), error.detail) for error in problem.errors]
    return type(problem)(problem.detail, errors=errors, extra=problem.extra, headers=problem.headers)


def _body_pointer(pointer: str) -> str:
    for prefix in ("/data/fields", "/data"):
        if pointer.startswith(prefix):
            return pointer.removeprefix(prefix)
    return pointer


async def _result(campaigns: Campaigns, seated: Principal, thing: Thing, answer: Answer) -> CommandResult:
    if answer.first is None:
        return CommandResult(answer.seq, [])
    audience = audience_of(seated, thing.campaign_id)
    wanted = EventFilter(since=answer.first - 1)
    found = await campaigns.record.store.events(thing.campaign_id, audience, wanted, answer.seq - answer.first + 1)
    return CommandResult(answer.seq, [text for seq, text in found if seq <= answer.seq])
