"""How a capability says what its tables hold of a person: every column of every table is in one of these."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Table


@dataclass(frozen=True, slots=True)
class Holding:
    """A table with rows of a person's. What is not `withheld` is in their file."""

    table: Table
    belongs: Callable[[str], ColumnElement[bool]]
    """The rows that are about the person of that id."""
    erased: str
    """What becomes of them when the person leaves."""
    withheld: Mapping[str, str] = field(default_factory=dict)
    """Columns that are not in the file, each with the reason."""

    @property
    def exported(self) -> list[str]:
        return [str(column.name) for column in self.table.c if column.name not in self.withheld]


Impersonal = Mapping[str, str]
"""Tables that hold nothing of a person, by name, each with the reason."""
DIGEST = "a digest: a secret, and of no use to anybody"
