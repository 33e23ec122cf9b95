"""What a file is by its first bytes, whatever its name says (OWASP File Upload, ASVS 5.2.2)."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from server.kernel.errors import FieldError, Invalid, TooLarge, UnsupportedMedia
from server.kernel.limits import MAX_IMAGE_BYTES

FILE = "/file"
"""The pointer of every complaint: the multipart field is called `file`."""


@dataclass(frozen=True, slots=True)
class Format:
    """A format that is accepted: Pillow's name, file endings, media type."""

    name: str
    endings: tuple[str, ...]
    media_type: str


PNG = Format("PNG", (".png",), "image/png")
JPEG = Format("JPEG", (".jpg", ".jpeg", ".jfif"), "image/jpeg")
WEBP = Format("WEBP", (".webp",), "image/webp")
GIF = Format("GIF", (".gif",), "image/gif")
FORMATS = (PNG, JPEG, WEBP, GIF)


def identify(data: bytes, file_name: str, media_type: str) -> Format:
    """The format of an upload. Raises TooLarge, Invalid (empty), UnsupportedMedia (unknown, or name and type lie)."""
    if not data:
        raise _refused(Invalid, "the file is empty")
    if len(data) > MAX_IMAGE_BYTES:
        raise _refused(TooLarge, f"the file is larger than {MAX_IMAGE_BYTES // 1024 // 1024} MiB")
    found = _sniff(data)
    if found is None:
        raise _refused(UnsupportedMedia, "send a PNG, JPEG, WebP or GIF image")
    if PurePosixPath(file_name.lower()).suffix not in found.endings:
        raise _refused(UnsupportedMedia, f"the file is a {found.name} image, but its name does not end so")
    if media_type.split(";")[0].strip().lower() != found.media_type:
        raise _refused(UnsupportedMedia, f"the file is {found.media_type}, but its Content-Type says otherwise")
    return found


def _sniff(data: bytes) -> Format | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    return None


def _refused(kind: type[Invalid] | type[TooLarge] | type[UnsupportedMedia], detail: str) -> Exception:
    return kind(detail, errors=[FieldError(FILE, detail)])
