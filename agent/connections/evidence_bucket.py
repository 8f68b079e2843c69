"""Where evidence is kept: a folder, or a bucket with the credentials for it."""

import re
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal

from agent.connections.aws_clients import SignIn, signed_in
from agent.settings.store import EvidenceLock, EvidenceOptions, StoreSettings
from agent.store.blobs import Blobs, FolderBlobs, key_in
from agent.store.faults import StoreUnusable
from agent.store.s3_blobs import Lock, S3Blobs
from collectors.evidence.record import Instant

Resolve = Callable[[str], str]
ATTEMPTS = 5
KEY = re.compile(r"[0-9a-fA-F]{64}")
MODES: dict[str, Literal["COMPLIANCE", "GOVERNANCE"]] = {
    "compliance": "COMPLIANCE",
    "governance": "GOVERNANCE",
}


def evidence(settings: StoreSettings, resolve: Resolve, *, clock: Callable[[], Instant]) -> Blobs:
    """The blobs of a store, as configured; nothing is asked of a bucket before it is needed.

    Raises:
        MissingSecret: a reference leads nowhere.
        StoreUnusable: it is a bucket, and nothing says where.
    """
    place, options = settings.evidence, settings.evidence_options
    if isinstance(place, Path):
        return FolderBlobs(place)
    if options is None:
        raise StoreUnusable("store.evidence_options is missing: a bucket needs its `region`")
    return S3Blobs(
        bucket=place.name,
        prefix=f"{place.prefix}/" if place.prefix else "",
        client=cache(partial(_client, _connection(options, resolve), options.region)),
        key=partial(_key, options.redaction_key, resolve),
        clock=clock,
        lock=_lock(options.lock) if options.lock else None,
    )


def _connection(options: EvidenceOptions, resolve: Resolve) -> SignIn:
    def secret(reference: str | None) -> str | None:
        return resolve(reference) if reference else None

    return SignIn(
        profile=options.profile,
        role=options.role,
        external_id=secret(options.external_id),
        endpoint_url=options.endpoint_url,
        access_key=secret(options.access_key),
        secret_key=secret(options.secret_key),
    )


def _client(connection: SignIn, region: str) -> Any:
    """A client that writes: the readers' guards take a good answer without a body for none."""
    from botocore.config import Config  # noqa: PLC0415 - the SDK is loaded when a bucket is used

    endpoint = connection.endpoint_url
    config = Config(
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        connect_timeout=10,
        read_timeout=60,
        s3={"addressing_style": "path"} if endpoint else None,
        user_agent_extra="gapwatch",
    )
    session = signed_in(connection)
    return session.create_client("s3", region_name=region, endpoint_url=endpoint, config=config)


def _lock(lock: EvidenceLock) -> Lock:
    return Lock(mode=MODES[lock.mode], days=lock.days)


def _key(reference: str, resolve: Resolve) -> bytes:
    """The key for redaction: 32 bytes in a file of its own, or 64 hexadecimal digits."""
    kind, _, name = reference.partition(":")
    if kind == "file":
        return key_in(Path(name))
    told = resolve(reference)
    if not KEY.fullmatch(told):
        message = (
            f"store.evidence_options.redaction_key: {reference} must hold 64 hexadecimal digits: "
            "`openssl rand -hex 32` makes some"
        )
        raise StoreUnusable(message)
    return bytes.fromhex(told)
