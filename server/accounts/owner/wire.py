"""What travels when the owner comes."""

from typing import Annotated

from pydantic import Field

from server.accounts.people.wire import RegisterIn
from server.kernel.limits import MAX_CREDENTIAL


class OwnerIn(RegisterIn):
    """The token of the link that the server printed, and the new account."""

    token: Annotated[str, Field(min_length=1, max_length=MAX_CREDENTIAL)]
