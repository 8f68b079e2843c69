"""What an auditor would try, in the order of the list: each is one of seventeen tests."""

import hashlib
import json
import shutil
import tracemalloc
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from agent.catalogue import load_catalogue
from agent.gaps import events as e
from agent.package import verifier
from agent.package.handover import Handover
from agent.package.window import Window
from agent.registry import all_checks
from agent.store import queries
from agent.store.evidence import stored_transcript
from agent.store.keys import VerifierKey
from agent.store.retention import Retention
from agent.store.store import Store
from agent.store.tree import sign
from checks.contract import Outcome
from collectors.contract import ApiCall
from collectors.reader import take_snapshot
from collectors.transcript import Replay, Transcript
from tests.acceptance.auditor import Package, sha256
from tests.agent.house import Clock, Estate, House, doors
from tests.agent.package.half_year import (
    DENIED,
    DRIFT,
    HOSTILE,
    NEW_HOUSE,
    OUTAGE,
    REWORDED,
    SIGNER,
    START,
    WINDOW,
    HalfYear,
    live,
    prove,
)
from tests.agent.proof.company import company, run

pytestmark = pytest.mark.timeout(300)


def day(text):
    return date.fromisoformat(text[:10])


def test_01_five_printed_queries_run_again_give_the_same_content(package):
    home = Estate(doors={"front": "shut", "back": "shut", HOSTILE: "shut"}, visits=[True])
    records = [one for one in package.records().values() if one["collector"] == "test.doors"]
    for record in records[:5]:
        for asked in record["asked"]:
            service, _, operation = asked["operation"].partition(":")
            call = ApiCall(service, operation, asked["permission"])
            answer = home._answer(call, asked["arguments"]).response
            content = msgspec.json.encode(answer, order="deterministic")
            changed = asked["arguments"].get("Door") == "back" or asked["code"]
            assert sha256(content) == asked["response_sha256"] or changed
    assert len(records) >= 5


def test_02_a_deleted_row_and_a_dropped_page_are_named(package, tmp_path):
    name = next(one for one in package.files if one.startswith("populations/test.doors/"))
    fewer = b"".join(package.files[name].splitlines(keepends=True)[:-1])
    assert package.named(package.spoiled(tmp_path, **{name: fewer})) == {name}

    record = next(iter(package.records().values()))
    page = f"evidence/raw/{record['answers_sha256'][0]}"
    assert package.named(package.spoiled(tmp_path, **{page: None})) == {page}


def test_02_a_run_that_lacks_a_page_is_partial_and_passes_nothing(package, house):
    record = next(one for one in package.records().values() if one["collector"] == "test.doors")
    (answers,) = record["answers_sha256"]
    whole = stored_transcript(house.store.blobs, answers)
    listing = [one for one in whole.exchanges if one.operation != "ListDoors"]
    reader = House("test:home", Replay(Transcript(tuple(listing))), doors.calls)
    snapshot = take_snapshot(doors, reader, now=house.clock())
    assert not snapshot.complete


def test_03_a_scope_that_nobody_declared_is_shown_as_unreviewed(package):
    office = package.rows("scope.csv", scope="test:office")
    assert office
    assert all("unreviewed scope" in row["told"] for row in office)
    assert not [
        row for row in package.rows("scope.csv", scope="test:home") if "unrev" in row["told"]
    ]
    assert day(office[0]["first_seen_at"]) == NEW_HOUSE
    assert [one.about for one in package.doubts("unreviewed scope")] == ["test:office"]


def test_04_one_changed_field_of_a_record_names_the_record(package, tmp_path):
    for name in list(package.records())[:5]:
        content = json.loads(package.files[name])
        content["record"]["identity"] = "somebody else"
        changed = json.dumps(content).encode()
        assert package.named(package.spoiled(tmp_path, **{name: changed})) == {name}


def test_05_three_missed_cadences_are_an_unknown_interval_and_a_deviation(package):
    for check in ("test.door-shut", "test.visit-announced", "derived.houses-closed"):
        (unknown,) = unknown_in_outage(package, check)
        assert day(unknown["from"]) == OUTAGE[0] - timedelta(days=1)
        assert day(unknown["to"]) == OUTAGE[1]
    silences = package.rows("exceptions.csv", kind="silence", scope="test:home")
    outages = [row for row in silences if day(row["opened_at"]) == OUTAGE[0] - timedelta(days=1)]
    assert {row["check"] for row in outages} == {"test.doors", "test.visits"}
    assert package.doubts("not current")


