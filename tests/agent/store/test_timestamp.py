"""A time stamp is believed if an authority we trust gave it for exactly these bytes."""

import socket
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from agent.connections import authority as connection
from agent.connections.authority import ask_authority
from agent.store.timestamp import (
    AuthorityUnreachable,
    NoRoots,
    NotStamped,
    Stamp,
    StampInvalid,
    StampRefused,
    load_roots,
    stamp,
    stamped_at,
)
from tests.agent.store.authority import Authority, needs_openssl
from tests.agent.store.test_note import NOTE

pytestmark = needs_openssl


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with Authority(tmp_path_factory.mktemp("authority") / "a").serving() as authority:
        yield authority


@pytest.fixture
def authority(tmp_path):
    with Authority(tmp_path / "authority").serving() as authority:
        yield authority


@pytest.fixture(scope="module")
def kept(shared):
    return stamp_by(shared)


def stamp_by(authority, message=NOTE, roots=None):
    return stamp(
        message,
        authority=authority.url,
        post=ask_authority,
        roots=load_roots(authority.root if roots is None else roots),
    )


def test_a_checkpoint_is_stamped_and_checked_again_any_time(authority):
    before = datetime.now(UTC).replace(microsecond=0)
    kept = stamp_by(authority)
    moment = stamped_at(kept, NOTE, load_roots(authority.root))

    assert before <= moment <= datetime.now(UTC)
    assert authority.queries == [("application/timestamp-query", kept.query)]
    assert authority.agrees(kept)


def test_the_authority_gets_the_hash_and_never_the_bytes(shared, kept):
    assert shared.queries
    assert all(NOTE[:20] not in query for _, query in shared.queries)
    assert NOTE[:20] not in kept.query + kept.response


def test_two_queries_are_never_the_same(shared):
    assert stamp_by(shared).query != stamp_by(shared).query


def test_a_stamp_outlives_the_certificate_of_its_authority(tmp_path):
    with Authority(tmp_path / "a", lasts=timedelta(seconds=2)).serving() as authority:
        kept = stamp_by(authority)
        time.sleep(2.5)

        assert stamped_at(kept, NOTE, load_roots(authority.root)) < datetime.now(UTC)
        with pytest.raises(StampInvalid, match="given roots vouch for"):
            stamp_by(authority)


def test_a_stamp_of_something_else_is_refused(shared, kept):
    with pytest.raises(StampInvalid, match="the time stamp is of something else"):
        stamped_at(kept, NOTE + b" ", load_roots(shared.root))


def test_a_stamp_by_an_authority_that_no_root_vouches_for_is_refused(shared, kept, tmp_path):
    other = Authority(tmp_path / "other")

    with pytest.raises(StampInvalid, match="not signed by an authority that the given roots"):
        stamped_at(kept, NOTE, load_roots(other.root))
    with pytest.raises(StampInvalid, match=r"127.0.0.1: the time stamp is not signed by"):
        stamp_by(shared, roots=other.root)
    assert stamped_at(kept, NOTE, load_roots(other.root + shared.root))


def test_a_certificate_for_another_purpose_stamps_nothing(tmp_path):
    purpose = ExtendedKeyUsageOID.EMAIL_PROTECTION
    with (
        Authority(tmp_path / "a", purpose=purpose).serving() as authority,
        pytest.raises(NotStamped),
    ):
        stamp_by(authority)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@pytest.mark.filterwarnings("ignore::UserWarning")
@given(data=st.data())
def test_no_change_to_a_kept_answer_moves_its_moment_or_its_message(shared, kept, data):
    at = data.draw(st.integers(0, len(kept.response) - 1))
    bits = data.draw(st.integers(1, 255))
    cut = data.draw(st.sampled_from([0, 0, 0, 1, 7]))
    changed = bytearray(kept.response)
    changed[at] ^= bits
    tampered = replace(kept, response=bytes(changed[: len(changed) - cut]))
    try:
        moment = stamped_at(tampered, NOTE, load_roots(shared.root))
    except NotStamped:
        return
    assert moment == stamped_at(kept, NOTE, load_roots(shared.root))
    with pytest.raises(StampInvalid):
        stamped_at(tampered, NOTE + b" ", load_roots(shared.root))


def test_another_moment_in_a_kept_answer_is_refused(shared, kept):
    year = f"{stamped_at(kept, NOTE, load_roots(shared.root)):%Y}".encode()
    earlier = str(int(year) - 1).encode()
    place = kept.response.index(b"\x18\x0f" + year)
    response = kept.response[:place] + b"\x18\x0f" + earlier + kept.response[place + 6 :]

    with pytest.raises(StampInvalid, match="given roots vouch for"):
        stamped_at(replace(kept, response=response), NOTE, load_roots(shared.root))


def test_an_answer_to_another_query_is_refused(authority):
    kept = stamp_by(authority)
    authority.answer = lambda _: kept.response

    with pytest.raises(StampInvalid, match="the time stamp answers another query"):
        stamp_by(authority)


def test_a_refusal_is_told_in_the_authoritys_words(tmp_path):
    with Authority(tmp_path / "a", digests="sha512").serving() as authority:
        with pytest.raises(StampRefused, match="rejection Message digest algorithm is not"):
            stamp_by(authority)
        refusal = Stamp(b"", authority.reply(authority.queries[0][1]))

    with pytest.raises(StampRefused, match="no time stamp was granted: rejection"):
        stamped_at(refusal, NOTE, load_roots(authority.root))


@pytest.mark.parametrize("answer", [b"", b"<html>sign in</html>", b"0" * 5000])
def test_an_answer_that_is_no_time_stamp_is_named(authority, answer):
    authority.answer = lambda _: answer

    with pytest.raises(StampInvalid, match=r"127.0.0.1: the answer is no time stamp"):
        stamp_by(authority)


def test_an_authority_that_is_not_there_is_named_without_its_password():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://user:secret@127.0.0.1:{nobody.getsockname()[1]}/tsa"

        with pytest.raises(AuthorityUnreachable) as unreachable:
            stamp(NOTE, authority=url, post=ask_authority, roots=())

    assert str(unreachable.value) == (
        "127.0.0.1 gave no time stamp: no connection (ConnectionError)"
    )


def test_an_authority_that_keeps_us_waiting_is_named(authority, monkeypatch):
    monkeypatch.setattr(connection, "SECONDS", 0.2)
    authority.delay = 0.5

    with pytest.raises(AuthorityUnreachable, match=r"no answer within 0.2 seconds"):
        stamp_by(authority)


def test_an_authority_that_is_out_of_order_is_named(authority):
    authority.status = 503

    with pytest.raises(AuthorityUnreachable, match="it answered 503"):
        stamp_by(authority)


def test_a_page_in_place_of_an_answer_is_named(authority):
    authority.type = "text/html"

    with pytest.raises(AuthorityUnreachable, match="its answer is not of the type"):
        stamp_by(authority)


@pytest.mark.parametrize("address", ["not an address", "ftp://127.0.0.1/", "http://[1/"])
def test_an_address_that_leads_nowhere_is_named(address):
    said = r"^(127\.0\.0\.1|the time-stamp authority) gave no time stamp: no connection"
    with pytest.raises(AuthorityUnreachable, match=said):
        stamp(NOTE, authority=address, post=ask_authority, roots=())


@pytest.mark.parametrize("pem", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\n"])
def test_roots_that_are_none_are_refused(pem):
    with pytest.raises(NoRoots):
        load_roots(pem)
