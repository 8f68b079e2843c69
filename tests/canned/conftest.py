"""The demo's account with one of everything, recorded once and answered by the canned AWS."""

import pytest

from tests.canned.estate import canned, seeded
from tests.canned.seeds import everything


@pytest.fixture(scope="session")
def recorded(tmp_path_factory):
    return seeded(tmp_path_factory.mktemp("canned") / "table.json", everything)


@pytest.fixture(scope="module")
def server(recorded):
    with canned(recorded) as running:
        yield running
