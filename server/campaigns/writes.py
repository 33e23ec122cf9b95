"""What a group of commands writes, as rows: made from the rooms' pending states, stored by `append`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from server.campaigns import rows
from server.campaigns.bulk import Place
from server.campaigns.pending import Pending
from server.campaigns.room import Claim, Logged
from server.campaigns.rows import Values
from server.play.state import Tier


@dataclass(slots=True)
class Write:
    """One campaign's part: `place` is compared and set before anything else is written."""

    campaign_id: str
    place: Place
    details: Values | None = None
    upserts: dict[str, list[Values]] = field(default_factory=dict)
    """New and changed rows, by table."""
    removed: dict[str, list[Values]] = field(default_factory=dict)
    """Keys of rows that are gone, by table."""
    events: list[Values] = field(default_factory=list)
    claims: Sequence[Claim] = ()
    """Those of the commands that made the events."""


def write_of(pending: Pending) -> Write:
    """Each touched target once, as it is after the last command."""
    room, state, now = pending.room, pending.state, pending.now
    write = Write(room.id, (room.id, pending.base, pending.seq))
    for target, seq in pending.touched.items():
        kind, _, name = target.partition(":")
        match kind:
            case "character":
                character = state["characters"].get(name)
                values = rows.character_values(room.id, character, seq, now) if character else None
                _put(write, "characters", name, values)
            case "episode":
                episode = state["episodes"].get(name)
                _put(write, "episodes", name, rows.episode_values(room.id, episode, seq, now) if episode else None)
            case "roster":
                _put(write, "rosters", name, rows.roster_values(room.id, state["roster"], seq, now))
            case "layout":
                tier: Tier = name  # type: ignore[assignment]  # a patch of a State has no other keys here
                _put(
                    write, "layout_overrides", name, rows.layout_values(room.id, tier, state["layout"][tier], seq, now)
                )
            case _:
                write.details = _details(pending)
    write.events = list(event_rows(room.id, pending.logged, now))
    return write


def event_rows(campaign_id: str, logged: Iterable[Logged], at: datetime) -> Iterable[Values]:
    for each in logged:
        event, texts = each.event, each.texts
        public = _text(texts["public"])
        yield {
            "campaign_id": campaign_id,
            "seq": event["seq"],
            "id": event["id"],
            "type": event["type"],
            "at": at,
            "actor": event["actor"]["kind"],
            "actor_id": event["actor"].get("id"),
            "character_id": event["character_id"],
            "episode_id": event["episode_id"],
            "undo_of": event["undo_of"],
            "part_of": event["part_of"],
            "command_key": each.key,
            "command_digest": each.digest,
            "body": _text(each.body),
            "for_gm": _text(texts["gm"]),
            "for_table": public if texts["table"] is texts["public"] else _text(texts["table"]),
            "for_public": public,
        }


def _details(pending: Pending) -> Values:
    touched, before = pending.touched, pending.room.touched
    details_seq = touched.get("campaign", before.get("campaign", 0))
    combat_seq = touched.get("combat", before.get("combat", 0))
    values = rows.campaign_values(pending.state, details_seq, combat_seq, pending.now)
    return {"b_id": values.pop("id"), **values}


def _put(write: Write, table: str, name: str, values: Values | None) -> None:
    if values is None:
        write.removed.setdefault(table, []).append({"b_campaign_id": write.campaign_id, "b_id": name})
    else:
        write.upserts.setdefault(table, []).append(values)


def _text(text: bytes | None) -> str | None:
    return None if text is None else text.decode()
