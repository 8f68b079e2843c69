"""Alerts on their way: none lost, none under two names, each claimed by one process at a time."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from agent.gaps import events as e
from agent.store import queries, schema
from agent.store.outbox import LEASE, MOST_CLAIMED, Notice, Outbox, note
from checks.contract import Severity
from tests.evidence import NOW

SLACK, MAIL = "env:SLACK_URL", "mailto:team"
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def outbox(store):
    return Outbox(store)


def happens(store, *routes, count=1, urgent=False):
    """Gaps open, and routes want to hear of them; returns their log entries."""
    with store.transaction() as writer:
        first = queries.next_gap_number(writer.connection)
        entries = writer.append([gap(number) for number in range(first, first + count)])
        note(writer, (Notice(entry, route, urgent) for entry in entries for route in routes))
    return entries


def gap(number):
    return e.GapOpened(
        at=NOW,
        cycle=1,
        number=number,
        check="test.door-shut",
        control="NET-01",
        scope="test:home",
        subject=None,
        issue="Not met: Doors are shut",
        severity=Severity.HIGH,
    )


def told(claimed):
    return {(c.route, tuple(number for number, _ in c.entries)) for c in claimed}


def log_of(store, kind):
    with store.reading() as connection:
        return [event for _, event in queries.entries(connection, kind=kind)]


def states(store):
    with store.reading() as connection:
        return {m.id: m.state for m in queries.messages(connection)}


def test_each_route_is_told_of_what_it_wants_and_of_nothing_else(store, outbox):
    (first,) = happens(store, SLACK)
    second, third = happens(store, SLACK, MAIL, count=2)
    assert told(outbox.claim(NOW)) == {(SLACK, (first, second, third)), (MAIL, (second, third))}


def test_the_events_are_told_whole_and_in_order(store, outbox):
    entries = happens(store, SLACK, count=3)
    (claimed,) = outbox.claim(NOW)
    assert claimed.entries == tuple(zip(entries, map(gap, (1, 2, 3)), strict=True))


def test_what_is_rolled_back_is_neither_logged_nor_told(store, outbox):
    def killed():
        with store.transaction() as writer:
            note(writer, [Notice(writer.append([gap(1)])[0], SLACK)])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    assert outbox.claim(NOW) == []
    assert log_of(store, "gap_opened") == []


def test_nothing_to_tell_is_nothing_to_claim(outbox):
    assert outbox.claim(NOW) == []


def test_what_is_sent_is_logged_once_and_never_claimed_again(store, outbox):
    (entry,) = happens(store, SLACK)
    (claimed,) = outbox.claim(NOW)
    outbox.sent(claimed.message_id, NOW + SECOND)
    outbox.sent(claimed.message_id, NOW + MINUTE)

    (delivered,) = log_of(store, "alert_delivered")
    assert (delivered.route, delivered.about, delivered.at) == (SLACK, (entry,), NOW + SECOND)
    assert outbox.claim(NOW + 100 * HOUR) == []
    assert states(store) == {claimed.message_id: "sent"}


def test_what_belongs_to_a_message_is_fixed_before_it_is_sent(store, outbox):
    (first,) = happens(store, SLACK)
    (claimed,) = outbox.claim(NOW)
    (second,) = happens(store, SLACK)
    outbox.failed(claimed.message_id, NOW, NOW + MINUTE, "refused")
    again = {c.message_id: c for c in outbox.claim(NOW + MINUTE)}

    assert told(again.values()) == {(SLACK, (first,)), (SLACK, (second,))}
    assert again[claimed.message_id].entries == claimed.entries


def test_a_crash_between_sending_and_settling_sends_the_same_under_the_same_name(stores):
    store = stores.new()
    happens(store, SLACK, count=2)
    (claimed,) = Outbox(store).claim(NOW)
    restarted = Outbox(stores.again(store))
    assert restarted.claim(NOW + LEASE - SECOND) == []
    assert restarted.claim(NOW + LEASE) == [claimed]


def test_what_failed_is_due_again_at_its_time_and_not_before(store, outbox):
    happens(store, SLACK)
    (first,) = outbox.claim(NOW)
    outbox.failed(first.message_id, NOW, NOW + HOUR, "refused: 503")
    assert outbox.claim(NOW + HOUR - SECOND) == []
    (again,) = outbox.claim(NOW + HOUR)
    assert (again.message_id, again.entries, again.attempts) == (first.message_id, first.entries, 1)
    with store.reading() as connection:
        (row,) = queries.messages(connection)
    assert (row.attempts, row.why, row.sent_at) == (1, "refused: 503", None)


@pytest.mark.parametrize("later", [timedelta(microseconds=1), timedelta(milliseconds=500)], ids=str)
def test_a_moment_within_the_second_is_not_before_its_beginning(store, outbox, later):
    happens(store, SLACK)
    (first,) = outbox.claim(NOW - MINUTE)
    outbox.failed(first.message_id, NOW, NOW, "refused")
    assert outbox.claim(NOW - later) == []
    assert len(outbox.claim(NOW + later)) == 1


def test_a_message_given_up_is_logged_and_told_to_others(store):
    def tell_mail(writer, entries):
        note(writer, (Notice(number, MAIL) for number, _ in entries))

    outbox = Outbox(store, announce=tell_mail)
    (entry,) = happens(store, SLACK)
    (claimed,) = outbox.claim(NOW)
    outbox.dead(claimed.message_id, NOW, 9, "refused")
    outbox.dead(claimed.message_id, NOW, 9, "refused")

    (lost,) = log_of(store, "alert_undeliverable")
    assert (lost.route, lost.about, lost.attempts) == (SLACK, (entry,), 9)
    (message,) = outbox.claim(NOW)
    assert (message.route, [event for _, event in message.entries]) == (MAIL, [lost])
    assert states(store)[claimed.message_id] == "dead"


def test_a_digest_gathers_until_its_time_is_over(store):
    outbox = Outbox(store, digests={MAIL: HOUR})
    (first,) = happens(store, MAIL)
    assert told(outbox.claim(NOW)) == {(MAIL, (first,))}
    settle_all(outbox, store, NOW)
    (second,) = happens(store, MAIL, SLACK)
    assert told(outbox.claim(NOW + HOUR - SECOND)) == {(SLACK, (second,))}
    (third,) = happens(store, MAIL)
    assert told(outbox.claim(NOW + HOUR)) == {(MAIL, (second, third))}


def test_a_digest_that_fails_does_not_put_off_the_next_one(store):
    outbox = Outbox(store, digests={MAIL: HOUR})
    happens(store, MAIL)
    (first,) = outbox.claim(NOW)
    outbox.failed(first.message_id, NOW, NOW + 24 * HOUR, "refused")
    (second,) = happens(store, MAIL)
    assert told(outbox.claim(NOW + HOUR)) == {(MAIL, (second,))}


def settle_all(outbox, store, at):
    with store.reading() as connection:
        waiting = [m.id for m in queries.messages(connection) if m.state == "waiting"]
    for message in waiting:
        outbox.sent(message, at)


def test_processes_that_claim_at_once_never_claim_the_same(stores):
    store = stores.new()
    routes = [f"json://{number}" for number in range(20)]
    happens(store, *routes)
    claimed, start = [], threading.Barrier(4)

    def claim(mine):
        start.wait()
        while found := mine.claim(NOW):
            claimed.extend(found)

    threads = [
        threading.Thread(target=claim, args=(Outbox(stores.again(store)),)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(message.route for message in claimed) == sorted(routes)


def test_a_message_may_tell_of_more_than_a_statement_takes_variables(store, outbox):
    entries = happens(store, SLACK, count=70_000)
    (claimed,) = outbox.claim(NOW)
    assert [number for number, _ in claimed.entries] == entries


def test_every_notice_belongs_to_exactly_one_message(store, outbox):
    for turn in range(5):
        happens(store, SLACK, MAIL, count=turn + 1)
        for message in outbox.claim(NOW + turn * HOUR):
            outbox.sent(message.message_id, NOW)
    with store.reading() as connection:
        notices = connection.execute(select(schema.notices)).all()
    delivered = {(d.route, entry) for d in log_of(store, "alert_delivered") for entry in d.about}
    assert {(notice.route, notice.entry) for notice in notices} == delivered
    assert len(notices) == sum(len(d.about) for d in log_of(store, "alert_delivered"))


def quiet_at(*moments):
    """Slack's people sleep at these moments."""
    return lambda route, now: route == SLACK and now in moments


