"""The object store: files on their way in, files that were looked at, papers. Plain S3 by the MinIO client.

Nothing here runs inside a transaction. Troubles of the store are `Unavailable("storage.unavailable")`.
"""

import hashlib
import io
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.datatypes import PostPolicy
from minio.error import InvalidResponseError, MinioException, S3Error, ServerError
from urllib3.exceptions import HTTPError

from chassis import ids, logs
from chassis.db import forbid_in_transaction
from chassis.errors import Unavailable
from services.documents import domain
from services.documents.settings import Settings

log = logs.get(__name__)

BUCKETS = (domain.INCOMING, domain.DOCUMENTS, domain.PAPERS)
_CHUNK = 256 * 1024
_ONE_PART = 64 * 1024 * 1024
_PATIENT = (
    2.0,
    6.0,
    2,
)  # seconds to connect, seconds to wait for bytes, repetitions: less than a lease in all
_QUICK = (1.0, 2.0, 0)
_PROBE_HOLDS = 3.0  # seconds


@dataclass(frozen=True)
class Arrived:
    """What was read of an object: at most one byte more than the limit."""

    size: int
    sha256: str


class Objects:
    """Three buckets, reached by `S3_URL`; what browsers are given is signed for `S3_PUBLIC_URL`."""

    def __init__(self, settings: Settings):
        self._inside = _client(settings, settings.S3_URL, _PATIENT)
        self._public = _client(settings, settings.S3_PUBLIC_URL, _QUICK)  # signs, never calls
        self._quick = _client(settings, settings.S3_URL, _QUICK)
        self._public_url = settings.S3_PUBLIC_URL.rstrip("/")
        self._probe_key = f"probe/{ids.new_id()}"
        self._probing = threading.Lock()
        self._probed: tuple[float, bool] | None = None

    def make_buckets(self) -> None:
        """Make the buckets that are not there; another replica may do the same at this moment."""
        forbid_in_transaction("s3")
        for bucket in BUCKETS:
            with _translated():
                if self._inside.bucket_exists(bucket):
                    continue
                try:
                    self._inside.make_bucket(bucket)
                except S3Error as error:
                    if error.code not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                        raise

    def upload_form(
        self, key: str, content_type: str, max_bytes: int, expires_at: datetime
    ) -> dict[str, Any]:
        """What a browser posts with the file: `{method, url, fields, expires_at}`. The store enforces it.

        A presigned PUT would not bind the length.
        """
        forbid_in_transaction("s3")
        policy = PostPolicy(domain.INCOMING, expires_at)
        policy.add_equals_condition("key", key)
        policy.add_equals_condition("Content-Type", content_type)
        policy.add_content_length_range_condition(1, max_bytes)
        fields = {"key": key, "Content-Type": content_type, **self._public.presigned_post_policy(policy)}
        return {
            "method": "POST",
            "url": f"{self._public_url}/{domain.INCOMING}",
            "fields": fields,
            "expires_at": expires_at.isoformat(),
        }

    def address(
        self, bucket: str, key: str, filename: str, content_type: str, *, is_shown: bool = False
    ) -> str:
        """A presigned address of one object, for a minute; an attachment unless it `is_shown`."""
        forbid_in_transaction("s3")
        return self._public.presigned_get_object(
            bucket,
            key,
            expires=domain.ADDRESS_TIME,
            response_headers={
                "response-content-disposition": domain.disposition(filename, is_shown=is_shown),
                "response-content-type": content_type,
                "response-cache-control": "private, no-store",
            },
        )

    def fetch(self, bucket: str, key: str, path: Path, limit: int) -> Arrived | None:
        """Read the object once into a file, at most `limit` + 1 bytes; None when there is no such object."""
        forbid_in_transaction("s3")
        try:
            with _translated(), path.open("wb") as file:
                response = self._inside.get_object(bucket, key)
                try:
                    return _copy(response, file, limit)
                finally:
                    response.close()
                    response.release_conn()
        except _NoSuchObject:
            return None

    def put(self, bucket: str, key: str, path: Path, content_type: str) -> None:
        """Store a file."""
        forbid_in_transaction("s3")
        size = path.stat().st_size
        with _translated(), path.open("rb") as file:
            self._inside.put_object(bucket, key, file, size, content_type=content_type, part_size=_ONE_PART)

    def remove(self, bucket: str, key: str) -> None:
        """Remove an object; one that is not there is as good."""
        forbid_in_transaction("s3")
        try:
            with _translated():
                self._inside.remove_object(bucket, key)
        except _NoSuchObject:
            return

    def is_well(self) -> bool:
        """Whether the store takes an object and gives it back; looked at every few seconds."""
        forbid_in_transaction("s3")
        with self._probing:
            if self._probed is None or self._probed[0] < time.monotonic():
                is_well = self._probe()
                self._probed = (time.monotonic() + _PROBE_HOLDS, is_well)
            return self._probed[1]

    def _probe(self) -> bool:
        text = ids.new_id().encode()
        try:
            self._quick.put_object(domain.INCOMING, self._probe_key, io.BytesIO(text), len(text))
            response = self._quick.get_object(domain.INCOMING, self._probe_key)
            try:
                return response.read() == text
            finally:
                response.close()
                response.release_conn()
        except (MinioException, HTTPError, OSError) as error:
            log.warning("storage not well", extra={"error": _name(error)})
            return False


class _NoSuchObject(Exception):
    """The store says that there is none."""


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except S3Error as error:
        if error.code in ("NoSuchKey", "NoSuchObject"):
            raise _NoSuchObject from None
        log.warning("storage refused", extra={"error": _name(error)})
        raise Unavailable("storage.unavailable") from None
    except (ServerError, InvalidResponseError, HTTPError) as error:
        log.warning("storage unavailable", extra={"error": _name(error)})
        raise Unavailable("storage.unavailable") from None


def _name(error: Exception) -> str:
    """What went wrong, without addresses: they may be signed."""
    return str(error.code) if isinstance(error, S3Error) else type(error).__name__


def _copy(response: Any, file: Any, limit: int) -> Arrived:
    size, digest = 0, hashlib.sha256()
    while size <= limit:
        part = response.read(min(_CHUNK, limit + 1 - size))
        if not part:
            break
        size += len(part)
        digest.update(part)
        file.write(part)
        time.sleep(0)  # a near store never makes us wait: let the others have a turn
    return Arrived(size, digest.hexdigest())


def _client(settings: Settings, url: str, patience: tuple[float, float, int]) -> Minio:
    connect, read, repetitions = patience
    parts = urlsplit(url)
    retries = urllib3.Retry(
        total=repetitions, backoff_factor=0.3, status_forcelist=(500, 502, 503, 504), allowed_methods=None
    )
    pool = urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=connect, read=read),
        retries=retries,
        maxsize=8,
        cert_reqs="CERT_REQUIRED",
    )
    return Minio(
        parts.netloc,
        access_key=settings.S3_ACCESS_KEY,
        secret_key=settings.S3_SECRET_KEY,
        secure=parts.scheme == "https",
        region=settings.S3_REGION,  # without it signing asks the store first
        http_client=pool,
    )
