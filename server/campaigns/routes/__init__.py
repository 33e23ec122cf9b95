"""The HTTP edge of campaigns: one file per noun, each a few lines between a request and an action."""

from starlette.routing import Route

from server.campaigns.routes import campaigns, cast, episodes, images, record, screen
from server.campaigns.routes.edge import Desk


def routes(desk: Desk) -> list[Route]:
    """Every route of the capability, without the `/v1` that it also has."""
    parts = (campaigns, record, cast, images, episodes, screen)
    return [route for part in parts for route in part.routes(desk)]
