"""Whatever is seen, decided and waited for, in whatever order: what must hold of findings.

The world is generated; the functions and the log are the real ones, in a database in memory.
"""

from collections import Counter
from contextlib import contextmanager
from datetime import timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import StaticPool, create_engine, delete

from agent.conclude import control_states
from agent.deciding import CannotDecide, Desk
from agent.duties import Duties, came_under, time_passed
from agent.gaps import events as e
from agent.gaps.acceptances import Declared, Limits, tolerated
from agent.gaps.lifecycle import GapBook, Moment, compare, judged, no_longer_asked
from agent.gaps.states import LEFT
from agent.store import projections, queries, schema
from agent.store.log import decode, encode
from agent.store.rows import json_text
from agent.store.store import Writer
from checks.contract import Outcome, Severity, Verdict
from checks.evaluation import Assessment, Result, conclude
from collectors.evidence.record import Omission
from tests.agent.house import CHECKS, door_shut, visit_announced
from tests.agent.store.held import check_findings, check_gaps
from tests.dose import dose
from tests.evidence import NOW

HISTORIES = dose(small=60, whole=10_000)
STEPS = 12
SCOPES = st.sampled_from(("test:home", "test:office"))
DOORS = ("front", "back", "cellar")
KNOWN = {check.id: check for check in CHECKS}
CONTROLS = {"NET-01": "Doors", "CHG-02": "Visits"}
OUTCOMES = st.sampled_from((*Outcome, Outcome.FAILED, Outcome.FAILED, Outcome.PASSED))
SEEN = st.dictionaries(st.sampled_from(DOORS), OUTCOMES)
"""What was listed, and the verdict on each."""
PEOPLE = st.sampled_from(("ann", "ben", "olga"))
DUTIES = Duties(
    deadlines={Severity.HIGH: timedelta(days=14), Severity.MEDIUM: timedelta(days=45)},
    remind=timedelta(days=3),
    limits=Limits(longest={Severity.HIGH: timedelta(30), Severity.MEDIUM: timedelta(90)}),
    owners={"default": "olga"},
)


class Kept:
    """A store of the log and its projections alone, in memory, one history after the other."""

    def __init__(self):
        self.engine = create_engine(
            "sqlite://",
            poolclass=StaticPool,
            json_serializer=json_text,
            json_deserializer=msgspec.json.decode,
        )
        schema.metadata.create_all(self.engine)
        self.connection = self.engine.connect()

    def empty(self):
        self.connection.rollback()
        for table in schema.metadata.tables.values():
            self.connection.execute(delete(table))
        return self

    @contextmanager
    def transaction(self):
        yield Writer(self.connection)

    exclusive = transaction

    @contextmanager
    def reading(self):
        yield self.connection

    def rows(self):
        return {
            table.name: sorted(map(repr, self.connection.execute(table.select()).all()))
            for table in schema.PROJECTIONS
        }


KEPT = Kept()


def results(seen):
    return tuple(Result(name, name, Verdict(outcome, outcome.value)) for name, outcome in seen)


