"""Everything that can happen; the log holds nothing else, and every state is worked out from it."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

import msgspec

from checks.contract import Outcome, Severity, Verdict
from collectors.evidence.record import Instant, Omission
from collectors.evidence.trails import Deed

OF_COMPANY = "company"
"""The scope of what belongs to no single account, project or organisation."""
OUTSIDE = 0
"""In place of a cycle's number, for what happens between cycles."""


class ControlState(StrEnum):
    """What the evidence says of a control now; worst first where several meet."""

    DEFICIENT = "deficient"
    ACCEPTED = "accepted"
    UNDETERMINED = "undetermined"
    NOT_EVIDENCED = "not_evidenced"
    EFFECTIVE = "effective"


class Happened(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"
):
    """One entry of the log."""

    at: Instant
    cycle: int
    """The number of the cycle, counted from 1; 0 for what happens outside one."""


class CycleStarted(Happened, frozen=True, tag="cycle_started"):
    """A pass over the sources began; without a `cycle_finished` after it, it was killed."""

    trigger: str
    """`schedule`, `command` or `demo`."""
    sources: tuple[str, ...]
    versions: str
    """Digest of what judges: program, catalogue, thresholds, code hash of checks and collectors."""


class Judged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one check concluded, from a snapshot and from the growing population behind it."""

    check: str
    conclusion: Outcome
    by_control: Mapping[str, Outcome] = {}
    """Where each subject belongs to controls of its own, the conclusion for each of them."""
    doubtful: tuple[str, ...] = ()
    """Of a growing population: every member ever seen that is still undetermined."""
    tested: bool = False
    """Of a growing population: whether any member was ever passed or failed."""


class EvidenceKept(Happened, frozen=True, tag="evidence_kept", omit_defaults=True):
    """A snapshot and the assessments made of it were stored."""

    connection: str
    """The configured name of the source, such as `production`."""
    collector: str
    scope: str
    identity: str
    """Who the source said we were."""
    observed_at: Instant
    records: int
    records_digest: str
    answers: tuple[str, ...]
    """Digests of the transcripts' stable part; several for a join."""
    circumstances: str
    """Digest of request ids, server dates and times of the exchanges."""
    calls: int
    assessments: str
    """Digest of the assessments made of this snapshot."""
    judged: tuple[Judged, ...]
    omissions: tuple[Omission, ...] = ()
    searched: tuple[Omission, ...] = ()
    """Of a join: those of them for which nothing fails that was not found."""
    since: Mapping[str, str] = {}
    reached: Mapping[str, str] = {}
    given: Mapping[str, str] = {}
    """What the reader knew before the first question."""
    failure: str | None = None
    """Why nothing could be read at all, if so: the omission says the same."""
    inputs: tuple[int, ...] = ()
    """Of a join: the log entries of the snapshots it was made of."""

    @property
    def complete(self) -> bool:
        """Whether the whole population was listed."""
        return not self.omissions


class EvidenceUnchanged(Happened, frozen=True, tag="evidence_unchanged", omit_defaults=True):
    """Snapshots were taken again and are, answer for answer and verdict for verdict, as before."""

    circumstances: str
    """Digest of request ids, server dates and times of the new exchanges; empty for joins."""
    began: Instant
    same: tuple[tuple[int, int], ...]
    """The log entry of each earlier snapshot, and the milliseconds after `began` of the new one."""

    @property
    def moments(self) -> Iterator[tuple[int, Instant]]:
        """The log entry of each earlier snapshot, and when it was seen again."""
        for entry, offset in self.same:
            yield entry, self.began + timedelta(milliseconds=offset)


class KeyIntroduced(Happened, frozen=True, tag="key_introduced"):
    """From here on the log may be signed with this key; older ones stay known."""

    verifier: str
    """The public key, as C2SP's signed-note writes it."""


