"""What somebody can be in a group. Pure."""

from typing import Literal

GroupRole = Literal["owner", "member"]
"""An owner invites, renames and removes; everybody in it sees who else is."""
