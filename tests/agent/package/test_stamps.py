"""Time stamps in a package: the single file says of what they are, the program who signed them."""

import pytest

from agent.package import verifier
from agent.store.timestamp import Stamp, load_roots, stamp
from tests.agent.package.half_year import prove
from tests.agent.package.test_tampering import alone, contents, offline, resealed
from tests.agent.store.authority import Authority, needs_openssl

pytestmark = needs_openssl


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("tsa") / "authority")


def stamped(authority, note):
    return stamp(
        note,
        authority="http://authority.test",
        post=lambda _, query: authority.reply(query),
        roots=load_roots(authority.root),
    )


def sizes(files):
    return sorted(
        int(name.rpartition("/")[2]) for name in files if name.startswith("log/checkpoints/")
    )


def beside(size, given: Stamp):
    return {f"log/stamps/{size}.tsq": given.query, f"log/stamps/{size}.tsr": given.response}


@pytest.fixture
def with_stamps(handed, authority, tmp_path):
    """A package, its two newest checkpoints stamped; and how to write it otherwise."""
    files = contents(handed)
    for size in sizes(files)[-2:]:
        files |= beside(size, stamped(authority, files[f"log/checkpoints/{size}"]))
    return files, lambda **changes: resealed(tmp_path, {**files, **changes})


def test_stamps_of_their_checkpoints_hold_and_what_was_not_looked_at_is_said(
    with_stamps, authority
):
    _, written = with_stamps
    path = written()
    done = alone(path)
    assert done.returncode == 0, done.stdout
    assert "2 time stamps are of their checkpoints" in done.stdout
    assert "who signed them was not looked at" in done.stdout
    told, proof = prove(path, roots=load_roots(authority.root))
    assert told == []
    assert "2 time stamps signed by an authority of the given roots" in proof.summary
    assert "no roots are configured" in prove(path)[1].summary


def test_a_stamp_of_another_checkpoint_is_told_by_both(with_stamps, authority):
    files, written = with_stamps
    other, own = sizes(files)[-2:]
    moved = {f"log/stamps/{own}.tsr": files[f"log/stamps/{other}.tsr"]}
    path = written(**moved)
    assert offline(path) == set(moved)
    assert "it is of something else" in alone(path).stdout
    told, _ = prove(path, roots=load_roots(authority.root))
    assert {one.entry for one in told} == set(moved)


def test_a_stamp_by_nobody_we_trust_is_told_by_the_program_alone(with_stamps, tmp_path):
    files, written = with_stamps
    size = sizes(files)[-1]
    forger = Authority(tmp_path / "forger")
    forged = stamped(forger, files[f"log/checkpoints/{size}"])
    path = written(**beside(size, forged))
    assert offline(path) == set()
    told, _ = prove(path, roots=load_roots(Authority(tmp_path / "true").root))
    assert f"log/stamps/{size}.tsr" in {one.entry for one in told}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is no time stamp"),
        (b"\x30\x82", "it is no time stamp"),
        (b"\x30\x05\x30\x03\x02\x01\x02", "no time stamp was granted"),
        (b"junk" * 9, "it is no time stamp"),
    ],
)
def test_what_is_no_stamp_is_told_and_ends_nothing(with_stamps, content, why):
    files, written = with_stamps
    name = f"log/stamps/{sizes(files)[-1]}.tsr"
    (found,) = verifier.Proof(verifier.files_of(written(**{name: content})), ()).look()
    assert found.name == name
    assert why in found.why


def test_a_stamp_without_its_checkpoint_is_told(with_stamps):
    files, written = with_stamps
    size = sizes(files)[-1]
    path = written(**beside(size + 1_000, Stamp(b"", files[f"log/stamps/{size}.tsr"])))
    assert offline(path) == {f"log/stamps/{size + 1_000}.tsr"}


def test_a_stamp_older_than_that_of_a_shorter_log_is_told(with_stamps):
    files, written = with_stamps
    size = sizes(files)[-2]
    name = f"log/stamps/{size}.tsr"
    at = verifier.token(files[name]).at.encode()
    later = files[name].replace(at, b"2" + at[1:].replace(at[1:4], b"999", 1))
    assert later != files[name]
    (found,) = verifier.Proof(verifier.files_of(written(**{name: later})), ()).look()
    assert found.name == f"log/stamps/{sizes(files)[-1]}.tsr"
    assert "one of a shorter log" in found.why
