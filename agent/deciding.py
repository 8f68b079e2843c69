"""What people decide between cycles: accept, withdraw, explain, assign; each is logged at once.

A decision is refused with a sentence, or it is an event; nothing is ever changed in place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from agent.cycle import Announce
from agent.duties import Duties
from agent.gaps.acceptances import Declared, covered, fits, objections, same_person, withdrawn
from agent.gaps.events import (
    OUTSIDE,
    AcceptanceAsked,
    AcceptanceGiven,
    AcceptanceRefused,
    AcceptanceWithdrawn,
    Event,
    FindingExplained,
    GapAssigned,
    GapClosed,
)
from agent.gaps.lifecycle import Moment
from agent.gaps.requests import REQUESTS, Request, waiting
from agent.gaps.states import LEFT, Acceptance, Finding, Gap
from agent.store import queries
from agent.store.store import Store, Writer
from collectors.evidence.record import Instant


class CannotDecide(Exception):
    """A decision that is not possible; the message says why, and what is."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where decisions are taken: the store, what holds of duties, and who is told."""

    store: Store
    duties: Duties
    announce: Announce
    now: Instant

    def accept(self, wanted: Declared) -> AcceptanceGiven:
        """Tolerate what fails until the end of a day.

        Raises:
            CannotDecide: nothing of the kind fails, or a rule speaks against it.
            StoreUnusable: see `Store.transaction`.
        """
        with self.store.transaction() as writer:
            return self._accept(writer, wanted)

    def ask(self, wanted: Declared) -> AcceptanceAsked:
        """Ask that something be tolerated: by the same rules, but that nobody approves it yet.

        A form that is sent twice asks once.

        Raises:
            CannotDecide: nothing of the kind fails, or a rule speaks against it.
            StoreUnusable: see `Store.transaction`.
        """
        with self.store.transaction() as writer:
            about = self._about(writer, wanted)
            for request in self._requests(writer):
                if wanted.asks_as(request.asked):
                    return request.asked
            gaps = queries.gaps(writer.connection, state="open")
            asked = wanted.asked_for(about, gaps, self._moment)
            self._append(writer, [asked])
        return asked

    def approve(self, entry: int, *, by: str) -> AcceptanceGiven:
        """Accept what somebody else asks for, word for word.

        Raises:
            CannotDecide: nobody asks for it any more, or a rule speaks against it by now.
            StoreUnusable: see `Store.transaction`.
        """
        with self.store.transaction() as writer:
            asked = self._waiting(writer, entry).asked
            wanted = Declared(
                covers=asked.covers,
                by=asked.by,
                approver=by,
                reason=asked.reason,
                compensating=asked.compensating,
                until=asked.until,
                asked=entry,
            )
            return self._accept(writer, wanted)

    def refuse(self, entry: int, *, by: str, reason: str) -> AcceptanceRefused:
        """Refuse what somebody asks for, or take back what one asked for oneself.

        Raises:
            CannotDecide: nobody asks for it any more.
            StoreUnusable: see `Store.transaction`.
        """
        refused = AcceptanceRefused(at=self.now, cycle=OUTSIDE, asked=entry, by=by, reason=reason)
        with self.store.transaction() as writer:
            self._waiting(writer, entry)
            self._append(writer, [refused])
        return refused

    def withdraw(self, number: int, *, by: str, reason: str) -> AcceptanceWithdrawn:
        """End an acceptance before its time.

        Raises:
            CannotDecide: it is not active, or it stands in the reviewed file.
            StoreUnusable: see `Store.transaction`.
        """
        with self.store.transaction() as writer:
            one = _the(queries.acceptances(writer.connection, number=number), f"A-{number}")
            if one.state != "active":
                raise CannotDecide(f"A-{number} is {one.state} already")
            self._refuse_if_reviewed(one)
            ended = withdrawn(
                one,
                queries.findings(writer.connection, acceptance=number),
                queries.gaps(writer.connection),
                by=by,
                reason=reason,
                moment=self._moment,
            )
            self._append(writer, [ended])
        return ended

    def explain(self, finding: str, *, by: str, reason: str) -> FindingExplained:
        """Explain an occurrence; it stays a deviation of the window.

        Raises:
            CannotDecide: it is no open occurrence.
            StoreUnusable: a cycle is running, or the store cannot be written.
        """
        with self.store.exclusive(), self.store.transaction() as writer:
            one = _the(queries.findings(writer.connection, id=finding), finding)
            if one.lasting == "condition":
                raise CannotDecide(
                    f"{finding} can be repaired: repair it, or accept it until some day"
                )
            if one.over:
                raise CannotDecide(f"{finding} is {one.state} already")
            explained = FindingExplained(
                at=self.now, cycle=OUTSIDE, finding=finding, by=by, reason=reason
            )
            left = queries.findings(writer.connection, gap=one.gap, state=LEFT)
            closed = GapClosed(at=self.now, cycle=OUTSIDE, number=one.gap)
            self._append(writer, [explained, closed] if left == [one] else [explained])
        return explained

    def assign(
        self,
        number: int,
        *,
        by: str,
        owner: str | None = None,
        due: date | None = None,
        note: str | None = None,
    ) -> GapAssigned:
        """Make a person answer for a gap, agree on its date, or say how far it is.

        Raises:
            CannotDecide: it is not open, the day is over, or the owner approved that it is
                tolerated.
            StoreUnusable: see `Store.transaction`.
        """
        if owner is None and due is None and note is None:
            raise CannotDecide("nothing is said: give an owner, a due date or a note")
        if due is not None and due < self._today:
            raise CannotDecide(f"{due} is over: name a day from {self._today} on")
        with self.store.transaction() as writer:
            gap = _the(queries.gaps(writer.connection, number=number), f"G-{number}")
            if gap.state == "closed":
                raise CannotDecide(f"G-{number} is closed: nothing is left to be done")
            if owner is not None:
                _refuse_approver(writer, gap, owner)
            assigned = GapAssigned(
                at=self.now, cycle=OUTSIDE, number=number, by=by, owner=owner, due=due, note=note
            )
            self._append(writer, [assigned])
        return assigned

    @property
    def _moment(self) -> Moment:
        return Moment(at=self.now, cycle=OUTSIDE)

    @property
    def _today(self) -> date:
        return self.now.astimezone(UTC).date()

    def _accept(self, writer: Writer, wanted: Declared) -> AcceptanceGiven:
        about = self._about(writer, wanted)
        number = queries.next_acceptance_number(writer.connection)
        given = wanted.given(number, about, self._moment)
        self._append(writer, [given])
        return given

    def _about(self, writer: Writer, wanted: Declared) -> list[Finding]:
        """What it would cover at once; refused if a rule speaks against it."""
        gaps = {gap.number: gap for gap in queries.gaps(writer.connection)}
        left = queries.findings(writer.connection, state=LEFT)
        about = [finding for finding in left if fits(wanted.covers, finding)]
        self._refuse(wanted, about, gaps)
        return about

    def _waiting(self, writer: Writer, entry: int) -> Request:
        found = [request for request in self._requests(writer) if request.number == entry]
        if not found:
            raise CannotDecide("nobody asks for it any more: it was answered, or its day is over")
        return found[0]

    def _requests(self, writer: Writer) -> list[Request]:
        return waiting(queries.entries(writer.connection, kind=REQUESTS), self._today)

    def _refuse(self, wanted: Declared, about: Sequence[Finding], gaps: dict[int, Gap]) -> None:
        """Refuse what a rule speaks against; of many subjects, the first is told."""
        for finding in about:
            owner = self.duties.owner_under(gaps.get(finding.gap), finding)
            self._object(wanted, finding.severity, owner, finding.id)
        if about:
            return
        gap = gaps.get(wanted.covers.gap or 0)
        if gap is None or gap.state == "closed" or gap.check is not None:
            raise CannotDecide(
                f"nothing that fails fits {covered(wanted.covers)}: `gapwatch findings` lists it"
            )
        self._object(wanted, gap.severity, self.duties.owner(gap, ()), f"G-{gap.number}")

    def _object(self, wanted: Declared, severity: Any, owner: str | None, what: str) -> None:
        against = objections(
            wanted,
            severity,
            owner=owner,
            limits=self.duties.limits,
            given_at=self.now,
            now=self.now,
        )
        objection = next(against, None)
        if objection is not None:
            raise CannotDecide(f"{what} cannot be accepted so: {objection}")

    def _refuse_if_reviewed(self, one: Acceptance) -> None:
        if one.file is not None and self.duties.file is not None:
            raise CannotDecide(
                f"A-{one.number} stands in {one.file.file} as `{one.file.label}`: "
                "remove it there, and the next cycle ends it"
            )

    def _append(self, writer: Writer, events: Sequence[Event]) -> None:
        numbers = writer.append(events)
        self.announce(writer, list(zip(numbers, events, strict=True)))


def _the(found: Sequence[Any], name: str) -> Any:
    if not found:
        raise CannotDecide(f"there is no {name}")
    return found[0]


def _refuse_approver(writer: Writer, gap: Gap, owner: str) -> None:
    """Who approved that a gap is tolerated cannot come to own it meanwhile."""
    under = {finding.acceptance for finding in queries.findings(writer.connection, gap=gap.number)}
    for one in queries.acceptances(writer.connection, state="active"):
        if one.number in under | {gap.acceptance} and same_person(one.approver, owner):
            raise CannotDecide(
                f"{one.approver} approved A-{one.number}, by which G-{gap.number} is tolerated, "
                "and cannot own it until that is over"
            )
