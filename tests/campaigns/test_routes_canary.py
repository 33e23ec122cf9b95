"""What an audience may not see is in none of its bytes, over the whole of REST."""

from typing import Any

import httpx2
import pytest

from server.accounts.principal import Principal
from server.app import Services
from server.campaigns import queries
from server.campaigns.queries import EventFilter
from server.kernel.errors import NotFound
from tests.campaigns.canaries import CANARY, HURT, SECRET_HP, fill, leaks
from tests.campaigns.rest import Table, make_table


@pytest.fixture
async def table(client: httpx2.AsyncClient, admin: dict[str, str]) -> Table:
    """A table full of secrets, each with the canary in it."""
    table = await make_table(client, admin)
    await fill(table)
    return table


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
    """What the routes answer them, asked for directly; `tests/security/test_hidden_leaks.py` asks as one of them."""
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
