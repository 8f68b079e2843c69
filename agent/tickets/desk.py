"""The desk brings every ticket to where its gap is: opens, rewrites, comments, closes, reopens.

It compares what should be with what is, so whatever a crash left half done is finished by the
next pass: a ticket that was opened and never recorded is found by its marker, a comment that
was written is not written twice.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

import msgspec
import structlog

from agent.alerts.delivery import DELAYS
from agent.store.tickets import ClaimedTicket, TicketBox
from agent.tickets import wording
from agent.tickets.tracker import Marker, NotTaken, Ticket, Tracker
from agent.tickets.writing import Document
from agent.views import FindingView, GapView
from collectors.evidence.record import Instant

log = structlog.get_logger()

AT_ONCE = 20
MOST_IN_A_PASS = 100
"""Trackers take some eighty writes a minute; the next pass goes on with the rest."""
CLOCKS_DIFFER = timedelta(days=1)
FIRST_LOOK = timedelta(days=1)
LEFT = ("open", "accepted")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The action plan as tickets tell it."""

    gaps: Mapping[int, GapView]
    findings: Mapping[str, FindingView]
    controls: Mapping[str, str]
    """The title of each control."""
    link: str | None
    store: str
    """What tells this store from all others."""

    def under(self, gap: int) -> list[FindingView]:
        """What is left under a gap, oldest first."""
        return [f for f in self.findings.values() if f.gap == gap and f.state in LEFT]


@dataclass(frozen=True, kw_only=True)
class Pass:
    """What came of one pass, by the numbers of the gaps."""

    written: tuple[int, ...] = ()
    failed: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One tracker, and the tickets that are to be in it."""

    box: TicketBox
    tracker: Tracker
    closed_by_hand: Literal["reopen", "comment"] = "reopen"
    _failed: list[int] = field(default_factory=list)
    _written: list[int] = field(default_factory=list)

    def work(self, claimed: Sequence[ClaimedTicket], plan: Plan, now: Instant) -> bool:
        """Bring some tickets up to date; whether the tracker takes any at all."""
        for number, one in enumerate(claimed):
            try:
                self._bring_up_to_date(one, plan, now)
                self._written.append(one.gap)
            except NotTaken as refusal:
                self._failed.append(one.gap)
                self.box.failed(one, now + _delay(one.attempts), refusal.why)
                if refusal.nothing_works:
                    self.box.put_back(claimed[number + 1 :])
                    self.box.failing(now, refusal.why)
                    return False
        return True

    def look(self, now: Instant) -> None:
        """Notice which tickets were closed by hand, and whether a silent tracker answers again.

        Raises:
            NotTaken: the tracker cannot be asked.
        """
        ours, since = self.box.left_open()
        troubled = self.box.troubled
        if ours:
            closed = self.tracker.closed_since((since or now - FIRST_LOOK) - CLOCKS_DIFFER)
            self.box.looked({key: gap for key, gap in ours.items() if key in closed}, now)
        elif troubled:
            self.tracker.probe()
        if troubled:
            self.box.answering(now)

    @property
    def done(self) -> Pass:
        """What came of it so far."""
        return Pass(written=tuple(self._written), failed=tuple(self._failed))

    def _bring_up_to_date(self, claimed: ClaimedTicket, plan: Plan, now: Instant) -> None:
        gap = plan.gaps[claimed.gap]
        findings = plan.under(gap.number)
        text = self._text(gap, findings, plan)
        known = self._known(claimed, gap, plan, now)
        if known is None and gap.state == "closed":  # it closed before there was a ticket
            self.box.settled(claimed, now, what=None, open=False)
            return
        marker = Marker(gap.number, plan.store)
        if known is None:
            known = self.tracker.open(*text, marker)
            self.box.opened(gap.number, known.key, known.url, now, found=False)
            fresh = msgspec.structs.replace(claimed, content=None)
            self._settle(fresh, now, gap=gap, text=text, findings=findings)
            return
        if claimed.content != _digest(text):
            self.tracker.rewrite(known.key, *text, marker)
        what = self._follow(claimed, known, gap, plan)
        by_hand = gap.state != "closed" and not known.open and claimed.open and what is None
        self._settle(
            claimed, now, gap=gap, text=text, findings=findings, what=what, by_hand=by_hand
        )

    def _settle(
        self,
        claimed: ClaimedTicket,
        now: Instant,
        *,
        gap: GapView,
        text: tuple[str, Document],
        findings: Sequence[FindingView],
        what: str | None = None,
        by_hand: bool = False,
    ) -> None:
        rewritten = claimed.content not in (None, _digest(text))
        self.box.settled(
            claimed,
            now,
            what=what or ("updated" if rewritten else None),
            open=gap.state != "closed",
            closed_by_hand=by_hand,
            content=_digest(text),
            findings=[finding.id for finding in findings],
        )

    def _known(
        self, claimed: ClaimedTicket, gap: GapView, plan: Plan, now: Instant
    ) -> Ticket | None:
        """The gap's ticket: as recorded, or one that was opened and never recorded."""
        if claimed.key is not None:
            known = self.tracker.read(claimed.key)
            if known is not None:
                return known
            self.box.lost(gap.number, now)
        found = self.tracker.find(Marker(gap.number, plan.store), gap.opened_at - CLOCKS_DIFFER)
        if not found:
            return None
        self.box.opened(gap.number, found[0].key, found[0].url, now, found=True)
        return found[0]

    def _text(
        self, gap: GapView, findings: Sequence[FindingView], plan: Plan
    ) -> tuple[str, Document]:
        control = plan.controls.get(gap.control, gap.control)
        return wording.title(gap), wording.body(gap, findings, control, plan.link)

    def _follow(
        self, claimed: ClaimedTicket, ticket: Ticket, gap: GapView, plan: Plan
    ) -> Literal["closed", "reopened"] | None:
        """Open or close the ticket as its gap is, and say why, and what came and went."""

        def say(about: str, text: Document) -> None:
            mark = f"gapwatch {about} entry={claimed.wanted} store={plan.store}"
            self.tracker.comment(ticket.key, text, mark)

        told = [plan.findings[one] for one in claimed.findings if one in plan.findings]
        went = [finding for finding in told if finding.state not in LEFT]
        if gap.state == "closed":
            say("closed", wording.closed(gap, went))
            if ticket.open:
                self.tracker.close(ticket.key)
            return "closed"
        by_hand = not ticket.open and claimed.open
        reopening = not ticket.open and not (by_hand and self.closed_by_hand == "comment")
        if reopening:
            self.tracker.reopen(ticket.key)
        if by_hand and not claimed.closed_by_hand:
            say("by-hand", wording.closed_by_hand(gap, reopening=reopening))
        elif reopening:
            say("reopened", wording.reopened(gap))
        came = [f for f in plan.under(gap.number) if f.id not in claimed.findings]
        if claimed.findings and (came or went):
            say("changed", wording.changed(gap, came, went))
        return "reopened" if reopening else None


def _digest(text: tuple[str, Document]) -> str:
    return hashlib.sha256(msgspec.json.encode(text)).hexdigest()


def _delay(attempts: int) -> timedelta:
    return DELAYS[min(attempts, len(DELAYS) - 1)]
