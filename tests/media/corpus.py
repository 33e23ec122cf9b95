"""Images for the tests, good and evil, made here so that no binary has to be trusted."""

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def picture(kind: str, width: int = 320, height: int = 200, **options: Any) -> bytes:
    """A gradient, so that cropping, turning and re-encoding can be told from the pixels."""
    red = Image.linear_gradient("L").resize((width, height))
    image = Image.merge("RGB", (red, red.transpose(Image.Transpose.ROTATE_180), Image.new("L", (width, height), 90)))
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def noise(side: int) -> bytes:
    """A JPEG that compresses badly."""
    out = io.BytesIO()
    Image.effect_noise((side, side), 200).convert("RGB").save(out, "JPEG", quality=60)
    return out.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    """One PNG chunk with its checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_bomb(side: int = 9_000) -> bytes:
    """About ten kilobytes that claim, and are, side × side pixels of one bit, here in one colour."""
    row = b"\0" * (side // 8 + 1)
    packer = zlib.compressobj(9)
    body = b"".join([packer.compress(row) for _ in range(side)] + [packer.flush()])
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return PNG_SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def png_of_many_chunks(count: int = 300_000) -> bytes:
    """A small picture behind very many empty chunks."""
    whole = picture("PNG", 8, 8)
    return whole[:33] + chunk(b"vpAg", b"") * count + whole[33:]


def gif(frames: int, side: int = 64) -> bytes:
    """An animation of `frames` different frames."""
    images = [Image.new("P", (side, side), color=number % 200) for number in range(frames)]
    for number, image in enumerate(images):
        image.putpixel((number % side, 0), 255)
    out = io.BytesIO()
    images[0].save(out, "GIF", save_all=True, append_images=images[1:], duration=40, loop=0, optimize=False)
    return out.getvalue()


def with_zip(image: bytes) -> bytes:
    """An image that is also an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("index.html", "<p>hello</p>")
    return image + out.getvalue()


def jpeg_with_place() -> bytes:
    """A landscape whose EXIF says: turn me upright; and where it was taken, and by whom."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "CANARY-description"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 36.0)})
    return picture("JPEG", 320, 200, exif=exif.tobytes(), comment=b"CANARY-comment")


EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\nshowpage\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>alert(1)</script></svg>'
