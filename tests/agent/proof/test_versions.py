"""What judged is kept with what was judged: catalogue, thresholds, exclusions and code."""

import hashlib
import inspect
import json
from pathlib import Path

import pytest

import checks
import collectors
from agent import versions as module
from agent.catalogue import load_catalogue
from agent.package.tables import differences
from agent.registry import all_checks, all_joins, all_that_read
from agent.store import queries
from agent.store.evidence import read_assessments
from agent.versions import Versions, code_hash, decode, encode, framework
from tests.agent.proof.company import company, proven, run
from tests.agent.proof.forger import entries

AGE = "documents.policy.approved-on-schedule"


def judging(store):
    """What judged in each cycle."""
    with store.reading() as connection:
        started = [event for _, event in queries.entries(connection, kind="cycle_started")]
    return [decode(store.blobs.get(event.versions)) for event in started]


def test_the_entry_of_a_cycle_names_all_that_judged_in_it(tmp_path):
    acme = company(
        tmp_path,
        thresholds={AGE: {"max_age_days": 90}},
        schedule={"documents": "2h"},
        scope={"exclude": [{"scope": "documents:old*", "reason": "history"}]},
    )
    (told,) = judging(run(acme))

    assert told == acme.versions
    assert told.catalogue == load_catalogue().digest
    assert told.criteria == ("security",)
    assert told.thresholds == {AGE: {"max_age_days": 90}}
    assert told.schedule["documents"] == 7200
    assert [(each.scope, each.reason) for each in told.exclusions] == [
        ("documents:old*", "history")
    ]
    units = {**all_checks(), **all_that_read(), **all_joins()}
    assert told.code == {name: code_hash(unit) for name, unit in units.items()}
    own = {name: limit.default for name, limit in all_checks()[AGE].thresholds.items()}
    assert told.limits(AGE) == {**own, "max_age_days": 90}
    assert told.limits("people.training.awareness-current")["course"] == ["security-awareness"]
    controls = load_catalogue().controls
    assert {name: words.text for name, words in told.wording.items()} == {
        name: control.description for name, control in controls.items()
    }


def test_what_was_kept_before_the_words_were_reads_back(tmp_path):
    versions = company(tmp_path).versions
    old = json.loads(encode(versions))
    del old["wording"], old["defaults"]
    read = decode(json.dumps(old).encode())
    assert (read.wording, read.limits(AGE)) == ({}, {})
    assert list(differences(read, versions)) == []


def test_a_hash_of_code_is_that_of_its_module():
    check = all_checks()[AGE]
    source = Path(inspect.getfile(check.judge)).read_bytes()
    once = hashlib.sha256(source).digest()
    assert code_hash(check) == hashlib.sha256(once).hexdigest()


def test_the_same_rules_are_one_blob_and_other_rules_another(tmp_path):
    with_one = company(tmp_path, thresholds={AGE: {"max_age_days": 90}})
    run(with_one)
    store = run(with_one)
    before = entries(store)
    assert len({row[1] for row in before if row[0] == "cycle_started"}) == 2
    assert digests(store) == [digests(store)[0]] * 2

    store = run(company(tmp_path, thresholds={AGE: {"max_age_days": 91}}))
    assert len(set(digests(store))) == 2
    assert entries(store)[: len(before)] == before
    assert [each.thresholds[AGE]["max_age_days"] for each in judging(store)] == [90, 90, 91]


def digests(store):
    with store.reading() as connection:
        return [event.versions for _, event in queries.entries(connection, kind="cycle_started")]


def test_verdicts_of_before_are_performed_again_under_the_rules_of_before(tmp_path):
    """Left out of scope then, judged now: neither is another verdict than was given."""
    out = {"exclude": [{"scope": "documents:*", "reason": "not yet"}]}
    store = run(company(tmp_path, scope=out))
    store = run(company(tmp_path))
    told, summary = proven(company(tmp_path))

    assert told == []
    assert "0 verdicts performed again" not in summary
    with store.reading() as connection:
        kept = [event for _, event in queries.entries(connection, kind="evidence_kept")]
    reasons = [
        {r.verdict.reason for a in read_assessments(store.blobs, e.assessments) for r in a.results}
        for e in kept
        if e.collector == "documents.required"
    ]
    assert reasons[0] == {"out of scope: not yet"}
    assert "out of scope: not yet" not in reasons[1]


def test_values_of_every_type_come_back_as_the_check_declares_them(tmp_path):
    given = {"github.organisation.owners-few-and-known": {"approved_owners": ["ada", "grace"]}}
    versions = decode(encode(company(tmp_path, thresholds=given).versions))
    check = all_checks()["github.organisation.owners-few-and-known"]

    assert versions.thresholds_of(check) == {"approved_owners": ("ada", "grace")}


def test_a_threshold_that_does_not_exist_any_more_is_passed_over(tmp_path):
    versions = company(tmp_path).versions
    old = Versions(**{**vars_of(versions), "thresholds": {AGE: {"gone": 1, "max_age_days": 9}}})
    assert old.thresholds_of(all_checks()[AGE]) == {"max_age_days": 9}


def vars_of(value):
    return {name: getattr(value, name) for name in value.__struct_fields__}


@pytest.mark.parametrize("package", [checks, collectors])
def test_one_changed_line_between_answer_and_verdict_is_another_program(monkeypatch, package):
    before = framework.__wrapped__()
    (folder,) = package.__path__
    changed = next(Path(folder).rglob("*.py"))
    read = Path.read_bytes
    monkeypatch.setattr(
        module.Path,
        "read_bytes",
        lambda path: read(path) + (b"\n" if path == changed else b""),
    )
    assert framework.__wrapped__() != before
