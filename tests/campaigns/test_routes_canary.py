"""What an audience may not see is in none of its bytes, over the whole of REST."""

import re
from typing import Any

import httpx2
import pytest

from server.accounts.principal import Principal
from server.app import Services
from server.campaigns import queries
from server.campaigns.queries import EventFilter
from server.kernel.errors import NotFound
from tests.campaigns.rest import Table, make_table

CANARY = "canary"
SECRET_HP = 7_351
"""A number that occurs nowhere else."""
HURT = 1_234


@pytest.fixture
async def table(client: httpx2.AsyncClient, admin: dict[str, str]) -> Table:
    """A table full of secrets, each with the canary in it."""
    table = await make_table(client, admin)
    await _hidden_character(table)
    await _hidden_hit_points(table)
    await _secret_condition(table)
    await _secret_rolls_and_turns(table)
    await table.ok("POST", "/episodes", {"episode_number": 9, "title": f"{CANARY}-planned", "summary": CANARY})
    return table


async def _hidden_character(table: Table) -> None:
    wyrm = await table.character(
        name=f"{CANARY}-wyrm", kind="monster", visible=False, notes=CANARY, portrait_url=f"/media/{CANARY}.webp"
    )
    await table.command("damage", character_id=wyrm, amount=3, cause=f"{CANARY}-cause")
    await table.command("add_condition", character_id=wyrm, key=f"{CANARY}-key", label=CANARY)
    await table.command("set_initiative", entries=[{"character_id": wyrm, "initiative": 12}])
    await table.ok("PATCH", "/layout/large", {"badges": {wyrm: {"x": 0.123, "y": 0.456}}})
    await table.ok("PATCH", "/roster", {"character_ids": [wyrm]})
    await table.ok("PATCH", f"/characters/{wyrm}", {"name": f"{CANARY}-older-wyrm"})
    await table.command("undo", seq=await table.seq())


async def _hidden_hit_points(table: Table) -> None:
    for display in ("bar", "label", "hidden"):
        keeper = await table.character(
            name=display, kind="monster", hp_display=display, stats={"hp": {"max": SECRET_HP}}, notes=CANARY
        )
        await table.command("damage", character_id=keeper, amount=HURT, cause="an oar")
        await table.command("heal", character_id=keeper, amount=HURT)
        await table.command("undo", seq=await table.seq())
        await table.command("set_hp", character_id=keeper, max=SECRET_HP - 1)


async def _secret_condition(table: Table) -> None:
    wren = await table.character(name="Wren", notes=f"{CANARY}-notes")
    await table.command(
        "add_condition", character_id=wren, key=f"{CANARY}-doom", label=CANARY, note=CANARY, source=CANARY, hidden=True
    )
    await table.command("add_condition", character_id=wren, key="prone", note=f"{CANARY}-note")
    await table.ok("PATCH", f"/characters/{wren}", {"notes": f"{CANARY}-newer"})


async def _secret_rolls_and_turns(table: Table) -> None:
    await table.command("roll", expression=f"1d20 {CANARY}", total=20, gm_only=True)
    await table.command("set_initiative", entries=[{"name": f"{CANARY}-trap", "initiative": 20, "hidden": True}])
    await table.command("start_combat")
    await table.command("next_turn")


def leaks(answer: str) -> list[str]:
    """The secrets in an answer. Numbers count where they stand alone: ids and times have digits by chance."""
    return re.findall(rf"{CANARY}|(?<![\w.-])(?:{SECRET_HP}|{SECRET_HP - 1}|-?{HURT}|0\.123)(?![\w-])", answer)


async def everything(table: Table, as_: str | None) -> dict[str, str]:
    """Every answer that this asker can get: lists, single ones, the log, the state, refusals. With their headers."""
    state = await table.ok("GET", "/state")
    ids = list(state["state"]["characters"])
    asked: list[tuple[str, str, Any]] = [
        *(("GET", path, None) for path in ("", "/state", "/characters", "/episodes", "/roster", "/layout")),
        *(("GET", f"/layout/{tier}", None) for tier in ("large", "medium", "compact")),
        ("GET", "/events?limit=200", None),
        *(("GET", f"/events?character_id={each}", None) for each in ids),
        *(("GET", f"/characters/{each}", None) for each in ids),
        *(("PATCH", f"/characters/{each}", {"name": "x"}) for each in ids),
        *(("DELETE", f"/characters/{each}", None) for each in ids),
        *(("POST", "/commands", {"name": "undo", "data": {"seq": seq}}) for seq in range(1, state["seq"] + 1, 5)),
        *(("POST", "/commands", {"name": "heal", "data": {"character_id": each, "amount": 1}}) for each in ids),
    ]
    found = {}
    for number, (method, path, body) in enumerate(asked):
        answer = await table.call(method, path, body, as_=as_, If_Match='"1"')
        headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
        found[f"{number} {method} {path}"] = f"{headers} {answer.text}"
    return found


async def test_no_secret_reaches_the_public(table: Table, admin: dict[str, str]) -> None:
    """Nobody, an overlay's token, and somebody else's token: not one byte of it."""
    other = await make_table(table.client, admin, "other")
    for as_ in (None, await table.token_of("overlay"), other.token):
        for asked, answer in (await everything(table, as_)).items():
            assert leaks(answer) == [], asked


async def test_no_secret_reaches_the_players(services: Services, table: Table) -> None:
    """Players cannot sign in over HTTP yet; what the routes would answer them is asked for directly."""
    player = Principal("user", "somebody", "Somebody", table.id, "player")
    campaigns, ref = services.campaigns, table.id
    _, view = await queries.get_state(campaigns, player, ref)
    log = await queries.list_events(campaigns, player, ref, EventFilter(), 200)
    lists = [await ask(campaigns, player, ref) for ask in (queries.list_characters, queries.list_episodes)]
    layouts, roster = (
        await queries.get_layouts(campaigns, player, ref),
        await queries.get_roster(campaigns, player, ref),
    )
    answers = f"{view} {log} {lists} {layouts} {roster}"
    assert "Wren" in answers
    assert leaks(answers) == []
    for hidden in set((await table.ok("GET", "/state"))["state"]["characters"]) - set(view["characters"]):
        with pytest.raises(NotFound):
            await queries.get_character(campaigns, player, ref, hidden)


async def test_the_game_master_sees_all_of_it(table: Table) -> None:
    """The other side of the same test: the secrets are there."""
    answers = await everything_read(table)
    assert {str(HURT), CANARY} <= set(leaks(answers))
    for secret in (f"{CANARY}-older-wyrm", f"{CANARY}-doom", f"{CANARY}-trap", f"{CANARY}-planned", str(SECRET_HP - 1)):
        assert secret in answers


async def everything_read(table: Table) -> str:
    paths = ("/state", "/events?limit=200", "/episodes", "/characters")
    return " ".join([(await table.call("GET", path)).text for path in paths])
