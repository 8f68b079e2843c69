"""Evidence on the disk: whole or not there, the same once, and no byte changes unnoticed."""

import errno
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from agent.store.blobs import BlobDamaged, FolderBlobs
from agent.store.faults import StoreUnusable
from tests.disks import mounted
from tests.dose import dose

CONTENT = b'{"Buckets":[{"Name":"invoices"},{"Name":"letters"}]}' * 20
ABSENT = "0" * 64
ANEW = settings(
    max_examples=dose(small=60, whole=3000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def blobs(tmp_path):
    return FolderBlobs(tmp_path / "evidence")


def the_file(blobs, digest):
    return blobs.folder / digest[:2] / f"{digest[2:]}.zst"


def files(blobs):
    return sorted(path for path in blobs.folder.rglob("*") if path.is_file())


@given(content=st.binary(max_size=5000))
@example(content=b"")
@example(content=CONTENT)
@ANEW
def test_what_was_kept_comes_back_under_its_own_hash(blobs, content):
    digest = blobs.put(content)
    assert digest == hashlib.sha256(content).hexdigest()
    assert blobs.get(digest) == content


def test_equal_content_is_written_once(blobs):
    digest = blobs.put(CONTENT)
    written = the_file(blobs, digest).stat()
    assert blobs.put(CONTENT) == digest
    again = the_file(blobs, digest).stat()
    assert (again.st_ino, again.st_mtime_ns) == (written.st_ino, written.st_mtime_ns)
    assert list(blobs.digests()) == [digest]


def test_many_threads_that_keep_the_same_leave_one_whole_file(blobs):
    with ThreadPoolExecutor(8) as pool:
        digests = set(pool.map(blobs.put, [CONTENT] * 64))
    assert digests == set(blobs.digests())
    assert blobs.get(digests.pop()) == CONTENT
    assert len(files(blobs)) == 1


def test_a_file_is_read_by_any_zstd(blobs):
    path = the_file(blobs, blobs.put(CONTENT))
    assert zstandard.decompress(path.read_bytes()) == CONTENT
    reader = zstandard.ZstdDecompressor().stream_reader(path.open("rb"), read_across_frames=True)
    assert reader.read() == CONTENT


@pytest.mark.proof
@given(data=st.data())
@ANEW
def test_no_changed_byte_survives(blobs, data):
    digest = blobs.put(CONTENT)
    path = the_file(blobs, digest)
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    flip = data.draw(st.integers(1, 255))
    path.write_bytes(whole[:place] + bytes([whole[place] ^ flip]) + whole[place + 1 :])
    with pytest.raises(BlobDamaged, match=digest):
        blobs.get(digest)
    path.write_bytes(whole)


def test_not_even_a_bit_that_zstd_ignores_may_change(blobs):
    digest = blobs.put(CONTENT)
    path = the_file(blobs, digest)
    changed = bytearray(path.read_bytes())
    changed[4] ^= 0b0001_0000  # the unused bit of the frame header descriptor
    path.write_bytes(changed)
    assert zstandard.decompress(bytes(changed)) == CONTENT
    with pytest.raises(BlobDamaged, match="its file was changed"):
        blobs.get(digest)


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        pytest.param(lambda path: path.unlink(), "missing", id="missing"),
        pytest.param(lambda path: path.write_bytes(b""), "its file was changed", id="emptied"),
        pytest.param(
            lambda path: path.write_bytes(path.read_bytes()[:-1]),
            "its file was changed",
            id="cut short by one byte",
        ),
        pytest.param(
            lambda path: path.write_bytes(path.read_bytes()[:-40]),
            "its file was changed",
            id="without its seal",
        ),
        pytest.param(
            lambda path: path.write_bytes(path.read_bytes() + b"\0"),
            "its file was changed",
            id="one byte longer",
        ),
        pytest.param(
            lambda path: path.write_bytes(b"never compressed"),
            "its file was changed",
            id="not zstd",
        ),
        pytest.param(
            lambda path: path.write_bytes(other(path)),
            "its content was changed",
            id="another blob's file",
        ),
        pytest.param(
            lambda path: (path.unlink(), path.mkdir()),
            "cannot be read: Is a directory",
            id="a folder in its place",
        ),
    ],
)
def test_a_damaged_blob_is_never_given_out(blobs, damage, why):
    digest = blobs.put(CONTENT)
    damage(the_file(blobs, digest))
    with pytest.raises(BlobDamaged, match=f"evidence {digest}: {why}"):
        blobs.get(digest)


def other(path):
    elsewhere = FolderBlobs(path.parent / "elsewhere")
    return the_file(elsewhere, elsewhere.put(b"something else")).read_bytes()


