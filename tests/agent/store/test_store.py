"""Opening, writing, reading and being alone: what a store promises, and how it says no."""

import builtins
import threading
from contextlib import ExitStack, contextmanager

import pytest

from agent.gaps import events as e
from agent.store import queries
from agent.store.faults import StoreUnusable
from agent.store.store import Store
from agent.store.verification import verify
from tests.agent.house import Clock, Estate, cycle
from tests.disks import mounted, remount
from tests.evidence import NOW

ON_SQLITE = pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("stores", ["postgresql"], indirect=True)
HAPPENED = e.GapReopened(at=NOW, cycle=1, number=1)


def append(store, count=1):
    with store.transaction() as writer:
        return writer.append([HAPPENED] * count)


def entries(store):
    with store.reading() as connection:
        return [number for number, _ in queries.entries(connection)]


# opening


def test_a_store_that_is_not_there_is_not_made_by_reading(tmp_path):
    with pytest.raises(StoreUnusable, match=r"there is no store at .*: `gapwatch run` makes"):
        Store.open(f"sqlite:///{tmp_path}/none/gapwatch.db", tmp_path / "evidence")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("gapwatch.db", "store.url: it must be sqlite:///FILE or postgresql"),
        ("mysql://root@localhost/gapwatch", "store.url begins with mysql: it must be"),
        ("postgresql+psycopg2://localhost/gapwatch", "begins with postgresql.psycopg2: it must"),
        ("postgresql://gapwatch:geheim@127.0.0.1:1/gapwatch", "is the server running"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_without_its_password(tmp_path, url, told):
    with pytest.raises(StoreUnusable, match=told) as refused:
        Store.open(url, tmp_path, create=True)
    assert "geheim" not in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize("address", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_missing_driver_is_told_with_the_remedy(tmp_path, monkeypatch, address):
    normal = builtins.__import__

    def without_psycopg(name, *arguments, **options):
        if name.partition(".")[0] == "psycopg":
            raise ModuleNotFoundError(name)
        return normal(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without_psycopg)
    with pytest.raises(StoreUnusable, match=r"psycopg.*pip install 'gapwatch\[postgresql\]'"):
        Store.open(f"{address}://localhost/gapwatch", tmp_path)


@ON_POSTGRESQL
def test_a_user_who_may_not_write_is_told_so(stores):
    url = stores.unwritten().replace("postgres@", "reader@")
    roles = [name for (name,) in stores.server.run("SELECT rolname FROM pg_roles")]
    if "reader" not in roles:
        stores.server.run("CREATE ROLE reader LOGIN")
    with pytest.raises(StoreUnusable, match=r"permission denied.*must be allowed to write"):
        stores.open(url, stores.folder)


@ON_SQLITE
@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        pytest.param(lambda p: p.write_bytes(b"no database" * 500), "it is damaged", id="garbage"),
        pytest.param(
            lambda p: (p.unlink(), p.mkdir()), "must be allowed to write there", id="a folder"
        ),
    ],
)
def test_what_is_no_database_is_told(stores, spoil, told):
    store = stores.new()
    stores.close()
    path = stores.folder / "store0" / "gapwatch.db"
    spoil(path)
    with pytest.raises(StoreUnusable, match=told) as refused:
        stores.again(store)
    assert str(path) in str(refused.value)


