"""A note is read only if a known key signed exactly this text, whichever byte somebody changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.store.keys import SignerKey, VerifierKey
from agent.store.merkle import EMPTY_ROOT, leaf_hash
from agent.store.note import (
    Checkpoint,
    MalformedNote,
    NotSigned,
    opened,
    opened_checkpoint,
    signed,
    signed_checkpoint,
)
from tests.agent.store.test_keys import PUBLISHED, SECRET, SPECIFIED

LOG = "acme.example/gapwatch"
OLD, NEW, STRANGER = (SignerKey(LOG, bytes([number]) * 32) for number in range(3))
WITNESS = SignerKey("witness.example", bytes(32))
CHECKPOINT = Checkpoint(LOG, 1_234_567, leaf_hash(b"root"))
NOTE = signed_checkpoint(CHECKPOINT, [OLD])
TEXT = CHECKPOINT.encode()


def known(*keys):
    return [key.verifier for key in keys]


def test_the_example_of_the_specification_is_signed():
    note = (
        "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXpp"
        "zi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
    )

    found = opened(note.encode(), [VerifierKey.parse(SPECIFIED)])

    assert found.text == "This is an example message.\n"
    assert found.signed_by == (VerifierKey.parse(SPECIFIED),)


def test_the_example_of_another_implementation_comes_out_byte_for_byte():
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    note = (
        f"{text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXg"
        "KvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )

    assert signed(text, [SignerKey.parse(SECRET)]).decode() == note
    assert opened(note.encode(), [VerifierKey.parse(PUBLISHED)]).text == text


def test_the_checkpoint_of_the_specification_is_read():
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"

    checkpoint = Checkpoint.parse(text)

    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert checkpoint.root.hex().startswith("0ac5186a91863e8e")
    assert checkpoint.encode() == text


@given(
    origin=st.from_regex(r"[a-z.]{1,20}(/[a-z]{1,9})?", fullmatch=True),
    size=st.integers(0, 10**19 - 1),
    root=st.binary(min_size=32, max_size=32),
)
def test_a_checkpoint_reads_back_as_it_was(origin, size, root):
    checkpoint = Checkpoint(origin, size, root)
    key = SignerKey(origin, bytes(32))

    assert Checkpoint.parse(checkpoint.encode()) == checkpoint
    assert opened_checkpoint(signed_checkpoint(checkpoint, [key]), known(key)) == checkpoint


def test_lines_that_other_logs_add_are_kept():
    longer = Checkpoint(LOG, 0, EMPTY_ROOT, ("one more", "and another"))

    assert Checkpoint.parse(longer.encode()) == longer


@given(at=st.integers(0, len(NOTE) - 1), byte=st.integers(0, 255))
def test_no_byte_of_a_signed_checkpoint_can_be_another(at, byte):
    changed = NOTE[:at] + bytes([byte]) + NOTE[at + 1 :]
    if changed == NOTE:
        assert opened_checkpoint(changed, known(OLD)) == CHECKPOINT
        return
    with pytest.raises((MalformedNote, NotSigned)):
        opened_checkpoint(changed, known(OLD))


@given(at=st.integers(0, len(NOTE)), length=st.integers(1, 40), inserted=st.binary(max_size=3))
def test_no_bytes_can_be_cut_out_or_put_in(at, length, inserted):
    cut = NOTE[:at] + NOTE[at + length :]
    longer = NOTE[:at] + inserted + NOTE[at:]

    for changed in {cut, longer} - {NOTE}:
        with pytest.raises((MalformedNote, NotSigned)):
            opened_checkpoint(changed, known(OLD))


def test_while_one_key_takes_the_others_place_both_sign():
    note = signed_checkpoint(CHECKPOINT, [OLD, NEW])

    for keys in (known(OLD), known(NEW), known(NEW, OLD), known(STRANGER, NEW)):
        assert opened_checkpoint(note, keys) == CHECKPOINT
    assert opened(note, known(NEW, OLD, STRANGER)).signed_by == (OLD.verifier, NEW.verifier)


def test_what_an_old_key_signed_stays_signed_as_long_as_the_key_is_known():
    assert opened_checkpoint(NOTE, known(NEW, OLD)) == CHECKPOINT
    with pytest.raises(NotSigned, match=rf"none of the known keys signed it, but {LOG}\+"):
        opened_checkpoint(NOTE, known(NEW))


def test_a_known_keys_wrong_signature_spoils_the_note_whoever_else_signed():
    wrong = signed(TEXT.replace("1234567", "1234568"), [OLD]).decode().rpartition("\n\n")[2]
    right = signed(TEXT, [NEW, OLD]).decode()

    for note in (right + wrong, right.replace("\n\n", f"\n\n{wrong}")):
        with pytest.raises(
            NotSigned, match=r"the signature of acme.example/gapwatch\+\w+ is wrong"
        ):
            opened(note.encode(), known(NEW, OLD))
        assert opened(note.encode(), known(NEW)).text == TEXT


def test_a_witness_cannot_sign_in_place_of_the_log():
    with pytest.raises(NotSigned, match=rf"no known key of {LOG} signed its checkpoint"):
        opened_checkpoint(signed(TEXT, [WITNESS]), known(WITNESS, OLD))
    with pytest.raises(NotSigned, match="no known key"):
        signed_checkpoint(CHECKPOINT, [WITNESS])
    assert opened_checkpoint(signed(TEXT, [WITNESS, OLD]), known(WITNESS, OLD)) == CHECKPOINT


def test_nobody_is_told_from_two_keys_of_one_identity(monkeypatch):
    monkeypatch.setattr(VerifierKey, "id", b"same")

    with pytest.raises(NotSigned, match="which of two keys"):
        opened(NOTE, known(OLD, NEW))


def test_a_text_may_hold_empty_lines():
    text = "one\n\n\ntwo\n\n"

    assert opened(signed(text, [OLD]), known(OLD)).text == text


def test_sixteen_signatures_are_read_and_a_thousand_are_not():
    keys = [SignerKey(f"witness{number}.example", bytes(32)) for number in range(1000)]

    assert len(opened(signed(TEXT, keys[:16]), known(*keys)).signed_by) == 16
    with pytest.raises(MalformedNote, match="at most 100 signatures"):
        signed(TEXT, keys)


@pytest.mark.parametrize(
    "text", ["", "no end", "bell\x07\n", "tab\tin it\n", "carriage\r\n", "null\0\n"]
)
def test_what_is_no_text_is_not_signed(text):
    with pytest.raises(MalformedNote):
        signed(text, [OLD])


def test_a_note_that_nobody_signs_is_none():
    with pytest.raises(MalformedNote, match="lines with signatures"):
        signed(TEXT, [])


@pytest.mark.parametrize(
    "note",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(TEXT.encode(), id="no signature"),
        pytest.param(NOTE.replace(b"\n\n", b"\n"), id="no empty line"),
        pytest.param(NOTE[:-1], id="the last line does not end"),
        pytest.param(NOTE + b"\n", id="an empty line at the end"),
        pytest.param(NOTE + b"a word\n", id="something else at the end"),
        pytest.param(NOTE.replace("—".encode(), b"-"), id="another dash"),
        pytest.param(NOTE.replace("— ".encode(), b""), id="no dash"),
        pytest.param(NOTE.replace(LOG.encode() + b" ", b"a+b "), id="a plus in the name"),
        pytest.param(NOTE.replace("— ".encode(), "—  ".encode()), id="two spaces"),
        pytest.param(NOTE.replace(b"=\n", b"\n"), id="base64 cut short"),
        pytest.param(NOTE.replace(b"=\n", b"= \n"), id="a space at the end"),
        pytest.param(f"{TEXT}\n— {LOG} AAAAAA==\n".encode(), id="a key's id and no signature"),
        pytest.param(NOTE.replace(b"\n", b"\r\n"), id="another system's line ends"),
        pytest.param(b"\xef\xbb\xbf\xff" + NOTE, id="not UTF-8"),
    ],
)
def test_what_is_no_note_is_refused(note):
    with pytest.raises(MalformedNote):
        opened(note, known(OLD))


ROOT = TEXT.split("\n")[2]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{LOG}\n7\n", id="no root"),
        pytest.param(f"\n7\n{ROOT}\n", id="no origin"),
        pytest.param(f"{LOG}\n7\n{ROOT}", id="the last line does not end"),
        pytest.param(f"{LOG}\n7\n{ROOT}\nmore", id="a further line does not end"),
        pytest.param(f"{LOG}\n7\n{ROOT}\n\n", id="an empty line"),
        pytest.param(f"{LOG}\n07\n{ROOT}\n", id="a leading zero"),
        pytest.param(f"{LOG}\n-7\n{ROOT}\n", id="negative"),
        pytest.param(f"{LOG}\n+7\n{ROOT}\n", id="a sign"),
        pytest.param(f"{LOG}\n7_0\n{ROOT}\n", id="an underscore"),
        pytest.param(f"{LOG}\n 7\n{ROOT}\n", id="a space"),
        pytest.param(
            f"{LOG}\n7\N{ARABIC-INDIC DIGIT SEVEN}\n{ROOT}\n", id="another script's digit"
        ),
        pytest.param(f"{LOG}\n{'9' * 20}\n{ROOT}\n", id="longer than any log"),
        pytest.param(f"{LOG}\n7\n{ROOT[:-5]}=\n", id="root cut short"),
        pytest.param(f"{LOG}\n7\n{leaf_hash(b'').hex()}\n", id="root in hexadecimal"),
        pytest.param(f"{LOG}\n7\n{ROOT[:-2]}{chr(ord(ROOT[-2]) + 1)}=\n", id="root in other words"),
    ],
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(MalformedNote):
        opened_checkpoint(signed(text, [OLD]) if text.endswith("\n") else text.encode(), known(OLD))
    with pytest.raises(MalformedNote):
        Checkpoint.parse(text)


def test_an_origin_cannot_forge_the_lines_after_it():
    forged = Checkpoint(f"{LOG}\n9\n{ROOT}", 7, EMPTY_ROOT)

    with pytest.raises(MalformedNote, match="cannot hold the end of a line"):
        signed_checkpoint(forged, [OLD])