def test_quiet_hours_put_off_what_can_wait_and_it_comes_in_one_message(store):
    night, morning = NOW, NOW + 8 * HOUR
    outbox = Outbox(store, quiet=quiet_at(night))
    first, second = happens(store, SLACK)[0], happens(store, SLACK, MAIL)[0]
    assert told(outbox.claim(night)) == {(MAIL, (second,))}
    settle_all(outbox, store, night)
    assert told(outbox.claim(morning)) == {(SLACK, (first, second))}


def test_what_is_urgent_breaks_the_quiet_and_is_not_told_again(store):
    outbox = Outbox(store, quiet=quiet_at(NOW))
    (first,), (urgent,), (last,) = (
        happens(store, SLACK, urgent=urgent) for urgent in (False, True, False)
    )
    assert told(outbox.claim(NOW)) == {(SLACK, (urgent,))}
    settle_all(outbox, store, NOW)
    assert told(outbox.claim(NOW + HOUR)) == {(SLACK, (first, last))}


def test_what_failed_is_not_tried_again_in_quiet_hours_unless_it_is_urgent(store):
    night = NOW + HOUR
    outbox = Outbox(store, quiet=quiet_at(NOW, night))
    (urgent,) = happens(store, SLACK, urgent=True)
    fail_all(outbox, outbox.claim(NOW), due=night)
    (calm,) = happens(store, SLACK)
    fail_all(outbox, outbox.claim(NOW + MINUTE), due=night)
    assert told(outbox.claim(night)) == {(SLACK, (urgent,))}
    assert told(outbox.claim(night + SECOND)) == {(SLACK, (calm,))}


