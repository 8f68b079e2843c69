"""What every check, collector and join promises, asked of all of them at once."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping

import msgspec
import pytest

from agent.catalogue import load_controls
from agent.registry import all_checks, all_collectors, all_joins
from tests.architecture.syntax import ROOT
from tests.architecture.witness import WRITES_TO

CHECKS = tuple(all_checks().values())
COLLECTORS = tuple(all_collectors().values())
JOINS = tuple(all_joins().values())
UNITS = (*COLLECTORS, *JOINS)
YIELDED = {unit.yields for unit in UNITS}
JUDGED = {check.subject for check in CHECKS} | {kind for join in JOINS for kind in join.inputs}
PROMISED = load_controls()
ID = re.compile(r"[a-z][a-z0-9]*(\.[a-z][a-z0-9]*(-[a-z0-9]+)*){1,3}")


def named(unit):
    return unit.id


@pytest.mark.parametrize("unit", [*CHECKS, *UNITS], ids=named)
def test_an_id_is_a_readable_path_and_given_once(unit):
    ids = [other.id for other in (*CHECKS, *UNITS)]

    assert ID.fullmatch(unit.id)
    assert ids.count(unit.id) == 1


@pytest.mark.parametrize("collector", COLLECTORS, ids=named)
def test_a_collector_is_named_for_the_source_it_lies_in_and_reads(collector):
    _, source, *_ = collector.pull.__module__.split(".")

    assert collector.source == source
    assert collector.reads.__module__.startswith(f"collectors.{source}.")


@pytest.mark.parametrize("join", JOINS, ids=named)
def test_a_join_is_named_for_being_derived(join):
    assert join.id.startswith("derived.")
    assert join.join.__module__.startswith("collectors.derived.")


@pytest.mark.parametrize("check", CHECKS, ids=named)
def test_what_a_check_is_asked_of_is_collected_or_joined(check):
    assert check.subject in YIELDED


@pytest.mark.parametrize("join", JOINS, ids=named)
def test_what_a_join_takes_is_collected_or_joined(join):
    assert set(join.inputs) <= YIELDED


@pytest.mark.parametrize("join", JOINS, ids=named)
def test_the_one_source_that_a_join_takes_a_kind_of_is_there(join):
    taken = {unit.yields for unit in UNITS if join.takes(unit)}

    assert taken == set(join.inputs)


@pytest.mark.parametrize("unit", UNITS, ids=named)
def test_nothing_is_read_that_nobody_judges(unit):
    assert unit.yields in JUDGED


NEVER_IN_DOUBT = {
    "aws.logs.retention-long-enough": "the listing itself says it, so a group without is omitted",
    "derived.access-review.completed-each-quarter": "a register is read whole or is an omission",
    "derived.scope.everything-declared": "a place is in a list, which is read whole or an omission",
    "derived.scope.services-declared": "the same",
    "gcp.iam.no-basic-roles": "a binding is its role and its members, and is listed whole",
    "gcp.iam.no-public-principal": "the same",
    "github.collaborator.approved": "the listing itself says who it is",
}


@pytest.fixture(scope="module")
def witnessed(tmp_path_factory):
    """Which outcomes each check gives in the tests of the checks, by running them."""
    account = tmp_path_factory.mktemp("witness") / "outcomes.json"
    command = [
        *(sys.executable, "-m", "pytest", "tests/checks", "-p", "no:cacheprovider"),
        *("-p", "no:xdist", "-p", "tests.architecture.witness"),
    ]
    environment = {**os.environ, WRITES_TO: str(account), "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert account.exists(), run.stdout + run.stderr
    return json.loads(account.read_text())


@pytest.mark.parametrize("check", CHECKS, ids=named)
def test_a_check_was_seen_to_pass_to_fail_and_to_doubt(check, witnessed):
    expected = {"passed", "failed", "undetermined"}
    if check.id in NEVER_IN_DOUBT:
        expected -= {"undetermined"}
    seen = set(witnessed.get(check.id, ()))

    assert expected <= seen
    assert ("undetermined" in seen) != (check.id in NEVER_IN_DOUBT)


def test_no_check_is_beyond_doubt_that_does_not_exist():
    assert NEVER_IN_DOUBT.keys() <= all_checks().keys()


@pytest.mark.parametrize("check", CHECKS, ids=named)
def test_a_check_has_its_cases_in_the_mirror_of_its_module(check):
    *folders, module = check.judge.__module__.split(".")
    cases = ROOT.joinpath("tests", *folders, f"test_{module}.py")

    assert len(folders) == 2, "a check lies in the folder of what is promised"
    assert re.search(rf"\b{check.judge.__name__}\b", cases.read_text())


@pytest.mark.parametrize("check", CHECKS, ids=named)
def test_a_check_says_why_and_what_to_do_in_whole_sentences(check):
    assert re.fullmatch(r"[A-Z].*[^.]", check.title)
    assert re.fullmatch(r"[A-Z].*\.", check.remediation)
    assert re.match(r"[A-Z][^\n]*[.?](\n\n|$)", check.rationale)


@pytest.mark.parametrize("check", CHECKS, ids=named)
def test_a_check_tests_controls_of_the_catalogue(check):
    assert set(check.controls) <= PROMISED.keys()
    assert len(check.controls) == len(set(check.controls))


THRESHOLDS = [
    pytest.param(threshold, id=f"{check.id} {name}")
    for check in CHECKS
    for name, threshold in check.thresholds.items()
]


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_a_threshold_can_be_written_into_the_configuration(threshold):
    written = msgspec.json.decode(msgspec.json.encode(threshold.default))

    assert msgspec.convert(written, threshold.type) == threshold.default
    assert not isinstance(threshold.default, list | set | Mapping), "a default cannot be changed"
