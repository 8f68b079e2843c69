"""New stores on either database: each begins as a copy of one that was migrated once."""

import shutil
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from agent.store.store import Store
from tests.postgresql import Server

FEW = 8


@dataclass
class Stores:
    """Makes stores, and lets other processes open the same one."""

    folder: Path
    numbers: count = field(default_factory=count)
    opened: list[Store] = field(default_factory=list)

    def new(self):
        """An empty store."""
        folder = self.folder / f"store{next(self.numbers)}"
        folder.mkdir()
        return self.open(self.copy(folder), folder / "evidence")

    def again(self, store):
        """The same store, as another process would open it."""
        return self.open(store._engine.url.render_as_string(), store.blobs.folder)

    def open(self, url, evidence, **options):
        """Whatever is older than a few stores gives its connections back, and may have new ones."""
        for store in self.opened[:-FEW]:
            store._engine.dispose()
        self.opened.append(Store.open(url, evidence, **options))
        return self.opened[-1]

    def close(self):
        for store in self.opened:
            store._engine.dispose()
        self.opened.clear()


@dataclass
class OnSQLite(Stores):
    name = "sqlite"
    template: Path = Path()

    def copy(self, folder):
        shutil.copy(self.template, folder / "gapwatch.db")
        return f"sqlite:///{folder}/gapwatch.db"

    def unwritten(self):
        """The address of a store that does not exist yet."""
        return f"sqlite:///{self.folder}/unwritten{next(self.numbers)}.db"

    def behind_the_triggers(self, store, *statements):
        names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        with store.transaction() as writer:
            for name in writer.connection.exec_driver_sql(names).scalars().all():
                writer.connection.exec_driver_sql(f"DROP TRIGGER {name}")
            for statement in statements:
                writer.connection.exec_driver_sql(statement)


@dataclass
class OnPostgreSQL(Stores):
    name = "postgresql"
    server: Server | None = None
    template: str = ""
    databases: list[str] = field(default_factory=list)

    def copy(self, _):
        self.databases.append(self.server.create(self.template))
        return self.server.url(self.databases[-1])

    def unwritten(self):
        self.databases.append(self.server.create())
        return self.server.url(self.databases[-1])

    def behind_the_triggers(self, store, *statements):
        with store.transaction() as writer:
            for statement in ("ALTER TABLE log DISABLE TRIGGER USER", *statements):
                writer.connection.exec_driver_sql(statement)

    def close(self):
        super().close()
        for database in self.databases:
            self.server.drop(database)
        self.databases.clear()