def fail_all(outbox, claimed, due):
    for message in claimed:
        outbox.failed(message.message_id, NOW, due, "refused")


def cycle_starts(store, at):
    event = e.CycleStarted(at=at, cycle=1, trigger="schedule", sources=("test",), versions="")
    with store.transaction() as writer:
        writer.append([event])


def cycle_ends(store, at):
    event = e.CycleFinished(at=at, cycle=1, calls=0, units=0, new_gaps=(), drifted=(), incomplete=0)
    with store.transaction() as writer:
        writer.append([event])


def test_what_a_running_cycle_brings_is_one_message_at_its_end(store, outbox):
    cycle_starts(store, NOW)
    first = happens(store, SLACK, count=300)
    assert outbox.claim(NOW + MINUTE) == []
    second = happens(store, SLACK, count=200)
    assert outbox.claim(NOW + 2 * MINUTE) == []
    cycle_ends(store, NOW + 3 * MINUTE)
    assert told(outbox.claim(NOW + 3 * MINUTE)) == {(SLACK, (*first, *second))}


def test_a_cycle_that_takes_long_is_not_waited_for_without_end(store, outbox):
    cycle_starts(store, NOW)
    (first,) = happens(store, SLACK)
    assert told(outbox.claim(NOW + 10 * MINUTE)) == {(SLACK, (first,))}
    settle_all(outbox, store, NOW)
    (second,) = happens(store, SLACK)
    assert outbox.claim(NOW + 19 * MINUTE) == []
    assert told(outbox.claim(NOW + 20 * MINUTE)) == {(SLACK, (second,))}


def test_a_route_that_refuses_for_an_hour_is_told_elsewhere_once_and_again_when_it_takes(store):
    heard = []
    outbox = Outbox(store, announce=lambda _, entries: heard.extend(e for _, e in entries))
    happens(store, SLACK)
    for turn in range(6):
        fail_all(outbox, outbox.claim(NOW + turn * HOUR), due=NOW + (turn + 1) * HOUR)
        assert len(heard) == (turn >= 3)
    (delayed,) = heard
    assert (delayed.route, delayed.since, delayed.why) == (SLACK, NOW, "refused")
    with store.reading() as connection:
        (trouble,) = queries.troubles(connection)
    assert (trouble.kind, trouble.what) == ("alert_delayed", SLACK)

    (message,) = outbox.claim(NOW + 6 * HOUR)
    outbox.sent(message.message_id, NOW + 6 * HOUR)
    assert [type(event) for event in heard[1:]] == [e.AlertDelivered, e.TroubleOver]
    with store.reading() as connection:
        assert queries.troubles(connection) == []


def test_few_are_claimed_at_a_time_so_that_no_lease_runs_out_while_others_are_sent(store, outbox):
    happens(store, *(f"json://{number}" for number in range(MOST_CLAIMED + 3)))
    assert [len(outbox.claim(NOW)) for _ in range(3)] == [MOST_CLAIMED, 3, 0]


def test_a_route_that_takes_messages_again_has_what_it_refused_at_once(store, outbox):
    (first,) = happens(store, SLACK)
    fail_all(outbox, outbox.claim(NOW), due=NOW + 6 * HOUR)
    (second,) = happens(store, SLACK, MAIL)
    taken = outbox.claim(NOW + MINUTE)
    assert told(taken) == {(SLACK, (second,)), (MAIL, (second,))}
    for message in taken:
        outbox.sent(message.message_id, NOW + MINUTE)
    assert told(outbox.claim(NOW + MINUTE)) == {(SLACK, (first,))}
