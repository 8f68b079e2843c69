"""Every verdict can be reached again from what is stored; what comes out otherwise is told."""

from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
import pytest

from agent.gaps import events as e
from agent.store import queries
from agent.store.evidence import digest_of, read_assessments
from agent.store.log import decode
from agent.versions import decode as decode_versions
from checks.contract import Outcome, Severity, Verdict, check, failed, passed
from tests.agent.house import (
    CHECKS,
    COLLECTORS,
    JOINS,
    Clock,
    Door,
    Estate,
    cycle,
    door_shut,
    doors,
    open_houses,
    rules,
    visits,
)
from tests.agent.proof.auditor import SIGNER, damage, live, look, proving, reperformance
from tests.agent.proof.forger import changed, entries, rewrite, sign_again
from tests.evidence import NOW

OTHER_PROGRAM = "0" * 64


@check(
    id="test.door-inspected",
    title="Doors are inspected",
    controls=("NET-01",),
    severity=Severity.LOW,
    remediation="Inspect it.",
    empty=Outcome.NOT_APPLICABLE,
)
def door_inspected(door: Door, *, as_of: datetime, hours: int = 24) -> Verdict:
    """Every door was inspected once, and that does not last."""
    due = NOW + timedelta(hours=hours)
    return (passed if as_of <= due else failed)(f"good until {due:%H:%M} for {door.id}")


DATED = (*CHECKS, door_inspected)


def dated_rules(**thresholds):
    known = {check.id: check for check in DATED}
    return replace(rules(), checks=known, thresholds={door_inspected.id: thresholds})


@pytest.fixture
def lived(store):
    live(store)
    return store


def kept(store):
    with store.reading() as connection:
        return list(queries.entries(connection, kind="evidence_kept"))


def test_every_verdict_of_several_cycles_comes_out_the_same(lived):
    with proving(lived) as proof:
        assert list(proof.look()) == []

    stored = [read_assessments(lived.blobs, event.assessments) for _, event in kept(lived)]
    assert proof.performed >= sum(len(one.results) for each in stored for one in each) > 300


def test_every_record_and_assessment_is_the_same_byte_for_byte(lived):
    with lived.reading() as connection:
        means = reperformance(connection, lived)
        versions = decode_versions(lived.blobs.get(started(lived)[0].versions))
        for number, event in kept(lived):
            snapshot = means.snapshot(number, event, as_of=event.observed_at)
            judged = means.assessments(snapshot, versions, [each.check for each in event.judged])
            assert digest_of(snapshot.records) == event.records_digest
            assert digest_of(judged) == event.assessments
            assert snapshot.omissions == event.omissions


def started(store):
    with store.reading() as connection:
        return [event for _, event in queries.entries(connection, kind="cycle_started")]


# another program


def stricter(door: Door) -> Verdict:
    return failed("no door is ever shut enough", seen=str(door.state))


@pytest.fixture
def small(store):
    cycle(store, Estate(doors={"front": "shut", "back": "open"}), signer=SIGNER)
    return store


STRICTER = (replace(door_shut, judge=stricter), *CHECKS[1:])
BOTH = "test.door-shut on front: then passed: it is shut; now failed: no door is ever shut enough"


def test_a_check_that_was_changed_since_is_told_with_both_verdicts_and_is_no_damage(
    small, monkeypatch
):
    monkeypatch.setattr("agent.proof.framework", lambda: OTHER_PROGRAM)
    told = look(small, checks=STRICTER)

    assert {one.kind for one in told} == {"judged_differently"}
    assert BOTH in [one.why for one in told]
    assert all(one.entry.endswith(", test.doors in test:home") for one in told)


def test_the_same_change_in_the_same_program_is_damage(small):
    assert BOTH in [one.why for one in look(small, checks=STRICTER) if one.kind == "damage"]


def test_another_program_that_judges_the_same_tells_nothing(lived, monkeypatch):
    monkeypatch.setattr("agent.proof.framework", lambda: OTHER_PROGRAM)
    assert look(lived) == []


def test_a_collector_that_reads_other_answers_today_is_told(small, monkeypatch):
    def fails(_):
        raise KeyError("State")
        yield

    broken = (replace(doors, pull=fails), visits)
    assert [one.why for one in look(small, collectors=broken)] == [
        "today's code fails on it: KeyError"
    ]
    monkeypatch.setattr("agent.proof.framework", lambda: OTHER_PROGRAM)
    assert [one.kind for one in look(small, collectors=broken)] == ["judged_differently"]


@pytest.mark.parametrize(
    ("means", "entry", "why"),
    [
        pytest.param(
            {"checks": CHECKS[1:]},
            "test.doors in test:home",
            "there is no check test.door-shut any more",
            id="check",
        ),
        pytest.param(
            {"collectors": COLLECTORS[1:]},
            "test.doors in test:home",
            "there is no collector test.doors any more",
            id="collector",
        ),
        pytest.param(
            {"joins": ()},
            "derived.open_houses in derived:company",
            "there is no collector derived.open_houses any more",
            id="join",
        ),
    ],
)
def test_what_does_not_exist_any_more_is_not_performed_and_the_rest_is(small, means, entry, why):
    cycle(small, Estate(doors={"front": "shut", "back": "open"}), signer=SIGNER)
    with proving(small, **means) as proof:
        told = list(proof.look())

    assert {(one.kind, one.why) for one in told} == {("not_performed", why)}
    assert told[0].entry.endswith(entry)
    assert proof.performed > 0


# the same evidence at another moment


@pytest.fixture
def dated(store):
    """Seen at nine and at ten, unchanged; what is asked of the doors looks at the moment."""
    clock = Clock()
    for hours in (0, 1):
        clock.moment = NOW + timedelta(hours=hours)
        given = {"checks": DATED, "rules": dated_rules(hours=5), "clock": clock}
        cycle(store, Estate(), signer=SIGNER, **given)
    return store


