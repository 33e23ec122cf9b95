"""What the actions of this capability are given: made once in `server.app`."""

from dataclasses import dataclass

from pydantic import SecretStr

from server.kernel.clock import Clock
from server.kernel.ids import Entropy
from server.kernel.kernel import Kernel
from server.kernel.settings import Settings
from server.media.decoder import Decoder
from server.media.store import BlobStore, LocalStore


@dataclass(frozen=True, slots=True)
class Images:
    """A store, and a decoder."""

    store: BlobStore
    decoder: Decoder
    clock: Clock
    entropy: Entropy


def make_images(kernel: Kernel) -> Images:
    """The settings decide where images are kept; nothing is contacted yet."""
    return Images(make_store(kernel.settings), Decoder(), kernel.clock, kernel.entropy)


def make_store(settings: Settings) -> BlobStore:
    """A bucket where one is named, else a folder in the data folder."""
    if settings.s3_bucket is None:
        return LocalStore(settings.data_dir / "media")
    from server.media.s3 import Bucket, S3Store  # boto3 takes a tenth of a second that a laptop's start can do without

    return S3Store(
        Bucket(
            settings.s3_bucket,
            settings.s3_endpoint_url,
            _plain(settings.s3_access_key_id),
            _plain(settings.s3_secret_access_key),
            public_url=settings.s3_public_url,
        )
    )


def _plain(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
