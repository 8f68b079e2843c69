"""What a ticket says: of its gap now, of what changed, and why it is open or closed. Pure."""

from collections.abc import Callable, Iterator, Sequence

from agent.alerts.plain import observed, plain, utc
from agent.tickets.writing import (
    Block,
    Document,
    Exact,
    Heading,
    Line,
    Link,
    Points,
    Words,
    paragraphs,
    said,
)
from agent.views import FindingView, GapView

TITLE = 150
SUBJECTS = 50
NAMES = 10
WHO = 300
CRITERIA = 800
KEPT_BY = (
    "gapwatch keeps this ticket. Its text is written anew when the gap changes: say what you have "
    "to say in comments. It is closed when everything was read again and the check failed on "
    "nothing. Closing it by hand does not close the gap."
)
HOW_CLOSED = {
    "passed": "the check passes",
    "gone": "it is gone",
    "not_applicable": "the check no longer applies to it",
    "out_of_scope": "it is out of scope",
    "explained": "it was explained",
}


def title(gap: GapView) -> str:
    """One safe line that starts with the gap's number and its control."""
    return plain(f"G-{gap.number} {gap.control}: {gap.issue} ({gap.scope})", TITLE)


def body(gap: GapView, findings: Sequence[FindingView], control: str, link: str | None) -> Document:
    """Everything a person needs who was given this ticket.

    Args:
        gap: The gap as it stands.
        findings: What is left under it, oldest first.
        control: What the company promises.
        link: Where the dashboard is reached, if anywhere.
    """
    serves = f", which serves {', '.join(gap.criteria)}" if gap.criteria else ""
    return (
        *paragraphs(
            said(f"{gap.control} “{plain(control)}”{serves}. Severity: {gap.severity}."),
            said(f"{plain(gap.issue)}, in ", Exact(gap.scope), "."),
        ),
        *_subjects(findings),
        Heading("What to do"),
        *paragraphs(said(plain_words(gap.recommended_action)), _done_when(gap)),
        *paragraphs(_duties(gap), _accepted(gap), _page(gap, link), said(KEPT_BY)),
    )


def plain_words(text: str) -> str:
    """Words of ours on one line; they hold no name from outside."""
    return " ".join(text.split())


def changed(gap: GapView, came: Sequence[FindingView], went: Sequence[FindingView]) -> Document:
    """What came under the gap and what went since the ticket was last told."""
    return (
        *_named("More under this gap", came, _who),
        *_named("No longer under this gap", went, _how),
        *paragraphs(said(f"{len(gap.subjects)} left now.")),
    )


def reopened(gap: GapView) -> Document:
    """The gap is needed again, so the ticket is."""
    return paragraphs(said(f"Gap {gap.number} opened again at {utc(gap.since)}."))


def closed(gap: GapView, went: Sequence[FindingView]) -> Document:
    """Why the gap closed, which is the only reason for which the ticket is closed."""
    moment = f" at {utc(gap.closed_at)}" if gap.closed_at else ""
    verified = said(f"Gap {gap.number} closed{moment}: it was read again, and nothing is left.")
    return (*paragraphs(verified), *_named("What closed it", went, _how))


def closed_by_hand(gap: GapView, *, reopening: bool) -> Document:
    """Closing a ticket repairs nothing."""
    then = "The ticket is open again. " if reopening else ""
    return paragraphs(
        said(
            f"This ticket was closed by hand, and gap {gap.number} is still open with "
            f"{len(gap.subjects)} left. {then}The gap closes when everything was read again and "
            "the check failed on nothing. Whoever has to tolerate it accepts it in gapwatch, with "
            "a reason and a date."
        )
    )


def _subjects(findings: Sequence[FindingView]) -> Iterator[Block]:
    if not findings:
        return
    yield Heading(f"Affected: {len(findings)}")
    lines = [_subject(finding) for finding in findings[:SUBJECTS]]
    left = len(findings) - len(lines)
    yield Points((*lines, *((said(f"and {left} more"),) if left else ())))


def _subject(finding: FindingView) -> Line:
    reason = plain(finding.reason)
    values = f" ({observed(finding.observed)})" if finding.observed else ""
    who = f" {plain(finding.who_and_when, WHO)}." if finding.who_and_when else ""
    return (*_called(finding), Words(f": {reason}{values}.{who}"))


def _called(finding: FindingView) -> Line:
    if finding.name in finding.subject:
        return said(Exact(finding.subject))
    return said(Exact(finding.name), " (", Exact(finding.subject), ")")


def _named(
    heading: str, findings: Sequence[FindingView], told_of: Callable[[FindingView], str]
) -> Iterator[Block]:
    if not findings:
        return
    yield Heading(f"{heading}: {len(findings)}")
    lines = [(*_called(one), Words(told_of(one))) for one in findings[:NAMES]]
    left = len(findings) - len(lines)
    yield Points((*lines, *((said(f"and {left} more"),) if left else ())))


def _who(finding: FindingView) -> str:
    return f". {plain(finding.who_and_when, WHO)}." if finding.who_and_when else ""


def _how(finding: FindingView) -> str:
    if finding.state == "explained":
        return f": {HOW_CLOSED['explained']}."
    how = HOW_CLOSED.get(finding.how_closed or "")
    return f": {how}." if how else "."


def _done_when(gap: GapView) -> Line | None:
    if not gap.acceptance_criteria:
        return None
    return said(f"Done when: {plain(gap.acceptance_criteria, CRITERIA)}")


def _duties(gap: GapView) -> Line:
    owner = said("Owner: ", Exact(gap.owner), ".") if gap.owner else said("No owner yet.")
    return (*owner, Words(f" Due: {gap.due}. Open since {utc(gap.since)}."))


def _accepted(gap: GapView) -> Line | None:
    if not gap.subjects_accepted:
        return None
    until = f" until {gap.accepted_until}" if gap.accepted_until else ""
    return said(f"Accepted{until}: {gap.subjects_accepted}. An acceptance repairs nothing.")


def _page(gap: GapView, link: str | None) -> Line | None:
    if not link:
        return None
    return said(Link(f"Gap {gap.number} in gapwatch", f"{link.rstrip('/')}/gaps/{gap.number}"))
