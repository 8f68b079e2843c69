"""A package of a month for tests that spoil it, and one of half a year for an auditor."""

import pytest

from agent.store.store import Store
from tests.agent.package.half_year import live


@pytest.fixture(scope="session")
def month(tmp_path_factory):
    """A store with a few weeks of history."""
    return _lived(tmp_path_factory.mktemp("month"), days=20)


@pytest.fixture(scope="session")
def handed(month):
    """A package whose populations were frozen before its seed was given."""
    month.hand("frozen.zip")
    return month.hand("handed.zip", seed="by the auditor")[0]


def _lived(folder, **options):
    store = Store.open(f"sqlite:///{folder}/gapwatch.db", folder / "evidence", create=True)
    return live(folder, store, **options)
