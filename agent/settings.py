"""The operator's `gapwatch.yaml`: what to read, when, by which limits, and who hears of it.

It is read strictly: an unknown key, category, control or check stops the program, and all
problems are told at once, each with file, path and remedy. Secrets stand in it only by
reference; nothing here looks them up. One module, because it is one file: whoever asks what
may stand there reads the structs from top to bottom.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from agent.addresses import endpoint_problems, holds_password, may_hold_credentials
from agent.agreement import (
    DEFAULT,
    converted,
    owner_problems,
    schedule_problems,
    threshold_problems,
)
from agent.alerts.routing import ALERTS
from agent.catalogue import Category, Control, config_folder
from agent.decoding import Decoder, Section, suggestion
from checks.contract import Check, Severity
from collectors.strict_yaml import BadYaml, load

Secret = Annotated[str, "secret"]
"""A reference to a secret, `env:NAME` or `file:PATH`; never the secret."""
Address = Annotated[str, "address"]
"""A URL without credentials, or a reference to one that may hold them."""

HOURLY = timedelta(hours=1)
DEADLINES = {
    Severity.CRITICAL: timedelta(days=7),
    Severity.HIGH: timedelta(days=14),
    Severity.MEDIUM: timedelta(days=45),
    Severity.LOW: timedelta(days=90),
}
MOST_THREADS = 64
HIGHEST_PORT = 65_535
NOT_OFFERED = {
    "$.sources.aws[].accounts": (
        "reading all accounts of an organization is not offered yet, write one entry for each "
        "account with the ARN of its `role`"
    ),
    "$.sources.github[].app": (
        "signing in as a GitHub App is not offered yet, give a `token` (env:NAME or file:PATH)"
    ),
}
DURATION = re.compile(r"(\d{1,5})([smhd])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
REFERENCE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:.+")
ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/.+")
REGION = re.compile(r"[a-z]+(-[a-z]+)+-\d+")
STORES = ("sqlite:///", "postgresql+psycopg://")
BUCKET = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:/[A-Za-z0-9!_.*'()-]+)*)/?")
"""A bucket, and the start of its objects' names, of characters that are safe everywhere."""
MOST_LOCKED_DAYS = 33_000
"""S3 takes a hundred years; a tenth is put on top."""
SIGNING_KEY = "file:gapwatch.key"
REDACTION_KEY = "file:gapwatch-redaction.key"
USE_A_REFERENCE = "write env:NAME or file:PATH"


class BadConfiguration(Exception):
    """The configuration cannot be used; one line for each problem, with its remedy."""


class Company(Section, frozen=True, kw_only=True):
    """Whose controls are assessed."""

    name: str
    service: str


class Window(Section, frozen=True, kw_only=True):
    """The period a Type 2 report covers; both days belong to it."""

    start: date
    end: date

    def problems(self) -> Iterator[tuple[str, str]]:
        """The end does not lie before the start."""
        if self.end < self.start:
            yield "end", f"lies before the start, {self.start}: swap the two or correct one"


class Assessment_(Section, frozen=True, kw_only=True):  # noqa: N801 - an Assessment is one check on one snapshot
    """What the report is about."""

    report: Literal["type-1", "type-2"]
    criteria: tuple[Category, ...]
    window: Window

    def problems(self) -> Iterator[tuple[str, str]]:
        """At least one category, and none twice."""
        if not self.criteria:
            yield "criteria", "names no category: name at least `security`"
        if len(set(self.criteria)) < len(self.criteria):
            yield "criteria", "names a category twice: remove one of the two"


class Timestamps(Section, frozen=True, kw_only=True):
    """An authority that says when it saw a checkpoint (RFC 3161)."""

    url: Address
    roots: Path
    """The certificates that vouch for it, in PEM."""


