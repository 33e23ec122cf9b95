"""The engines that carry the channel, by the scheme of BUS_URL; each one's driver is imported when it is wanted."""

from urllib.parse import urlsplit

from broadcaster import BroadcastBackend


def backend_of(url: str) -> BroadcastBackend:
    """A backend that is not connected yet."""
    match urlsplit(url).scheme:
        case "redis" | "rediss":
            from server.hub.bus.over_redis import RedisBackend

            return RedisBackend(url)
        case "nats":
            from server.hub.bus.over_nats import NatsBackend

            return NatsBackend(url)
        case _:
            from server.hub.bus.over_postgres import PostgresBackend

            return PostgresBackend(url.replace("+psycopg", "", 1))  # as SQLAlchemy writes it
