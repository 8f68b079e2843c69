"""The catalogue: criteria, the controls that serve them, and the checks that test those."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from checks.contract import Outcome, Severity
from collectors.strict_yaml import BadYaml, load

REQUIRED_DOCUMENTS = "documents.required.present-and-current"
"""The check that tests every document a control asks for; no control names it."""
AtLeastOne = Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
FILES = ("criteria.yaml", "controls.yaml", "checks.yaml")


class BadCatalogue(Exception):
    """The catalogue contradicts itself; one line for each contradiction."""


class Category(StrEnum):
    """What a report can be about; the security criteria are common to all."""

    SECURITY = "security"
    AVAILABILITY = "availability"
    PROCESSING_INTEGRITY = "processing_integrity"
    CONFIDENTIALITY = "confidentiality"
    PRIVACY = "privacy"


class Area(StrEnum):
    """The part of the company that a criterion or a control concerns."""

    SECURITY = "security"
    AVAILABILITY = "availability"
    PROCESSING_INTEGRITY = "processing_integrity"
    CONFIDENTIALITY = "confidentiality"
    PRIVACY = "privacy"
    RISK_MANAGEMENT = "risk_management"
    CHANGE_MANAGEMENT = "change_management"
    MONITORING = "monitoring"
    INCIDENT_RESPONSE = "incident_response"
    EMPLOYEE_TRAINING = "employee_training"


class Automation(StrEnum):
    """How much of the proof configuration and native populations can carry."""

    HIGH = "high"
    PARTIAL = "partial"
    LOW = "low"
    NONE = "none"


class Effort(StrEnum):
    """What it takes to set a control up: up to 2 person-days, up to 10, more."""

    SMALL = "S"
    MEDIUM = "M"
    LARGE = "L"


class Cadence(StrEnum):
    """How often a document is due again."""

    CONTINUOUS = "continuous"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    ANNUAL = "annual"
    EVENT = "event"


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the catalogue; what it does not know, it refuses."""


class Criterion(Entry, frozen=True, kw_only=True):
    """One of the Trust Services Criteria: the id is the AICPA's, the words are ours."""

    id: str
    category: Category
    series: str
    title: str
    summary: str
    area: Area
    also_areas: tuple[Area, ...]
    automation: Automation
    config_note: str


class Document(Entry, frozen=True, kw_only=True):
    """What must exist and be approved again at its cadence."""

    name: str
    cadence: Cadence
    also: str | None = None
    """When it is due besides, in words; `None` if the cadence is all."""


class Population(Entry, frozen=True, kw_only=True):
    """What must hold for every row of some registers."""

    registers: tuple[str, ...]
    test: str
    checks: tuple[str, ...]


class Evidence(Entry, frozen=True, kw_only=True):
    """What shows that a control works: three kinds, none instead of another."""

    automated: tuple[str, ...]
    documents: tuple[Document, ...]
    populations: tuple[Population, ...]


class Control(Entry, frozen=True, kw_only=True):
    """What the company promises to do."""

    id: str
    title: str
    description: str
    area: Area
    criteria: tuple[str, ...]
    key_for: AtLeastOne
    """Those of the criteria that it chiefly answers."""
    owner_role: str
    effort: Effort
    phase: Literal[1, 2, 3]
    """1 foundation, 2 build, 3 operate and prove."""
    after: tuple[str, ...] = ()
    """The controls it builds on: their gaps are closed first."""
    frequency: str
    recommended_action: str
    evidence: Evidence

    @property
    def checks(self) -> tuple[str, ...]:
        """Every check that tests it, planned or implemented, each once."""
        named = [*self.evidence.automated]
        for population in self.evidence.populations:
            named += population.checks
        if self.evidence.documents:
            named.append(REQUIRED_DOCUMENTS)
        return tuple(dict.fromkeys(named))

    @property
    def promise(self) -> str:
        """The word for what it chiefly promises, as the folders of `checks` are called."""
        series = self.key_for[0].partition(".")[0]
        return PROMISES.get(series, "privacy" if series.startswith("P") else "governance")


PROMISES = {
    "CC6": "access",
    "CC7": "detection",
    "CC8": "change",
    "A1": "availability",
    "C1": "confidentiality",
    "PI1": "processing_integrity",
}
"""By series of criteria; the P series are privacy, all others governance."""


class PlannedCheck(Entry, frozen=True, kw_only=True):
    """A line of the worklist; once implemented, the check itself owns what it says."""

    id: str
    source: Literal["aws", "gcp", "github", "documents", "derived"]
    subject: str
    kind: Literal["condition", "occurrence"]
    controls: AtLeastOne
    severity: Severity
    calls: tuple[str, ...]
    asserts: str
    thresholds: Mapping[str, Any]
    empty: Outcome
    remediation: str


