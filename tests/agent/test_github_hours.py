"""What does not fit into an hour's quota is read in the next ones, and passes in none before."""

from datetime import timedelta

import pytest

from agent.demo.github.server import GithubServer
from agent.store import queries
from agent.store.evidence import read_assessments
from checks.contract import Outcome
from tests.agent.house import Clock
from tests.agent.test_github_cost import cycle, grown
from tests.evidence import NOW

DEAREST = 3
"""Points that one question costs at most: the last one may go beyond."""
LIMITS = (85, 130, 175, 205)
REPOSITORIES, LIMIT, MOST_HOURS = 20, 130, 5


@pytest.fixture
def server():
    with GithubServer("acme", clock=lambda: NOW) as server:
        server.state.add_member("olga", "admin")
        server.state.add_member("mia")
        server.state.add_ruleset("everywhere", checks=("test",))
        grown(server, REPOSITORIES, changes=1)
        yield server


def judged(store):
    """The newest verdict of every check on every subject, from whichever stretch; what is whole."""
    verdicts, whole = {}, True
    with store.reading() as connection:
        rows = queries.snapshots(connection)
    for row in rows:
        whole = whole and not (row.latest and row.omissions)
        for assessment in read_assessments(store.blobs, row.assessments):
            for result in assessment.results:
                if result.subject != assessment.scope:  # what is said of an empty stretch
                    verdicts[assessment.check, result.subject] = result.verdict.outcome
    return verdicts, whole


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_a_first_cycle_spreads_itself_over_hours_and_passes_nothing_before_it_was_read(
    stores, server, limit
):
    clock, unlimited, limited = Clock(), stores.new(), stores.new()
    cycle(unlimited, server, clock)
    in_the_end, _ = judged(unlimited)

    server.hourly_limit = limit
    hours, whole = 0, False
    while not whole:
        hours += 1
        server.spent.update(core=0, graphql=0)
        spent = cycle(limited, server, clock)
        clock.moment += timedelta(hours=1, minutes=1)
        so_far, whole = judged(limited)
        passed = {one for one, outcome in so_far.items() if outcome == Outcome.PASSED}
        assert passed <= {one for one, outcome in in_the_end.items() if outcome == Outcome.PASSED}
        assert max(spent.values()) < limit + DEAREST
        assert hours <= MOST_HOURS

    assert hours > 1
    assert so_far == in_the_end


@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_who_has_used_up_a_limit_does_not_ask_on_and_on(store, server):
    server.hourly_limit = LIMIT
    cycle(store, server, Clock())

    assert max(server.spent.values()) >= LIMIT
    assert server.asked_beyond == 0
