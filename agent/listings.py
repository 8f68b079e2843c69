"""What each reading command lists, and which fields people look at first."""

from typing import TYPE_CHECKING

from agent.listing import listing

if TYPE_CHECKING:
    from agent.evidence_record import EvidenceRecord
    from agent.landed import LandedView
    from agent.reading import Reading


def _evidence_record(reading: "Reading", id: str) -> "EvidenceRecord | None":
    from agent.evidence_record import evidence_record

    return evidence_record(reading, int(id)) if id.isdecimal() else None


def _landed_changes(reading: "Reading") -> "list[LandedView]":
    from agent.landed_changes import landed_changes

    return landed_changes(reading)


LISTINGS = (
    listing(
        "gaps",
        "The action plan: every gap, what to do, who, until when.",
        lambda reading: reading.gaps(),
        [
            ("#", "number"),
            ("severity", "severity"),
            ("state", "state"),
            ("new", "is_new"),
            ("control", "control"),
            ("issue", "issue"),
            ("subjects", "names"),
            ("due", "due"),
            ("owner", "owner"),
        ],
        identified_by="number",
        narrowed_by=("state=open", "severity=high", "is_new=true", "control=NET-02"),
    ),
    listing(
        "findings",
        "Every check that fails, or once failed, on a subject.",
        lambda reading: reading.findings(),
        [
            ("id", "id"),
            ("state", "state"),
            ("severity", "severity"),
            ("check", "check"),
            ("subject", "name"),
            ("reason", "reason"),
            ("opened", "opened_at"),
            ("gap", "gap"),
        ],
        identified_by="id",
        narrowed_by=("state=open", "kind=occurrence", "check=aws.s3.public-access-blocked"),
    ),
    listing(
        "acceptances",
        "What named persons tolerate or ask for, why, and until when.",
        lambda reading: [*reading.acceptances(), *reading.requests()],
        [
            ("#", "number"),
            ("request", "request"),
            ("state", "state"),
            ("covers", "covers"),
            ("findings", "findings"),
            ("by", "by"),
            ("approver", "approver"),
            ("until", "until"),
            ("reason", "reason"),
        ],
        identified_by="number",
        narrowed_by=("state=active", "state=asked", "by=alice@acme.test"),
    ),
    listing(
        "verdicts",
        "The newest answer of every check on every subject.",
        lambda reading: reading.verdicts(),
        [
            ("check", "check"),
            ("subject", "name"),
            ("outcome", "outcome"),
            ("reason", "reason"),
        ],
        identified_by="subject",
        narrowed_by=("outcome=undetermined", "source=aws", "controls=NET-02"),
    ),
    listing(
        "changes",
        "Every landed change: who wrote, approved and landed it, and what let it through.",
        _landed_changes,
        [
            ("landed", "landed_at"),
            ("repository", "repository"),
            ("branch", "branch"),
            ("commit", "commit"),
            ("by", "landed_by"),
            ("authors", "authors"),
            ("approvers", "approvers"),
            ("checks", "checks"),
            ("issues", "issues"),
            ("deployed", "deployments"),
            ("not read", "not_read"),
        ],
        identified_by="commit",
        narrowed_by=("repository=acme/web", "authors=mia", "landed_by=mia"),
    ),
    listing(
        "controls",
        "Every control in scope, and what evidences it.",
        lambda reading: reading.controls(),
        [
            ("control", "id"),
            ("state", "state"),
            ("since", "since"),
            ("title", "title"),
            ("criteria", "criteria"),
        ],
        identified_by="id",
        narrowed_by=("state=deficient", "area=security"),
    ),
    listing(
        "criteria",
        "Every criterion in scope, and how much is assessed.",
        lambda reading: reading.criteria(),
        [
            ("criterion", "id"),
            ("state", "state"),
            ("coverage", "coverage"),
            ("title", "title"),
            ("controls", "controls"),
        ],
        identified_by="id",
        narrowed_by=("state=deficient", "coverage=not_assessed"),
    ),
    listing(
        "evidence",
        "The newest snapshots, and what they had to leave out.",
        lambda reading: reading.evidence(),
        [
            ("id", "id"),
            ("collector", "collector"),
            ("scope", "scope"),
            ("observed", "observed_at"),
            ("records", "records"),
            ("calls", "calls"),
            ("complete", "complete"),
            ("omissions", "omissions"),
        ],
        identified_by="id",
        one=_evidence_record,
        narrowed_by=("complete=false", "collector=aws.s3.buckets"),
    ),
)
