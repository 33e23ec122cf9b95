"""The reducer: what an event does to a document. Nothing else changes one."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from server.play.events import Draft
from server.play.patch import merge
from server.play.state import State, View

Document = TypeVar("Document", State, View)


def apply(document: Document, event: Draft) -> Document:
    """The document after the event: a State takes the event of the log, a View the projection of its audience."""
    return cast(Document, merge(cast(Mapping[str, Any], document), event["data"]["after"]))
