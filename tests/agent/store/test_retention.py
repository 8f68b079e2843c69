"""Evidence is kept as long as it has to be, leaves a tombstone, and nothing else may be missing."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.gaps import events as e
from agent.gaps.retention import Keeping
from agent.reading import Reading
from agent.store import queries
from agent.store.blobs import BlobDamaged, BlobMissing
from agent.store.faults import StoreUnusable
from agent.store.keys import SignerKey
from agent.store.retention import EVIDENCE, FalseTombstone, Retention, expired_entries
from agent.store.tree import checkpoints
from agent.store.verification import verify
from tests.agent.house import CHECKS, Estate, cycle
from tests.agent.store.years import KEEP, Years, whole
from tests.dose import dose
from tests.evidence import NOW

LONG_AFTER = NOW + timedelta(days=1000)
SIGNER = SignerKey.generate("gapwatch.test")
MANY_DOORS = [f"door {number:04}" for number in range(400)]
"""So many that the answer is a blob of its own."""


@pytest.fixture
def years(store):
    return Years(store)


@pytest.fixture
def changed(years):
    """Three different states of the house: after 0, 300 and 600 days."""
    years.watch(day=0)
    years.watch(day=300, front="shut")
    years.watch(day=600, back="ajar")
    return years


def hold(name="case-17", start=None, end=None):
    return e.HoldPlaced(
        at=NOW, cycle=0, name=name, reason="asked for", by="alice", start=start, end=end
    )


def lifted(name="case-17"):
    return e.HoldLifted(at=NOW, cycle=0, name=name, reason="settled", by="bob")


# what may go


def test_nothing_goes_before_its_time(changed):
    before = changed.blobs
    assert changed.retain(day=400).entries == 0
    assert (changed.blobs, changed.tombstones) == (before, {})


def test_what_is_old_goes_and_leaves_a_tombstone_that_verifies(changed):
    first, second, third = changed.kept("test.doors")
    before = changed.blobs
    old, rest = changed.evidence_of(first), changed.evidence_of(second)
    rest |= changed.evidence_of(third)
    retained = changed.retain(day=401)

    (tombstone,) = changed.tombstones.values()
    assert first in tombstone.entries
    assert not {second, third} & set(tombstone.entries)
    assert tombstone.keep_days == 400
    assert set(tombstone.blobs) == before - changed.blobs >= old - rest
    assert retained.removed == len(tombstone.blobs) > 0
    assert rest <= changed.blobs
    assert whole(changed.store) == []


def test_the_boundary_is_the_day_and_to_the_second(store):
    years = Years(store)
    years.watch(day=0)
    last = max(event.at for event in years.events("evidence_kept").values())
    years.watch(day=300, front="shut")
    retention = Retention(store=store, keep=KEEP)
    first_doors, _ = years.kept("test.doors")
    assert retention.apply(last + KEEP).entries < len(years.events("evidence_kept"))
    retention.apply(last + KEEP + timedelta(seconds=1))
    with store.reading() as connection:
        assert first_doors in expired_entries(connection)


def test_the_newest_of_every_scope_stays_however_old(changed):
    newest = [changed.kept(name)[-1] for name in ("test.doors", "test.visits")]
    needed = set().union(*(changed.evidence_of(number) for number in newest))
    changed.retain(day=10_000)
    assert needed <= changed.blobs
    assert whole(changed.store) == []
    years = changed
    report = years.watch(day=10_001)
    assert (report.new_gaps, report.drifted) == ((), ())


def test_what_was_seen_again_is_as_young_as_that(years):
    years.watch(day=0)
    years.watch(day=200)
    years.watch(day=300, front="shut")
    (first, _) = years.kept("test.doors")
    evidence = years.evidence_of(first)
    years.retain(day=599)
    assert evidence <= years.blobs
    years.retain(day=601)
    assert not evidence <= years.blobs
    assert whole(years.store) == []


def test_what_a_check_last_concluded_from_stays_though_newer_evidence_lacks_the_check(years):
    years.watch(day=0)
    visits = years.home.visits
    (first,) = years.kept("test.doors")
    years.clock.moment = NOW + timedelta(days=300)
    years.home.doors["front"] = "shut"
    without_doors = [check for check in CHECKS if check.id != "test.door-shut"]
    cycle(years.store, years.home, clock=years.clock, checks=without_doors, whole=False)
    evidence = years.evidence_of(first)
    years.retain(day=2000)
    assert evidence <= years.blobs
    assert years.home.visits == visits
    assert years.watch(day=2001).cycle == 3


def test_the_inputs_of_a_join_stay_as_long_as_the_join(changed):
    with changed.store.reading() as connection:
        joins = [
            event for _, event in queries.entries(connection, kind="evidence_kept") if event.inputs
        ]
    changed.retain(day=10_000)
    for number in joins[-1].inputs:
        assert changed.evidence_of(number) <= changed.blobs


def test_a_scope_that_was_left_keeps_nothing_for_good(years):
    years.watch(day=0)
    number = years.kept("test.doors")[-1]
    evidence = years.evidence_of(number)
    elsewhere = Estate(name="away", doors={"gate": "shut"})
    years.clock.moment = NOW + timedelta(days=10)
    cycle(years.store, elsewhere, clock=years.clock)
    years.retain(day=2000)
    assert not evidence <= years.blobs
    assert whole(years.store) == []


def test_pages_of_a_transcript_go_with_it_and_only_if_nothing_else_shows_them(years):
    years.home.doors = dict.fromkeys(MANY_DOORS, "shut")
    years.watch(day=0)
    first = years.kept("test.doors")[-1]
    years.watch(day=300, **{MANY_DOORS[0]: "open"})
    second = years.kept("test.doors")[-1]
    shared = years.evidence_of(first) & years.evidence_of(second)
    assert shared
    years.retain(day=500)
    assert shared <= years.blobs
    assert whole(years.store) == []
    del years.home.doors[MANY_DOORS[1]]
    years.watch(day=600)
    years.retain(day=900)
    assert not shared & years.blobs
    assert whole(years.store) == []


def test_what_judged_stays_for_good(changed):
    digest = changed.store.blobs.put(b"what judged")
    changed.retain(day=10_000)
    assert digest in changed.blobs


def test_another_pass_finds_nothing_left_to_do(changed):
    changed.retain(day=10_000)
    before = (changed.blobs, changed.events("evidence_expired", "evidence_removed"))
    again = changed.retain(day=10_001)
    assert (again.entries, again.removed) == (0, 0)
    assert (changed.blobs, changed.events("evidence_expired", "evidence_removed")) == before


def test_a_tombstone_names_no_more_than_a_reader_can_bear(changed, monkeypatch):
    monkeypatch.setattr("agent.store.retention.MOST_IN_ONE", 2)
    before = changed.blobs
    changed.retain(day=10_000)
    assert len(changed.tombstones) > 1
    named = [digest for tombstone in changed.tombstones.values() for digest in tombstone.blobs]
    assert len(named) == len(set(named))
    assert set(named) == before - changed.blobs
    (removed,) = changed.events("evidence_removed").values()
    assert set(removed.tombstones) == set(changed.tombstones)
    assert whole(changed.store) == []


@pytest.mark.proof
@given(data=st.data())
@settings(
    max_examples=dose(small=15, whole=300),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@pytest.mark.parametrize("stores", ["sqlite"], indirect=True)
def test_whatever_happened_nothing_needed_goes_and_the_store_verifies(stores, data):
    years = Years(stores.new())
    day = 0
    for _ in range(data.draw(st.integers(1, 8))):
        day += data.draw(st.integers(0, 300))
        match data.draw(st.sampled_from(["watch", "retain", "visit", "hold", "lift"])):
            case "watch":
                state = data.draw(st.sampled_from(["open", "shut"]))
                years.watch(day=day, front=state)
            case "visit":
                years.home.visits.append(data.draw(st.booleans()))
                years.watch(day=day)
            case "retain":
                years.retain(day=day)
            case "hold":
                held = NOW.date() + timedelta(days=data.draw(st.integers(0, day)))
                years.retain(day=day, holds=[hold(start=held, end=held)])
            case "lift":
                years.retain(day=day, holds=[lifted()])
        assert whole(years.store) == []
    for number, event in years.events("evidence_kept", "evidence_unchanged").items():
        if event.at >= NOW + timedelta(days=day) - KEEP:
            assert years.evidence_of(number) <= years.blobs


# holds


def test_what_is_held_stays_however_old(changed):
    first, second, _ = changed.kept("test.doors")
    held, other = changed.evidence_of(first), changed.evidence_of(second)
    changed.retain(day=5000, holds=[hold(start=NOW.date(), end=NOW.date())])
    assert held <= changed.blobs
    assert not other <= changed.blobs
    assert whole(changed.store) == []


def test_a_day_between_two_sightings_is_held_too(years):
    years.watch(day=0)
    years.watch(day=100)
    years.watch(day=200, front="shut")
    first = years.kept("test.doors")[0]
    evidence = years.evidence_of(first)
    between = NOW.date() + timedelta(days=50)
    years.retain(day=1000, holds=[hold(start=between, end=between)])
    assert evidence <= years.blobs


def test_a_hold_is_told_to_the_log_once_and_its_lifting_too(changed):
    placed = hold(start=NOW.date(), end=NOW.date())
    for day in (500, 501):
        changed.retain(day=day, holds=[placed])
    assert [h.name for h in changed.events("hold_placed").values()] == ["case-17"]
    assert list(changed.events("hold_lifted").values()) == []
    for day in (502, 503):
        changed.retain(day=day, holds=[lifted()])
    (over,) = changed.events("hold_lifted").values()
    assert (over.by, over.reason) == ("bob", "settled")


def test_a_hold_that_is_no_longer_declared_still_holds(changed):
    evidence = changed.evidence_of(changed.kept("test.doors")[0])
    changed.retain(day=399, holds=[hold()])
    changed.retain(day=500)
    assert evidence <= changed.blobs


def test_what_a_lifted_hold_held_goes(changed):
    evidence = changed.evidence_of(changed.kept("test.doors")[0])
    changed.retain(day=500, holds=[hold()])
    assert evidence <= changed.blobs
    changed.retain(day=501, holds=[lifted()])
    assert not evidence <= changed.blobs
    assert whole(changed.store) == []


def test_other_days_under_the_same_name_are_held_as_well(changed):
    first, second, _ = changed.kept("test.doors")
    day = NOW.date()
    changed.retain(day=399, holds=[hold(start=day, end=day)])
    later = day + timedelta(days=300)
    changed.retain(day=10_000, holds=[hold(start=later, end=later)])
    assert changed.evidence_of(first) | changed.evidence_of(second) <= changed.blobs


# killed


KILLED_AT = {
    "before the tombstone": ("agent.store.store.Writer.append", 1),
    "between tombstone and deletion": ("agent.store.blobs.FolderBlobs.remove", 1),
    "between one deletion and the next": ("agent.store.blobs.FolderBlobs.remove", 3),
    "after the last deletion": ("agent.store.store.Writer.append", 2),
}


def killed(monkeypatch, years, place, times, **when):
    room, _, name = place.rpartition(".")
    module, _, owner = room.rpartition(".")
    real = getattr(getattr(__import__(module, fromlist=[owner]), owner), name)
    left = [times]

    def until_then(*arguments, **options):
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt
        return real(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(place, until_then)
        with pytest.raises(KeyboardInterrupt):
            years.retain(**when)


@pytest.mark.parametrize("moment", KILLED_AT)
def test_a_killed_pass_leaves_a_store_that_verifies_and_is_finished_by_the_next(
    changed, stores, monkeypatch, moment
):
    undisturbed = Years(stores.new())
    undisturbed.watch(day=0)
    undisturbed.watch(day=300, front="shut")
    undisturbed.watch(day=600, back="ajar")
    undisturbed.retain(day=1500)

    killed(monkeypatch, changed, *KILLED_AT[moment], day=1500)
    assert whole(changed.store) == []
    changed.retain(day=1501)
    assert whole(changed.store) == []
    assert changed.blobs == undisturbed.blobs
    assert changed.buried == undisturbed.buried
    assert len(changed.tombstones) == len(undisturbed.tombstones)


def test_what_is_needed_again_after_a_kill_is_not_removed(changed, monkeypatch):
    first = changed.kept("test.doors")[0]
    evidence = changed.evidence_of(first)
    killed(monkeypatch, changed, "agent.store.blobs.FolderBlobs.remove", 1, day=1500)
    buried = changed.buried
    assert evidence & buried
    changed.watch(day=1501, front="open", back="shut")
    later = [n for n in changed.events(*EVIDENCE) if n > max(changed.tombstones)]
    again = set().union(*(changed.evidence_of(number) for number in later))
    assert evidence & again & buried
    changed.retain(day=1502)
    assert again <= changed.blobs
    assert not (buried - again) & changed.blobs
    assert whole(changed.store) == []


def test_what_is_held_after_a_kill_is_not_removed(changed, monkeypatch):
    killed(monkeypatch, changed, "agent.store.blobs.FolderBlobs.remove", 1, day=1500)
    before = changed.blobs
    changed.retain(day=1501, holds=[hold()])
    assert changed.blobs == before
    assert whole(changed.store) == []


def test_a_place_that_refuses_is_tried_again_tomorrow(changed, monkeypatch):
    def refuse(*_):
        raise StoreUnusable("the folder cannot be used")

    with monkeypatch.context() as patch:
        patch.setattr("agent.store.blobs.FolderBlobs.remove", refuse)
        for _ in range(2):
            with pytest.raises(StoreUnusable):
                changed.retain(day=1500)
    assert len(changed.tombstones) == 1
    assert changed.buried <= changed.blobs
    changed.retain(day=1501)
    assert not changed.buried & changed.blobs


def test_what_has_to_be_kept_longer_after_a_kill_is_not_removed(changed, monkeypatch):
    killed(monkeypatch, changed, "agent.store.blobs.FolderBlobs.remove", 1, day=401)
    before = changed.blobs
    changed.retain(day=402, keep=timedelta(days=500))
    assert changed.blobs == before
    assert whole(changed.store) == []


def test_a_false_tombstone_lets_nothing_be_removed(changed):
    """Whoever writes to the log does not get the evidence removed by us."""
    newest = changed.kept("test.doors")[-1]
    number = forged(changed, day=5000, entries=(newest,), blobs=changed.evidence_of(newest))
    before = changed.blobs
    with pytest.raises(FalseTombstone, match=f"log entry {number} is a tombstone .* not due"):
        changed.retain(day=10_000)
    assert changed.blobs == before


@pytest.mark.parametrize("keep_days", [0, 400])
def test_what_a_tombstone_names_beyond_its_entries_is_not_removed(changed, keep_days):
    first, second, newest = changed.kept("test.doors")
    blobs = changed.evidence_of(second) | changed.evidence_of(newest)
    forged(changed, day=650, entries=(first,), blobs=blobs, keep_days=keep_days)
    changed.retain(day=651)
    assert blobs <= changed.blobs


def test_a_tombstone_by_another_limit_removes_nothing_too_early(changed):
    _, second, _ = changed.kept("test.doors")
    evidence = changed.evidence_of(second)
    forged(changed, day=650, entries=(second,), blobs=evidence, keep_days=1)
    changed.retain(day=651)
    assert evidence <= changed.blobs


# what has to wait


def test_what_is_locked_where_it_lies_waits_and_leaves_no_tombstone(changed, monkeypatch):
    first = changed.kept("test.doors")[0]
    rest = set().union(*(changed.evidence_of(n) for n in changed.kept("test.doors")[1:]))
    (locked, *_) = changed.evidence_of(first) - rest
    with monkeypatch.context() as patch:
        patch.setattr("agent.store.blobs.FolderBlobs.locked", lambda _, digest: digest == locked)
        assert changed.retain(day=401).waiting
        assert locked not in changed.buried
        assert changed.evidence_of(first) <= changed.blobs
    changed.retain(day=402)
    assert locked in changed.buried - changed.blobs


def test_what_waits_keeps_what_it_shares_with_what_goes(years, monkeypatch):
    years.home.doors = dict.fromkeys(MANY_DOORS, "shut")
    years.watch(day=0)
    years.watch(day=300, **{MANY_DOORS[0]: "open"})
    del years.home.doors[MANY_DOORS[1]]
    years.watch(day=600)
    first, second, third = map(years.evidence_of, years.kept("test.doors"))
    locked, shared = min(first - second - third), min((first & second) - third)
    monkeypatch.setattr("agent.store.blobs.FolderBlobs.locked", lambda _, digest: digest == locked)
    years.retain(day=5000)
    assert (second - first - third) & years.buried
    assert shared not in years.buried
    assert shared in years.blobs


@pytest.mark.parametrize("part", ["records_digest", "assessments"])
def test_damaged_evidence_is_never_excused_by_its_age(changed, part):
    first = changed.kept("test.doors")[0]
    gone = getattr(changed.events("evidence_kept")[first], part)
    changed.store.blobs.remove(gone)
    assert changed.retain(day=1500).waiting
    assert gone not in changed.buried
    assert any(gone in told for told in whole(changed.store))


def test_a_damaged_transcript_is_never_excused_by_its_age_either(changed):
    """What else it names is not known: so nothing is removed until it is mended."""
    first = changed.kept("test.doors")[0]
    (gone,) = changed.events("evidence_kept")[first].answers
    changed.store.blobs.remove(gone)
    before = changed.blobs
    with pytest.raises(BlobDamaged, match=gone):
        changed.retain(day=1500)
    assert changed.blobs == before
    assert gone not in changed.buried
    assert any(gone in told for told in whole(changed.store))


def test_nothing_goes_while_a_transcript_that_stays_cannot_be_read(changed):
    number = changed.kept("test.doors")[-1]
    (answers,) = changed.events("evidence_kept")[number].answers
    changed.store.blobs.remove(answers)
    before = changed.blobs
    with pytest.raises(BlobDamaged, match=answers):
        changed.retain(day=1500)
    assert (changed.blobs, changed.tombstones) == (before, {})


# what verify takes, and what not


def test_only_a_later_tombstone_excuses_a_missing_blob(changed):
    """What comes back after its removal, and is then lost, is missing."""
    first = changed.kept("test.doors")[0]
    evidence = changed.evidence_of(first)
    changed.retain(day=1500)
    changed.watch(day=1501, front="open", back="shut")
    again = changed.evidence_of(changed.kept("test.doors")[-1])
    (lost, *_) = evidence & again & changed.buried
    assert whole(changed.store) == []
    changed.store.blobs.remove(lost)
    (told,) = whole(changed.store)
    assert f"log entry {changed.kept('test.doors')[-1]}: evidence {lost}: missing" in told


def test_a_blob_that_no_tombstone_names_is_missing(changed):
    changed.retain(day=1500)
    lost = next(iter(changed.evidence_of(changed.kept("test.doors")[-1])))
    changed.store.blobs.remove(lost)
    with pytest.raises(BlobMissing):
        changed.store.blobs.get(lost)
    assert any(lost in told for told in whole(changed.store))


def forged(years, *, day, entries, blobs=(), keep_days=400):
    at = NOW + timedelta(days=day)
    with years.store.transaction() as writer:
        (number,) = writer.append(
            [
                e.EvidenceExpired(
                    at=at, cycle=0, keep_days=keep_days, entries=entries, blobs=tuple(blobs)
                )
            ]
        )
    return number


@pytest.mark.parametrize(
    ("which", "day", "why"),
    [
        pytest.param(0, 399, "which was seen until 20", id="too young"),
        pytest.param(-1, 5000, "which was still needed", id="the newest"),
        pytest.param(None, 5000, "which keeps no evidence", id="not evidence"),
    ],
)
def test_a_tombstone_for_what_had_to_be_kept_is_named(changed, which, day, why):
    entry = 1 if which is None else changed.kept("test.doors")[which]
    number = forged(changed, day=day, entries=(entry,))
    (told,) = whole(changed.store)
    assert told.startswith(f"log entry {number}: it names log entry {entry}, {why}")


def test_a_tombstone_for_what_was_held_is_named(changed):
    changed.retain(day=399, holds=[hold()])
    entry = changed.kept("test.doors")[0]
    number = forged(changed, day=5000, entries=(entry,))
    (told,) = whole(changed.store)
    assert told == (
        f"log entry {number}: it names log entry {entry}, which was under the hold `case-17`"
    )


def test_a_hold_that_came_later_makes_no_tombstone_undue(changed):
    changed.retain(day=500)
    changed.retain(day=501, holds=[hold()])
    assert whole(changed.store) == []


def test_a_tombstone_excuses_only_what_it_names(changed):
    first = changed.kept("test.doors")[0]
    rest = set().union(*(changed.evidence_of(n) for n in changed.kept("test.doors")[1:]))
    (named, other, *_) = sorted(changed.evidence_of(first) - rest)
    forged(changed, day=5000, entries=(first,), blobs=[named])
    for digest in (named, other):
        changed.store.blobs.remove(digest)
    told = whole(changed.store)
    assert any(other in one for one in told)
    assert not any(named in one for one in told)


def test_a_pass_that_works_while_a_store_is_verified_accuses_nobody(changed):
    """The verifier sees the log as it was when it began."""
    looking = verify(changed.store)
    real, once = changed.store.blobs.get, []

    def meanwhile(digest):
        if not once:
            once.append(digest)
            Years.retain(changed, day=1500)
        return real(digest)

    changed.store.blobs.get = meanwhile
    assert list(looking) == []
    assert changed.buried


# signed, and read


def test_a_tombstone_is_signed_before_anything_is_removed(years, monkeypatch):
    for day, state in ((0, "open"), (300, "shut"), (600, "open")):
        years.watch(day=day, front=state, back=state, signer=SIGNER)
    killed(
        monkeypatch,
        years,
        "agent.store.blobs.FolderBlobs.remove",
        1,
        day=1500,
        signer=SIGNER,
    )
    with years.store.reading() as connection:
        assert max(years.tombstones) in checkpoints(connection)
    years.retain(day=1501, signer=SIGNER)
    assert whole(years.store) == []


def test_a_key_that_the_log_does_not_know_signs_nothing(changed):
    changed.retain(day=1500, signer=SIGNER)
    with changed.store.reading() as connection:
        assert checkpoints(connection) == {}


def test_verdicts_of_growing_populations_are_told_for_as_long_as_evidence_is_kept(years):
    years.watch(day=0)
    years.home.visits.append(False)
    years.watch(day=300)
    years.home.visits.append(True)
    years.watch(day=600)

    def visits():
        reading = Reading(
            store=years.store,
            settings=None,
            catalogue=type("Catalogue", (), {"criteria_of": lambda *_: ()})(),
            checks={check.id: check for check in CHECKS},
            now=LONG_AFTER,
        )
        return sorted(v.subject for v in reading.verdicts(of={"test.visit-announced"}))

    assert visits() == ["1", "2", "3"]
    years.retain(day=601)
    assert visits() == ["2", "3"]
    years.retain(day=1500)
    assert visits() == ["3"]


def test_a_pass_keeps_cycles_out_while_it_lasts(changed):
    other = Retention(store=changed.store, keep=KEEP)
    with changed.store.exclusive(), pytest.raises(StoreUnusable, match="another gapwatch"):
        other.apply(LONG_AFTER)


# the fold by itself


def kept(at, collector="c", scope="s", inputs=(), checks=()):
    return e.EvidenceKept(
        at=at,
        cycle=1,
        connection="x",
        collector=collector,
        scope=scope,
        identity="",
        observed_at=at,
        records=0,
        records_digest="0" * 64,
        answers=(),
        circumstances="",
        calls=0,
        assessments="0" * 64,
        judged=tuple(e.Judged(check=check, conclusion="passed") for check in checks),
        inputs=inputs,
    )


def told(*events):
    keeping = Keeping()
    for number, event in enumerate(events, 1):
        keeping.see(number, event)
    return keeping


def test_a_clock_that_steps_back_makes_nothing_older():
    keeping = told(
        kept(NOW),
        e.EvidenceUnchanged(
            at=NOW - timedelta(days=900), cycle=2, circumstances="", began=NOW, same=((1, 0),)
        ),
        kept(NOW),
    )
    assert keeping.expired(NOW) == []
    assert keeping.expired(NOW + timedelta(seconds=1)) == [1]


def test_inputs_of_inputs_stay():
    keeping = told(
        kept(NOW, "a"), kept(NOW, "b", inputs=(1,)), kept(NOW, "a"), kept(NOW, "c", inputs=(2,))
    )
    assert keeping.expired(LONG_AFTER) == []


def test_a_fold_over_some_entries_says_the_same_of_them():
    events = (kept(NOW), kept(NOW, "d"), kept(NOW), hold(end=date(2000, 1, 1)))
    tombstone = e.EvidenceExpired(at=LONG_AFTER, cycle=0, keep_days=400, entries=(1, 3), blobs=())
    some = Keeping(only={1, 3})
    for number, event in enumerate(events, 1):
        some.see(number, event)
    whole = told(*events)
    assert list(some.undue(tombstone, LONG_AFTER)) == list(whole.undue(tombstone, LONG_AFTER))
    assert list(some.undue(tombstone, LONG_AFTER)) == [
        "it names log entry 3, which was still needed"
    ]


@pytest.mark.parametrize(
    ("start", "end", "held"),
    [
        pytest.param(None, None, True, id="everything"),
        pytest.param(0, 0, True, id="the day itself"),
        pytest.param(-10, 10, True, id="days around it"),
        pytest.param(1, 2, False, id="the days after"),
        pytest.param(-2, -1, False, id="the days before"),
        pytest.param(None, -1, False, id="until the day before"),
        pytest.param(None, 0, True, id="until the day"),
        pytest.param(1, None, False, id="from the day after"),
        pytest.param(0, None, True, id="from the day"),
    ],
)
def test_the_days_of_a_hold_belong_to_it(start, end, held):
    def day(number):
        return None if number is None else NOW.date() + timedelta(days=number)

    keeping = told(kept(NOW), kept(NOW), hold(start=day(start), end=day(end)))
    assert keeping.expired(LONG_AFTER) == ([] if held else [1])


def test_only_the_hold_that_is_lifted_ends():
    keeping = told(kept(NOW), kept(NOW), hold("a"), hold("b"), lifted("a"), lifted("unknown"))
    assert keeping.expired(LONG_AFTER) == []
    keeping.see(7, lifted("b"))
    assert keeping.expired(LONG_AFTER) == [1]