class Catalogue(Entry, frozen=True, kw_only=True):
    """Criteria, controls and worklist by id, in the order of the files."""

    criteria: Mapping[str, Criterion]
    controls: Mapping[str, Control]
    checks: Mapping[str, PlannedCheck]
    digest: str
    """Of the files: it goes into the log, so a changed mapping can be told from a changed world."""

    def key_controls(self, criterion: str) -> tuple[Control, ...]:
        """The controls that chiefly answer a criterion."""
        return tuple(c for c in self.controls.values() if criterion in c.key_for)

    def supporting_controls(self, criterion: str) -> tuple[Control, ...]:
        """The controls that serve a criterion beside the key ones."""
        return tuple(
            c
            for c in self.controls.values()
            if criterion in c.criteria and criterion not in c.key_for
        )

    def criteria_of(self, controls: Iterable[str]) -> tuple[str, ...]:
        """The criteria that some controls serve together, in the order of the catalogue."""
        served = {criterion for name in controls for criterion in self.controls[name].criteria}
        return tuple(criterion for criterion in self.criteria if criterion in served)


class _CriteriaFile(Entry, frozen=True, kw_only=True):
    criteria: tuple[Criterion, ...]


class _ControlsFile(Entry, frozen=True, kw_only=True):
    controls: tuple[Control, ...]


class _ChecksFile(Entry, frozen=True, kw_only=True):
    checks: tuple[PlannedCheck, ...]


F = TypeVar("F", bound=Entry)
Identified = TypeVar("Identified", Criterion, Control, PlannedCheck)


def config_folder() -> Path:
    """Where catalogue and example lie: in the installed package, or beside it in the sources."""
    installed = Path(__file__).with_name("config")
    return installed if installed.is_dir() else installed.parent.parent / "config"


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """Read the whole catalogue, and hold its parts against each other.

    Raises:
        BadCatalogue: a file is not as declared, or the parts contradict each other.
    """
    folder = folder or config_folder()
    catalogue = Catalogue(
        criteria=_by_id(_read(folder / FILES[0], _CriteriaFile).criteria),
        controls=load_controls(folder),
        checks=_by_id(_read(folder / FILES[2], _ChecksFile).checks),
        digest=hashlib.sha256(b"".join((folder / name).read_bytes() for name in FILES)).hexdigest(),
    )
    found = "\n".join(contradictions(catalogue))
    if found:
        raise BadCatalogue(found)
    return catalogue


def load_controls(folder: Path | None = None) -> Mapping[str, Control]:
    """Read the controls alone, not held against criteria and checks.

    Raises:
        BadCatalogue: the file is not as declared.
    """
    return _by_id(_read((folder or config_folder()) / FILES[1], _ControlsFile).controls)


def contradictions(catalogue: Catalogue) -> Iterator[str]:
    """What one part says and another denies."""
    for criterion in catalogue.criteria:
        if not catalogue.key_controls(criterion):
            yield f"no control chiefly answers {criterion}"
    for control in catalogue.controls.values():
        yield from _of_control(control, catalogue)
    for check in catalogue.checks.values():
        yield from _of_check(check, catalogue)
    yield from _circles(catalogue)


def _of_control(control: Control, catalogue: Catalogue) -> Iterator[str]:
    for criterion in control.criteria:
        if criterion not in catalogue.criteria:
            yield f"{control.id} serves {criterion}, which is no criterion"
    for criterion in control.key_for:
        if criterion not in control.criteria:
            yield f"{control.id} is key for {criterion}, but does not serve it"
    yield from _of_order(control, catalogue)
    for named in control.checks:
        check = catalogue.checks.get(named)
        if check is None:
            yield f"{control.id} names {named}, which is not on the worklist"
        elif control.id not in check.controls:
            yield f"{control.id} names {named}, which does not name {control.id}"


def _of_order(control: Control, catalogue: Catalogue) -> Iterator[str]:
    for before in control.after:
        if before not in catalogue.controls:
            yield f"{control.id} comes after {before}, which is no control"
        elif catalogue.controls[before].phase > control.phase:
            yield f"{control.id} comes after {before}, which belongs to a later phase"


def _circles(catalogue: Catalogue) -> Iterator[str]:
    """One circle of controls that come after each other, if there is any."""
    order = TopologicalSorter({c.id: c.after for c in catalogue.controls.values()})
    try:
        order.prepare()
    except CycleError as circle:
        yield f"these controls come after each other in a circle: {', '.join(circle.args[1][:-1])}"


def _of_check(check: PlannedCheck, catalogue: Catalogue) -> Iterator[str]:
    for tested in check.controls:
        control = catalogue.controls.get(tested)
        if control is None:
            yield f"{check.id} tests {tested}, which is no control"
        elif check.id not in control.checks:
            yield f"{check.id} tests {tested}, which does not name it"


def _read(path: Path, kind: type[F]) -> F:
    try:
        return msgspec.convert(load(path.read_text(encoding="utf-8"), file=str(path)), kind)
    except (OSError, BadYaml) as error:
        raise BadCatalogue(str(error)) from None
    except msgspec.ValidationError as error:
        raise BadCatalogue(f"{path}: {error}") from None


def _by_id(entries: tuple[Identified, ...]) -> Mapping[str, Identified]:
    found: dict[str, Identified] = {}
    for entry in entries:
        if entry.id in found:
            raise BadCatalogue(f"{entry.id} stands in the catalogue twice")
        found[entry.id] = entry
    return found
