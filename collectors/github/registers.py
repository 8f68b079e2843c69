"""Registers that are kept as labelled issues, with what the host tells of each issue's life."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from collectors.contract import ApiCall, collector
from collectors.evidence.github.registers import (
    FormAnswer,
    Labelled,
    RegisteredChange,
    RegisterIssue,
)
from collectors.evidence.record import Instant, Unread
from collectors.github.organisation import Answer, Organisation, field, moment, needed_moment, whole
from collectors.reader import unread

ISSUES = ApiCall(
    "github",
    "GET /repos/{owner}/{repo}/issues",
    "issues:read",
    redact=(
        *("body.title", "body.body_html", "body.body_text"),
        *("body.milestone", "body.issue_field_values", "body.pinned_comment"),
    ),
    sections=("body.body",),
)
TIMELINE = ApiCall(
    "github",
    "GET /repos/{owner}/{repo}/issues/{issue_number}/timeline",
    "issues:read",
    redact=(
        *("body.body", "body.body_html", "body.body_text", "body.rename", "body.message"),
        *("body.source", "body.author", "body.committer", "body.comments", "body.milestone"),
        *("body.sub_issue", "body.parent_issue", "body.blocked_by", "body.blocking"),
        *("body.dismissed_review", "body.project_card"),
    ),
)
CHANGES = ("emergency_changes", "significant_changes")


@dataclass(frozen=True)
class Register:
    """One register, and where its issues lie."""

    name: str
    repository: str
    label: str
    fields: tuple[str, ...] = ()
    """Its fields that stand in the form, each as `name=heading`."""

    @property
    def headings(self) -> dict[str, str]:
        """Under which heading of the form each field is answered."""
        return {name: heading for name, _, heading in (one.partition("=") for one in self.fields)}

    @property
    def stretch(self) -> str:
        """What its known rows are remembered under."""
        return f"{self.name} {self.repository} {self.label}"


@dataclass(frozen=True)
class Row:
    """An issue of a register, and what happened to it, oldest first."""

    register: Register
    issue: Answer
    name: str
    events: tuple[Answer, ...] | Unread


@collector(id="github.register-issues", calls=(ISSUES, TIMELINE))
def register_issues(organisation: Organisation) -> Iterator[RegisterIssue]:
    """Every issue of every configured register, and every one that was a row before.

    Which issues were rows is remembered from reading to reading, so that one that was
    deleted, moved away or relabelled is told and not just missing.
    """
    for register in _registers(organisation):
        known = _known(organisation, register)
        organisation.mark(register.stretch, _remembered(known))
        present: dict[str, str] = {}
        for row in _rows(organisation, register):
            if isinstance(row, Unread):
                organisation.omit(f"{organisation.login}/{register.repository}", row.why)
                present |= known
                continue
            present[row.issue["node_id"]] = row.name
            yield _issue(row)
        organisation.mark(register.stretch, _remembered({**known, **present}))
        for node_id in sorted(known.keys() - present.keys()):
            yield RegisterIssue(
                id=f"{register.name}/{node_id}",
                name=known[node_id],
                register=register.name,
                gone=True,
                closed_at=None,
                renamed_at=None,
                opened_at=unread(ISSUES, "the issue is not listed any more"),
            )


@collector(id="github.registered-changes", calls=(ISSUES, TIMELINE))
def registered_changes(organisation: Organisation) -> Iterator[RegisteredChange]:
    """Every emergency change and every significant change that was registered as an issue."""
    for register in _registers(organisation):
        if register.name not in CHANGES:
            continue
        for row in _rows(organisation, register):
            if isinstance(row, Unread):
                organisation.omit(f"{organisation.login}/{register.repository}", row.why)
            elif needed_moment(ISSUES, row.issue, "created_at") >= organisation.begins:
                yield _change(row)


def _registers(organisation: Organisation) -> Iterator[Register]:
    for line in organisation.given.get("registers", "").splitlines():
        name, repository, label, *fields = line.split("\t")
        yield Register(name, repository, label, tuple(fields))


def _headings(organisation: Organisation) -> set[str]:
    """Those of all registers: a question is asked once, whoever reads the answer."""
    registers = _registers(organisation)
    return {heading for register in registers for heading in register.headings.values()}


def _known(organisation: Organisation, register: Register) -> dict[str, str]:
    lines = organisation.since.get(register.stretch, "").splitlines()
    return {node_id: name for node_id, _, name in (line.partition(" ") for line in lines)}


def _remembered(rows: dict[str, str]) -> str:
    return "\n".join(f"{node_id} {name}" for node_id, name in sorted(rows.items()))


def _rows(organisation: Organisation, register: Register) -> Iterator[Row | Unread]:
    """Its issues, open or closed; pull requests are listed among them and are none."""
    owner, repo = organisation.login, register.repository
    listed = organisation.each(
        ISSUES.keeping(*_headings(organisation)),
        needs=("node_id", "created_at"),
        labels=register.label,
        state="all",
        owner=owner,
        repo=repo,
    )
    for issue in organisation.until_refused(listed):
        if isinstance(issue, Unread):
            yield issue
        elif "pull_request" not in issue:
            number = str(issue.get("number"))
            yield Row(
                register=register,
                issue=issue,
                name=f"{owner}/{repo}#{number}",
                events=organisation.listed(TIMELINE, owner=owner, repo=repo, issue_number=number),
            )


def _issue(row: Row) -> RegisterIssue:
    return RegisterIssue(
        id=f"{row.register.name}/{row.issue['node_id']}",
        name=row.name,
        register=row.register.name,
        gone=False,
        closed_at=_closed_at(row.issue),
        renamed_at=_renamed_at(row.events),
        opened_at=moment(ISSUES, row.issue, "created_at"),
        answers=tuple(_answers(row)),
    )


def _change(row: Row) -> RegisteredChange:
    closed_at = _closed_at(row.issue)
    return RegisteredChange(
        id=f"{row.register.name}/{row.issue['node_id']}",
        name=row.name,
        occurred_at=needed_moment(ISSUES, row.issue, "created_at"),
        register=row.register.name,
        opened_by=field(ISSUES, row.issue, "user.login", str),
        closed_at=closed_at,
        closed_by=None if closed_at is None else _closed_by(row.events),
        labels=_labels(row),
        answers=tuple(_answers(row)),
    )


def _closed_at(issue: Answer) -> Instant | Unread | None:
    if "closed_at" in issue and issue["closed_at"] is None:
        return None
    return moment(ISSUES, issue, "closed_at")


def _answers(row: Row) -> Iterator[FormAnswer]:
    """What the form says of each field; two answers to one question may be a forgery."""
    found = field(ISSUES, row.issue, "body.answers", dict)
    for name, heading in sorted(row.register.headings.items()):
        said = found if isinstance(found, Unread) else _one(found.get(heading, []), heading)
        yield FormAnswer(field=name, said=said)


def _one(said: Sequence[str], heading: str) -> str | Unread | None:
    if len(said) > 1:
        return unread(ISSUES, f"{heading} is answered twice, or at length")
    return (said[0] or None) if said else None


def _renamed_at(events: tuple[Answer, ...] | Unread) -> Instant | Unread | None:
    if isinstance(events, Unread):
        return events
    renamed = _last(events, "renamed")
    return None if renamed is None else moment(TIMELINE, renamed, "created_at")


def _closed_by(events: tuple[Answer, ...] | Unread) -> str | Unread:
    closing = events if isinstance(events, Unread) else _last(events, "closed") or {}
    return field(TIMELINE, closing, "actor.login", str)


def _last(events: Sequence[Answer], kind: str) -> Answer | None:
    return next((event for event in reversed(events) if event.get("event") == kind), None)


def _labels(row: Row) -> tuple[Labelled, ...] | Unread:
    """The labels the issue has now, each as it was given last."""
    if isinstance(row.events, Unread):
        return row.events
    now = field(ISSUES, row.issue, "labels", list)
    if isinstance(now, Unread):
        return now
    names = {field(ISSUES, label, "name", str) for label in now}
    given = {
        event["label"]["name"]: event
        for event in row.events
        if event.get("event") == "labeled" and isinstance(event.get("label"), dict)
    }
    return whole(_labelled(name, given[name]) for name in sorted(given) if name in names)


def _labelled(name: str, event: Answer) -> Labelled | Unread:
    at = moment(TIMELINE, event, "created_at")
    if isinstance(at, Unread):
        return at
    return Labelled(label=name, by=field(TIMELINE, event, "actor.login", str), at=at)
