"""The decoder: a process of its own that reads one image from stdin, writes it re-encoded, and ends.

It has no secrets in its environment, a memory cap where the system knows one, and whoever started it kills it
at a deadline. What it writes: one line of JSON, then the card's bytes, then the thumbnail's.
"""

import io
import json
import sys
import warnings

from PIL import Image, ImageCms, ImageOps

from server.kernel.limits import (
    CARD_BYTES,
    CARD_SIDE,
    IMAGE_MEMORY,
    MAX_IMAGE_FRAMES,
    MAX_IMAGE_PIXELS,
    MAX_IMAGE_SIDE,
    THUMB_SIDE,
)
from server.media.structure import Broken, check_whole, gif_frames, is_also_something_else

_QUALITIES = (82, 70, 55, 40, 25)


def encode(kind: str, data: bytes) -> tuple[bytes, bytes, tuple[int, int]]:
    """Card, thumbnail and the size in pixels of what came in. Raises Broken for what is refused."""
    _check_structure(kind, data)
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as image:
            _check_size(image)
            size = image.size
            pixels = _upright(image)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as bomb:
        raise Broken(_too_large()) from bomb
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, Warning) as broken:
        # Pillow's decoders raise all of these for damaged files.
        raise broken if isinstance(broken, Broken) else Broken("the image is damaged or cut off") from broken
    return _webp(pixels, CARD_SIDE, CARD_BYTES), _webp(pixels, THUMB_SIDE, CARD_BYTES), size


def _check_structure(kind: str, data: bytes) -> None:
    check_whole(kind, data)
    if is_also_something_else(data):
        raise Broken("another document hides in the image")
    if kind == "GIF" and gif_frames(data, MAX_IMAGE_FRAMES) > MAX_IMAGE_FRAMES:
        raise Broken(f"the animation has more than {MAX_IMAGE_FRAMES} frames")


def _check_size(image: Image.Image) -> None:
    """From the header: nothing is decoded yet."""
    width, height = image.size
    if max(width, height) > MAX_IMAGE_SIDE or width * height > MAX_IMAGE_PIXELS:
        raise Broken(_too_large())
    # A GIF's frames were counted from its blocks: asking Pillow would walk through all of them.
    if image.format != "GIF" and getattr(image, "n_frames", 1) > MAX_IMAGE_FRAMES:
        raise Broken(f"the animation has more than {MAX_IMAGE_FRAMES} frames")


def _too_large() -> str:
    return f"the image is larger than {MAX_IMAGE_SIDE} pixels a side"


def _upright(image: Image.Image) -> Image.Image:
    """The first frame's pixels in sRGB, turned as its EXIF says, in a new image that carries nothing else."""
    turned = ImageOps.exif_transpose(image)
    mode = "RGBA" if turned.has_transparency_data else "RGB"
    pixels = _srgb(turned, mode)
    clean = Image.new(mode, pixels.size)
    clean.paste(pixels)
    return clean


def _srgb(image: Image.Image, mode: str) -> Image.Image:
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in {"RGB", "RGBA"}:
        return image.convert(mode)
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return (ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB")) or image).convert(mode)
    except (ImageCms.PyCMSError, OSError):
        return image.convert(mode)  # a profile that cannot be read says nothing about the pixels


def _webp(pixels: Image.Image, side: int, most: int) -> bytes:
    """At most `side` pixels and `most` bytes: first less quality, then less size."""
    while True:
        small = pixels.copy()
        small.thumbnail((side, side), Image.Resampling.LANCZOS)
        for quality in _QUALITIES:
            out = io.BytesIO()
            small.save(out, "WEBP", quality=quality, method=4)
            if out.tell() <= most:
                return out.getvalue()
        side //= 2


def _cap_memory() -> None:
    """An address space limit where the system has one; elsewhere the size check and the deadline remain."""
    if sys.platform == "win32":
        return
    import resource

    try:
        resource.setrlimit(resource.RLIMIT_AS, (IMAGE_MEMORY, IMAGE_MEMORY))
    except (ValueError, OSError):
        return  # macOS knows the name but not the limit


def main(kind: str) -> None:
    """Stdin to stdout, see the module's docstring."""
    _cap_memory()
    warnings.simplefilter("error")
    Image.MAX_IMAGE_PIXELS = MAX_IMAGE_PIXELS
    out = sys.stdout.buffer
    try:
        card, thumb, size = encode(kind, sys.stdin.buffer.read())
    except Broken as broken:
        out.write(json.dumps({"refused": str(broken)}).encode() + b"\n")
        return
    except MemoryError:
        out.write(json.dumps({"refused": "the image takes too much memory to decode"}).encode() + b"\n")
        return
    out.write(json.dumps({"card": len(card), "thumb": len(thumb), "size": size}).encode() + b"\n" + card + thumb)


if __name__ == "__main__":
    main(sys.argv[1])
