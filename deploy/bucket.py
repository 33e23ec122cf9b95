"""Make the bucket for images where it is missing, readable for everybody by key: keys are random and not listed.

Run once by docker-compose.yml; everything comes from the settings' variables.
"""

import json
import os
from collections.abc import Mapping

import boto3


def make_bucket(settings: Mapping[str, str]) -> None:
    """Have the bucket, and a policy that lets anybody get an object and nobody list them."""
    name = settings["S3_BUCKET"]
    client = boto3.client(
        "s3",
        endpoint_url=settings["S3_ENDPOINT_URL"],
        aws_access_key_id=settings["S3_ACCESS_KEY_ID"],
        aws_secret_access_key=settings["S3_SECRET_ACCESS_KEY"],
        region_name="us-east-1",  # the one region where a bucket may be made without naming it
    )
    if name not in {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}:
        client.create_bucket(Bucket=name)
    client.put_bucket_policy(Bucket=name, Policy=json.dumps(readable(name)))


def readable(name: str) -> dict[str, object]:
    get = {"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject"], "Resource": [f"arn:aws:s3:::{name}/*"]}
    return {"Version": "2012-10-17", "Statement": [get]}


if __name__ == "__main__":
    make_bucket(os.environ)