class AwsSignIn(Section, frozen=True, kw_only=True):
    """How AWS is told who asks."""

    profile: str | None = None
    role: str | None = None
    """The ARN of a role to assume with the credentials found."""
    external_id: Secret | None = None
    endpoint_url: str | None = None
    access_key: Secret | None = None
    secret_key: Secret | None = None

    def problems(self) -> Iterator[tuple[str, str]]:
        """One way to sign in."""
        if self.role and not ROLE.fullmatch(self.role):
            yield "role", "must be an ARN such as arn:aws:iam::123456789012:role/GapwatchReadOnly"
        if self.external_id and not self.role:
            yield "external_id", "serves to assume a role: add `role` or remove it"
        if bool(self.access_key) != bool(self.secret_key):
            yield "", "`access_key` and `secret_key` go together: give both or neither"
        if self.profile and self.access_key:
            yield "", "`profile` and `access_key` exclude each other: remove one of the two"
        yield from endpoint_problems("endpoint_url", self.endpoint_url)


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


class AwsSource(AwsSignIn, frozen=True, kw_only=True):
    """One AWS account."""

    name: str
    regions: Literal["enabled"] | tuple[str, ...] = "enabled"

    def problems(self) -> Iterator[tuple[str, str]]:
        """One way to sign in, and regions that can be."""
        yield from super().problems()
        if not self.regions:
            yield "regions", "names no region: name some, or write `enabled`"
        if self.regions != "enabled":
            for number, region in enumerate(self.regions):
                if not REGION.fullmatch(region):
                    yield f"regions[{number}]", f"`{region}` is no region such as eu-west-1"


class GcpSource(Section, frozen=True, kw_only=True):
    """A GCP organisation, or some projects."""

    name: str
    organization: str | None = None
    projects: tuple[str, ...] = ()
    credentials: Secret | None = None
    """A service account's key; without one, the machine's own identity is used."""
    endpoint_url: str | None = None

    def problems(self) -> Iterator[tuple[str, str]]:
        """Either an organisation or projects, and a key that is a file."""
        if bool(self.organization) == bool(self.projects):
            yield "", "give either `organization` or `projects`"
        if self.credentials and not self.credentials.startswith("file:"):
            yield "credentials", "must be the file of a service account's key: write file:PATH"
        if self.organization and not self.organization.isdecimal():
            yield "organization", "must be the organisation's number, without `organizations/`"
        yield from endpoint_problems("endpoint_url", self.endpoint_url)


class GithubApp(Section, frozen=True, kw_only=True):
    """A GitHub App as installed in the organisation."""

    id: int
    installation: int
    key: Secret


class GithubSource(Section, frozen=True, kw_only=True):
    """One GitHub organisation."""

    name: str
    organization: str
    token: Secret | None = None
    app: GithubApp | None = None
    base_url: str | None = None

    def problems(self) -> Iterator[tuple[str, str]]:
        """One way to sign in."""
        if bool(self.token) == bool(self.app):
            yield "", "give either `token` or `app`"
        yield from endpoint_problems("base_url", self.base_url)


class DocumentsSource(Section, frozen=True, kw_only=True):
    """The company's own documents, and the registers its people keep."""

    name: str
    path: Path
    registers: Path


class Sources(Section, frozen=True, kw_only=True):
    """Everything there is to read."""

    aws: tuple[AwsSource, ...] = ()
    gcp: tuple[GcpSource, ...] = ()
    github: tuple[GithubSource, ...] = ()
    documents: tuple[DocumentsSource, ...] = ()

    def problems(self) -> Iterator[tuple[str, str]]:
        """At least one source, and no name twice in one kind."""
        names = {
            "aws": [source.name for source in self.aws],
            "gcp": [source.name for source in self.gcp],
            "github": [source.name for source in self.github],
            "documents": [source.name for source in self.documents],
        }
        if not any(names.values()):
            yield "", "names no source: add an entry under `aws`, `gcp`, `github` or `documents`"
        for kind, taken in names.items():
            for number, name in enumerate(taken):
                if name in taken[:number]:
                    yield f"{kind}[{number}].name", f"`{name}` is taken: choose another"


class Route(Section, frozen=True, kw_only=True):
    """Who hears of what."""

    to: Address
    when: tuple[str, ...] = ()
    """Kinds of event; none stands for all."""
    severity: Severity | None = None
    """The least that is worth a message; what has no severity always is."""
    digest: Literal["hourly", "daily", "weekly"] | None = None
    """Gathered into one message; `None` tells at once."""

    def problems(self) -> Iterator[tuple[str, str]]:
        """Events there are, and no credential in the open."""
        for number, kind in enumerate(self.when):
            if kind not in ALERTS:
                yield f"when[{number}]", f"unknown event `{kind}`: {suggestion(kind, ALERTS)}"
        if not is_reference(self.to) and may_hold_credentials(self.to):
            yield "to", f"may hold credentials: {USE_A_REFERENCE}"


