"""The schema: what the program believes is what the migrations make, on both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from agent.gaps import events as e
from agent.store import queries, schema
from agent.store.faults import StoreUnusable
from agent.store.store import HEAD
from tests.evidence import NOW

VERSION = "SELECT version_num FROM alembic_version"


def test_the_newest_migration_is_what_the_program_writes():
    config = Config()
    config.set_main_option("script_location", "agent.store:migrations")
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [HEAD]
    assert max(script.revision for script in scripts.walk_revisions()) == HEAD


def test_the_migrations_make_what_the_program_believes(store):
    with store.reading() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, schema.metadata) == []
        assert connection.scalar(text(VERSION)) == HEAD


def test_a_store_is_migrated_once_and_opened_ever_after(stores):
    url, folder = stores.unwritten(), stores.folder / "evidence"
    with stores.open(url, folder, create=True).transaction() as writer:
        writer.append([e.GapReopened(at=NOW, cycle=1, number=1)])
    with stores.open(url, folder).reading() as connection:
        assert queries.last_entry(connection, "gap_reopened") == 1


def test_a_migration_that_is_killed_leaves_nothing_half_made(stores, monkeypatch):
    url, folder = stores.unwritten(), stores.folder / "evidence"
    with monkeypatch.context() as patch:
        patch.setattr("alembic.runtime.migration.HeadMaintainer.update_to_step", killed)
        with pytest.raises(KeyboardInterrupt):
            stores.open(url, folder, create=True)
    store = stores.open(url, folder, create=True)
    with store.reading() as connection:
        assert connection.scalar(text(VERSION)) == HEAD


def killed(*_, **__):
    raise KeyboardInterrupt


def test_a_store_of_a_newer_program_is_left_alone(stores):
    store = stores.new()
    with store.transaction() as writer:
        writer.connection.execute(text("UPDATE alembic_version SET version_num = '9001'"))
    with pytest.raises(StoreUnusable, match=f"schema 9001, newer than this program's {HEAD}"):
        stores.again(store)
    with store.reading() as connection:
        assert connection.scalar(text(VERSION)) == "9001"