def unknown_in_outage(package, check):
    return [
        row
        for row in package.rows("results/intervals.csv", check=check, conclusion="unknown")
        if day(row["from"]) <= OUTAGE[0] < day(row["to"]) and row["scope"] != "test:office"
    ]


def test_06_a_record_inserted_with_an_older_time_is_exposed(house, tmp_path):
    """The company itself, with its key: the log's order and the signed moments contradict it."""
    copy = copied(house, tmp_path)
    with copy.store.transaction() as writer:
        (kept,) = [
            event
            for _, event in sorted(entries(writer.connection).items())
            if isinstance(event, e.EvidenceKept) and event.collector == "test.doors"
        ][-1:]
        old = msgspec.structs.replace(kept, observed_at=datetime(2026, 12, 3, 9, tzinfo=UTC))
        (number,) = writer.append([old])
        sign(writer.connection, SIGNER, copy.clock())
    path, _ = copy.hand("backdated.zip")
    told, _ = prove(path)
    assert [one.entry for one in told] == [verifier.ENTRIES]
    assert f"back-dated: log entry {number}" in told[0].why


def test_07_denied_is_denied_and_passes_nothing(package):
    denied = [
        row
        for row in package.rows("evidence/index.csv", collector="test.doors", status="denied")
        if day(row["first_seen_at"]) == DENIED
    ]
    assert len(denied) == 1
    assert "ListDoors: AccessDenied" in denied[0]["omissions"]
    for check in ("test.door-shut", "test.door-name-short"):
        intervals = package.rows("results/intervals.csv", check=check, scope="test:home")
        on_the_day = [one for one in intervals if day(one["from"]) == DENIED]
        assert [one["conclusion"] for one in on_the_day] == ["undetermined"]


def test_08_a_changed_parameter_shows_both_versions_and_old_results_stay(package):
    (change,) = package.rows("changes.csv", what="parameter")
    assert change["name"] == "test.door-name-short"
    assert [json.loads(change[when])["longest"] for when in ("before", "after")] == [60, 9]
    assert day(change["at"]) == REWORDED
    digests = package.rows(
        "changes.csv", what="wording or mapping of criteria, controls and checks"
    )
    (wording,) = package.rows("changes.csv", what="wording of a control")
    assert [day(one["at"]) for one in (*digests, wording)] == [REWORDED, REWORDED]
    assert (wording["name"], wording["before"]) == ("NET-01", "Doors are shut.")
    assert wording["after"] == "Doors are shut, and their names are short."
    found = package.rows("results/intervals.csv", check="test.door-name-short", scope="test:home")
    known = {one["conclusion"] for one in found if day(one["to"]) < REWORDED}
    assert known == {"passed", "undetermined", "unknown"}
    assert found[-1]["conclusion"] == "failed"
    assert day(found[-1]["from"]) == REWORDED


def test_09_every_verdict_is_performed_again_byte_for_byte(package):
    told, proof = prove(package.path)
    assert told == []
    assert proof.summary.endswith("all as written")
    assert " 0 verdicts" not in proof.summary


def test_10_seed_and_population_give_the_same_items_in_the_same_order(package):
    drawn = 0
    for line in package.rows("samples/index.csv"):
        population = package.files[line["population"]]
        items = [row["item_id"].removeprefix("'") for row in package.rows(line["population"])]
        start = line["seed"] + sha256(population)
        ordered = sorted(items, key=lambda item: hashlib.sha256((start + item).encode()).digest())
        sample = [row["item_id"].removeprefix("'") for row in package.rows(line["sample"])]
        assert sample == ordered[: int(line["items_drawn"])]
        drawn += len(sample)
    assert drawn


def test_11_changes_that_nobody_else_looked_at_are_deviations(demo):
    found = demo.rows("exceptions.csv", check="github.change.approved-by-another-person")
    causes = {row["name"]: row["cause"] for row in found}
    assert any("pushed without a pull request" in why for why in causes.values())
    assert any("0 independent approvals" in why for why in causes.values())
    assert {row["kind"] for row in found} == {"occurrence"}
    population = [one for one in demo.files if one.startswith("populations/github.landed-changes/")]
    whole = {row["item_id"] for name in population for row in demo.rows(name)}
    assert {row["subject"] for row in found} <= whole
    landed = {row["item_id"]: row for row in demo.rows("landed_changes.csv")}
    assert landed.keys() == whole
    pushed = [landed[row["subject"]] for row in found if "without a pull request" in row["cause"]]
    assert {(row["pull_request"], row["approvers"]) for row in pushed} == {("", "")}
    assert all(row["landed_by"] for row in pushed)
    assert any("; " in row["authors"] and row["approvers"] for row in landed.values())


