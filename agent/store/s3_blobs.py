"""Evidence as objects in an S3 bucket: written once, locked if asked for, checked whenever read."""

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, Literal

from agent.store.blobs import ENDING, BlobDamaged, BlobMissing, sealed, unsealed
from agent.store.faults import StoreUnusable
from collectors.evidence.record import Instant

ATTEMPTS = 3
"""At an answer that breaks off, and at a name that somebody else is writing at this moment."""
MOST_AT_ONCE = 1_000
"""The largest page that S3 gives."""
DIGITS = hashlib.sha256().digest_size * 2

NOT_THERE = ("NoSuchKey", "404")
"""S3's words for an object that is not there, or lies under a delete marker."""
NO_LOCK = "ObjectLockConfigurationNotFoundError"
BY_ANOTHER = "PreconditionFailed"
IN_BETWEEN = "ConditionalRequestConflict"

ASSUME_ROLE = "AssumeRole"

NEEDS = {
    "put_object": "s3:PutObject, and s3:PutObjectRetention for a lock",
    "head_object": (
        "s3:GetObject, s3:ListBucket to be told what is not there, "
        "s3:GetObjectRetention and s3:GetObjectLegalHold to be told of locks"
    ),
    "get_object": "s3:GetObject, and s3:ListBucket to be told what is not there",
    "list_objects_v2": "s3:ListBucket",
    "list_object_versions": "s3:ListBucketVersions",
    "delete_object": "s3:DeleteObjectVersion, on what is not locked",
    "get_object_lock_configuration": "s3:GetBucketObjectLockConfiguration",
    "put_object_retention": "s3:PutObjectRetention",
    ASSUME_ROLE: "to be trusted by the role in `store.evidence_options`",
}
"""The permissions behind each operation; none is asked for that the configuration does not need."""
SIGN_IN = "correct the credentials under `store.evidence_options`"
OTHER_REGION = "it lies elsewhere: correct `store.evidence_options.region`"
REMEDIES = {
    "NoSuchBucket": "create it, or correct `store.evidence`",
    "PermanentRedirect": OTHER_REGION,
    "301": OTHER_REGION,
    "AuthorizationHeaderMalformed": OTHER_REGION,
    "InvalidAccessKeyId": SIGN_IN,
    "SignatureDoesNotMatch": SIGN_IN,
    "ExpiredToken": SIGN_IN,
    "InvalidToken": SIGN_IN,
    "NoCredentialsError": SIGN_IN,
    "CredentialRetrievalError": SIGN_IN,
    "ProfileNotFound": SIGN_IN,
}
DENIED = {"AccessDenied", "403", "AllAccessDisabled"}
REACH = "can it be reached, and is `store.evidence_options` right? Then run again"


class BucketUnusable(StoreUnusable):
    """A bucket cannot be used for evidence; the message names it and the remedy."""


