"""`python -m deploy.install.buckets`: the three buckets, open to browsers of the portal's own origin alone.

The keys are of one who may make buckets. A store that knows no CORS of a bucket (MinIO has one setting for all) is
told of in a sentence, and is no failure.
"""

import base64
import hashlib
import os
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from minio import Minio
from minio.error import S3Error

from chassis.config import SettingsError, load
from deploy.local.store import BUCKETS

_CORS = """\
<CORSConfiguration><CORSRule><AllowedOrigin>{origin}</AllowedOrigin><AllowedMethod>GET</AllowedMethod>\
<AllowedMethod>HEAD</AllowedMethod><AllowedMethod>POST</AllowedMethod><AllowedHeader>*</AllowedHeader>\
<ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>3600</MaxAgeSeconds></CORSRule></CORSConfiguration>"""
_UNKNOWN = ("NotImplemented", "MethodNotAllowed", "MalformedXML")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Which store, and whose pages may send files to it."""

    S3_URL: str
    S3_REGION: str = "us-east-1"
    S3_ACCESS_KEY: str
    S3_SECRET_KEY: str
    PORTAL_URL: str


def make(client: Minio, origin: str) -> list[str]:
    """Make the buckets and let the origin in; sentences about what was done or could not be."""
    told = []
    for bucket in BUCKETS:
        if not client.bucket_exists(bucket):
            client.make_bucket(bucket)
            told.append(f"{bucket} was made")
        try:
            _let_in(client, bucket, origin)
        except S3Error as error:
            if error.code not in _UNKNOWN:
                raise
            told.append(f"{bucket}: the store takes no CORS of a bucket; allow {origin} in its own settings")
    return told


def _let_in(client: Minio, bucket: str, origin: str) -> None:
    body = _CORS.format(origin=escape(origin)).encode()
    digest = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
    # The client signs and sends, but has no name for this call.
    client._execute("PUT", bucket, body=body, headers={"Content-MD5": digest}, query_params={"cors": ""})


def main() -> None:
    """Make what is not there."""
    try:
        settings = load(Settings, os.environ)
    except SettingsError as error:
        raise SystemExit(f"settings of the buckets: {error}") from None
    parts = urlsplit(settings.S3_URL)
    client = Minio(
        endpoint=parts.netloc,
        access_key=settings.S3_ACCESS_KEY,
        secret_key=settings.S3_SECRET_KEY,
        secure=parts.scheme == "https",
        region=settings.S3_REGION,
    )
    for sentence in make(client, settings.PORTAL_URL.rstrip("/")):
        print(sentence)
    print(f"buckets are ready: {', '.join(BUCKETS)}")


if __name__ == "__main__":
    main()
