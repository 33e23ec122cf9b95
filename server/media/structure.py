"""Whether an image file is whole and only an image, read from its structure without decoding a pixel.

Pillow forgives a missing end and reads nothing behind it; both hide things. Sources: PNG 1.2 (chunks), GIF89a
(blocks), RIFF, JPEG (ITU T.81, markers).
"""

_ZIP_END, _ZIP_TAIL = b"PK\x05\x06", 66_000
"""A zip's directory ends within 64 KiB of the end of the file, so this is where a reader would find one."""
_FOREIGN = (b"<script", b"<?php", b"<html", b"<svg", b"%pdf-")
"""Beginnings of documents that a browser or a server might run; five bytes do not meet by chance in pixels."""


class Broken(ValueError):
    """The file is not a whole image of its kind; the text says what is wrong with it."""


def is_also_something_else(data: bytes) -> bool:
    """Whether an archive or a document hides in the file (a polyglot)."""
    lowered = data.lower()
    return _ZIP_END in data[-_ZIP_TAIL:] or any(mark in lowered for mark in _FOREIGN)


def check_whole(kind: str, data: bytes) -> None:
    """Raises Broken where the end is missing."""
    if kind == "PNG" and b"IEND\xaeB`\x82" not in data:
        raise Broken("the image is cut off")
    if kind == "JPEG" and b"\xff\xd9" not in data:
        raise Broken("the image is cut off")
    if kind == "WEBP" and len(data) < int.from_bytes(data[4:8], "little") + 8:
        raise Broken("the image is cut off")


def gif_frames(data: bytes, most: int) -> int:
    """How many frames a GIF has, counting no further than `most` + 1. Raises Broken where it is cut off."""
    at, frames = 13 + _table(data, 10), 0
    while frames <= most:
        mark = _byte(data, at)
        if mark == 0x3B:
            return frames
        if mark == 0x2C:
            frames += 1
            at = _skip(data, at + 11 + _table(data, at + 9))
        elif mark == 0x21:
            at = _skip(data, at + 2)
        else:
            raise Broken("the image is damaged")
    return frames


def _table(data: bytes, flags_at: int) -> int:
    flags = _byte(data, flags_at)
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _skip(data: bytes, at: int) -> int:
    """The place behind a chain of sub-blocks, each led by its length, the last one empty."""
    while (length := _byte(data, at)) != 0:
        at += length + 1
    return at + 1


def _byte(data: bytes, at: int) -> int:
    if at >= len(data):
        raise Broken("the image is cut off")
    return data[at]
