"""How the server is, images, and this document."""

from typing import Literal

from typing_extensions import TypedDict  # Pydantic reads this one; the standard one only from Python 3.12 on

from server.contract import examples as e
from server.contract.operation import Answer, Operation
from server.kernel.errors import NotFound, Unavailable


class Health(TypedDict):
    """The process answers."""

    ok: Literal[True]
    version: str


class Readiness(Health):
    """All that the process stands on answers too."""

    checks: dict[str, str]


class Version(TypedDict):
    """What runs here, and its clock."""

    version: str
    env: str
    timestamp: str


OPERATIONS = (
    Operation(
        "GET",
        "/healthz",
        "Is it alive?",
        "server",
        None,
        (Answer(200, "Yes.", Health, {"ok": True, "version": "dev"}),),
        versioned=False,
    ),
    Operation(
        "GET",
        "/readyz",
        "Is it ready?",
        "server",
        None,
        (
            Answer(
                200,
                "Yes: database and migrations.",
                Readiness,
                {"ok": True, "version": "dev", "checks": {"database": "ok", "migrations": "ok"}},
            ),
        ),
        problems=(Unavailable,),
        versioned=False,
    ),
    Operation(
        "GET",
        "/version",
        "What is it?",
        "server",
        None,
        (Answer(200, "This.", Version, {"version": "dev", "env": "development", "timestamp": e.AT}),),
        versioned=False,
    ),
    Operation(
        "GET",
        "/metrics",
        "Figures",
        "server",
        None,
        (Answer(200, "Prometheus' text format.", media_type="text/plain"),),
        versioned=False,
    ),
    Operation(
        "GET",
        "/media/{key}",
        "An image",
        "server",
        None,
        (
            Answer(200, "The image.", media_type="image/webp"),
            Answer(302, "Where the object store hands it out.", headers=("Location",)),
        ),
        problems=(NotFound,),
        versioned=False,
    ),
)