class Exclusion(Section, frozen=True, kw_only=True):
    """What is not assessed, and why: by tag, by the subject's id, or by a pattern of scopes."""

    tag: str | None = None
    """`key=value`."""
    subject: str | None = None
    scope: str | None = None
    """A pattern such as `aws:123456789012/*`."""
    reason: str

    def problems(self) -> Iterator[tuple[str, str]]:
        """Exactly one of the three."""
        if sum(part is not None for part in (self.tag, self.subject, self.scope)) != 1:
            yield "", "give exactly one of `tag`, `subject` and `scope`"
        if self.tag is not None and "=" not in self.tag:
            yield "tag", "must be written `key=value`"


class ScopeSettings(Section, frozen=True, kw_only=True):
    """What is left out of the assessment."""

    exclude: tuple[Exclusion, ...] = ()


class WebSettings(Section, frozen=True, kw_only=True):
    """Where the dashboard listens."""

    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str | None = None
    """Where people reach it; alerts link there. `None` writes alerts without links."""

    def problems(self) -> Iterator[tuple[str, str]]:
        """A port there is."""
        if not 0 < self.port <= HIGHEST_PORT:
            yield "port", f"must lie between 1 and {HIGHEST_PORT}"
        yield from endpoint_problems("public_url", self.public_url)


class Configuration(Section, frozen=True, kw_only=True):
    """What stands in the file."""

    company: Company
    assessment: Assessment_
    store: StoreSettings = StoreSettings()
    sources: Sources
    schedule: Mapping[str, timedelta] = msgspec.field(default_factory=lambda: {DEFAULT: HOURLY})
    """By collector, by source, or `default`."""
    thresholds: Mapping[str, Mapping[str, Any]] = {}
    """By check, of the types that the checks declare."""
    owners: Mapping[str, str] = {}
    """By control, area, promise, or `default`."""
    deadlines: Mapping[Severity, timedelta] = msgspec.field(default_factory=lambda: DEADLINES)
    """Whole days from the opening of a gap."""
    alerts: tuple[Route, ...] = ()
    scope: ScopeSettings = ScopeSettings()
    web: WebSettings = WebSettings()
    threads: int = 8


class Settings(Configuration, frozen=True, kw_only=True):
    """The configuration, checked and complete; every path in it is absolute."""

    places: Mapping[str, str] = {}
    """Where each reference to a secret stands, for messages."""

    def interval(self, collector: str) -> timedelta:
        """How often a collector runs: its own interval, its source's, or the default."""
        names = (collector, collector.partition(".")[0], DEFAULT)
        return next((self.schedule[name] for name in names if name in self.schedule), HOURLY)

    def owner(self, control: Control) -> str | None:
        """Who answers for a control: by its id, its area, what it promises, or by default."""
        names = (control.id, control.area, control.promise, DEFAULT)
        return next((self.owners[name] for name in names if name in self.owners), None)


def load_settings(
    path: Path,
    checks: Mapping[str, Check[Any, Any]],
    *,
    collectors: Collection[str] | None = None,
) -> Settings:
    """Read a configuration; with the ids of the collectors, their names are checked as well.

    Raises:
        BadConfiguration: with one line for each problem that can be found.
    """
    folder = path.absolute().parent
    places: dict[str, str] = {}
    decoder = _decoder(path, folder, places)
    given = decoder.fields(_document(path), Configuration, "$")
    problems = [
        *decoder.problems,
        *schedule_problems(given.get("schedule", {}), collectors),
        *threshold_problems(given.get("thresholds", {}), checks),
        *owner_problems(given.get("owners", {})),
        *_number_problems(given),
    ]
    if problems:
        raise BadConfiguration("\n".join(f"{path}: {where}: {what}" for where, what in problems))
    given["store"] = _placed(given.get("store", StoreSettings()), folder)
    given["schedule"] = {DEFAULT: HOURLY} | given.get("schedule", {})
    given["deadlines"] = DEADLINES | given.get("deadlines", {})
    given["thresholds"] = {
        check: converted(values, checks[check])
        for check, values in given.get("thresholds", {}).items()
    }
    return Settings(**given, places=places)


