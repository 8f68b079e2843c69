"""A first cycle with all checks over 500 repositories fits into an hour, and into memory."""

import json
import subprocess
import sys

import pytest

from agent.demo.github.server import HOURLY_LIMIT
from tests.dose import dose

pytestmark = pytest.mark.proof

REPOSITORIES = dose(small=50, whole=500)
FOR_ALL = 100
"""Requests that are asked once an organisation, however many repositories it has."""
KILOBYTES = 300 * 1024


@pytest.fixture(scope="module")
def spent(tmp_path_factory):
    folder = tmp_path_factory.mktemp("organisation")
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.organisation", folder, str(REPOSITORIES)],
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("limit", ["core", "graphql"])
def test_all_checks_of_500_repositories_fit_into_an_hour(spent, limit):
    """Two changes in each; the small dose has its share of the hour."""
    budget = FOR_ALL + (HOURLY_LIMIT - FOR_ALL) * REPOSITORIES / 500

    assert 0 < spent[limit] <= budget


def test_it_needs_little_memory(spent):
    """The local GitHub's own included, which holds the whole organisation."""
    assert spent["most_kb"] < KILOBYTES
