"""Whoever proves a store of the house, and the store with a history that there is to prove."""

import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from agent.proof import Proof
from agent.reperformance import Reperformance
from agent.replaying import Replaying
from agent.store.keys import SignerKey
from agent.store.store import Store
from tests.agent.house import CHECKS, COLLECTORS, JOINS, Clock, Estate, cycle

SIGNER = SignerKey.generate("gapwatch.test/house")
TRUE_KEY = SIGNER.verifier
MANY = 150
"""Doors: their names alone are a page of their own."""
NUMBER = re.compile(r"log entr(?:y|ies) (\d+)(?: to (\d+))?")


def look(store, *, trusted=(TRUE_KEY,), **means):
    """Everything that is told of a store."""
    with proving(store, trusted=trusted, **means) as proof:
        return list(proof.look())


@contextmanager
def proving(store, *, trusted=(TRUE_KEY,), roots=(), **means):
    with store.reading() as connection:
        yield Proof(
            store=store,
            reperformance=reperformance(connection, store, **means),
            trusted=trusted,
            roots=roots,
        )


def replay(store, versions, *, start, end, check=None, **means):
    with store.reading() as connection:
        return list(
            Replaying(
                reperformance=reperformance(connection, store, **means),
                versions=versions,
                start=start,
                end=end,
                check=check,
            ).rows()
        )


def reperformance(connection, store, *, checks=CHECKS, collectors=COLLECTORS, joins=JOINS):
    return Reperformance(
        connection=connection,
        blobs=store.blobs,
        checks={check.id: check for check in checks},
        collectors={collector.id: collector for collector in collectors},
        joins={join.id: join for join in joins},
    )


def damage(told):
    return {one.entry: one.why for one in told if one.kind == "damage"}


def stretch(entry):
    """The log entries that a told thing is about, first and last."""
    found = NUMBER.match(entry)
    return (int(found[1]), int(found[2] or found[1])) if found else None


def live(store, clock=None, signer=SIGNER):
    """Several cycles in which everything happens that can."""
    clock = clock or Clock()
    home = Estate(doors={f"door {n:03}": "open" for n in range(MANY)}, visits=[True, False])
    office = Estate(name="office", doors={"front": "open"}, visits=[False])

    def watch(*estates):
        cycle(store, *estates, clock=clock, signer=signer)

    watch(home, office)
    watch(home, office)
    home.doors |= {f"door {n:03}": "shut" for n in range(MANY)}
    home.visits += [False, "house:AskVisitor: gone"]
    watch(home, office)
    office.denied = {"ListDoors"}
    home.doors["door 007"] = "on fire"
    watch(home, office)
    office.unreachable = "house:Knock: nobody answers"
    home.crash = ZeroDivisionError("a bug")
    watch(home, office)
    home.crash = None
    home.denied = {"GetDoor door 003"}
    watch(home)
    watch(home)


@dataclass
class History:
    """A store that was lived in, and copies of it to be spoiled."""

    stores: object
    store: Store
    numbers: count

    def copy(self):
        """The same store once more."""
        folder = self.stores.folder / f"copy{next(self.numbers)}"
        folder.mkdir()
        shutil.copytree(self.store.blobs.folder, folder / "evidence")
        return self.stores.open(self.copied(folder), folder / "evidence")

    def copied(self, folder):
        self.store._engine.dispose()
        if self.stores.name == "postgresql":
            self.stores.databases.append(self.stores.server.create(self.stores.databases[0]))
            return self.stores.server.url(self.stores.databases[-1])
        shutil.copy(self.store._engine.url.database, folder / "gapwatch.db")
        return f"sqlite:///{folder}/gapwatch.db"

    def drop(self, copy):
        """A copy that nobody needs any more."""
        copy._engine.dispose()
        self.stores.opened.remove(copy)
        if self.stores.name == "postgresql":
            self.stores.server.drop(self.stores.databases.pop())
        shutil.rmtree(copy.blobs.folder.parent)
