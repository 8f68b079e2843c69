"""A redacted package names nobody, proves what it holds, and has the leaves of the full one."""

import hashlib
import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.package import verifier
from agent.package.redaction import Redaction
from agent.package.verifier import field_hash
from tests.agent.package.half_year import HOSTILE, prove
from tests.agent.package.test_tampering import contents, offline, resealed

LEAVES = "evidence/items/leaves.csv"


@pytest.fixture(scope="module")
def editions(month):
    """The full and the redacted edition of the same store and seed."""
    full, _ = month.hand("full.zip", seed="7")
    redacted, _ = month.hand("redacted.zip", seed="7", redacted=True)
    return contents(full), redacted


def test_it_proves_and_says_what_it_cannot(editions):
    _, redacted = editions
    assert offline(redacted) == set()
    told, _ = prove(redacted)
    assert [(one.kind, one.entry) for one in told] == [("not_performed", "every verdict")]


def test_nobody_and_nothing_is_named(editions):
    _, redacted = editions
    told = b"".join(contents(redacted).values())
    for name in (HOSTILE, HOSTILE.replace('"', '""'), "the caretaker", "door back", "alice"):
        assert name.encode() not in told
        assert json.dumps(name).encode()[1:-1] not in told
    assert not [
        name
        for name in contents(redacted)
        if "/raw/" in name or (name.endswith(".txt") and name.startswith("evidence"))
    ]


def test_what_the_redacted_edition_leaves_out_is_said_in_its_manifest_with_the_reason(editions):
    full, redacted = editions
    hidden = contents(redacted)
    said = {one["path"]: one["why"] for one in json.loads(hidden["MANIFEST.json"])["left_out"]}
    gone = full.keys() - hidden.keys()
    folders = {name.partition("/")[0] for name in gone if not name.startswith("log/checkpoints")}
    assert folders == {path.partition("/")[0] for path in said}
    assert "results/oscal/" in said
    assert all(why in hidden["README.txt"].decode() for why in said.values())
    assert json.loads(full["MANIFEST.json"])["left_out"] == []


def test_both_editions_have_the_same_leaves(editions):
    full, redacted = editions
    hidden = contents(redacted)
    assert full[LEAVES] == hidden[LEAVES]
    assert full[LEAVES].count(b"\n") > 5
    opened = [verifier.leaf_hash(line) for line in full[verifier.ENTRIES].splitlines()]
    given = [leaf_of(line) for line in hidden[verifier.ENTRIES].splitlines()]
    assert given[: len(opened)] == opened


def leaf_of(line):
    withheld = json.loads(line).get("withheld")
    return bytes.fromhex(withheld) if withheld else verifier.leaf_hash(line)


def test_a_withheld_field_is_the_hash_of_the_opened_one(editions):
    full, redacted = editions
    hidden = contents(redacted)
    withheld = 0
    for name in (one for one in hidden if re.fullmatch(r"evidence/items/\d+\.jsonl", one)):
        for opened, closed in zip(full[name].splitlines(), hidden[name].splitlines(), strict=True):
            fields = json.loads(opened)["fields"]
            for field, told in json.loads(closed)["fields"].items():
                if "hash" in told:
                    withheld += 1
                    one = fields[field]
                    hashed = field_hash(bytes.fromhex(one["salt"]), field, one["value"])
                    assert hashed.hex() == told["hash"]
    assert withheld


def test_another_hash_in_place_of_a_withheld_field_is_told(editions, tmp_path):
    _, redacted = editions
    files = contents(redacted)
    name = next(one for one in files if re.fullmatch(r"evidence/items/\d+\.jsonl", one))
    told = re.search(rb'"hash":"([0-9a-f]{64})"', files[name])[1]
    another = hashlib.sha256(told).hexdigest().encode()
    forged = files[name].replace(told, another, 1)
    assert offline(resealed(tmp_path, {**files, name: forged})) == {name}


def test_an_opened_field_that_is_not_the_records_is_told(editions, tmp_path):
    """Even where the company gives a leaf that fits its lie."""
    full, _ = editions
    name = next(one for one in full if re.fullmatch(r"evidence/items/\d+\.jsonl", one))
    line = json.loads(full[name].splitlines()[0])
    line["fields"]["name"]["value"] = "another"
    leaf = verifier._leaf_of(line["fields"])
    lines = [json.dumps({**line, "leaf": leaf}).encode(), *full[name].splitlines()[1:]]
    leaves = full[LEAVES].replace(
        json.loads(full[name].splitlines()[0])["leaf"].encode(), leaf.encode()
    )
    files = {**full, name: b"\n".join(lines) + b"\n", LEAVES: leaves}
    assert offline(resealed(tmp_path, files)) == {name}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.text(min_size=1, max_size=5),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda inner: st.lists(inner, max_size=3),
            max_leaves=5,
        ),
        min_size=1,
        max_size=5,
    )
)
def test_whatever_a_record_holds_its_leaf_is_the_same_opened_or_withheld(record):
    redaction = Redaction(b"k" * 32)
    leaves = set()
    for full in (True, False):
        line = json.loads(redaction.item(1, 2, record, full=full))
        leaves |= {line["leaf"], verifier._leaf_of(line["fields"])}
    assert leaves == {redaction.leaf(1, 2, record)}
