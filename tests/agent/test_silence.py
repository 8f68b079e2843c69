"""The scheduler stands still for three cadences: a numbered gap says so, from when until when."""

from datetime import timedelta

import pytest

from agent.announcing import announcer
from agent.catalogue import load_catalogue
from agent.gaps import silence
from agent.service import announce
from agent.status import sight_of
from agent.store import queries
from agent.store.projections import clear, work_out
from tests.agent.alerts.conftest import receiving_posts
from tests.agent.alerts.worker import company as company_at
from tests.agent.house import Clock, Estate, cycle
from tests.evidence import NOW

HOUR = timedelta(hours=1)
EVERY_HOUR = {"test": HOUR}
SMALLEST = """
company: {name: Acme, service: Acme Cloud}
assessment:
  report: type-2
  criteria: [security]
  window: {start: 2026-11-23, end: 2027-03-31}
sources:
  documents: [{name: policies, path: ./policies, registers: ./registers}]
schedule: {default: 1h}
"""


def stood_still(store, hours, **options):
    """A cycle, so many hours of nothing, and a cycle."""
    clock = Clock()
    cycle(store, Estate(), clock=clock, intervals=EVERY_HOUR)
    clock.moment += hours * HOUR
    return clock, cycle(store, Estate(), clock=clock, intervals=EVERY_HOUR, **options)


def gaps(store):
    with store.reading() as connection:
        return queries.gaps(connection, check=silence.CHECK)


def test_three_cadences_of_silence_are_a_numbered_gap_with_a_beginning_and_an_end(store):
    _, report = stood_still(store, 3)

    (gap,) = gaps(store)
    assert gap.subject == "test since 2026-11-23 09:00 UTC"
    assert (gap.control, gap.scope, gap.state) == ("GOV-09", "test", "closed")
    assert NOW + 3 * HOUR < gap.opened_at < gap.closed_at
    assert gap.number not in report.new_gaps, "what is over is no new line of the plan"


def test_it_says_by_which_schedule_that_was_too_long_and_where_to_change_it(store):
    stood_still(store, 3)

    (gap,) = gaps(store)
    assert gap.issue.endswith("for more than twice its interval, 1h")
    assert "under schedule in the configuration" in silence.ACTION


def test_whoever_runs_it_once_a_day_and_says_so_has_no_silence(store):
    clock = Clock()
    for _ in range(4):
        cycle(store, Estate(), clock=clock, intervals={"test": 24 * HOUR})
        clock.moment += 30 * HOUR

    assert gaps(store) == []


@pytest.mark.parametrize("hours", [0, 1, 1.9])
def test_one_missed_turn_is_forgiven(store, hours):
    stood_still(store, hours)

    assert gaps(store) == []


def test_each_silence_has_a_number_of_its_own(store):
    clock, _ = stood_still(store, 3)
    clock.moment += 3 * HOUR
    cycle(store, Estate(), clock=clock, intervals=EVERY_HOUR)

    first, second = gaps(store)
    assert first.number != second.number
    assert first.subject != second.subject


def test_a_silent_source_is_noticed_by_the_cycle_of_another_and_open_until_it_is_read(store):
    intervals = EVERY_HOUR | {"other": HOUR}
    clock = Clock()
    cycle(store, Estate(), clock=clock, intervals=intervals)
    clock.moment += 3 * HOUR
    for _ in range(2):
        other = cycle(
            store,
            Estate(name="away", source="other"),
            clock=clock,
            intervals=intervals,
            whole=False,
        )
    (gap,) = gaps(store)
    assert (gap.scope, gap.state) == ("test", "open")
    assert gap.number not in other.new_gaps, "told once"

    cycle(store, Estate(), clock=clock, intervals=intervals)
    assert [one.state for one in gaps(store)] == ["closed"]


def test_the_control_it_belongs_to_is_in_the_catalogue():
    assert "CC4.1" in load_catalogue().controls[silence.CONTROL].criteria


def test_a_source_that_was_never_read_is_not_silent(store):
    cycle(store, Estate(), clock=Clock(), intervals=EVERY_HOUR | {"other": HOUR})

    assert gaps(store) == []


def test_a_cycle_killed_in_the_silence_neither_loses_nor_doubles_it(store):
    clock = Clock()
    cycle(store, Estate(), clock=clock, intervals=EVERY_HOUR)
    clock.moment += 3 * HOUR
    with pytest.raises(KeyboardInterrupt):
        cycle(store, Estate(crash=KeyboardInterrupt()), clock=clock, intervals=EVERY_HOUR)
    assert [one.state for one in gaps(store)] == ["open"]

    cycle(store, Estate(), clock=clock, intervals=EVERY_HOUR)
    assert [one.state for one in gaps(store)] == ["closed"]
    with store.transaction() as writer:
        before = queries.gaps(writer.connection)
        entries = list(queries.entries(writer.connection))
        clear(writer.connection)
        work_out(writer.connection, entries)
        assert queries.gaps(writer.connection) == before


def test_it_is_an_alert_and_a_blind_stretch_of_the_window(store, tmp_path):
    with receiving_posts() as web:
        file = tmp_path / "gapwatch.yaml"
        file.write_text(f"{SMALLEST}alerts: [{{to: '{web.url}', when: [gap_opened]}}]\n")
        here = company_at(file, NOW + 4 * HOUR)
        stood_still(store, 3, announce=announcer(here))
        announce(here, store)

    (post,) = web.posts
    told = f"{post.json['title']}\n{post.json['body']}"
    assert "Nobody read test after 2026-11-23 09:00 UTC for more than twice its interval" in told
    assert "To do: See why the source was not read" in told
    assert sight_of(here, store).blind > 0.9 * HOUR