class ScopeLeft(Happened, frozen=True, tag="scope_left"):
    """A fully enumerated source no longer has a scope, or nothing collects it any more."""

    connection: str
    collector: str
    scope: str


class CheckRetired(Happened, frozen=True, tag="check_retired"):
    """Nobody asks a check over a scope any more; nothing is repaired by that."""

    check: str
    scope: str
    why: str


class FindingOpened(Happened, frozen=True, tag="finding_opened"):
    """A check failed on a subject on which it did not fail before."""

    finding: str
    check: str
    scope: str
    subject: str
    name: str
    lasting: Literal["condition", "occurrence"]
    severity: Severity
    before: Verdict | None
    """The subject's verdict in the previous assessment; `None` if it had none."""
    verdict: Verdict
    gap: int
    occurred_at: Instant | None = None
    tags: Mapping[str, str] = {}
    """The subject's tags or labels, where the evidence has them; an owner can be named by them."""


class FindingReopened(Happened, frozen=True, tag="finding_reopened"):
    """A condition that was repaired broke again."""

    finding: str
    check: str
    scope: str
    subject: str
    name: str
    severity: Severity
    before: Verdict | None
    verdict: Verdict
    gap: int
    tags: Mapping[str, str] = {}


class FindingChanged(Happened, frozen=True, tag="finding_changed"):
    """What fails still fails, but is called otherwise now, or with other values."""

    finding: str
    check: str
    scope: str
    subject: str
    name: str
    before: str
    """What it was called."""
    verdict: Verdict


class FindingRetagged(Happened, frozen=True, tag="finding_retagged"):
    """What fails has other tags or code owners, by which somebody else answers for it."""

    finding: str
    check: str
    scope: str
    subject: str
    name: str
    before: Mapping[str, str]
    tags: Mapping[str, str]


class FindingClosed(Happened, frozen=True, tag="finding_closed"):
    """A condition was proven repaired, or its subject gone, or nobody asks any more."""

    finding: str
    check: str
    scope: str
    subject: str
    name: str
    how: Literal["passed", "gone", "not_applicable", "out_of_scope", "check_retired"]
    verdict: Verdict | None
    """The verdict that closed it; `None` when there is no subject any more."""


class GapOpened(Happened, frozen=True, tag="gap_opened"):
    """A new line of the action plan."""

    number: int
    check: str | None
    """`None` for a control that nothing evidences."""
    control: str
    scope: str
    subject: str | None
    """Set where every subject needs an action of its own."""
    issue: str
    severity: Severity


