"""What an auditor does with the demo's store: prove it, judge it again, and look for lies."""

import json
import re
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.demo.show import local_estate
from agent.estate import Estate, Selection
from agent.proving import prove
from agent.registry import all_checks, all_joins, all_that_read
from agent.reperformance import Reperformance
from agent.service import run_cycle
from agent.settings.loading import load_settings
from agent.store import queries
from agent.store.evidence import digest_of, read_assessments
from agent.store.store import Store
from agent.versions import decode
from tests.agent.house import Clock
from tests.agent.proof.auditor import damage
from tests.agent.proof.forger import changed, entries, first_named, rewrite
from tests.dose import dose
from tests.journeys.company import Company

ANOTHER_PROGRAM = """
from dataclasses import replace
import agent.proof, checks.access.storage as storage
from checks.contract import failed
agent.proof.framework = lambda: "another"
stricter = replace(storage.s3_public_access_blocked, judge=lambda _: failed("never"))
storage.s3_public_access_blocked = stricter
"""
CHECK = "aws.s3.public-access-blocked"


@pytest.fixture(scope="module")
def after_two_cycles(tmp_path_factory):
    """The demo's folder after both cycles; its servers are gone, and nobody misses them."""
    folder = tmp_path_factory.mktemp("two-cycles")
    with local_estate(folder) as estate:
        store = estate.company.store(create=True)
        run_cycle(estate.company, store, Selection(), trigger="demo")
        estate.drift()
        run_cycle(estate.company, store, Selection(), trigger="demo")
        store._engine.dispose()
    return Company(folder=folder)


@pytest.fixture
def company(after_two_cycles, tmp_path):
    return after_two_cycles.copy(tmp_path)


def opened(company):
    return Store.open(f"sqlite:///{company.database}", company.folder / "evidence")


def kept(store):
    with store.reading() as connection:
        return list(queries.entries(connection, kind="evidence_kept"))


def test_every_verdict_of_both_cycles_comes_out_the_same(company):
    assert company.rows("verify") == []
    summary = company.gapwatch("verify").out
    store = opened(company)
    given = sum(
        len(assessment.results)
        for _, event in kept(store)
        for assessment in read_assessments(store.blobs, event.assessments)
    )

    performed = int(re.search(r"(\d+) verdicts performed again", summary)[1])
    assert performed >= given > 500
    assert "all as written" in summary


def test_every_record_and_every_assessment_is_the_same_byte_for_byte(company):
    store = opened(company)
    with store.reading() as connection:
        means = Reperformance(
            connection=connection,
            blobs=store.blobs,
            checks=all_checks(),
            collectors=all_that_read(),
            joins=all_joins(),
        )
        ((_, started), *_) = queries.entries(connection, kind="cycle_started")
        versions = decode(store.blobs.get(started.versions))
        for number, event in kept(store):
            snapshot = means.snapshot(number, event, as_of=event.observed_at)
            judged = means.assessments(snapshot, versions, [each.check for each in event.judged])
            assert digest_of(snapshot.records) == event.records_digest, event.collector
            assert digest_of(judged) == event.assessments, event.collector


def test_a_public_key_that_was_kept_elsewhere_proves_the_store(company):
    ((status,), key) = company.rows("status"), company.folder / "gapwatch.key"
    key.unlink()
    proven = company.gapwatch("verify", "--key", status["log_key"])
    forged = company.gapwatch("verify", "--key", status["log_key"].replace("+", "x+", 1))

    assert (proven.status, "own word" in proven.out) == (0, False), proven.told
    assert forged.status == 1
    assert "own word" in company.gapwatch("verify").out


def test_the_past_is_judged_again_beside_what_was_known_then(company):
    rows = company.rows("replay")
    assert len(rows) > 500
    assert [row for row in rows if row["differs"]] == []

    owners = "github.organisation.owners-few-and-known"
    with company.settings() as settings:
        settings["thresholds"] = {owners: {"approved_owners": ["nobody"]}}
    rows = company.rows("replay", "--check", owners)
    assert {(row["then"], row["now"]) for row in rows if row["differs"]} == {("passed", "failed")}
    assert company.rows("verify") == []
    assert company.rows("replay", "--to", "2020-01-01") == []


def test_a_check_that_was_changed_on_purpose_is_told_with_both_verdicts(company):
    answer = company.gapwatch("verify", "--json", driver=ANOTHER_PROGRAM)

    assert answer.status == 0, answer.told
    assert {row["kind"] for row in answer.rows} == {"judged_differently"}
    assert any(f"{CHECK} on arn:aws:s3:::" in row["why"] for row in answer.rows)
    assert all("then " in row["why"] and "; now failed: never" in row["why"] for row in answer.rows)


def test_the_same_change_in_the_program_that_judged_is_damage(company):
    same = ANOTHER_PROGRAM.replace('agent.proof.framework = lambda: "another"\n', "")
    answer = company.gapwatch("verify", driver=same)
    assert answer.status == 1
    assert f"damage: log entry {with_check(company)}, aws.s3.buckets in aws:" in answer.out


def with_check(company):
    """The first entry on which the check was asked."""
    kinds = [json.loads(body) for (body,) in company.ask("SELECT body FROM log ORDER BY number")]
    return next(
        number
        for number, entry in enumerate(kinds, 1)
        if CHECK in {judged["check"] for judged in entry.get("judged", ())}
    )


@pytest.mark.proof
@settings(
    max_examples=dose(small=5, whole=150),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_whatever_is_changed_in_it_is_told_where_it_stands(after_two_cycles, tmp_path, data):
    spoilt = after_two_cycles.copy(tmp_path / "spoilt")
    store = opened(spoilt)
    try:
        if data.draw(st.booleans()):
            named = first_named(store)
            digest = data.draw(st.sampled_from(sorted(named)))
            path = store.blobs.folder / digest[:2] / f"{digest[2:]}.zst"
            content = bytearray(path.read_bytes())
            content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
            path.write_bytes(content)
            expected = f"log entry {named[digest]}"
        else:
            rows = entries(store)
            place = data.draw(st.integers(0, len(rows) - 1))
            leaf = rows[place][2]
            rows[place] = (*changed(rows[place], cycle=9)[:2], leaf)
            rewrite(store, rows, nodes=True)
            expected = f"log entry {place + 1}"
        assert expected in damage(prove(reading(spoilt), ()).look())
    finally:
        store._engine.dispose()
        shutil.rmtree(spoilt.folder)


def reading(company):
    """The company as its configuration describes it, without any of its secrets."""
    configuration = load_settings(company.configuration, all_checks())
    return Estate(settings=configuration, environment={}, clock=Clock())
