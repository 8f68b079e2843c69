"""A store for every test that asks for one; the same tests on SQLite and on PostgreSQL."""

from contextlib import closing

import pytest

from agent.store.store import Store
from tests.postgresql import running
from tests.stores import OnPostgreSQL, OnSQLite


@pytest.fixture(scope="session")
def postgresql():
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def template_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("template")
    store = Store.open(f"sqlite:///{folder}/gapwatch.db", folder / "evidence", create=True)
    store._engine.dispose()
    return folder / "gapwatch.db"


@pytest.fixture(scope="session")
def template_database(postgresql, tmp_path_factory):
    database = postgresql.create()
    store = Store.open(postgresql.url(database), tmp_path_factory.mktemp("template"))
    store._engine.dispose()
    return database


@pytest.fixture(params=["sqlite", "postgresql"])
def stores(request, tmp_path):
    """Makes stores on one database."""
    if request.param == "sqlite":
        made = OnSQLite(tmp_path, template=request.getfixturevalue("template_file"))
    else:
        made = OnPostgreSQL(
            tmp_path,
            server=request.getfixturevalue("postgresql"),
            template=request.getfixturevalue("template_database"),
        )
    with closing(made):
        yield made


@pytest.fixture
def store(stores):
    return stores.new()
