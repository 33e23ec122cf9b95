"""`/campaigns/…/characters`: everybody at the table."""

from starlette.routing import Route

from server.campaigns import actions, queries
from server.campaigns.routes import many
from server.campaigns.routes.edge import Desk

PATH = "/campaigns/{campaign}/characters"


def routes(desk: Desk) -> list[Route]:
    characters = many.Many(
        PATH,
        "character_id",
        list=queries.list_characters,
        make=actions.create_character,
        read=queries.get_character,
        change=actions.update_character,
        delete=actions.delete_character,
    )
    return many.routes(desk, characters)