class Origin(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who changed a subject and when, or the two observations between which it changed."""

    after: Instant
    """When it was last seen as it had been."""
    before: Instant
    """When it was seen to be otherwise, at the latest."""
    deeds: tuple[Deed, ...] = ()
    """What was done to it in between, the newest first; the others are in the evidence."""
    more: int = 0
    """How many deeds are not told here."""
    why: str | None = None
    """Why nobody can be named, where the source keeps a log of changes."""
    asked: int = 0
    """How often that log was asked."""


class Cause(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One subject whose verdict changed, with the values before and after."""

    check: str
    scope: str
    subject: str
    name: str
    before: Verdict | None
    after: Verdict | None
    controls: tuple[str, ...] = ()
    """The controls the subject is about; none named means all of the check's."""
    origin: Origin | None = None
    """Who did it and when, as far as it was traced."""


class GapReopened(Happened, frozen=True, tag="gap_reopened"):
    """A closed line of the action plan is needed again; it keeps its number."""

    number: int


class GapWidened(Happened, frozen=True, tag="gap_widened"):
    """More subjects came under an open line of the action plan."""

    number: int
    added: tuple[Cause, ...]


class GapClosed(Happened, frozen=True, tag="gap_closed"):
    """Nothing is left open under this line of the action plan."""

    number: int


class GapAssigned(Happened, frozen=True, tag="gap_assigned", omit_defaults=True):
    """A person was made to answer for a gap, or its date was moved; what is not named stays."""

    number: int
    by: str
    """Who decided it."""
    owner: str | None = None
    due: date | None = None
    note: str | None = None


class DeadlineApproaching(Happened, frozen=True, tag="deadline_approaching"):
    """An open gap is soon due; told once for each date."""

    number: int
    due: date
    owner: str | None


class DeadlineMissed(Happened, frozen=True, tag="deadline_missed"):
    """An open gap was not closed on the day it was due; told once for each date."""

    number: int
    due: date
    owner: str | None


class Covered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an acceptance is about: a finding, a gap, or whatever fits the patterns.

    In a pattern `*` stands for anything and `?` for one character; what is not given fits all.
    """

    finding: str | None = None
    gap: int | None = None
    check: str | None = None
    scope: str | None = None
    subject: str | None = None
    """Compared with a subject's id and with its name."""


class Reviewed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where in a file an acceptance stands, and the file's last change as Git has it."""

    label: str
    file: str
    """Its name, without the folder."""
    commit: str | None = None
    """`None` outside a work tree."""
    author: str | None = None
    committed_at: str | None = None


class AcceptanceGiven(Happened, frozen=True, tag="acceptance_given", omit_defaults=True):
    """A named person tolerates findings until the end of a day; no verdict changes by it."""

    number: int
    covers: Covered
    by: str
    approver: str
    reason: str
    compensating: str
    """What limits the risk meanwhile."""
    until: date
    """The last day, in UTC."""
    findings: tuple[str, ...] = ()
    """Those it covers at once."""
    file: Reviewed | None = None
    """`None` if it was given by a command or on the page."""
    asked: int | None = None
    """The log entry by which it was asked for on the page; `None` if nobody had to ask."""


class AcceptanceAsked(Happened, frozen=True, tag="acceptance_asked"):
    """A person asks that something be tolerated; nothing is, until somebody else approves it."""

    covers: Covered
    by: str
    reason: str
    compensating: str
    until: date
    gaps: tuple[int, ...] = ()
    """Those it is about, as that was when it was asked for."""
    causes: tuple[Cause, ...] = ()
    """The findings it would cover as they were known then, a limited number of them."""


class AcceptanceRefused(Happened, frozen=True, tag="acceptance_refused"):
    """What was asked for is not to be tolerated, or whoever asked takes it back."""

    asked: int
    """The log entry by which it was asked for."""
    by: str
    reason: str


class FindingsAccepted(Happened, frozen=True, tag="findings_accepted"):
    """Findings came under an acceptance that was given before."""

    acceptance: int
    findings: tuple[str, ...]


class AcceptanceExpired(Happened, frozen=True, tag="acceptance_expired"):
    """The last day of an acceptance is over: what it covered and still fails is open again."""

    number: int
    until: date
    by: str
    reason: str
    findings: tuple[str, ...]
    gaps: tuple[int, ...]
    causes: tuple[Cause, ...]
    """The findings as they are known, a limited number of them."""


class AcceptanceWithdrawn(Happened, frozen=True, tag="acceptance_withdrawn"):
    """A person ended an acceptance before its time: what it covered is open again."""

    number: int
    by: str
    reason: str
    findings: tuple[str, ...]
    gaps: tuple[int, ...]


class FindingExplained(Happened, frozen=True, tag="finding_explained"):
    """A named person explained an occurrence; it stays a deviation of the window."""

    finding: str
    by: str
    reason: str


class ControlDrifted(Happened, frozen=True, tag="control_drifted"):
    """A control changed its state."""

    control: str
    before: ControlState | None
    """`None` when the control was assessed for the first time: a beginning, not a drift."""
    after: ControlState
    causes: tuple[Cause, ...]


class Traced(msgspec.Struct, frozen=True, kw_only=True):
    """A subject on which a check came to fail, and the origin of that."""

    check: str
    scope: str
    subject: str
    origin: Origin


class OriginsTraced(Happened, frozen=True, tag="origins_traced"):
    """For subjects that drifted it was asked who changed them, and when."""

    traced: tuple[Traced, ...]


class CollectorFailed(Happened, frozen=True, tag="collector_failed"):
    """A collector crashed or its source could not be reached; its checks are undetermined."""

    connection: str
    collector: str
    scope: str
    why: str


class CollectorRecovered(Happened, frozen=True, tag="collector_recovered"):
    """A collector that had failed worked again."""

    connection: str
    collector: str
    scope: str


class CheckCrashed(Happened, frozen=True, tag="check_crashed"):
    """A check raised an error on a subject; that verdict is undetermined."""

    check: str
    scope: str
    why: str


class CheckRecovered(Happened, frozen=True, tag="check_recovered"):
    """A check that had crashed answers for all its subjects again."""

    check: str
    scope: str


class EvidenceStale(Happened, frozen=True, tag="evidence_stale"):
    """Evidence is older than its schedule allows; what rests on it is undetermined."""

    collector: str
    scope: str
    observed_at: Instant


class AlertDelivered(Happened, frozen=True, tag="alert_delivered"):
    """A channel took a message."""

    message: str
    route: str
    """The route as configured: a reference, never a secret."""
    about: tuple[int, ...]
    """The log entries it told of."""


class AlertUndeliverable(Happened, frozen=True, tag="alert_undeliverable"):
    """A message was given up after its last attempt; `status` shows it."""

    message: str
    route: str
    about: tuple[int, ...]
    attempts: int


class AlertDelayed(Happened, frozen=True, tag="alert_delayed"):
    """A route refuses what it is sent, and has done so for more than an hour; it is tried again."""

    route: str
    message: str
    since: Instant
    """When the message that waits was put together."""
    why: str


class ScheduleMissed(Happened, frozen=True, tag="schedule_missed"):
    """A source was not read to the end for more than twice its interval."""

    source: str
    last_read_at: Instant | None
    """`None` if it never was."""


class CredentialExpiring(Happened, frozen=True, tag="credential_expiring"):
    """Something that opens a source, or vouches for the log, ends soon."""

    what: str
    """Such as `github:acme token`; never the credential."""
    expires_at: Instant


class ClockSkewed(Happened, frozen=True, tag="clock_skewed"):
    """Our clock and a source's differ by more than evidence should."""

    connection: str
    seconds: int
    """Ours less theirs."""


class StoreMeasured(Happened, frozen=True, tag="store_measured"):
    """How large the store is, noted once a day, so that its growth can be told."""

    size: int
    """Bytes of the database and of the evidence in a folder; a bucket is not counted."""
    free: int | None
    """Bytes left where it lies; `None` where that is not this machine's to know."""


class StoreFilling(Happened, frozen=True, tag="store_filling"):
    """At its pace the store will soon have no room, and no cycle can be kept then."""

    size: int
    free: int
    daily: int
    """Bytes it grew by each day lately."""


class TroubleOver(Happened, frozen=True, tag="trouble_over"):
    """Something of the tool's own that did not work does again."""

    trouble: str
    """The kind of the event that told of it, such as `clock_skewed`."""
    what: str


class TicketChanged(Happened, frozen=True, tag="ticket_changed"):
    """The ticket of a gap was brought to where the gap is, or somebody closed it by hand."""

    number: int
    """The gap's."""
    tracker: str
    """Where tickets are kept, such as `github:acme/security`."""
    key: str
    url: str
    what: Literal["opened", "found", "updated", "closed", "reopened", "closed_by_hand", "lost"]
    """`found` is one that was opened and never recorded; `lost` one that is there no more."""


class TicketsFailing(Happened, frozen=True, tag="tickets_failing"):
    """A tracker takes no tickets; it is tried again, with growing delays."""

    tracker: str
    why: str


class HoldPlaced(Happened, frozen=True, tag="hold_placed", omit_defaults=True):
    """Evidence of some days must be kept whatever its age, until the hold is lifted."""

    name: str
    reason: str
    by: str
    start: date | None = None
    """The first day that is held; `None` from the beginning."""
    end: date | None = None
    """The last day that is held; `None` for all that comes."""


class HoldLifted(Happened, frozen=True, tag="hold_lifted"):
    """A hold is over; what it held is kept as long as any other evidence."""

    name: str
    reason: str
    by: str


class EvidenceExpired(Happened, frozen=True, tag="evidence_expired"):
    """A tombstone, written before anything is removed: evidence older than it has to be kept."""

    keep_days: int
    """How long evidence is kept, as it was configured then."""
    entries: tuple[int, ...]
    """The log entries that can be performed again no more."""
    blobs: tuple[str, ...]
    """What nothing else rests on; a copy made elsewhere can still be proved by its digest."""


class EvidenceRemoved(Happened, frozen=True, tag="evidence_removed"):
    """What some tombstones name is gone, but for what is needed again or held since."""

    tombstones: tuple[int, ...]
    """Their log entries."""


class FrozenPopulation(msgspec.Struct, frozen=True, kw_only=True):
    """One population as it was when nobody knew by which seed it would be sampled."""

    name: str
    """Its file in the auditor's package."""
    sha256: str
    """Of that file."""
    items: int


class PopulationsFrozen(Happened, frozen=True, tag="populations_frozen"):
    """The populations of a window were written down, so that a sample can be drawn of them."""

    start: date
    end: date
    populations: tuple[FrozenPopulation, ...]


class SeedGiven(Happened, frozen=True, tag="seed_given"):
    """An auditor's seed was accepted for populations that were frozen before."""

    frozen: int
    """The log entry that froze them."""
    seed: str
    by: str
    """Who brought it."""


class EvidenceAccessed(Happened, frozen=True, tag="evidence_accessed"):
    """Somebody looked at evidence for others, or took it out of the store."""

    action: Literal["viewed", "exported"]
    what: str
    by: str


class ReportMade(Happened, frozen=True, tag="report_made"):
    """A deliverable was made; the next one of its kind tells what changed since its day."""

    report: str
    """Such as `gap-analysis`."""
    format: str
    as_of: date
    """The day of which it speaks, in UTC."""


class CycleFinished(Happened, frozen=True, tag="cycle_finished"):
    """A pass over the sources was kept, judged and compared whole."""

    calls: int
    units: int
    new_gaps: tuple[int, ...]
    drifted: tuple[str, ...]
    incomplete: int
    """How many assessments made in it are undetermined."""


Event = (
    CycleStarted
    | EvidenceKept
    | EvidenceUnchanged
    | KeyIntroduced
    | ScopeLeft
    | CheckRetired
    | FindingOpened
    | FindingReopened
    | FindingChanged
    | FindingRetagged
    | FindingClosed
    | GapOpened
    | GapReopened
    | GapWidened
    | GapClosed
    | GapAssigned
    | DeadlineApproaching
    | DeadlineMissed
    | AcceptanceAsked
    | AcceptanceRefused
    | AcceptanceGiven
    | FindingsAccepted
    | AcceptanceExpired
    | AcceptanceWithdrawn
    | FindingExplained
    | ControlDrifted
    | OriginsTraced
    | CollectorFailed
    | CollectorRecovered
    | CheckCrashed
    | CheckRecovered
    | EvidenceStale
    | AlertDelivered
    | AlertUndeliverable
    | AlertDelayed
    | ScheduleMissed
    | CredentialExpiring
    | ClockSkewed
    | StoreMeasured
    | StoreFilling
    | TroubleOver
    | TicketChanged
    | TicketsFailing
    | HoldPlaced
    | HoldLifted
    | EvidenceExpired
    | EvidenceRemoved
    | PopulationsFrozen
    | SeedGiven
    | EvidenceAccessed
    | ReportMade
    | CycleFinished
)
