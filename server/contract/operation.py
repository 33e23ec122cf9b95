"""One operation of the REST API as its document sees it. The routes do the work; tests hold the two equal."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from server.accounts.roles.rules import Permission
from server.accounts.rules import Verb
from server.kernel.errors import Problem


@dataclass(frozen=True, slots=True)
class Answer:
    """What success looks like. `model` None means no body; `media_type` is for bodies that are not JSON."""

    status: int
    says: str
    model: Any = None
    example: Any = None
    headers: tuple[str, ...] = ()
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Operation:
    """`path` is without `/v1`; `versioned` says whether it is also under it."""

    method: str
    path: str
    summary: str
    tag: str
    verb: Verb | None
    """What it needs, of `accounts.rules`; None where nobody is asked."""
    answers: tuple[Answer, ...]
    body: Any = None
    body_example: Any = None
    query: type[BaseModel] | None = None
    takes: tuple[str, ...] = ()
    """Request headers that it reads, by their name in `openapi.HEADERS`."""
    problems: tuple[type[Problem], ...] = ()
    description: str = ""
    upload: bool = False
    versioned: bool = True
    needs_user: bool = False
    """Whether a person has to be signed in: it is about their own account."""
    needs_body: bool = True
    """Whether its body may not be left out."""
    permission: Permission | None = None
    """What it needs on the whole server, of `accounts.roles.rules`: the server's admin, or a person who has it."""
