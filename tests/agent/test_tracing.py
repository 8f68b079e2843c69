"""After a drift the source's log of changes is asked who did it; no verdict depends on it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from agent.connections.unit import Unit
from agent.gaps.origins import NOBODY_FOUND, who_and_when
from agent.reperformance import Reperformance
from agent.store import queries
from agent.store.evidence import read_records
from collectors.contract import ApiCall, tracer
from collectors.evidence.record import Unread
from collectors.evidence.trails import Deed, Trail
from collectors.reader import Reader
from collectors.tracing import trails
from tests.agent.house import CHECKS, COLLECTORS, Clock, Estate, cycle
from tests.agent.test_cycle import conclusion, happened
from tests.evidence import NOW
from tests.faults import answered

WHO = ApiCall("house", "LookupKeys", "house:LookupKeys")


class Porter(Reader):
    """The porter's book: who did what to a door."""

    def read(self, sought):
        response, refusal = self._ask(WHO, {"Door": sought.id})
        if refusal:
            return Unread(why=f"{WHO}: {refusal}")
        return tuple(Deed(call=call, principal=who, at=sought.before) for call, who in response)


@tracer(id="test.porter", calls=(WHO,))
def porter(book: Porter) -> Iterator[Trail]:
    """Who went through which door."""
    yield from trails(book.given, book.read)


@dataclass
class Guarded(Estate):
    """A house with a porter who writes down who opened a door."""

    book: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    crash_of_porter: Exception | None = None

    def histories(self):
        if self.crash_of_porter:
            raise self.crash_of_porter
        yield Unit(scope=self.scope, reads=Porter, identity="the porter", live=self._answer)

    def _answer(self, call, arguments):
        if call != WHO:
            return super()._answer(call, arguments)
        self.asked.append(arguments["Door"])
        if "LookupKeys" in self.denied:
            return answered(call, arguments, None, status=403, code="AccessDenied")
        return answered(call, arguments, self.book.get(arguments["Door"], []))


def run(store, estate, **options):
    return cycle(store, estate, tracers=(porter,), **options)


def origins(store):
    with store.reading() as connection:
        return {
            subject: origin
            for (check, _, subject), origin in queries.origins(connection).items()
            if check == "test.door-shut"
        }


def opened(store, **told):
    """A door that was seen shut and then open."""
    estate, clock = Guarded(**told), Clock()
    run(store, estate, clock=clock)
    estate.doors["front"] = "open"
    run(store, estate, clock=clock)
    return estate, clock


def test_a_drift_names_who_did_it_in_the_log_and_in_its_causes(store):
    opened(store, book={"front": [("Open", "ben")]})

    (deed,) = origins(store)["front"].deeds
    assert (deed.call, deed.principal) == ("Open", "ben")
    (drift,) = [d for d in happened(store, "control_drifted") if d.before and d.control == "NET-01"]
    assert drift.causes[0].origin == origins(store)["front"]


def test_a_beginning_is_no_drift_and_nobody_is_asked(store):
    estate = Guarded(doors={"front": "open"})
    run(store, estate, clock=Clock())

    assert estate.asked == []
    assert origins(store) == {}


def test_only_what_came_to_fail_is_asked_about_and_once(store):
    estate, clock = opened(store, book={"front": [("Open", "ben")]})
    assert estate.asked == ["front"]

    run(store, estate, clock=clock)
    estate.doors["front"] = "shut"
    run(store, estate, clock=clock)

    assert estate.asked == ["front"]


def test_a_new_member_that_fails_is_asked_about_as_well(store):
    estate, clock = Guarded(book={"cellar": [("Build", "dan")]}), Clock()
    run(store, estate, clock=clock)
    estate.doors["cellar"] = "open"
    run(store, estate, clock=clock)

    assert origins(store)["cellar"].deeds[0].principal == "dan"


def test_without_the_permission_the_interval_is_told_and_nothing_is_undetermined(store):
    opened(store, denied={"LookupKeys"})

    origin = origins(store)["front"]
    assert (origin.deeds, origin.why) == ((), "house:LookupKeys: AccessDenied")
    assert who_and_when(origin).startswith("It changed between ")
    assert set(conclusion(store, "test.door-shut")) == {"failed"}
    assert happened(store, "collector_failed", "evidence_stale") == []
    with store.reading() as connection:
        assert [row for row in queries.snapshots(connection, latest=True) if row.omissions] == []
        assert [row.incomplete for row in queries.cycles(connection)] == [0, 0]


def test_a_log_that_breaks_down_costs_the_name_and_nothing_else(store):
    opened(store, crash_of_porter=RuntimeError("the book burns"))

    assert who_and_when(origins(store)["front"]).startswith("It changed between ")
    assert set(conclusion(store, "test.door-shut")) == {"failed"}
    assert len(happened(store, "cycle_finished")) == 2


def test_a_log_that_is_late_is_asked_again_and_then_left_in_peace(store):
    estate, clock = opened(store)
    assert origins(store)["front"].why == NOBODY_FOUND

    estate.book = {"front": [("Open", "ben")]}
    run(store, estate, clock=clock)
    run(store, estate, clock=clock)

    assert origins(store)["front"].deeds[0].principal == "ben"
    assert estate.asked == ["front", "front"]


def test_the_interval_lies_between_the_last_good_look_and_the_drift(store):
    estate, clock = Guarded(), Clock()
    run(store, estate, clock=clock)
    clock.moment += timedelta(hours=1)
    run(store, estate, clock=clock)
    last_good = clock.moment
    clock.moment += timedelta(hours=1)
    estate.doors["front"] = "open"
    run(store, estate, clock=clock)

    origin = origins(store)["front"]
    assert last_good - timedelta(minutes=1) < origin.after < last_good
    assert last_good + timedelta(hours=1) < origin.before <= clock.moment


def test_asking_is_evidence_that_can_be_read_again_without_the_source(store):
    opened(store, book={"front": [("Open", "ben")]})
    with store.reading() as connection:
        (row,) = queries.snapshots(connection, collector="test.porter")
        entry = queries.entry(connection, row.number)
        again = Reperformance(
            connection=connection,
            blobs=store.blobs,
            checks={check.id: check for check in CHECKS},
            collectors={unit.id: unit for unit in (*COLLECTORS, porter)},
            joins={},
        ).snapshot(row.number, entry, as_of=NOW)

    kept = read_records(store.blobs, entry.records_digest, Trail)
    assert again.records == kept
    assert [deed.principal for deed in kept[0].deeds] == ["ben"]
    assert entry.calls == 1