class Histories(RuleBasedStateMachine):
    """Two houses, their doors and visitors, and the people who decide about them."""

    def __init__(self):
        super().__init__()
        self.store = KEPT.empty()
        self.now, self.cycle = NOW, 0
        self.appended = []
        self.last = {}
        """The newest assessment by check and scope."""
        self.failing = set()
        """Check, scope and subject of everything that must be open, accepted or explained."""
        self.visits = Counter()

    def moment(self):
        return Moment(at=self.now, cycle=self.cycle)

    def append(self, events):
        if events:
            with self.store.transaction() as writer:
                writer.append(events)
            self.appended += events

    def book(self):
        gaps = queries.gaps(self.store.connection)
        return GapBook(gaps, next_number=queries.next_gap_number(self.store.connection))

    def known(self, check, scope):
        return queries.findings(self.store.connection, check=check.id, scope=scope)

    def left(self):
        return queries.findings(self.store.connection, state=LEFT)

    def desk(self):
        return Desk(
            store=self.store,
            duties=DUTIES,
            announce=lambda _, told: self.appended.extend(event for _, event in told),
            now=self.now,
        )

    def look(self, check, scope, found, *, whole):
        """One assessment, compared and kept as a cycle does it."""
        self.cycle += 1
        self.now += timedelta(hours=1)
        omissions = () if whole else (Omission(where=scope, why="house:List: AccessDenied"),)
        outcomes = {result.verdict.outcome for result in found}
        assessment = Assessment(
            check=check.id,
            scope=scope,
            results=found,
            omissions=omissions,
            conclusion=conclude(outcomes, whole=whole),
        )
        before = self.last.get((check.id, scope))
        known = {finding.subject: finding for finding in self.known(check, scope)}
        standing = queries.standing(self.store.connection, check=check.id, scope=scope)
        concluded = judged(check, assessment, before=standing[0] if standing else None, known=known)
        book, moment = self.book(), self.moment()
        happened = compare(check, assessment, before=before, known=known, book=book, moment=moment)
        if before == assessment:
            assert happened == [], "the same again is no news"
        under = came_under(self.store.connection, DUTIES, happened, moment)
        self.append([self.kept(check, scope, concluded, omissions), *happened, *under])
        self.last[check.id, scope] = assessment
        return happened

    def kept(self, check, scope, concluded, omissions):
        return e.EvidenceKept(
            at=self.now,
            cycle=self.cycle,
            connection="home",
            collector=f"of {check.id}",
            scope=scope,
            identity="",
            observed_at=self.now,
            records=0,
            records_digest="",
            answers=(),
            circumstances="",
            calls=0,
            assessments="",
            judged=(concluded,),
            omissions=omissions,
        )

    @rule(scope=SCOPES, seen=SEEN, whole=st.booleans())
    def look_at_the_doors(self, scope, seen, whole):
        happened = self.look(door_shut, scope, results(seen.items()), whole=whole)
        closed = {event.subject for event in happened if isinstance(event, e.FindingClosed)}
        assert whole or not closed, "closed on partial evidence"
        for name, outcome in seen.items():
            if outcome is Outcome.UNDETERMINED:
                assert name not in closed, "closed on a doubt"
            elif outcome is Outcome.FAILED:
                self.failing.add((door_shut.id, scope, name))
            elif whole:
                self.failing.discard((door_shut.id, scope, name))
        if whole:
            gone = set(DOORS) - seen.keys()
            self.failing -= {(door_shut.id, scope, name) for name in gone}

    @rule(scope=SCOPES, outcomes=st.lists(OUTCOMES, max_size=2), whole=st.booleans())
    def ask_for_the_visits(self, scope, outcomes, whole):
        first = self.visits[scope]
        self.visits[scope] += len(outcomes)
        seen = [(str(first + number), outcome) for number, outcome in enumerate(outcomes)]
        happened = self.look(visit_announced, scope, results(seen), whole=whole)
        assert not [event for event in happened if isinstance(event, e.FindingClosed)]
        self.failing |= {
            (visit_announced.id, scope, name) for name, o in seen if o is Outcome.FAILED
        }

    @rule(days=st.integers(1, 40))
    def let_days_pass(self, days):
        self.now += timedelta(days=days)
        self.append(time_passed(self.store.connection, DUTIES, self.moment()))
        assert time_passed(self.store.connection, DUTIES, self.moment()) == [], "told twice"

    @precondition(lambda self: self.left())
    @rule(
        data=st.data(),
        by=st.sampled_from(("bert", "ann")),
        approver=PEOPLE,
        days=st.sampled_from((-1, 0, 5, 20, 30, 31)),
    )
    def accept(self, data, by, approver, days):
        one = data.draw(st.sampled_from(self.left()))
        covers = [
            e.Covered(finding=one.id),
            e.Covered(gap=one.gap),
            e.Covered(check="test.door*", scope="*home"),
            e.Covered(subject="f*"),
        ]
        wanted = Declared(
            covers=data.draw(st.sampled_from(covers)),
            by=by,
            approver=approver,
            reason="it is bricked up soon",
            compensating="a guard",
            until=self.now.date() + timedelta(days=days),
        )
        before = queries.standing(self.store.connection)
        try:
            given = self.desk().accept(wanted)
        except CannotDecide:
            return
        assert days >= 0
        assert given.findings
        assert approver not in {by, *self.owners_of(given.findings)}
        assert queries.standing(self.store.connection) == before, "an acceptance changes no verdict"

    def owners_of(self, findings):
        gaps = {gap.number: gap for gap in queries.gaps(self.store.connection)}
        known = queries.findings(self.store.connection, id=findings)
        return {gaps[finding.gap].owner or "olga" for finding in known}

    @precondition(lambda self: queries.acceptances(self.store.connection, state="active"))
    @rule(data=st.data(), by=PEOPLE)
    def withdraw(self, data, by):
        active = queries.acceptances(self.store.connection, state="active")
        one = data.draw(st.sampled_from(active))
        self.desk().withdraw(one.number, by=by, reason="too risky")
        assert not queries.findings(self.store.connection, acceptance=one.number)

    @precondition(lambda self: self.left())
    @rule(data=st.data(), by=PEOPLE)
    def explain(self, data, by):
        one = data.draw(st.sampled_from(self.left()))
        try:
            self.desk().explain(one.id, by=by, reason="the fire brigade")
        except CannotDecide:
            assert one.lasting == "condition"

    @precondition(lambda self: self.left())
    @rule(data=st.data(), by=PEOPLE, owner=PEOPLE | st.none(), days=st.integers(0, 60))
    def assign(self, data, by, owner, days):
        gap = data.draw(st.sampled_from(self.left())).gap
        try:
            self.desk().assign(gap, by=by, owner=owner, due=self.now.date() + timedelta(days=days))
        except CannotDecide:
            assert owner is not None, "only who approved it cannot own it"

    @rule(check=st.sampled_from((door_shut, visit_announced)), scope=SCOPES)
    def retire(self, check, scope):
        if not queries.standing(self.store.connection, check=check.id, scope=scope):
            return
        moment, known = self.moment(), self.known(check, scope)
        retired = e.CheckRetired(
            at=self.now, cycle=self.cycle, check=check.id, scope=scope, why="gone"
        )
        closing = list(no_longer_asked(known, moment, how="check_retired"))
        assert all(one.how == "check_retired" for one in closing if hasattr(one, "how"))
        self.append([retired, *closing])
        self.last.pop((check.id, scope), None)
        if check is door_shut:
            self.failing = {known for known in self.failing if known[:2] != (check.id, scope)}

    @invariant()
    def what_fails_is_what_was_seen_failing(self):
        found = queries.findings(self.store.connection)
        alive = {(f.check, f.scope, f.subject) for f in found if f.state != "closed"}
        assert alive == self.failing

    @invariant()
    def nothing_that_is_tolerated_counts_as_working(self):
        connection = self.store.connection
        rows, left = queries.standing(connection), self.left()
        over = {a.number for a in queries.acceptances(connection) if a.over(self.now)}
        accepted = tolerated(queries.failing(connection), over)
        states = control_states(rows, KNOWN, CONTROLS, accepted=accepted)
        for row in rows:
            of = [f for f in left if (f.check, f.scope) == (row.check, row.scope)]
            control = KNOWN[row.check].controls[0]
            if row.conclusion is Outcome.FAILED:
                assert states[control] in ("deficient", "accepted")
                covered = of and all(f.state == "accepted" for f in of)
                assert covered or states[control] == "deficient"
        plain = control_states(rows, KNOWN, CONTROLS)
        for control, state in states.items():
            assert (state == "effective") == (plain[control] == "effective")

    @invariant()
    def what_is_accepted_has_an_acceptance_in_force(self):
        connection = self.store.connection
        active = {a.number: a for a in queries.acceptances(connection, state="active")}
        for finding in queries.findings(connection):
            assert (finding.acceptance is not None) == (finding.state == "accepted")
            if finding.state == "accepted":
                assert finding.acceptance in active

    def teardown(self):
        check_findings(self.store)
        check_gaps(self.store)
        self.nothing_is_lost_or_doubled()
        self.the_states_are_what_the_log_adds_up_to()

    def nothing_is_lost_or_doubled(self):
        logged = list(queries.entries(self.store.connection))
        assert [event for _, event in logged] == self.appended
        assert [number for number, _ in logged] == list(range(1, len(logged) + 1))
        given = [x.number for x in self.appended if isinstance(x, e.AcceptanceGiven)]
        assert given == list(range(1, len(given) + 1))
        ended = [
            x.number
            for x in self.appended
            if isinstance(x, e.AcceptanceExpired | e.AcceptanceWithdrawn)
        ]
        assert len(ended) == len(set(ended))

    def the_states_are_what_the_log_adds_up_to(self):
        before = self.store.rows()
        again = [(n, decode(encode(event))) for n, event in enumerate(self.appended, 1)]
        projections.clear(self.store.connection)
        projections.work_out(self.store.connection, again)
        assert self.store.rows() == before


@pytest.mark.proof
def test_whatever_happens_findings_and_decisions_hold():
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