@pytest.mark.parametrize("step", ["open", "write", "fsync", "replace", "sync of the folder"])
def test_a_kill_at_any_step_leaves_a_whole_blob_or_none(blobs, monkeypatch, step):
    digest = hashlib.sha256(CONTENT).hexdigest()
    with monkeypatch.context() as patch:
        patch.setattr(*KILLS[step])
        with pytest.raises(KeyboardInterrupt):
            blobs.put(CONTENT)
    if list(blobs.digests()):
        assert blobs.get(digest) == CONTENT
    assert blobs.put(CONTENT) == digest
    assert blobs.get(digest) == CONTENT


def killed(*_, **__):
    raise KeyboardInterrupt


KILLS = {
    "open": ("agent.store.blobs.tempfile.mkstemp", killed),
    "write": ("agent.store.blobs.os.fdopen", killed),
    "fsync": ("agent.store.blobs.os.fsync", killed),
    "replace": ("agent.store.blobs.os.replace", killed),
    "sync of the folder": ("agent.store.blobs._sync", killed),
}


def test_what_a_killed_process_left_behind_is_no_evidence(blobs):
    digest = blobs.put(CONTENT)
    (blobs.folder / digest[:2] / ".new-abc").write_bytes(b"half of som")
    assert list(blobs.digests()) == [digest]
    assert blobs.get(digest) == CONTENT


def test_a_new_name_is_on_the_disk_before_the_digest_is_given_out(blobs, monkeypatch):
    synced = []
    monkeypatch.setattr("agent.store.blobs._sync", synced.append)
    digest = blobs.put(CONTENT)
    assert synced == [blobs.folder / digest[:2], blobs.folder, blobs.folder.parent]


def test_a_full_disk_is_told_with_the_remedy_and_loses_nothing(tmp_path):
    with mounted(tmp_path / "disk", "64k") as disk:
        blobs = FolderBlobs(disk / "evidence")
        digest = blobs.put(CONTENT)
        with pytest.raises(StoreUnusable) as told:
            blobs.put(os.urandom(100_000))
        assert str(disk) in str(told.value)
        assert "No space left on device" in str(told.value)
        assert "free some space and run again" in str(told.value)
        assert blobs.get(digest) == CONTENT
        assert files(blobs) == [the_file(blobs, digest)]


@pytest.mark.parametrize("step", ["tempfile.mkstemp", "os.fsync", "os.replace"])
@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (errno.ENOSPC, "free some space and run again"),
        (errno.EDQUOT, "free some space and run again"),
        (errno.EROFS, "gapwatch must be allowed to write there"),
        (errno.EACCES, "gapwatch must be allowed to write there"),
        (errno.EIO, "the disk fails"),
    ],
    ids=errno.errorcode.get,
)
def test_every_fault_of_the_disk_is_a_sentence_and_leaves_no_half(
    blobs, monkeypatch, step, code, remedy
):
    kept = blobs.put(b"kept before")

    def refuse(*_, **__):
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(f"agent.store.blobs.{step}", refuse)
        with pytest.raises(StoreUnusable) as told:
            blobs.put(CONTENT)
    assert os.strerror(code) in str(told.value)
    assert remedy in str(told.value)
    assert files(blobs) == [the_file(blobs, kept)]


def test_a_file_where_the_folder_should_be_is_told(tmp_path):
    (tmp_path / "evidence").write_text("")
    with pytest.raises(StoreUnusable, match="evidence"):
        FolderBlobs(tmp_path / "evidence").put(CONTENT)


def test_the_redaction_key_is_made_once_for_the_owners_eyes_only(blobs):
    key = blobs.redaction_key()
    path = blobs.folder / "redaction.key"
    assert (len(key), path.stat().st_mode & 0o777) == (32, 0o600)
    assert blobs.redaction_key() == key
    assert FolderBlobs(blobs.folder).redaction_key() == key
    assert files(blobs) == [path]


def test_the_key_of_whoever_was_first_is_the_key_of_all(blobs):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: FolderBlobs(blobs.folder).redaction_key(), range(64)))
    assert len(keys) == 1


@pytest.mark.parametrize("content", [b"", b"short", b"x" * 33])
def test_a_damaged_key_stops_the_cycle_instead_of_hashing_with_nothing(blobs, content):
    blobs.redaction_key()
    (blobs.folder / "redaction.key").write_bytes(content)
    with pytest.raises(StoreUnusable, match="is not a key of 32 bytes: bring it back"):
        blobs.redaction_key()


def test_blobs_are_for_the_owners_eyes_only(blobs):
    path: Path = the_file(blobs, blobs.put(CONTENT))
    assert path.stat().st_mode & 0o777 == 0o600
