"""Where the server's letters go when it has no mail server: files, read like a person's mailbox."""

import asyncio
import re
from email import message_from_bytes
from email.policy import default
from pathlib import Path

DEADLINE_S = 30
_LOOK_EVERY_S = 0.05


class Mailbox:
    """All letters to everybody; each link is found by whom it was written to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def links(self, address: str, kind: str) -> list[str]:
        """Fragments like `#verify=…` in letters to that address, the oldest first."""
        found = [re.findall(rf"#{kind}=\S+", text) for text in self.letters(address)]
        return [link for links in found for link in links]

    def letters(self, address: str) -> list[str]:
        """The texts of letters to that address, the oldest first: their names are ids that sort by time."""
        texts = []
        for path in sorted(self._folder.glob("*.eml")):
            letter = message_from_bytes(path.read_bytes(), policy=default)
            body = letter.get_body(("plain",))
            if letter["To"] == address and body is not None:
                texts.append(body.get_content())
        return texts

    async def link(self, address: str, kind: str, nth: int = 1) -> str:
        """The `nth` such link, once it has come."""
        async with asyncio.timeout(DEADLINE_S):
            while len(found := self.links(address, kind)) < nth:  # noqa: ASYNC110 - a folder tells nobody of a new file
                await asyncio.sleep(_LOOK_EVERY_S)
        return found[nth - 1]
