"""After each cycle an authority says when it saw the log; where it cannot, that is said."""

import socket
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from agent.stamping import roots_of, stamp_newest
from agent.status import status_of
from agent.store.timestamp import NoRoots
from agent.store.tree import newest_unstamped, stamp_of, stamped_sizes
from tests.agent.proof.auditor import damage
from tests.agent.proof.company import company, proven, run
from tests.agent.proof.forger import entries, unguarded
from tests.agent.store.authority import Authority, needs_openssl

pytestmark = needs_openssl


@pytest.fixture
def authority(tmp_path):
    with Authority(tmp_path / "authority").serving() as authority:
        yield authority


@pytest.fixture
def acme(tmp_path, authority):
    """A company that has its log stamped."""
    return stamped_by(authority, tmp_path)


def stamped_by(authority, folder, **options):
    (folder / "roots.pem").write_bytes(authority.root)
    url = options.pop("url", authority.url)
    store = {"timestamps": {"url": url, "roots": "./roots.pem"}}
    return company(folder, store=store, **options)


def stamped(store):
    with store.reading() as connection:
        return stamped_sizes(connection)


def test_every_cycle_is_stamped_at_its_end(acme, authority):
    store = run(acme)
    first = len(entries(store))
    run(acme)

    assert stamped(store) == {first, len(entries(store))}
    assert len(authority.queries) == 2
    assert proven(acme)[0] == []
    assert status_of(acme, store).unstamped_since is None
    with store.reading() as connection:
        assert newest_unstamped(connection) is None
        assert authority.agrees(stamp_of(connection, first))


def test_what_is_stamped_is_not_stamped_again(acme, authority):
    store = run(acme)
    assert stamp_newest(acme, store) is None
    assert len(authority.queries) == 1


def test_a_company_without_an_authority_asks_nobody(tmp_path, authority):
    acme = company(tmp_path)
    store = run(acme)
    assert stamp_newest(acme, store) is None
    assert (stamped(store), authority.queries) == (set(), [])
    assert status_of(acme, store).unstamped_since is None


def test_an_authority_out_of_reach_spoils_no_cycle_and_is_asked_again_by_the_next(acme, authority):
    authority.status = 503
    with capture_logs() as logged:
        store = run(acme)
    (told,) = [event for event in logged if event["event"] == "checkpoint_not_stamped"]
    assert told["log_level"] == "warning"
    assert told["why"] == "127.0.0.1 gave no time stamp: it answered 503"
    since = status_of(acme, store).unstamped_since
    assert since == status_of(acme, store).last_finished_at
    assert proven(acme)[0] == []

    run(acme)
    assert status_of(acme, store).unstamped_since == since
    authority.status = 200
    run(acme)
    assert stamped(store) == {len(entries(store))}
    assert status_of(acme, store).unstamped_since is None
    assert proven(acme)[0] == []


def flipped(answer):
    """The last byte of the signature."""
    return answer[:-1] + bytes([answer[-1] ^ 1])


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        pytest.param(lambda _: b"", "the answer is no time stamp", id="nothing"),
        pytest.param(flipped, "127.0.0.1: the time stamp", id="one byte"),
        pytest.param(lambda reply: reply[:-1], "the answer is no time stamp", id="cut short"),
    ],
)
def test_an_answer_that_was_tampered_with_is_not_kept(acme, authority, answer, why):
    authority.answer = lambda query: answer(authority.reply(query))
    store = run(acme)

    assert why in stamp_newest(acme, store)
    assert stamped(store) == set()
    assert proven(acme)[0] == []


def test_an_answer_that_was_kept_from_another_time_is_refused(acme, authority):
    store = run(acme)
    first = len(entries(store))
    with store.reading() as connection:
        kept = stamp_of(connection, first).response
    authority.answer = lambda _: kept
    run(acme)

    assert stamp_newest(acme, store) == "127.0.0.1: the time stamp answers another query"
    assert stamped(store) == {first}


def test_an_authority_that_nobody_vouches_for_is_not_believed(acme, tmp_path):
    other = Authority(tmp_path / "other")
    (tmp_path / "roots.pem").write_bytes(other.root)
    store = run(acme)
    assert "not signed by an authority that the given roots vouch for" in stamp_newest(acme, store)
    assert stamped(store) == set()


def test_roots_that_cannot_be_read_are_told_with_their_place(acme, tmp_path):
    (tmp_path / "roots.pem").unlink()
    store = run(acme)
    assert (
        stamp_newest(acme, store)
        == f"{tmp_path}/roots.pem cannot be read: No such file or directory"
    )
    with pytest.raises(NoRoots, match=r"roots\.pem cannot be read"):
        proven(acme)
    assert roots_of(None) == ()


def test_an_address_that_holds_a_password_is_looked_up_and_never_told(tmp_path, authority):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://acme:geheim@127.0.0.1:{nobody.getsockname()[1]}/tsa"
        acme = stamped_by(authority, tmp_path, url="env:TSA", environment={"TSA": url})
        why = stamp_newest(acme, run(acme))
    assert why == "127.0.0.1 gave no time stamp: no connection (ConnectionError)"
    acme = replace(acme, environment={})
    assert "the environment variable TSA is not set" in stamp_newest(acme, acme.store())
    acme = replace(acme, environment={"TSA": authority.url})
    assert stamp_newest(acme, acme.store()) is None
    assert stamped(acme.store())


def test_a_kept_stamp_that_was_changed_or_put_elsewhere_is_told(acme):
    store = run(acme)
    first = len(entries(store))
    run(acme)
    last = len(entries(store))
    with unguarded(store) as connection:
        connection.exec_driver_sql(
            "UPDATE stamps SET response = (SELECT response FROM stamps WHERE size = ?)"
            " WHERE size = ?",
            (first, last),
        )
    assert damage(proven(acme)[0]) == {f"time stamp {last}": "the time stamp is of something else"}
    with unguarded(store) as connection:
        connection.exec_driver_sql(f"UPDATE stamps SET size = {first - 1} WHERE size = {last}")
    assert damage(proven(acme)[0]) == {
        f"time stamp {first - 1}": "there is no checkpoint it belongs to"
    }


def test_the_status_names_the_key_to_be_kept_elsewhere_and_the_length_of_the_log(acme):
    store = acme.store(create=True)
    assert (status_of(acme, store).log_key, status_of(acme, store).log_size) == (None, 0)
    store = run(acme)
    told = status_of(acme, store)

    assert told.log_size == len(entries(store))
    assert proven(acme, told.log_key)[0] == []
