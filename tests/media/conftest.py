"""What the media tests share: an image room on a double, and a real object store over HTTP."""

import asyncio
import secrets
from collections.abc import Iterator

import boto3
import pytest
from moto.server import ThreadedMotoServer

from server.kernel.clock import ManualClock
from server.media.allowance import Allowance
from server.media.decoder import Decoder
from server.media.s3 import Bucket
from server.media.service import Images
from server.media.store import MemoryStore

CAMPAIGN = "01890000-0000-7000-8000-000000000001"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def memory(clock: ManualClock) -> MemoryStore:
    return MemoryStore(lambda: clock.now().timestamp())


@pytest.fixture
async def images(clock: ManualClock, memory: MemoryStore) -> Images:
    return Images(memory, Decoder(), Allowance(clock), clock, secrets.token_bytes)


@pytest.fixture(scope="session")
def object_store() -> Iterator[str]:
    """The address of moto's server: S3 over real HTTP."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
async def bucket(object_store: str) -> Bucket:
    """A fresh bucket."""
    name = f"images-{secrets.token_hex(4)}"
    bucket = Bucket(name, object_store, "key", "secret", region="us-east-1")
    await asyncio.to_thread(_make, bucket)
    return bucket


def _make(bucket: Bucket) -> None:
    client = boto3.client(
        "s3",
        endpoint_url=bucket.endpoint_url,
        aws_access_key_id=bucket.access_key_id,
        aws_secret_access_key=bucket.secret_access_key,
        region_name=bucket.region,
    )
    client.create_bucket(Bucket=bucket.name)
