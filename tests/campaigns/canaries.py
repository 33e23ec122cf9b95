"""A table full of secrets, each with the canary in it, and the look for them in what somebody was told."""

import re

from tests.campaigns.rest import Table

CANARY = "canary"
SECRET_HP = 7_351
"""A number that occurs nowhere else."""
HURT = 1_234


async def fill(table: Table) -> None:
    """Whatever a game master may hide, made and changed and undone, so that it is in the log as well."""
    await _hidden_character(table)
    await _hidden_hit_points(table)
    await _secret_condition(table)
    await _secret_rolls_and_turns(table)
    await table.ok("POST", "/episodes", {"episode_number": 9, "title": f"{CANARY}-planned", "summary": CANARY})


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
