"""What a named person tolerates: visible everywhere, passed nowhere, and open again in time."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from agent.deciding import CannotDecide, Desk
from agent.duties import Duties
from agent.gaps import events as e
from agent.gaps.acceptances import Declared, Limits, ReviewedFile
from agent.gaps.events import Covered, Reviewed
from agent.store import queries
from checks.contract import Severity
from tests.agent.house import Clock, Estate, cycle, rules
from tests.agent.store.held import check_rebuilt, entries
from tests.evidence import NOW

TODAY = NOW.date()
LAST = TODAY + timedelta(days=20)
DUTIES = Duties(
    limits=Limits(longest={Severity.HIGH: timedelta(days=30), Severity.MEDIUM: timedelta(days=90)}),
    deadlines={Severity.HIGH: timedelta(days=14), Severity.MEDIUM: timedelta(days=45)},
    remind=timedelta(days=3),
    owners={"NET-01": "olivia@acme.test", "default": "otto@acme.test"},
    words={"NET-01": ("NET-01",)},
)


class House:
    """A house over several cycles, and the desk at which people decide about it."""

    def __init__(self, store, duties=DUTIES, **estate):
        self.store, self.clock, self.estate = store, Clock(), Estate(**estate)
        self.duties, self.told = duties, []

    def live(self, **changes):
        vars(self.estate).update(changes)
        return cycle(
            self.store,
            self.estate,
            clock=self.clock,
            rules=replace(rules(timedelta(days=400)), duties=self.duties),
            announce=self._announce,
        )

    def on(self, day):
        """Let days pass until noon of this one."""
        self.clock.moment = NOW.replace(year=day.year, month=day.month, day=day.day, hour=12)
        return self

    @property
    def desk(self):
        return Desk(store=self.store, duties=self.duties, announce=self._announce, now=self.clock())

    def _announce(self, _, entries):
        self.told += [event for _, event in entries]

    def accept(self, until=LAST, **about):
        return self.desk.accept(wanted(until=until, **about))

    def finding(self, subject):
        with self.store.reading() as connection:
            (found,) = queries.findings(connection, subject=subject)
        return found

    def control(self, id):
        with self.store.reading() as connection:
            return queries.controls(connection)[id].state

    def conclusion(self, check):
        with self.store.reading() as connection:
            return [s.conclusion for s in queries.standing(connection, check=check)]


def wanted(*, approver="anna@acme.test", by="bert@acme.test", until=LAST, file=None, **about):
    return Declared(
        covers=Covered(**about),
        by=by,
        approver=approver,
        reason="the door is bricked up next week",
        compensating="a guard stands there",
        until=until,
        file=file,
    )


@pytest.fixture
def house(store):
    there = House(store, doors={"front": "open", "back": "shut"})
    there.live()
    return there


def kinds(found):
    return [type(event).__struct_config__.tag for event in found]


def test_what_is_accepted_is_neither_passed_nor_effective(house):
    house.accept(finding=house.finding("front").id)
    house.live()

    assert house.finding("front").state == "accepted"
    assert house.control("NET-01") == "accepted"
    assert house.conclusion("test.door-shut") == ["failed"]


def test_one_failure_that_nobody_accepted_keeps_the_control_deficient(house):
    house.accept(finding=house.finding("front").id)
    house.live(doors={"front": "open", "back": "open"})

    assert (house.finding("front").state, house.finding("back").state) == ("accepted", "open")
    assert house.control("NET-01") == "deficient"


def test_it_covers_until_the_end_of_its_last_day_and_then_reopens_aloud(house):
    house.accept(finding=house.finding("front").id)
    house.clock.moment = NOW.replace(month=12, day=13, hour=23, minute=59)
    assert TODAY + timedelta(days=20) == date(2026, 12, 13)
    house.live()
    assert house.finding("front").state == "accepted"
    house.clock.moment = NOW.replace(month=12, day=14, hour=0, minute=0)
    house.told.clear()
    house.live()

    assert house.finding("front").state == "open"
    assert house.control("NET-01") == "deficient"
    (expired,) = [event for event in house.told if isinstance(event, e.AcceptanceExpired)]
    assert (expired.by, [c.subject for c in expired.causes]) == ("bert@acme.test", ["front"])
    assert "control_drifted" in kinds(house.told)


def test_it_expires_once(house):
    house.accept(finding=house.finding("front").id)
    for days in (21, 22, 23):
        house.on(TODAY + timedelta(days=days)).live()
    assert len(entries(house.store, kind="acceptance_expired")) == 1


def test_what_was_repaired_under_it_closes_and_does_not_reopen_with_its_end(house):
    house.accept(finding=house.finding("front").id)
    house.live(doors={"front": "shut", "back": "shut"})
    assert house.finding("front").state == "closed"
    house.on(LAST + timedelta(days=1)).live()

    assert house.finding("front").state == "closed"
    assert house.control("NET-01") == "effective"
    (expired,) = entries(house.store, kind="acceptance_expired")
    assert (expired.findings, expired.gaps) == ((), ())


def test_what_could_not_be_read_does_not_close_what_is_accepted(house):
    house.accept(finding=house.finding("front").id)
    house.live(denied={"ListDoors"})
    assert house.finding("front").state == "accepted"
    assert house.conclusion("test.door-shut") == ["undetermined"]
    assert house.control("NET-01") == "undetermined"


def test_what_comes_to_fit_a_pattern_later_is_accepted_and_no_new_gap(house):
    house.accept(check="test.door-*", subject="door f*")
    house.live(doors={"front": "shut", "back": "shut"})
    report = house.live(doors={"front": "open", "fence": "open", "back": "shut"})

    assert (house.finding("front").state, house.finding("fence").state) == ("accepted", "accepted")
    assert house.finding("front").gap not in report.new_gaps
    assert house.control("NET-01") == "accepted"


def test_a_gap_is_accepted_with_all_that_comes_under_it(house):
    house.accept(gap=house.finding("front").gap)
    house.live(doors={"front": "open", "back": "open"})
    assert house.finding("back").state == "accepted"


def test_an_occurrence_that_is_accepted_stays_a_failure(house):
    house.live(visits=[False])
    house.accept(finding=house.finding("1").id)
    house.live(visits=[False, True])

    assert house.finding("1").state == "accepted"
    assert house.conclusion("test.visit-announced") == ["failed"]
    assert house.control("CHG-02") == "accepted"


def test_it_is_withdrawn_by_name_and_what_it_covered_is_open(house):
    given = house.accept(finding=house.finding("front").id)
    ended = house.desk.withdraw(given.number, by="carla@acme.test", reason="too risky")

    assert ended.findings == (house.finding("front").id,)
    assert house.finding("front").state == "open"
    with pytest.raises(CannotDecide, match="A-1 is withdrawn already"):
        house.desk.withdraw(given.number, by="carla@acme.test", reason="again")


def test_a_new_acceptance_takes_over_and_an_older_one_takes_over_again(house):
    finding = house.finding("front").id
    house.accept(until=LAST, finding=finding)
    house.accept(until=TODAY + timedelta(days=5), subject="front")
    assert house.finding("front").acceptance == 2
    house.on(TODAY + timedelta(days=6)).live()

    assert (house.finding("front").state, house.finding("front").acceptance) == ("accepted", 1)
    house.on(LAST + timedelta(days=1)).live()
    assert house.finding("front").state == "open"
    assert len(entries(house.store, kind="acceptance_expired")) == 2


@pytest.mark.parametrize(
    ("about", "why"),
    [
        pytest.param({"until": TODAY - timedelta(days=1)}, "2026-11-22 is over", id="the past"),
        pytest.param(
            {"until": TODAY + timedelta(days=31)},
            "what is high is tolerated until 2026-12-23 at most",
            id="longer than its severity allows",
        ),
        pytest.param(
            {"approver": " Olivia@acme.test"},
            "olivia@acme.test owns the gap and cannot approve it",
            id="approved by the gap's owner",
        ),
        pytest.param(
            {"approver": "bert@acme.test"},
            "bert@acme.test cannot approve it alone",
            id="approved by whoever tolerates it",
        ),
        pytest.param({"subject": "cellar"}, "nothing that fails fits subject cellar", id="nothing"),
    ],
)
def test_what_a_rule_speaks_against_is_refused_with_a_sentence(house, about, why):
    before = entries(house.store)
    with pytest.raises(CannotDecide, match=why):
        house.desk.accept(wanted(**({"subject": "front"} | about)))
    assert entries(house.store) == before


def test_the_last_day_that_is_possible_is_possible(house):
    house.accept(until=TODAY + timedelta(days=30), subject="front")
    assert house.finding("front").state == "accepted"


def test_who_was_assigned_cannot_approve_and_who_approved_cannot_be_assigned(house):
    gap = house.finding("front").gap
    house.desk.assign(gap, by="boss@acme.test", owner="anna@acme.test")
    with pytest.raises(CannotDecide, match=r"anna@acme\.test owns the gap"):
        house.accept(subject="front")
    house.desk.assign(gap, by="boss@acme.test", owner="olga@acme.test")
    house.accept(subject="front")
    with pytest.raises(CannotDecide, match=r"anna@acme\.test approved A-1"):
        house.desk.assign(gap, by="boss@acme.test", owner="Anna@acme.test")


def test_a_control_that_nothing_evidences_can_be_tolerated_and_stays_so(store):
    house = House(store, doors={})
    house.live()
    with store.reading() as connection:
        (gap,) = queries.gaps(connection, check=None, control="CHG-02")
    house.duties = replace(house.duties, limits=Limits(longest={Severity.MEDIUM: timedelta(90)}))
    house.accept(gap=gap.number)
    house.live()

    with store.reading() as connection:
        (gap,) = queries.gaps(connection, number=gap.number)
    assert (gap.state, gap.acceptance) == ("open", 1)
    assert house.control("CHG-02") == "not_evidenced"


def test_explaining_an_occurrence_is_no_repair_but_leaves_nothing_to_be_done(house):
    house.live(visits=[False])
    house.desk.explain(house.finding("1").id, by="dora@acme.test", reason="the fire brigade")
    house.live()

    assert house.finding("1").state == "explained"
    assert entries(house.store, kind="finding_closed") == []
    closed = entries(house.store, kind="gap_closed")
    assert house.finding("1").gap in {event.number for event in closed}
    with pytest.raises(CannotDecide, match="can be repaired"):
        house.desk.explain(house.finding("front").id, by="dora@acme.test", reason="a breeze")
    with pytest.raises(CannotDecide, match="explained already"):
        house.desk.explain(house.finding("1").id, by="dora@acme.test", reason="again")


def reviewed(*entries):
    return ReviewedFile(name="acceptances.yaml", author="rita@acme.test", entries=entries)


def entry(label="front", commit="c0ffee", **about):
    file = Reviewed(label=label, file="acceptances.yaml", commit=commit, author="rita@acme.test")
    return wanted(file=file, **({"subject": "front"} | about))


def test_a_reviewed_file_gives_and_takes_away(house):
    house.duties = replace(DUTIES, file=reviewed(entry()))
    house.live()
    assert house.finding("front").state == "accepted"
    (given,) = entries(house.store, kind="acceptance_given")
    assert (given.file.commit, given.file.author) == ("c0ffee", "rita@acme.test")
    house.duties = replace(DUTIES, file=reviewed())
    house.live()

    (ended,) = entries(house.store, kind="acceptance_withdrawn")
    assert (ended.by, ended.reason) == ("rita@acme.test", "no longer stands in acceptances.yaml")
    assert house.finding("front").state == "open"


def test_an_entry_that_stays_is_given_once_whatever_is_committed_beside_it(house):
    for commit in ("c0ffee", "c0ffee", "decade"):
        house.duties = replace(DUTIES, file=reviewed(entry(commit=commit)))
        house.live()
    assert len(entries(house.store, kind="acceptance_given")) == 1


def test_an_entry_that_is_changed_is_another_acceptance(house):
    house.duties = replace(DUTIES, file=reviewed(entry()))
    house.live()
    house.duties = replace(DUTIES, file=reviewed(entry(until=LAST - timedelta(days=1))))
    house.live()

    assert [event.reason for event in entries(house.store, kind="acceptance_withdrawn")] == [
        "was changed in acceptances.yaml"
    ]
    assert house.finding("front").acceptance == 2


def test_an_entry_that_is_over_is_not_given_again(house):
    house.duties = replace(DUTIES, file=reviewed(entry()))
    house.live()
    for days in (21, 22):
        house.on(TODAY + timedelta(days=days)).live()
    assert len(entries(house.store, kind="acceptance_given")) == 1
    assert house.finding("front").state == "open"


def test_an_entry_that_a_rule_speaks_against_covers_nothing(house):
    house.duties = replace(DUTIES, file=reviewed(entry(until=TODAY + timedelta(days=31))))
    house.live()
    assert house.finding("front").state == "open"


def test_what_stands_in_the_file_is_ended_there(house):
    house.duties = replace(DUTIES, file=reviewed(entry()))
    house.live()
    with pytest.raises(CannotDecide, match=r"stands in acceptances\.yaml as `front`: remove it"):
        house.desk.withdraw(1, by="carla@acme.test", reason="too risky")


def test_the_states_are_what_the_log_adds_up_to(house):
    house.accept(subject="front")
    house.live(visits=[False, False])
    house.desk.explain(house.finding("1").id, by="dora@acme.test", reason="the fire brigade")
    house.desk.assign(1, by="boss@acme.test", due=LAST, note="bricks are ordered")
    house.on(LAST + timedelta(days=1)).live()
    check_rebuilt(house.store)
