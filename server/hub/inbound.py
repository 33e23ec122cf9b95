"""Text frames that came in one piece, taken apart in one go: nearly everything that a client says.

websockets' parser knows all of RFC 6455, and takes four times as long for it: 3 % of a command's CPU. What is not
plain (a fragment, a control frame, a piece of a frame, a fault) is left to it, as it came.
"""

from collections.abc import Generator
from types import GeneratorType
from typing import Any, Final

from websockets.streams import StreamReader

try:
    from websockets.speedups import apply_mask
except ImportError:  # no compiled ones for this machine
    from websockets.utils import apply_mask

_WHOLE_TEXT: Final = 0x81
_MASKED: Final = 0x80
_LONG: Final = 126
"""As a length it says that the length follows, in two bytes; one more would be eight."""
_WAITING: Final = StreamReader.at_eof.__code__


def is_between_frames(parser: Generator[Any, Any, Any]) -> bool:
    """Whether websockets' parser waits for the first byte of a frame. That nothing is in its buffer does not say so: it
    may have read the head already. A parser that is built in another way never is, as far as this can tell."""
    inner: object = parser
    while isinstance(inner, GeneratorType) and inner.gi_yieldfrom is not None:
        inner = inner.gi_yieldfrom
    return isinstance(inner, GeneratorType) and inner.gi_code is _WAITING


def take_texts(data: bytes) -> tuple[list[str], int]:
    """The texts of the plain frames that `data` begins with, and where what has to be parsed with care begins."""
    texts: list[str] = []
    at, end = 0, len(data)
    while end - at >= 6 and data[at] == _WHOLE_TEXT and data[at + 1] >= _MASKED:
        size, body = data[at + 1] - _MASKED, at + 6
        if size == _LONG:
            size, body = int.from_bytes(data[at + 2 : at + 4]), at + 8
        elif size > _LONG:
            break
        if body + size > end:
            break
        try:
            texts.append(apply_mask(data[body : body + size], data[body - 4 : body]).decode())
        except UnicodeDecodeError:
            break
        at = body + size
    return texts, at
