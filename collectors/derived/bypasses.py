"""Bypasses and direct pushes, and the emergency records that name them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from collectors.contract import Searched, derived
from collectors.evidence.github.bypasses import RecordedBypass
from collectors.evidence.github.changes import LandedChange, Override, PullRequest, RuleSuite
from collectors.evidence.github.registers import RegisteredChange
from collectors.evidence.record import Unread

EMERGENCY = "emergency_changes"
NAMES_ITS_CHANGE = "commit_or_pr"
REQUEST = re.compile(r"([\w.-]+/[\w.-]+)(?:#|/pull/)(\d+)\b")
"""A pull request as people write it, or the end of its address."""
COMMIT = re.compile(r"\b[0-9a-f]{12,40}\b")
"""Shorter ones may be anybody's."""
NOT_SAID = Unread(why=f"the register has no field {NAMES_ITS_CHANGE}: name its heading")


@derived(id="derived.bypasses")
def recorded_bypasses(
    changes: Sequence[LandedChange],
    registered: Annotated[Sequence[RegisteredChange], Searched()],
) -> Iterator[RecordedBypass]:
    """Every change past the rules with its emergency records, and every record without a change."""
    records = {one.name: one for one in registered if one.register == EMERGENCY}
    said = {name: _said(one) for name, one in records.items()}
    unclear = tuple(sorted(name for name, text in said.items() if isinstance(text, Unread)))
    named: set[str] = set()
    for change in changes:
        naming = tuple(sorted(_naming(said, change)))
        named |= {*naming}
        how = _how(change)
        if how is not None:
            yield RecordedBypass(
                id=f"bypass/{change.id}",
                name=change.name,
                occurred_at=change.occurred_at,
                how=how,
                records=naming,
                unclear=unclear,
            )
    for name in sorted(records.keys() - named):
        text = said[name]
        yield RecordedBypass(
            id=f"record/{records[name].id}",
            name=name,
            occurred_at=records[name].occurred_at,
            how=text if isinstance(text, Unread) else "",
            records=(name,),
            names_nothing=True,
        )


def _said(record: RegisteredChange) -> str | Unread:
    for answer in record.answers:
        if answer.field == NAMES_ITS_CHANGE:
            return answer.said or ""
    return NOT_SAID


def _naming(said: Mapping[str, str | Unread], change: LandedChange) -> Iterator[str]:
    """The records that name a change by its commit or its pull request."""
    for name, text in said.items():
        if isinstance(text, Unread):
            continue
        commits = {change.commit, change.rewrote or change.commit}
        by_commit = any(c.startswith(one) for one in COMMIT.findall(text) for c in commits)
        if by_commit or _request(change) in _requests(text):
            yield name


def _requests(text: str) -> set[tuple[str, int]]:
    return {(where.casefold(), int(number)) for where, number in REQUEST.findall(text)}


def _request(change: LandedChange) -> tuple[str, int] | None:
    request = change.pull_request
    return (
        (change.repository.casefold(), request.number) if isinstance(request, PullRequest) else None
    )


def _how(change: LandedChange) -> str | Unread | None:
    """What was gone around; `None` if nothing was."""
    if change.rewrote is not None:
        return "the history was rewritten by a forced push"
    if change.pull_request is None:
        return "pushed without a pull request"
    if isinstance(change.rule_suite, RuleSuite) and change.rule_suite.result == "bypass":
        return "rulesets were bypassed"
    if isinstance(change.override, Override):
        return "classic protection was overridden"
    return _doubt(change)


def _doubt(change: LandedChange) -> Unread | None:
    """Why it is not known whether a rule was gone around; of what guards nothing, nothing was."""
    guards = change.guards
    if isinstance(change.pull_request, Unread):
        return change.pull_request
    if isinstance(guards, Unread):
        return guards
    suite, override = change.rule_suite, change.override
    if "rulesets" in guards and isinstance(suite, Unread):
        return suite
    if "rulesets" in guards and suite is None:
        return Unread(why="GitHub keeps no rule suite of it")
    return override if "classic protection" in guards and isinstance(override, Unread) else None