def annotated_example() -> str:
    """The configuration that `gapwatch init` writes."""
    return (config_folder() / "example.yaml").read_text(encoding="utf-8")


def is_reference(text: str) -> bool:
    """Whether a text refers to a secret rather than being a value itself."""
    return text.startswith(("env:", "file:"))


def _document(path: Path) -> Any:
    try:
        return load(path.read_text(encoding="utf-8"), file=str(path))
    except FileNotFoundError:
        message = f"{path}: there is no such file: `gapwatch init` writes one"
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        message = f"{path}: is not text in UTF-8: save it as such"
    except BadYaml as error:
        message = str(error)
    raise BadConfiguration(message)


def _decoder(path: Path, folder: Path, places: dict[str, str]) -> Decoder:
    def reference(text: str, where: str) -> str:
        if not REFERENCE.fullmatch(text):
            raise ValueError(f"a secret does not stand in this file: {USE_A_REFERENCE}")
        kind, _, name = text.partition(":")
        found = text if kind == "env" else f"file:{folder / name}"
        places.setdefault(found, f"{path}: {where}")
        return found

    def address(text: str, where: str) -> str:
        return reference(text, where) if is_reference(text) else text

    def place(text: str, _: str) -> Path:
        if "://" in text:
            raise ValueError("must be a place on this machine")
        if text.startswith("~"):
            raise ValueError(
                "`~` is not read: write the whole path, or one from this file's folder"
            )
        return folder / text

    def evidence(text: str, where: str) -> EvidencePlace:
        if "://" not in text:
            return place(text, where)
        written = BUCKET.fullmatch(text)
        if written is None:
            raise ValueError("must be a folder, or a bucket such as s3://acme-evidence/gapwatch")
        return Bucket(name=written[1], prefix=written[2].removeprefix("/"))

    leaves: dict[Any, Callable[[str, str], Any]] = {
        EvidencePlace: evidence,
        Secret: reference,
        Address: address,
        Path: place,
        timedelta: _duration,
    }
    return Decoder(leaves, NOT_OFFERED)


def _duration(text: str, _: str) -> timedelta:
    written = DURATION.fullmatch(text)
    if written is None:
        raise ValueError("must be a number with its unit, such as 90s, 15m, 1h or 1d")
    amount, unit = written.groups()
    return timedelta(**{UNITS[unit]: int(amount)})


def _placed(store: StoreSettings, folder: Path) -> StoreSettings:
    """Relative places are relative to the configuration, wherever the program is started."""
    kind, slashes, file = store.url.partition(":///")
    url = f"{kind}{slashes}{folder / file}" if kind == "sqlite" else store.url
    options = store.evidence_options
    return msgspec.structs.replace(
        store,
        url=url,
        evidence=folder / store.evidence if isinstance(store.evidence, Path) else store.evidence,
        evidence_options=options
        and msgspec.structs.replace(
            options, redaction_key=_placed_key(options.redaction_key, REDACTION_KEY, folder)
        ),
        signing_key=_placed_key(store.signing_key, SIGNING_KEY, folder),
    )


def _placed_key(key: str, usual: str, folder: Path) -> str:
    return f"file:{folder / usual.removeprefix('file:')}" if key == usual else key


def _number_problems(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    store, assessment = given.get("store"), given.get("assessment")
    if store and store.retention and assessment:
        window = assessment.window.end - assessment.window.start + timedelta(days=1)
        if store.retention.keep < window:
            least = f"must be at least {window.days}d, the window's length"
            yield "$.store.retention.keep", f"{least}: the report rests on all of it"
    for severity, deadline in given.get("deadlines", {}).items():
        if deadline.days < 1 or deadline % timedelta(days=1):
            yield f"$.deadlines.{severity}", "must be whole days, such as 14d"
    if not 0 < given.get("threads", 1) <= MOST_THREADS:
        yield "$.threads", f"must lie between 1 and {MOST_THREADS}"
