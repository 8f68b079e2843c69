"""The main job, and the same again while nothing changes."""

import pytest

KILOBYTE = 1024
NO_EVENT = {"cycle_started", "evidence_unchanged", "evidence_kept", "cycle_finished"}
"""Evidence is kept again where a vendor's answer moves by itself, such as a last delivery."""


def test_a_first_cycle_names_new_gaps_and_exits_2(after_one_cycle):
    company, answer = after_one_cycle
    (report,) = answer.rows

    assert answer.status == 2, answer.told
    assert report["new_gaps"] == list(range(1, len(report["new_gaps"]) + 1))
    gaps = {row["number"]: row for row in company.rows("gaps")}
    assert set(report["new_gaps"]) == gaps.keys()
    assert all(row["is_new"] and row["state"] == "open" for row in gaps.values())
    read = {row["scope"].partition(":")[0] for row in company.rows("evidence")}
    assert {"aws", "gcp", "github", "documents", "derived"} <= read


@pytest.fixture(scope="module")
def twice(after_one_cycle, tmp_path_factory):
    """The second cycle over the same estate: verdicts and size before, and what it answered."""
    company = after_one_cycle[0].copy(tmp_path_factory.mktemp("twice"))
    before = company.verdicts(), company.store_bytes
    return company, before, company.run()


def test_a_second_cycle_over_an_unchanged_estate_brings_no_event(twice):
    company, _, answer = twice
    (report,) = answer.rows
    happened = {entry["kind"] for entry in company.log() if entry["cycle"] == 2}

    assert (report["new_gaps"], report["drifted"], report["worsened"]) == ([], [], [])
    assert happened <= NO_EVENT
    assert not any(row["is_new"] for row in company.rows("gaps"))


def test_it_exits_3_because_the_local_aws_has_no_backup_service(twice):
    company, _, answer = twice
    undetermined = company.rows("verdicts", "--where", "outcome=undetermined")

    assert "backup:ListProtectedResources: 404" in {row["reason"] for row in undetermined}
    assert answer.status == 3


def test_it_gives_identical_verdicts(twice):
    company, (verdicts, _), _ = twice
    assert company.verdicts() == verdicts


def test_it_adds_less_than_64_kilobytes_to_the_store(twice):
    company, (_, size), _ = twice
    assert 0 < company.store_bytes - size < 64 * KILOBYTE


def test_the_store_verifies(twice):
    company, *_ = twice
    assert company.gapwatch("verify").status == 0
