"""Two accounts, recorded once and answered by the canned AWS.

One is the demo's with one of everything, seeded in moto; the other is invented.
"""

import pytest

from tests.canned.estate import answered, canned, invented, seeded
from tests.canned.seeds import everything


@pytest.fixture(scope="session")
def recorded(tmp_path_factory):
    return seeded(tmp_path_factory.mktemp("canned") / "table.json", everything)


@pytest.fixture(scope="module")
def server(recorded):
    with canned(recorded) as running:
        yield running


@pytest.fixture(scope="module")
def seeded_account(recorded):
    with answered(recorded) as account:
        yield account


@pytest.fixture(scope="session")
def made_up(tmp_path_factory):
    return invented(tmp_path_factory.mktemp("invented") / "table.json")


@pytest.fixture(scope="module")
def invented_account(made_up):
    with answered(made_up) as account:
        yield account