def test_two_processes_may_make_the_same_new_store_at_once(stores):
    url, made = stores.unwritten(), []
    start = threading.Barrier(2)

    def make():
        start.wait()
        made.append(stores.open(url, stores.folder / "evidence", create=True))

    threads = [threading.Thread(target=make) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [append(store) for store in made] == [[1], [2]]


# reading and writing


def test_a_reader_sees_one_moment_whatever_is_written_meanwhile(store):
    append(store, 3)
    with store.reading() as connection:
        before = queries.last_entry(connection, "gap_reopened")
        append(store, 2)
        assert queries.last_entry(connection, "gap_reopened") == before == 3
        assert [number for number, _ in queries.entries(connection)] == [1, 2, 3]
    assert entries(store) == [1, 2, 3, 4, 5]


def test_a_long_reading_stands_in_no_writers_way(store):
    append(store, 3000)
    with store.reading() as connection:
        streamed = queries.entries(connection)
        first = next(streamed)
        assert append(store) == [3001]
        assert [first[0], *(number for number, _ in streamed)] == list(range(1, 3001))


def test_what_is_not_committed_is_not_seen(store):
    with store.transaction() as writer:
        writer.append([HAPPENED])
        assert entries(store) == []
    assert entries(store) == [1]


def test_writers_take_turns_and_no_number_is_given_twice(store, stores):
    others = [store, stores.again(store), stores.again(store)]
    given, start = [], threading.Barrier(len(others))

    def write(mine):
        start.wait()
        for _ in range(10):
            given.extend(append(mine, 2))

    threads = [threading.Thread(target=write, args=(mine,)) for mine in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == entries(store) == list(range(1, 61))
    assert list(verify(store)) == []


def test_one_who_has_read_before_writing_is_let_in_all_the_same(store, stores):
    """An alert is settled while a cycle writes: SQLite would refuse a reader turned writer."""
    other, written = stores.again(store), []

    def settle():
        with other.transaction() as writer:
            queries.last_entry(writer.connection, "gap_reopened")
            written.extend(writer.append([HAPPENED]))

    with store.transaction() as writer:
        thread = threading.Thread(target=settle)
        thread.start()
        thread.join(0.2)
        writer.append([HAPPENED])
    thread.join()
    assert (written, entries(store)) == ([2], [1, 2])


def test_a_writer_that_waits_too_long_says_what_it_waited_for(stores, monkeypatch):
    monkeypatch.setattr("agent.store.store.PATIENCE_SECONDS", 1)
    store = stores.new()
    other = stores.again(store)
    with (
        store.transaction(),
        pytest.raises(StoreUnusable, match="another program is writing to it"),
    ):
        append(other)
    assert append(other) == [1]


def test_names_are_sorted_alike_on_both_databases(store):
    """By their bytes, whatever the language of the server."""
    names = ["a.b", "A.b", "a-b", "Z", "a", "ä", "_", "a b"]
    with store.transaction() as writer:
        writer.append([failing(name) for name in names])
    with store.reading() as connection:
        told = [trouble.what for trouble in queries.troubles(connection)]
    assert told == sorted(names)


def failing(name):
    return e.CollectorFailed(
        at=NOW, cycle=1, connection="home", collector=name, scope="test:home", why=""
    )


# being alone


def test_only_one_cycle_at_a_time_writes_wherever_it_runs(store, stores):
    other = stores.again(store)
    with store.exclusive():
        for refused in (store, other):
            with pytest.raises(StoreUnusable, match="another gapwatch is writing"):
                cycle(refused, Estate())
    assert cycle(other, Estate()).cycle == 1


def test_a_cycle_that_breaks_lets_the_next_one_in(store, stores):
    for broken in (store, stores.again(store)):
        with pytest.raises(KeyboardInterrupt):
            cycle(broken, Estate(crash=KeyboardInterrupt()))
    assert cycle(stores.again(store), Estate()).cycle == 3


def test_alerts_may_be_settled_while_a_cycle_runs(store):
    """By another thread of the same process."""
    with store.exclusive():
        append(store)
        thread = threading.Thread(target=append, args=(store,))
        thread.start()
        thread.join()
        append(store)
    assert entries(store) == [1, 2, 3]


@ON_POSTGRESQL
def test_the_lock_leaves_no_transaction_open_while_sources_are_read(store, stores):
    with store.exclusive():
        append(store)
        states = stores.server.run(
            f"SELECT state FROM pg_stat_activity WHERE datname = '{stores.databases[-1]}'"
        )
    assert {state for (state,) in states} == {"idle"}


@ON_POSTGRESQL
def test_a_lost_lock_stops_its_cycle_before_it_writes_beside_another(store, stores):
    other = stores.again(store)
    with store.exclusive():
        append(store)
        stores.server.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{stores.databases[-1]}' AND pid <> pg_backend_pid()"
        )
        with other.exclusive():
            append(other)
            for _ in range(2):
                with pytest.raises(StoreUnusable):
                    append(store)
        with pytest.raises(StoreUnusable, match="was lost: run again"):
            append(store)
    with store.exclusive():
        assert append(store) == [3]


# faults


@ON_SQLITE
def test_a_full_database_is_told_with_the_remedy_and_loses_nothing(store):
    clock, estate = Clock(), Estate(doors={"front": "open"}, visits=[True])
    cycle(store, estate, clock=clock)
    before = entries(store)
    estate.doors = {f"door {number}": "open" for number in range(400)}
    with full(store), pytest.raises(StoreUnusable, match=r"full.*free some space and run again"):
        cycle(store, estate, clock=clock)
    assert entries(store)[: len(before)] == before
    assert list(verify(store)) == []
    cycle(store, estate, clock=clock)
    with store.reading() as connection:
        assert len(queries.findings(connection, check="test.door-shut", state="open")) == 400


@contextmanager
def full(store):
    """No further page for the database file."""
    with ExitStack() as stack:
        connections = [stack.enter_context(store._engine.connect()) for _ in range(3)]
        for connection in connections:
            connection.exec_driver_sql("PRAGMA max_page_count=1")
        for connection in connections:
            connection.close()
        yield
        for connection in [stack.enter_context(store._engine.connect()) for _ in range(3)]:
            connection.exec_driver_sql("PRAGMA max_page_count=4294967294")


@ON_SQLITE
def test_a_full_disk_is_told_and_loses_nothing(stores, tmp_path):
    with mounted(tmp_path / "disk", "768k") as disk:
        fills_up(stores, disk)
        stores.close()


def fills_up(stores, disk):
    store = stores.open(f"sqlite:///{disk}/gapwatch.db", disk / "evidence", create=True)
    clock, estate = Clock(), Estate()

    def grow():
        for turn in range(100):
            estate.doors |= {f"door {turn} {number}": "open" for number in range(100)}
            estate.visits.append(False)
            cycle(store, estate, clock=clock)

    with pytest.raises(StoreUnusable, match="free some space and run again"):
        grow()
    assert list(verify(store)) == []
    remount(disk, "size=64m")
    cycle(store, estate, clock=clock)
    with store.reading() as connection:
        told = [f.subject for f in queries.findings(connection, state="open")]
        opened = [event.subject for _, event in queries.entries(connection, kind="finding_opened")]
    assert sorted(told) == sorted(opened)
    assert set(estate.doors) - {"front", "back"} <= set(told)
    assert list(verify(store)) == []


@ON_SQLITE
def test_a_disk_that_may_only_be_read_is_told_and_loses_nothing(stores, tmp_path):
    with mounted(tmp_path / "disk", "8m") as disk:
        store = stores.open(f"sqlite:///{disk}/gapwatch.db", disk / "evidence", create=True)
        cycle(store, Estate())
        before = entries(store)
        stores.close()
        remount(disk, "ro")
        with pytest.raises(StoreUnusable, match="must be allowed to write there"):
            cycle(stores.again(store), Estate())
        remount(disk, "rw")
        assert entries(stores.again(store)) == before
        stores.close()


@ON_SQLITE
def test_a_damaged_page_is_named_and_what_stands_before_it_is_compared(stores):
    store = stores.new()
    append(store, 20_000)
    stores.close()
    path = stores.folder / "store0" / "gapwatch.db"
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2)
        file.write(b"\xff" * 65_536)
    damages = list(verify(stores.again(store)))
    assert damages
    assert all(damage.entry.startswith("log entr") for damage in damages)
