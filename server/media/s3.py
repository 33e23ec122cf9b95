"""Images in S3, R2 or whatever speaks their language. boto3 blocks, so every call runs in a thread."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from server.kernel.errors import Unavailable
from server.kernel.limits import S3_CONNECT_S, S3_LINK_S, S3_READ_S
from server.media.store import IMMUTABLE, Blob

if TYPE_CHECKING:  # the types are a development dependency only
    from types_boto3_s3.client import S3Client
    from types_boto3_s3.type_defs import ListObjectsV2OutputTypeDef

_DELETE_AT_ONCE = 1_000
"""Keys in one delete request: the protocol's own limit."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where and as whom. `public_url` is a CDN's address of the bucket; without it links are signed."""

    name: str
    endpoint_url: str | None
    access_key_id: str | None
    secret_access_key: str | None
    region: str | None = None
    """Unset: AWS's own settings decide there, and `auto` elsewhere, as R2 wants it."""
    public_url: str | None = None


class S3Store:
    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._client = _client(bucket)

    async def put(self, key: str, data: bytes) -> None:
        await asyncio.to_thread(self._put, key, data)

    async def get(self, key: str) -> bytes | None:
        return await asyncio.to_thread(self._get, key)

    async def link(self, key: str) -> str | None:
        if self._bucket.public_url:
            return f"{self._bucket.public_url.rstrip('/')}/{key}"
        return await asyncio.to_thread(self._sign, key)

    async def delete(self, keys: Sequence[str]) -> None:
        for start in range(0, len(keys), _DELETE_AT_ONCE):
            await asyncio.to_thread(self._delete, keys[start : start + _DELETE_AT_ONCE])

    async def list(self, prefix: str) -> AsyncIterator[Blob]:
        after = ""
        while True:
            page = await asyncio.to_thread(self._page, prefix, after)
            for item in page.get("Contents", []):
                yield Blob(item["Key"], item["Size"], item["LastModified"].timestamp())
                after = item["Key"]
            if not page["IsTruncated"]:
                return

    def _put(self, key: str, data: bytes) -> None:
        with _answering():
            self._client.put_object(
                Bucket=self._bucket.name, Key=key, Body=data, ContentType="image/webp", CacheControl=IMMUTABLE
            )

    def _get(self, key: str) -> bytes | None:
        with _answering():
            try:
                return self._client.get_object(Bucket=self._bucket.name, Key=key)["Body"].read()
            except self._client.exceptions.NoSuchKey:
                return None

    def _sign(self, key: str) -> str:
        with _answering():
            return self._client.generate_presigned_url(
                "get_object", Params={"Bucket": self._bucket.name, "Key": key}, ExpiresIn=S3_LINK_S
            )

    def _delete(self, keys: Sequence[str]) -> None:
        with _answering():
            self._client.delete_objects(
                Bucket=self._bucket.name, Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True}
            )

    def _page(self, prefix: str, after: str) -> "ListObjectsV2OutputTypeDef":
        with _answering():
            return self._client.list_objects_v2(Bucket=self._bucket.name, Prefix=prefix, StartAfter=after)


@contextmanager
def _answering() -> Iterator[None]:
    """What boto3 raises says things about our account; people only learn that it does not work."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise Unavailable("the image store does not answer; try again") from error


def _client(bucket: Bucket) -> "S3Client":
    client: S3Client = boto3.client(
        "s3",
        endpoint_url=bucket.endpoint_url,
        aws_access_key_id=bucket.access_key_id,
        aws_secret_access_key=bucket.secret_access_key,
        region_name=bucket.region or ("auto" if bucket.endpoint_url else None),
        config=Config(
            connect_timeout=S3_CONNECT_S,
            read_timeout=S3_READ_S,
            retries={"total_max_attempts": 2, "mode": "standard"},
            signature_version="s3v4",
            s3={"addressing_style": "path"} if bucket.endpoint_url else {},
            request_checksum_calculation="when_required",  # R2 and older stores don't know the newer checksums
            response_checksum_validation="when_required",
        ),
    )
    return client