def test_what_looks_at_the_moment_is_asked_again_at_every_moment(dated):
    with proving(dated, checks=DATED) as proof:
        assert list(proof.look()) == []
    once = sum(
        len(one.results)
        for _, event in kept(dated)
        for one in read_assessments(dated.blobs, event.assessments)
    )
    assert proof.performed == once + len(Estate().doors)


def test_evidence_said_to_be_unchanged_when_it_would_have_failed_is_told(dated):
    later = NOW + timedelta(hours=6)
    place = insider(dated, "evidence_unchanged", began=later)
    (told,) = {one.entry: one for one in look(dated, checks=DATED)}.values()

    assert told.kind == "damage"
    assert told.entry == f"log entry {place}, test.doors in test:home"
    assert "then passed: good until 14:00" in told.why
    assert "now failed: good until 14:00" in told.why


def test_evidence_said_to_be_that_of_an_entry_that_keeps_none_is_told(dated):
    place = insider(dated, "evidence_unchanged", same=((1, 0),))
    assert damage(look(dated, checks=DATED))[f"log entry {place}"] == (
        "it says that entry 1 was seen again, which keeps no evidence"
    )


# whoever has the key and lies


def insider(store, kind, number=0, **fields):
    """One entry is changed, and everything signed anew with the true key; returns its number."""
    rows = entries(store)
    place = [n for n, row in enumerate(rows) if row[0] == kind][number]
    rows[place] = changed(rows[place], **fields)
    rewrite(store, rows, nodes=True)
    sign_again(store, [SIGNER])
    store.rebuild()
    return place + 1


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        pytest.param({"records": 7}, "do not give the records that were judged", id="records"),
        pytest.param(
            {"judged": (e.Judged(check="test.door-shut", conclusion=Outcome.PASSED),)},
            "the entry says passed, not failed",
            id="conclusion",
        ),
        pytest.param({"judged": ()}, "other checks are stored than the entry names", id="checks"),
        pytest.param(
            {"reached": {"doors": "9"}}, "do not leave out what the entry says", id="reached"
        ),
    ],
)
def test_an_entry_that_does_not_follow_from_its_evidence_is_told_even_if_signed(small, fields, why):
    place = insider(small, "evidence_kept", **fields)
    told = damage(look(small))

    assert list(told) == [f"log entry {place}, test.doors in test:home"]
    assert why in told[f"log entry {place}, test.doors in test:home"]


def test_an_assessment_in_the_place_of_another_is_told_even_if_signed(small):
    (_, event), *_ = kept(small)
    stored = read_assessments(small.blobs, event.assessments)
    renamed = [
        msgspec.structs.replace(
            one,
            results=tuple(
                msgspec.structs.replace(r, name=f"{r.name}, as it was") for r in one.results
            ),
        )
        for one in stored
    ]
    digest = small.blobs.put(msgspec.json.encode(renamed, order="deterministic"))
    place = insider(small, "evidence_kept", assessments=digest)

    assert damage(look(small)) == {
        f"log entry {place}, test.doors in test:home": "test.door-shut: what is stored is not, "
        "byte for byte, what follows from the answers"
    }


def test_evidence_that_nothing_says_what_judged_it_is_told(small):
    digest = small.blobs.put(b"nobody can read this")
    insider(small, "cycle_started", versions=digest)
    assert set(damage(look(small)).values()) == {"nothing before it says what judged then"}


def test_a_verdict_is_performed_again_under_the_thresholds_of_its_time(store):
    clock, estate = Clock(), Estate()
    for hours, thresholds in ((0, {"hours": 5}), (7, {"hours": 5}), (8, {"hours": 24}), (9, {})):
        clock.moment = NOW + timedelta(hours=hours)
        given = {"checks": DATED, "rules": dated_rules(**thresholds), "clock": clock}
        cycle(store, estate, signer=SIGNER, **given)

    assert len({event.versions for event in started(store)}) == 3
    assert look(store, checks=DATED) == []
    outcomes = [
        {r.verdict.outcome.value for a in judged if a.check == door_inspected.id for r in a.results}
        for judged in (
            read_assessments(store.blobs, event.assessments)
            for _, event in kept(store)
            if event.collector == doors.id
        )
    ]
    assert outcomes == [{"passed"}, {"failed"}, {"passed"}]


def test_a_changed_threshold_rewrites_nothing(store):
    cycle(store, Estate(), signer=SIGNER, checks=DATED, rules=dated_rules(hours=5))
    before, blobs = entries(store), {d: store.blobs.get(d) for d in store.blobs.digests()}
    cycle(store, Estate(), signer=SIGNER, checks=DATED, rules=dated_rules(hours=6))

    assert entries(store)[: len(before)] == before
    assert {digest: store.blobs.get(digest) for digest in blobs} == blobs
    first, second = (decode(body) for kind, body, _ in entries(store) if kind == "cycle_started")
    assert first.versions != second.versions
    told = [decode_versions(store.blobs.get(one.versions)) for one in (first, second)]
    assert [one.thresholds[door_inspected.id] for one in told] == [{"hours": 5}, {"hours": 6}]


def test_members_of_a_join_are_performed_in_the_order_they_were_joined_in(store):
    """Two houses have a door of the same name: which comes first is not for chance to say."""
    cycle(store, Estate(), Estate(name="office", doors={"front": "open"}), signer=SIGNER)
    cycle(store, Estate(name="office", doors={"front": "shut"}), signer=SIGNER, whole=False)
    assert look(store) == []
    assert (open_houses,) == JOINS
