"""One file beside an entry proves that it is in the log: offline, and with nothing but a key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.store.keys import SignerKey
from agent.store.merkle import NotIncluded, inclusion_proof
from agent.store.note import Checkpoint, MalformedNote, NotSigned, signed_checkpoint
from agent.store.tlogproof import MalformedProof, TlogProof
from tests.agent.store.kept import KeptTree, numbered

KEY, STRANGER = (SignerKey("acme.example/gapwatch", bytes([number]) * 32) for number in range(2))
SIZE = 300
ENTRIES = numbered(SIZE)
LOG = KeptTree(ENTRIES)
CHECKPOINT = Checkpoint(KEY.name, SIZE, LOG.frontier.root)
NOTE = signed_checkpoint(CHECKPOINT, [KEY])
KNOWN = (KEY.verifier,)


def proof_of(index, extra=b""):
    return TlogProof(index, inclusion_proof(index, SIZE, LOG.tiles()), NOTE, extra)


FILE = proof_of(42).encode()


def test_the_file_is_as_the_specification_draws_it():
    lines = proof_of(42, b"for the auditor").encode().decode().split("\n")

    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra Zm9yIHRoZSBhdWRpdG9y", "index 42"]
    assert [len(line) for line in lines[3:12]] == [44] * 9
    assert lines[12:15] == ["", "acme.example/gapwatch", "300"]
    assert FILE.decode().split("\n")[:2] == ["c2sp.org/tlog-proof@v1", "index 42"]


@given(index=st.integers(0, SIZE - 1), extra=st.binary(max_size=20))
def test_every_entry_is_proved_by_its_file(index, extra):
    proof = TlogProof.parse(proof_of(index, extra).encode())

    assert proof == proof_of(index, extra)
    assert proof.check(ENTRIES[index], KNOWN) == CHECKPOINT


def test_the_only_entry_of_a_log_needs_no_hashes():
    log = KeptTree([b"only"])
    note = signed_checkpoint(Checkpoint(KEY.name, 1, log.frontier.root), [KEY])
    proof = TlogProof.parse(TlogProof(0, (), note).encode())

    assert proof.check(b"only", KNOWN).size == 1


def test_no_other_entry_place_or_key_is_proved():
    with pytest.raises(NotIncluded):
        proof_of(42).check(ENTRIES[43], KNOWN)
    with pytest.raises(NotIncluded):
        TlogProof(43, proof_of(42).hashes, NOTE).check(ENTRIES[42], KNOWN)
    with pytest.raises(NotSigned):
        proof_of(42).check(ENTRIES[42], (STRANGER.verifier,))


@given(at=st.integers(0, len(FILE) - 1), byte=st.integers(0, 255))
def test_no_byte_of_the_file_can_be_another(at, byte):
    changed = FILE[:at] + bytes([byte]) + FILE[at + 1 :]
    if changed == FILE:
        return
    with pytest.raises((MalformedProof, MalformedNote, NotIncluded, NotSigned)):
        TlogProof.parse(changed).check(ENTRIES[42], KNOWN)


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(FILE.partition(b"\n\n")[0], id="no checkpoint"),
        pytest.param(FILE.replace(b"@v1", b"@v2"), id="another version"),
        pytest.param(FILE.replace(b"\nindex 42", b""), id="no index"),
        pytest.param(FILE.replace(b"index 42", b"number 42"), id="another word for index"),
        pytest.param(b"c2sp.org/tlog-proof@v1\n\n" + NOTE, id="a header only"),
        pytest.param(FILE.replace(b"index 42", b"index 042"), id="a leading zero"),
        pytest.param(FILE.replace(b"index 42", b"index -1"), id="negative"),
        pytest.param(FILE.replace(b"index 42", b"index  42"), id="two spaces"),
        pytest.param(FILE.replace(b"index 42", b"index 42\nextra AAAA"), id="extra too late"),
        pytest.param(FILE.replace(b"index", b"extra \nindex"), id="extra that is empty"),
        pytest.param(FILE.replace(b"index", b"extra ?\nindex"), id="extra not in base64"),
        pytest.param(FILE.replace(b"index 42\n", b"index 42\nAAAA\n"), id="a hash cut short"),
        pytest.param(FILE.replace(b"\n", b"\r\n"), id="another system's line ends"),
        pytest.param("é".encode() + FILE, id="not ASCII"),
    ],
)
def test_what_is_no_proof_is_refused(file):
    with pytest.raises(MalformedProof):
        TlogProof.parse(file)