def test_12_a_leaver_with_an_identity_is_caught(demo):
    (left,) = demo.rows("exceptions.csv", check="derived.leaver.no-identity-left")
    assert "still enabled" in left["cause"]
    assert demo.rows("exceptions.csv", check="github.collaborator.approved")


def test_13_a_renewal_does_not_repair_the_days_before_it(package):
    found = package.rows("results/intervals.csv", check="test.door-shut", scope="test:home")
    (drift,) = [one for one in found if one["conclusion"] == "failed"]
    assert (day(drift["from"]), day(drift["to"])) == DRIFT
    (deviation,) = package.rows("exceptions.csv", check="test.door-shut", subject="back")
    assert day(deviation["opened_at"]) == DRIFT[0]
    assert day(deviation["closed_at"]) == DRIFT[1]
    assert float(deviation["hours_in_window"]) == pytest.approx(240, abs=1)


def test_13_a_policy_that_expired_and_was_renewed_keeps_its_expired_days(tmp_path):
    clock = Clock(datetime(START.year, START.month, START.day, 9, tzinfo=UTC))
    acme = company(tmp_path, clock=clock, schedule={"default": "7d"})
    expires, renewed = date(2026, 12, 24), date(2027, 2, 4)
    store = None
    (tmp_path / "registers" / "people.csv").write_text(PEOPLE)
    for _ in range(26):
        clock.moment += timedelta(days=7)
        approved = date(2025, 12, 20) if clock.moment.date() < renewed else renewed
        (tmp_path / "policies" / "access.md").write_text(POLICY.format(approved=approved))
        store = run(acme)
    path = tmp_path / "policies.zip"
    Handover(company=acme, store=store, window=WINDOW, by="alice").hand(path)
    package = Package(path, [], None, None)
    found = package.rows(
        "results/intervals.csv", check="documents.policy.approved-on-schedule", control="GOV-04"
    )
    known = [
        (one["conclusion"], day(one["from"])) for one in found if one["conclusion"] != "unknown"
    ]
    assert known == [("passed", date(2026, 10, 8)), ("failed", expires), ("passed", renewed)]


def test_14_an_exemption_is_told_with_its_reason_and_its_end(tmp_path):
    house = lived(tmp_path, days=12, exempt=(3, 7))
    package = Package(house.hand()[0], [], None, None)
    told = package.rows("changes.csv", what="what is out of scope")
    assert ["under repair" in one["before"] for one in told] == [False, True]
    assert ["under repair" in one["after"] for one in told] == [True, False]
    found = package.rows("results/verdicts.csv", check="test.door-shut", subject="back")
    assert [one["outcome"] for one in found] == ["passed", "not_applicable", "passed"]
    assert "under repair" in found[1]["reason"]


def test_14_an_acceptance_expires_and_both_are_told_beside_the_failure(tmp_path):
    last = date(2026, 10, 10)
    house = lived(tmp_path, days=20, open_from=3, accepting=(6, last))
    package = Package(house.hand()[0], [], None, None)
    (deviation,) = package.rows("exceptions.csv", check="test.door-shut", subject="back")
    assert "accepted as A-1 by alice until 2026-10-10, approved by bob" in deviation["response"]
    assert "A-1 was over on 2026-10-10" in deviation["response"]
    assert deviation["state"] == "open"
    found = package.rows("results/intervals.csv", check="test.door-shut", conclusion="failed")
    assert [day(one["from"]) for one in found] == [START + timedelta(days=3)]
    assert not package.rows("results/verdicts.csv", subject="back", outcome="accepted")
    for kind in ("acceptance_given", "acceptance_expired"):
        assert package.rows("access_log.csv", what=kind)


def test_14_nothing_reported_needs_a_signature_in_every_register_that_can_be_empty():
    needing = [
        planned.id
        for planned in load_catalogue().checks.values()
        if planned.empty is Outcome.UNDETERMINED
    ]
    assert len(needing) >= 6
    built = all_checks()
    assert all(built[one].empty is Outcome.UNDETERMINED for one in needing if one in built)


def test_15_a_removal_leaves_a_tombstone_and_the_package_tells_it(tmp_path):
    house = lived(tmp_path, days=30)
    Retention(store=house.store, keep=timedelta(days=5), signer=SIGNER).apply(
        datetime(2027, 1, 30, tzinfo=UTC)
    )
    path, told = house.hand()
    package = Package(path, told, None, None)
    removed = package.rows("evidence/index.csv", at_hand="no")
    assert removed
    assert package.rows("access_log.csv", what="evidence_expired")
    assert package.rows("access_log.csv", what="exported", by="alice")
    assert package.doubts("named but not included")
    assert prove(path)[0] == []


