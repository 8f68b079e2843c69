"""Where findings and evidence are kept, for how long, and what proves them."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from agent.addresses import holds_password
from agent.decoding import Section
from agent.settings.sources import AwsSignIn
from agent.settings.words import REGION, USE_A_REFERENCE, Address, Secret, is_reference

STORES = ("sqlite:///", "postgresql+psycopg://")
BUCKET = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:/[A-Za-z0-9!_.*'()-]+)*)/?")
"""A bucket, and the start of its objects' names, of characters that are safe everywhere."""
MOST_LOCKED_DAYS = 33_000
"""S3 takes a hundred years; a tenth is put on top."""
SIGNING_KEY = "file:gapwatch.key"
REDACTION_KEY = "file:gapwatch-redaction.key"


class Timestamps(Section, frozen=True, kw_only=True):
    """An authority that says when it saw a checkpoint (RFC 3161)."""

    url: Address
    roots: Path
    """The certificates that vouch for it, in PEM."""


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """A place in S3, written `s3://bucket/prefix`."""

    name: str
    prefix: str = ""


EvidencePlace = Path | Bucket


class EvidenceLock(Section, frozen=True, kw_only=True):
    """S3 Object Lock: until it is over nobody removes a blob; in compliance mode not even root."""

    mode: Literal["compliance", "governance"]
    days: int
    """Counted from the last cycle that kept the blob."""

    def problems(self) -> Iterator[tuple[str, str]]:
        """Days that S3 takes, with what is put on top."""
        if not 0 < self.days <= MOST_LOCKED_DAYS:
            yield "days", f"must lie between 1 and {MOST_LOCKED_DAYS}"


class EvidenceOptions(AwsSignIn, frozen=True, kw_only=True):
    """The bucket evidence is kept in."""

    region: str
    lock: EvidenceLock | None = None
    redaction_key: Secret = REDACTION_KEY
    """Hashes what is cut out of answers, so it never lies in the bucket beside them.

    A file that is not there is made; several machines share one by reference.
    """

    def problems(self) -> Iterator[tuple[str, str]]:
        """One way to sign in, and a region."""
        yield from super().problems()
        if not REGION.fullmatch(self.region):
            yield "region", f"`{self.region}` is no region such as eu-west-1"


class Lifting(Section, frozen=True, kw_only=True):
    """Who ended a hold, and why."""

    by: str
    reason: str


class Hold(Section, frozen=True, kw_only=True):
    """Evidence of some days that is kept whatever its age; removing the entry lifts nothing."""

    name: str
    reason: str
    by: str
    start: date | None = None
    end: date | None = None
    lifted: Lifting | None = None

    def problems(self) -> Iterator[tuple[str, str]]:
        """The end does not lie before the start."""
        if self.start and self.end and self.end < self.start:
            yield "end", f"lies before the start, {self.start}: swap the two or correct one"


class Retention(Section, frozen=True, kw_only=True):
    """How long evidence is kept after it was last seen, and what is kept longer."""

    keep: timedelta
    holds: tuple[Hold, ...] = ()

    def problems(self) -> Iterator[tuple[str, str]]:
        """Whole days, and a name for each hold."""
        if self.keep.days < 1 or self.keep % timedelta(days=1):
            yield "keep", "must be whole days, such as 400d"
        names = [hold.name for hold in self.holds]
        for number, name in enumerate(names):
            if name in names[:number]:
                yield f"holds[{number}].name", f"`{name}` is taken: choose another"


class StoreSettings(Section, frozen=True, kw_only=True):
    """Where findings and evidence are kept, and for how long."""

    url: Address = "sqlite:///gapwatch.db"
    evidence: EvidencePlace = Path("evidence")
    evidence_options: EvidenceOptions | None = None
    signing_key: Secret = SIGNING_KEY
    """Signs the log after each cycle; a file that is not there is made with the store."""
    timestamps: Timestamps | None = None
    retention: Retention | None = None
    """Without it evidence is kept for good."""

    def problems(self) -> Iterator[tuple[str, str]]:
        """A database we know, no password in the open, and what a bucket needs."""
        in_bucket = isinstance(self.evidence, Bucket)
        if in_bucket and self.evidence_options is None:
            yield "evidence_options", "is missing: a bucket needs at least its `region`"
        if self.evidence_options and not in_bucket:
            yield "evidence_options", "serves a bucket, and `evidence` is a folder: remove it"
        if is_reference(self.url):
            return
        if not self.url.startswith(STORES):
            yield "url", f"is no store we know: write a URL that starts with {' or '.join(STORES)}"
        elif holds_password(self.url):
            yield "url", f"holds a password: {USE_A_REFERENCE} for the whole URL"
