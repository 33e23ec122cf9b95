"""The bucket for images that docker-compose.yml makes, against a real S3 interface over HTTP."""

import urllib.error
import urllib.request
from collections.abc import Iterator

import boto3
import pytest
from moto.server import ThreadedMotoServer

from deploy.bucket import make_bucket

DEADLINE_S = 10.0


@pytest.fixture
def settings() -> Iterator[dict[str, str]]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    names = ("S3_BUCKET", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY")
    yield {"S3_ENDPOINT_URL": f"http://{host}:{port}", **dict.fromkeys(names, "for-this-test")}
    server.stop()


def test_making_the_bucket_twice_is_harmless(settings: dict[str, str]) -> None:
    """Every start of the stack makes the bucket; what is in it stays, and is readable by key."""
    make_bucket(settings)
    client = boto3.client(
        "s3",
        endpoint_url=settings["S3_ENDPOINT_URL"],
        aws_access_key_id=settings["S3_ACCESS_KEY_ID"],
        aws_secret_access_key=settings["S3_SECRET_ACCESS_KEY"],
        region_name="us-east-1",
    )
    client.put_object(Bucket=settings["S3_BUCKET"], Key="portrait.webp", Body=b"picture")
    make_bucket(settings)
    address = f"{settings['S3_ENDPOINT_URL']}/{settings['S3_BUCKET']}/portrait.webp"
    with urllib.request.urlopen(address, timeout=DEADLINE_S) as answer:  # noqa: S310 - the address of this test's server
        assert answer.read() == b"picture"


def test_nobody_may_list_it(settings: dict[str, str]) -> None:
    """The policy grants getting by key, and nothing else."""
    make_bucket(settings)
    client = boto3.client(
        "s3",
        endpoint_url=settings["S3_ENDPOINT_URL"],
        aws_access_key_id=settings["S3_ACCESS_KEY_ID"],
        aws_secret_access_key=settings["S3_SECRET_ACCESS_KEY"],
        region_name="us-east-1",
    )
    policy = client.get_bucket_policy(Bucket=settings["S3_BUCKET"])["Policy"]
    assert '"Action": ["s3:GetObject"]' in policy
    assert "List" not in policy