def test_16_last_years_package_verifies_with_this_years_tool():
    """A package as the first version wrote it: kept as it is, for good."""
    path = Path(__file__).with_name("first-version.zip")
    key = path.with_suffix(".key").read_text()
    assert list(verifier.Proof(verifier.files_of(path), [verifier.parsed_key(key)]).look()) == []
    told, proof = prove(path, trusted=(VerifierKey.parse(key.strip()),))
    assert [one for one in told if one.kind == "damage"] == []
    assert "verdicts performed again" in proof.summary


@pytest.mark.parametrize(
    ("reason", "about"),
    [
        ("evidence missing", "GOV-01"),
        ("not current", "NET-01"),
        ("unread in part", "populations/test.doors/"),
        ("unreviewed scope", "test:office"),
        ("failing without an answer", "gap"),
        ("the alert's path not proved", "alerts"),
    ],
)
def test_17_what_packages_were_sent_back_for_is_told_before(package, reason, about):
    assert any(one.about.startswith(about) for one in package.doubts(reason))
    told = package.rows("limits.csv", reason=reason)
    assert [one["why"] for one in told] == [one.why for one in package.doubts(reason)]


def test_17_of_the_real_estate_as_well(demo):
    assert demo.doubts("training incomplete")
    assert demo.doubts("restoring a backup not proved")
    assert demo.doubts("failing without an answer")


def test_17_samples_that_nobody_drew_are_told(house):
    _, told = house.hand("unsampled.zip", window=Window(START, date(2026, 10, 31)))
    assert [one for one in told if one.reason == "more samples needed"]


def test_what_happened_since_the_periods_end_is_listed_for_a_bridge_letter(house):
    path, _ = house.hand("quarter.zip", window=Window(START, date(2026, 12, 31)))
    package = Package(path, [], None, None)
    (drift,) = package.rows("bridge/deviations.csv", check="test.door-shut", subject="back")
    assert (day(drift["opened_at"]), day(drift["closed_at"])) == DRIFT
    assert not package.rows("exceptions.csv", check="test.door-shut", subject="back")
    assert [day(one["at"]) for one in package.rows("bridge/changes.csv", what="parameter")] == [
        REWORDED
    ]
    assert prove(path)[0] == []


def test_the_description_names_the_incidents_of_the_period_and_every_vendor(demo):
    named = demo.rows("description/incidents.csv")
    assert [row["subject"] for row in named] == ["I-2"]  # I-1 was over before the first day
    assert named[0]["evidence"]
    found = demo.rows("description/subservice.csv", what="in the register of vendors")
    assert {row["name"] for row in found} > {"GitHub", "Mail house"}
    told = demo.files["description/description.md"].decode()
    assert "- I-2 " in told
    assert "in the register of vendors: Mail house" in told


def test_half_a_year_takes_no_more_memory_than_a_month(house):
    """What grows with the window is streamed; the estate is the same."""
    peaks = {}
    for name, end in (("month", date(2026, 10, 31)), ("half-year", WINDOW.end)):
        tracemalloc.start()
        house.hand(f"{name}.zip", window=Window(START, end))
        peaks[name] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peaks["half-year"] < 1.3 * peaks["month"]


def test_the_demos_package_proves_as_well(demo):
    assert demo.prove(demo.path) == []


POLICY = """---
title: Access control policy
kind: policy
document: Access control policy
owner: ada@acme.test
authors: [ada@acme.test]
version: '1.0'
approved_by: grace@acme.test
approved_at: '{approved}'
approves: '1.0'
---
# Access control policy
"""


PEOPLE = """person_id,email,type,start_date,end_date,identities
p1,ada@acme.test,employee,2020-01-01,,
p2,grace@acme.test,employee,2020-01-01,,
"""


def lived(folder, **options):
    store = Store.open(f"sqlite:///{folder}/gapwatch.db", folder / "evidence", create=True)
    return live(folder, store, **options)


def copied(house, folder):
    """The same half-year once more, to be spoiled."""
    house.store.close()
    shutil.copytree(house.folder, folder, dirs_exist_ok=True)
    store = Store.open(f"sqlite:///{folder}/gapwatch.db", folder / "evidence")
    return HalfYear(folder, store, house.clock)


def entries(connection):
    return dict(queries.entries(connection))
