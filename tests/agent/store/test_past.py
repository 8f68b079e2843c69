"""The store as it was: its log until then, on either database, and nothing of what came later."""

from datetime import timedelta

from agent.store import queries
from agent.store.past import as_it_was
from tests.agent.house import Clock, Estate, cycle
from tests.evidence import NOW

DOORS = "test.door-shut"


def test_a_beginning_of_the_log_gives_the_states_of_then(store):
    home = Estate(doors={"front": "open"})
    cycle(store, home, clock=Clock(NOW))
    home.doors["front"] = "shut"
    cycle(store, home, clock=Clock(NOW + timedelta(days=1)))

    with as_it_was(store, NOW + timedelta(hours=12)) as past, past.reading() as connection:
        assert [gap.state for gap in queries.gaps(connection, check=DOORS)] == ["open"]
        assert [row.cycle for row in queries.cycles(connection)] == [1]
        size = queries.last_number(connection)
        kept = list(queries.entries(connection))
    with store.reading() as connection:
        assert [gap.state for gap in queries.gaps(connection, check=DOORS)] == ["closed"]
        assert kept == list(queries.entries(connection))[:size]
        assert queries.last_number(connection) > size


def test_what_is_appended_to_the_past_is_lost(store):
    cycle(store, Estate(), clock=Clock(NOW))
    with as_it_was(store, NOW + timedelta(days=1)) as past:
        cycle(past, Estate(doors={"front": "open"}), clock=Clock(NOW + timedelta(hours=2)))
    with store.reading() as connection:
        assert len(queries.cycles(connection)) == 1
        assert queries.gaps(connection, check=DOORS) == []


def test_before_the_first_entry_there_is_nothing(store):
    cycle(store, Estate(), clock=Clock(NOW))
    with as_it_was(store, NOW - timedelta(days=1)) as past, past.reading() as connection:
        assert queries.last_number(connection) == 0
