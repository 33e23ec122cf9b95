"""A campaign with a character for each writer, and something that the public may never see."""

from dataclasses import dataclass

from tests.chaos.server import Server

SECRET = "canary-7f3a"
"""In the notes of every character and the name of the hidden ones: no public byte may hold it."""
TOP = 999


@dataclass(frozen=True, slots=True)
class Stage:
    """`token` is the campaign's own admin token, whose id is `principal`; the public comes without."""

    campaign: str
    token: str
    principal: str
    characters: list[str]


async def set_stage(server: Server, slug: str, writers: int) -> Stage:
    """Every third character is hidden from the public, every fifth shows a bar only."""
    made = await server.ask("POST", "/v1/campaigns", {"slug": slug, "name": slug, "ruleset": "5e-2014"})
    path = f"/v1/campaigns/{made['id']}"
    minted = await server.ask("POST", f"{path}/tokens", {"scope": "admin", "name": "Writers"})
    characters = [await server.ask("POST", f"{path}/characters", _character(n)) for n in range(writers)]
    ids = [character["id"] for character in characters]
    await server.ask("PATCH", f"{path}/roster", {"character_ids": ids[:8]})
    return Stage(made["id"], minted["token"], minted["id"], ids)


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