@dataclass(frozen=True, kw_only=True)
class Lock:
    """For how long a blob cannot be removed; in compliance mode by nobody at all."""

    mode: Literal["COMPLIANCE", "GOVERNANCE"]
    days: int
    """Counted from the last time that a cycle kept the blob, not from the first."""

    @property
    def least(self) -> timedelta:
        """How long a blob stays locked at least."""
        return timedelta(days=self.days)

    @property
    def margin(self) -> timedelta:
        """What is put on top, so that evidence in use is not locked anew in every cycle."""
        return timedelta(days=max(1, self.days // 10))


@dataclass(frozen=True, kw_only=True)
class S3Blobs:
    """Blobs as objects in a bucket, in the same form and under the same names as in a folder."""

    bucket: str
    prefix: str
    """Put before every name; empty, or with a slash at its end."""
    client: Callable[[], Any]
    """Made when it is first needed."""
    key: Callable[[], bytes]
    """The redaction key, which never lies in the bucket."""
    clock: Callable[[], Instant]
    lock: Lock | None = None
    page: int = MOST_AT_ONCE

    def put(self, content: bytes) -> str:
        """Keep the content and return its digest; equal content is stored once.

        Raises:
            BucketUnusable: it cannot be written, or cannot lock what a lock is asked for.
        """
        digest = hashlib.sha256(content).hexdigest()
        name = self._name(digest)
        lock = self._proven_lock
        seen = self._seen(name)
        if seen is None:
            self._write(name, sealed(content))
        elif lock is not None:
            self._prolong(name, seen, lock)
        return digest

    def get(self, digest: str) -> bytes:
        """The content, compared with its name.

        Raises:
            BlobDamaged: it is missing or was changed.
            BucketUnusable: it cannot be read.
        """
        name = self._name(digest)
        try:
            return unsealed(self._read(name, digest), digest)
        except BlobDamaged as damage:
            if not self._covered(name):
                raise
            why = f"{damage.why}, and an earlier version lies under it: remove what covers {name}"
            raise type(damage)(digest, why) from None

    def digests(self) -> Iterator[str]:
        """Every blob there is."""
        for page in self._pages("list_objects_v2", self.prefix, NEXT_OBJECTS):
            for found in page.get("Contents", ()):
                name = found["Key"].removeprefix(self.prefix)
                digest = name.removesuffix(ENDING).replace("/", "")
                if len(digest) == DIGITS and self._name(digest) == found["Key"]:
                    yield digest

    def locked(self, digest: str) -> bool:
        """Whether a lock, or a legal hold set in S3, keeps the blob from being removed."""
        seen = self._seen(self._name(digest)) or {}
        now = self.clock()
        until: Instant = seen.get("ObjectLockRetainUntilDate", now)
        return until > now or seen.get("ObjectLockLegalHoldStatus") == "ON"

    def remove(self, digest: str) -> None:
        """Remove every version of a blob, what covers them included.

        Raises:
            BucketUnusable: it may not be removed.
        """
        name = self._name(digest)
        for version in [*self._versions(name, "Versions", "DeleteMarkers")]:
            self._ask("delete_object", Key=name, VersionId=version["VersionId"])

    def redaction_key(self) -> bytes:
        """The key under which removed fields are hashed, from where it was configured.

        Raises:
            MissingSecret: it was configured by a reference that leads nowhere.
            StoreUnusable: it cannot be read or written, or is not a key.
        """
        return self.key()

    def _name(self, digest: str) -> str:
        return f"{self.prefix}{digest[:2]}/{digest[2:]}{ENDING}"

    def _seen(self, name: str) -> dict[str, Any] | None:
        """What S3 says of an object; `None` if it is not there.

        S3 tells of locks only who may know of them: who may not, finds out when it prolongs or
        removes one.
        """
        answer, refusal = self._ask("head_object", known=NOT_THERE, part="ETag", Key=name)
        return None if refusal else answer

    def _prolong(self, name: str, seen: Mapping[str, Any], lock: Lock) -> None:
        """Lock what is there for as long as if it were new."""
        now = self.clock()
        if seen.get("ObjectLockRetainUntilDate", now) < now + lock.least:
            retention = {
                "Mode": seen.get("ObjectLockMode", lock.mode),
                "RetainUntilDate": now + lock.least + lock.margin,
            }
            self._ask("put_object_retention", Key=name, Retention=retention)

    def _write(self, name: str, body: bytes) -> None:
        """Under a name that nobody has yet; whoever was quicker wrote the same content."""
        checksum = base64.b64encode(hashlib.sha256(body).digest()).decode()
        locked: dict[str, Any] = {}
        if self.lock is not None:
            until = self.clock() + self.lock.least + self.lock.margin
            locked = {"ObjectLockMode": self.lock.mode, "ObjectLockRetainUntilDate": until}
        for _ in range(ATTEMPTS):
            _, refusal = self._ask(
                "put_object",
                known=(BY_ANOTHER, IN_BETWEEN),
                part="ETag",
                Key=name,
                Body=body,
                ContentLength=len(body),
                ChecksumAlgorithm="SHA256",
                ChecksumSHA256=checksum,
                IfNoneMatch="*",
                **locked,
            )
            if refusal != IN_BETWEEN:
                return
        raise self._unusable("put_object", IN_BETWEEN)

    def _read(self, name: str, digest: str) -> bytes:
        from botocore.exceptions import (  # noqa: PLC0415 - the SDK is loaded when a bucket is used
            BotoCoreError,
            FlexibleChecksumError,
        )

        broken: Exception | None = None
        for _ in range(ATTEMPTS):
            answer, refusal = self._ask("get_object", known=NOT_THERE, part="Body", Key=name)
            if refusal:
                raise BlobMissing(digest, "missing")
            try:
                body: bytes = answer["Body"].read()
            except BotoCoreError as error:
                broken = error
            else:
                return body
        if isinstance(broken, FlexibleChecksumError):
            raise BlobDamaged(digest, "its object was changed") from None
        raise self._unusable("get_object", type(broken).__name__) from broken

    def _covered(self, name: str) -> bool:
        """Whether another version lies under the one that is read, or under a delete marker."""
        try:
            return any(not version["IsLatest"] for version in self._versions(name, "Versions"))
        except BucketUnusable:  # who may not look at versions still learns that a blob is damaged
            return False

    def _versions(self, name: str, *kinds: str) -> Iterator[dict[str, Any]]:
        """Every version of one object; a delete marker is one, too."""
        for page in self._pages("list_object_versions", name, NEXT_VERSIONS):
            for found in (one for kind in kinds for one in page.get(kind, ())):
                if found["Key"] == name:
                    yield found

    def _pages(
        self, operation: str, prefix: str, following: Mapping[str, str]
    ) -> Iterator[dict[str, Any]]:
        """Every page of a listing: one that is cut short without saying where is no listing."""
        on: dict[str, Any] = {}
        while True:
            page, _ = self._ask(
                operation, part="IsTruncated", Prefix=prefix, MaxKeys=self.page, **on
            )
            yield page
            if not page["IsTruncated"]:
                return
            on = {ask: page[told] for ask, told in following.items() if page.get(told)}
            if not on:
                raise self._unusable(operation, "truncated without a marker")

    @cached_property
    def _proven_lock(self) -> Lock | None:
        """The lock that is asked for, once the bucket was seen to have what it needs."""
        if self.lock is None:
            return None
        _, refusal = self._ask("get_object_lock_configuration", known=(NO_LOCK,))
        if refusal:
            message = (
                f"the bucket {self.bucket} has no Object Lock: turn it on (versioning first), "
                "or remove `store.evidence_options.lock`"
            )
            raise BucketUnusable(message)
        return self.lock

    def _ask(
        self, operation: str, *, known: tuple[str, ...] = (), part: str = "", **arguments: Any
    ) -> tuple[dict[str, Any], str | None]:
        """The answer, or an empty one with the code of a refusal that the caller knows.

        Args:
            operation: As botocore calls it.
            known: The codes that are answers, too.
            part: What every good answer has; whatever answers without it is not S3.
            arguments: For the operation, beside the bucket.
        """
        from botocore.exceptions import (  # noqa: PLC0415 - the SDK is loaded when a bucket is used
            BotoCoreError,
            ClientError,
        )
        from botocore.parsers import ResponseParserError  # noqa: PLC0415 - the same

        try:
            call = getattr(self.client(), operation)
            answer: dict[str, Any] = call(Bucket=self.bucket, **arguments)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code") or "no code")
            if error.operation_name == ASSUME_ROLE:
                raise self._unusable(ASSUME_ROLE, code) from None
            if code not in known:
                raise self._unusable(operation, code) from None
            return {}, code
        except (BotoCoreError, ResponseParserError) as error:
            raise self._unusable(operation, type(error).__name__) from None
        if part and part not in answer:
            raise self._unusable(operation, "what answers is not S3")
        return answer, None

    def _unusable(self, operation: str, code: str) -> BucketUnusable:
        remedy = (
            f"gapwatch needs {NEEDS[operation]}" if code in DENIED else REMEDIES.get(code, REACH)
        )
        return BucketUnusable(
            f"the bucket {self.bucket} cannot be used ({operation}: {code}): {remedy}"
        )


NEXT_OBJECTS = {"ContinuationToken": "NextContinuationToken"}
NEXT_VERSIONS = {"KeyMarker": "NextKeyMarker", "VersionIdMarker": "NextVersionIdMarker"}
