"""What can be asked for: each handler reads the store and returns what it found."""

from pathlib import Path

import msgspec
from litestar import MediaType, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import InternalServerException, NotFoundException
from litestar.params import FromPath, SkipValidation
from litestar.status_codes import HTTP_200_OK, HTTP_503_SERVICE_UNAVAILABLE

from agent.estate import Estate
from agent.landed import LandedView
from agent.landed_changes import landed_changes
from agent.reading import Reading
from agent.status import Status, status_of
from agent.store.blobs import BlobDamaged
from agent.store.faults import StoreUnusable
from agent.store.store import Store
from agent.views import ControlView, CriterionView, EvidenceView, FindingView, GapView, VerdictView
from agent.web.access import AccessPage, access_page
from agent.web.changes import ChangesPage, changes_page
from agent.web.details import (
    ControlPage,
    EvidencePage,
    GapPage,
    control_page,
    evidence_page,
    gap_page,
)
from agent.web.door import Visit
from agent.web.downloads import report
from agent.web.overview import Overview, overview
from agent.web.permission import needs
from agent.web.rendering import Html
from agent.web.roles import Deed
from agent.web.witness import Witness

STYLE = Path(__file__).with_name("static") / "style.css"

Now = NamedDependency[SkipValidation[Reading]]
Company = NamedDependency[SkipValidation[Estate]]
Kept = NamedDependency[SkipValidation[Store]]
Visitor = NamedDependency[SkipValidation[Visit]]
ToLog = NamedDependency[SkipValidation[Witness]]


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """Whether the page has anything to show."""

    store: str


@get("/", response_class=Html, media_type=MediaType.HTML, sync_to_thread=True)
def front(reading: Now, visit: Visitor) -> Overview:
    """The page."""
    return overview(reading, visit)


@get("/gaps/{number:int}", response_class=Html, media_type=MediaType.HTML, sync_to_thread=True)
def gap(reading: Now, visit: Visitor, witness: ToLog, number: FromPath[int]) -> GapPage:
    """One gap."""
    found = gap_page(reading, number, visit)
    if found is None:
        raise NotFoundException(f"There is no gap G-{number}.")
    witness.saw(visit, f"gap G-{number}")
    return found


@get("/controls/{id:str}", response_class=Html, media_type=MediaType.HTML, sync_to_thread=True)
def control(reading: Now, visit: Visitor, witness: ToLog, id: FromPath[str]) -> ControlPage:
    """One control."""
    found = control_page(reading, id, visit)
    if found is None:
        raise NotFoundException(f"{id} is not among the controls in scope.")
    witness.saw(visit, f"control {id}")
    return found


@get(
    "/evidence/{entry:int}",
    response_class=Html,
    media_type=MediaType.HTML,
    guards=[needs(Deed.SEE_EVIDENCE)],
    sync_to_thread=True,
)
def evidence(reading: Now, visit: Visitor, witness: ToLog, entry: FromPath[int]) -> EvidencePage:
    """One snapshot."""
    try:
        found = evidence_page(reading, entry, visit)
    except BlobDamaged as damage:
        raise InternalServerException(f"It is not as it was kept: {damage}") from None
    if found is None:
        raise NotFoundException(f"Entry {entry} of the log is no snapshot.")
    witness.saw(visit, f"evidence {entry}")
    return found


@get(
    "/changes",
    response_class=Html,
    media_type=MediaType.HTML,
    guards=[needs(Deed.SEE_EVIDENCE)],
    sync_to_thread=True,
)
def changes(reading: Now, visit: Visitor, witness: ToLog) -> ChangesPage:
    """The landed changes."""
    try:
        found = changes_page(reading, visit)
    except BlobDamaged as damage:
        raise InternalServerException(f"They are not as they were kept: {damage}") from None
    witness.saw(visit, "landed changes")
    return found


@get(
    "/access",
    response_class=Html,
    media_type=MediaType.HTML,
    guards=[needs(Deed.SEE_ACCESS)],
    sync_to_thread=True,
)
def access(reading: Now, visit: Visitor) -> AccessPage:
    """Who looked."""
    return access_page(reading, visit)


@get("/static/style.css", media_type=MediaType.CSS, sync_to_thread=True)
def style() -> bytes:
    """How the page looks."""
    return STYLE.read_bytes()


@get("/api/gaps", sync_to_thread=True)
def gaps_as_json(reading: Now) -> list[GapView]:
    """As `gapwatch gaps --json`."""
    return reading.gaps()


@get("/api/controls", sync_to_thread=True)
def controls_as_json(reading: Now) -> list[ControlView]:
    """As `gapwatch controls --json`."""
    return reading.controls()


@get("/api/criteria", sync_to_thread=True)
def criteria_as_json(reading: Now) -> list[CriterionView]:
    """As `gapwatch criteria --json`."""
    return reading.criteria()


@get("/api/findings", sync_to_thread=True)
def findings_as_json(reading: Now, visit: Visitor, witness: ToLog) -> list[FindingView]:
    """As `gapwatch findings --json`."""
    witness.took(visit, "findings as JSON")
    return reading.findings()


@get("/api/verdicts", sync_to_thread=True)
def verdicts_as_json(reading: Now, visit: Visitor, witness: ToLog) -> list[VerdictView]:
    """As `gapwatch verdicts --json`."""
    witness.took(visit, "verdicts as JSON")
    return list(reading.verdicts())


@get("/api/evidence", sync_to_thread=True)
def evidence_as_json(reading: Now, visit: Visitor, witness: ToLog) -> list[EvidenceView]:
    """As `gapwatch evidence --json`."""
    witness.took(visit, "evidence as JSON")
    return reading.evidence()


@get("/api/changes", guards=[needs(Deed.SEE_EVIDENCE)], sync_to_thread=True)
def changes_as_json(reading: Now, visit: Visitor, witness: ToLog) -> list[LandedView]:
    """As `gapwatch changes --json`."""
    witness.took(visit, "landed changes as JSON")
    return landed_changes(reading)


@get("/api/status", sync_to_thread=True)
def status_as_json(company: Company, store: Kept) -> list[Status]:
    """As `gapwatch status --json`."""
    return [status_of(company, store)]


@get("/health", sync_to_thread=True)
def health(reading: Now) -> Response[Health]:
    """200 when the store can be read, 503 when it cannot."""
    try:
        reading.cycles(last=1)
    except StoreUnusable:
        told, status = "cannot be read", HTTP_503_SERVICE_UNAVAILABLE
    else:
        told, status = "can be read", HTTP_200_OK
    return Response(Health(store=told), status_code=status, media_type=MediaType.JSON)


HANDLERS = (
    front,
    report,
    gap,
    control,
    evidence,
    changes,
    access,
    style,
    gaps_as_json,
    controls_as_json,
    criteria_as_json,
    findings_as_json,
    verdicts_as_json,
    evidence_as_json,
    changes_as_json,
    status_as_json,
    health,
)
