"""The multipart edge: one file in a field called `file`, and nothing else (RFC 7578)."""

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from server.kernel.errors import FieldError, Invalid, InvalidRequest, UnsupportedMedia
from server.kernel.limits import MAX_FILE_NAME
from server.media.actions import Upload
from server.media.formats import FILE


async def read_upload(request: Request) -> Upload:
    """Raises UnsupportedMedia (not multipart), InvalidRequest (not readable), Invalid (no such field)."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise UnsupportedMedia("send multipart/form-data with the image in the field `file`")
    try:
        form = await request.form(max_files=1, max_fields=0)
    except HTTPException as error:
        raise InvalidRequest(str(error.detail)) from error
    file = form.get("file")
    try:
        return await _upload(file)
    finally:
        await form.close()


async def _upload(file: object) -> Upload:
    if not isinstance(file, UploadFile):
        raise Invalid("the image is missing", errors=[FieldError(FILE, "send a file in this field")])
    name = file.filename or ""
    if len(name) > MAX_FILE_NAME:
        raise Invalid("the file's name is too long", errors=[FieldError(FILE, "shorten the file's name")])
    return Upload(name, file.content_type or "", await file.read())
