"""Keys read back as they were written, and a secret that others can read is no secret."""

import os
import stat

import pytest

from agent.store.keys import (
    KeyUnusable,
    MalformedKey,
    SignerKey,
    VerifierKey,
    _refuse_if_exposed,
    create_key_file,
    read_key_file,
)

SPECIFIED = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
"""The example of C2SP's specification of signed notes."""
PUBLISHED = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
"""The example of Go's sumdb/note, from which the specification comes."""


@pytest.mark.parametrize("text", [SPECIFIED, PUBLISHED])
def test_published_verifier_keys_read_back_as_they_were(text):
    key = VerifierKey.parse(text)

    assert key.encode() == text
    assert key.id.hex() == text.split("+")[1]


def test_a_signer_key_knows_its_public_half():
    key = SignerKey.parse(SECRET)

    assert key.encode() == SECRET
    assert key.verifier.encode() == PUBLISHED


def test_a_new_key_signs_what_its_public_half_verifies():
    key = SignerKey.generate("acme.example/gapwatch")
    signature = key.sign(b"a message")

    assert SignerKey.parse(key.encode()) == key != SignerKey.generate(key.name)
    assert VerifierKey.parse(key.verifier.encode()) == key.verifier
    assert key.verifier.verifies(signature, b"a message")
    assert not key.verifier.verifies(signature, b"another message")
    assert not key.verifier.verifies(signature[:-1], b"a message")
    assert not SignerKey.generate(key.name).verifier.verifies(signature, b"a message")


def test_a_secret_is_in_no_representation():
    key = SignerKey.parse(SECRET)

    assert SECRET.rpartition("+")[2] not in repr(key)
    assert repr(key.seed) not in repr(key)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\nend", "a\u2028b", "bell\x07"])
def test_a_name_that_a_note_cannot_hold_is_refused(name):
    with pytest.raises(MalformedKey, match="the name of a signer key"):
        SignerKey.generate(name)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("", "cut short", id="nothing"),
        pytest.param(SPECIFIED[:-1], "cut short", id="the last letter is missing"),
        pytest.param(SPECIFIED.replace("530d903a", "530d903b"), "its id", id="another id"),
        pytest.param(SPECIFIED.replace("foo", "bar"), "its id", id="another name"),
        pytest.param(SPECIFIED.replace("530d903a", "530D903A"), "its id", id="id in capitals"),
        pytest.param(SPECIFIED.replace("U2k", "U2l"), "its id", id="another key"),
        pytest.param(SPECIFIED.replace("Aeky", "Beky"), "kind Ed25519", id="another kind"),
        pytest.param(SPECIFIED.replace("example.com/", "my "), "the name", id="a space in it"),
        pytest.param(f"{SPECIFIED}\n", "cut short", id="a line's end after it"),
        pytest.param(SECRET, "cut short", id="a signer key"),
    ],
)
def test_what_is_no_verifier_key_is_refused(text, why):
    with pytest.raises(MalformedKey, match=why):
        VerifierKey.parse(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("", "does not begin with", id="nothing"),
        pytest.param(PUBLISHED, "does not begin with", id="a verifier key"),
        pytest.param(SECRET[:-1], "cut short", id="the last letter is missing"),
        pytest.param(SECRET.replace("c74f20a3", "c74f20a4"), "its id", id="another id"),
        pytest.param(SECRET.replace("KDFz", "KDFy"), "its id", id="another key"),
    ],
)
def test_what_is_no_signer_key_is_refused_and_not_repeated(text, why):
    with pytest.raises(MalformedKey, match=why) as refused:
        SignerKey.parse(text)

    assert SECRET.rpartition("+")[2][:20] not in str(refused.value)


def test_a_key_file_is_its_owners_alone(tmp_path):
    path, key = tmp_path / "log.key", SignerKey.generate("acme.example/gapwatch")
    before = os.umask(0)
    try:
        create_key_file(path, key)
    finally:
        os.umask(before)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_key_file(path) == key


def test_a_key_file_is_never_written_over(tmp_path):
    path, key = tmp_path / "log.key", SignerKey.generate("acme.example/gapwatch")
    create_key_file(path, key)

    with pytest.raises(KeyUnusable, match=r"log.key exists: a signing key is never written over"):
        create_key_file(path, SignerKey.generate("acme.example/gapwatch"))
    assert read_key_file(path) == key


def test_a_disk_that_is_full_leaves_no_half_of_a_key(tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KeyUnusable, match="No space left on device"):
        create_key_file(tmp_path / "log.key", SignerKey.generate("acme.example/gapwatch"))
    assert not (tmp_path / "log.key").exists()


def test_a_key_file_that_others_can_read_is_refused_with_the_remedy(tmp_path):
    path = tmp_path / "log.key"
    create_key_file(path, SignerKey.generate("acme.example/gapwatch"))
    path.chmod(0o644)

    with pytest.raises(KeyUnusable, match=rf"by others: chmod 600 {path}"):
        read_key_file(path)


def file(owner, mode):
    return os.stat_result((stat.S_IFREG | mode, 0, 0, 1, owner, 0, 0, 0, 0, 0))


@pytest.mark.parametrize(
    ("owner", "mode"),
    [
        pytest.param(1000, 0o600, id="ours"),
        pytest.param(1000, 0o400, id="ours, not to be changed"),
        pytest.param(0, 0o440, id="a secret mounted for our group"),
        pytest.param(0, 0o640, id="a file of root for our group"),
    ],
)
def test_a_key_file_nobody_else_can_read_is_taken(owner, mode, monkeypatch, tmp_path):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    _refuse_if_exposed(tmp_path, file(owner, mode))


@pytest.mark.parametrize(
    ("owner", "mode"),
    [
        pytest.param(1000, 0o640, id="ours, and our group's"),
        pytest.param(1000, 0o604, id="ours, and everybody's"),
        pytest.param(1000, 0o602, id="ours, and anybody can change it"),
        pytest.param(0, 0o460, id="of root, and our group can change it"),
        pytest.param(0, 0o444, id="of root, and everybody's"),
        pytest.param(1001, 0o600, id="somebody else's"),
    ],
)
def test_a_key_file_somebody_else_can_read_or_change_is_refused(owner, mode, monkeypatch, tmp_path):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(KeyUnusable):
        _refuse_if_exposed(tmp_path, file(owner, mode))


def test_a_file_that_is_missing_or_no_key_is_named(tmp_path):
    with pytest.raises(KeyUnusable, match=r"none cannot be read: No such file"):
        read_key_file(tmp_path / "none")
    with pytest.raises(KeyUnusable, match=r"none/log.key cannot be written: No such file"):
        create_key_file(tmp_path / "none" / "log.key", SignerKey.generate("acme.example"))
    for content, why in ((b"\xff", "UTF-8"), (b"", "does not begin")):
        (tmp_path / "bad").write_bytes(content)
        (tmp_path / "bad").chmod(0o600)
        with pytest.raises(MalformedKey, match=why):
            read_key_file(tmp_path / "bad")
