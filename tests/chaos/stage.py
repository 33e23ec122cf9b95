"""A campaign with a character for each writer, a player at it, and something that only the game master may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from server.accounts.members.store import put_member
from server.kernel.database import open_database
from server.play.state import Audience
from tests.chaos.server import Server

SECRET = "canary-7f3a"
"""In the notes of every character and the name of the hidden ones: no byte for players or the public may hold it."""
TOP = 999


@dataclass(frozen=True, slots=True)
class Stage:
    """`token` is the campaign's own admin token, whose id is `principal`; `player` is somebody's who plays at it."""

    campaign: str
    token: str
    principal: str
    characters: list[str]
    player: str = ""

    def credential(self, audience: Audience) -> Mapping[str, str]:
        """What one of the audience says in its `subscribe`."""
        return {"gm": {"token": self.token}, "table": {"token": self.player}, "public": {}}[audience]


async def set_stage(server: Server, slug: str, writers: int, database_url: str) -> Stage:
    """Every third character is hidden from the public, every fifth shows a bar only."""
    made = await server.ask("POST", "/v1/campaigns", {"slug": slug, "name": slug, "ruleset": "5e-2014"})
    path = f"/v1/campaigns/{made['id']}"
    minted = await server.ask("POST", f"{path}/tokens", {"scope": "admin", "name": "Writers"})
    characters = [await server.ask("POST", f"{path}/characters", _character(n)) for n in range(writers)]
    ids = [character["id"] for character in characters]
    await server.ask("PATCH", f"{path}/roster", {"character_ids": ids[:8]})
    player = await server.ask("POST", "/v1/auth/register", _person(slug))
    await _let_play(database_url, made["id"], player["user"]["id"])
    return Stage(made["id"], minted["token"], minted["id"], ids, player["access_token"])


async def _let_play(database_url: str, campaign: str, user: str) -> None:
    """Straight into the record: an invitation is not what is tested here."""
    database = open_database(database_url)
    async with database.write() as connection:
        await put_member(connection, campaign, user, "player", datetime.now(UTC))
    await database.close()


def _person(slug: str) -> dict[str, object]:
    return {"username": f"player-of-{slug}", "email": f"{slug}@table.example", "password": "seven lanterns and a toll"}


def _character(number: int) -> dict[str, object]:
    hidden = number % 3 == 2
    return {
        "name": f"{SECRET} {number}" if hidden else f"Hero {number}",
        "kind": "monster" if hidden else "pc",
        "visible": not hidden,
        "hp_display": "bar" if number % 5 == 4 else "exact",
        "notes": SECRET,
        "stats": {"hp": {"current": TOP, "max": TOP}, "ac": 12, "abilities": {}},
    }
