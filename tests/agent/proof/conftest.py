"""One store with a history for each module and database; every test spoils a copy of its own."""

from contextlib import closing
from itertools import count

import pytest

from tests.agent.proof.auditor import History, live
from tests.stores import OnPostgreSQL, OnSQLite


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def history(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("history")
    if request.param == "sqlite":
        made = OnSQLite(folder, template=request.getfixturevalue("template_file"))
    else:
        made = OnPostgreSQL(
            folder,
            server=request.getfixturevalue("postgresql"),
            template=request.getfixturevalue("template_database"),
        )
    with closing(made):
        store = made.new()
        live(store)
        yield History(made, store, count())


@pytest.fixture
def spoilt(history):
    """A copy to be spoiled."""
    copy = history.copy()
    yield copy
    history.drop(copy)
