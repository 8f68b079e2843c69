"""One ticket for each gap: opened once, kept up to date, closed only when the gap is."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from agent.store.tickets import LEASE, TicketBox
from agent.ticketing import keep_tickets
from agent.tickets.tracker import NotTaken
from checks.contract import Severity


def test_a_gap_opens_one_ticket_that_says_what_to_do(story, place):
    story.opens("invoices", who="ben")
    story.keep()

    title, body, comments, is_open = place.told()
    assert title.startswith("G-1 NET-02: Not met: S3 buckets block public access")
    assert "`arn:aws:s3:::invoices`" in body
    assert "anyone can reach it through its policy (off: block_public_policy)" in body
    assert "ben called PutBucketPolicy at " in body
    assert "Owner: `alice@acme.test`" in body
    assert "gaps/1" in body or "Gap 1 in gapwatch" in body
    assert (comments, is_open) == ([], True)
    assert story.changes() == ["opened"]


def test_nothing_new_writes_nothing(story, place):
    story.opens("invoices")
    story.keep()
    before = list(place.writes)
    story.later(hours=1)
    story.keep()

    assert place.writes == before


def test_what_comes_and_goes_rewrites_the_body_and_is_commented_once(story, place):
    story.opens("invoices")
    story.keep()
    story.happen(story.finding("exports"))
    story.repaired("invoices")
    story.keep()
    story.keep()

    _, body, (comment,), is_open = place.told()
    assert "exports" in body
    assert "invoices" not in body
    assert "More under this gap: 1" in comment
    assert "`arn:aws:s3:::exports`" in comment
    assert "No longer under this gap: 1" in comment
    assert "the check passes" in comment
    assert "1 left now." in comment
    assert is_open
    assert story.changes() == ["opened", "updated"]


def test_it_is_closed_when_the_gap_is_and_says_what_was_verified(story, place):
    story.opens("invoices")
    story.keep()
    story.repaired("invoices", closes=True)
    story.keep()

    *_, (comment,), is_open = place.told()
    assert not is_open
    assert "it was read again, and nothing is left" in comment
    assert "`arn:aws:s3:::invoices`: the check passes." in comment
    assert story.changes() == ["opened", "closed"]


def test_a_gap_that_comes_back_reopens_its_own_ticket(story, place):
    story.opens("invoices")
    story.keep()
    story.repaired("invoices", closes=True)
    story.keep()
    story.comes_back("invoices")
    story.keep()

    *_, comments, is_open = place.told()
    assert is_open
    assert "Gap 1 opened again" in comments[1]
    assert len(place.issues) == 1
    assert story.changes() == ["opened", "closed", "reopened"]


def test_a_gap_that_closed_before_anybody_was_told_opens_no_ticket(story, place):
    story.opens("invoices")
    story.repaired("invoices", closes=True)
    story.keep()

    assert place.issues == []


def test_closing_by_hand_does_not_close_the_gap_and_the_ticket_says_so(story, place):
    story.opens("invoices")
    story.keep()
    story.later(minutes=5)
    place.close_by_hand()
    story.later(minutes=5)
    story.keep()
    story.keep()

    *_, (comment,), is_open = place.told()
    assert is_open
    assert "closed by hand, and gap 1 is still open" in comment
    assert story.log("gap_closed") == []
    assert story.changes() == ["opened", "closed_by_hand", "reopened"]


def test_where_the_company_wants_it_a_closed_ticket_is_only_commented_once(story, place):
    story.by_hand = "comment"
    story.opens("invoices")
    story.keep()
    place.close_by_hand()
    for _ in range(3):
        story.later(minutes=5)
        story.keep()
    story.happen(story.finding("exports"))
    story.keep()

    *_, comments, is_open = place.told()
    assert not is_open
    assert sum("closed by hand" in comment for comment in comments) == 1
    assert "More under this gap: 1" in comments[-1]
    assert story.changes()[:2] == ["opened", "closed_by_hand"]


def test_a_ticket_that_was_deleted_is_opened_anew(story, place):
    story.opens("invoices")
    story.keep()
    place.delete()
    story.happen(story.finding("exports"))
    story.keep()

    _, body, *_ = place.told()
    assert "exports" in body
    assert story.changes() == ["opened", "lost", "opened"]


def test_only_what_is_severe_enough_becomes_a_ticket(story, place):
    story.severity = "high"
    story.opens("invoices", severity=Severity.HIGH)
    story.opens("notes", gap=2, severity=Severity.MEDIUM)
    story.keep()

    assert [place.told(n)[0][:3] for n in range(len(place.issues))] == ["G-1"]


def test_gaps_that_were_open_before_there_were_tickets_get_one(story, place):
    with story.store.transaction() as writer:
        told = []
        story.happen = lambda *events: told.extend(events)
        story.opens("invoices")
        writer.append(told)
    story.keep()

    assert len(place.issues) == 1


class Killed(BaseException):
    """The process ends here."""


def dies_after(tracker, name):
    """A tracker whose process is killed right after one of its calls came through."""
    call = getattr(tracker, name)

    def die(*arguments):
        call(*arguments)
        raise Killed

    setattr(tracker, name, die)
    return tracker


@pytest.mark.parametrize("call", ["open", "rewrite", "comment", "close"])
def test_killed_between_writing_and_recording_nothing_is_written_twice(story, place, call):
    story.opens("invoices")
    if call != "open":
        story.keep()
        story.repaired("invoices", closes=True)
    with pytest.raises(Killed):
        story.keep(dies_after(story.tracker(), call))
    story.later(seconds=LEASE.total_seconds() + 1)
    story.keep()

    *_, comments, is_open = place.told()
    assert len(place.issues) == 1
    assert len(comments) == (0 if call == "open" else 1)
    assert is_open == (call == "open")
    assert story.changes() == (["found"] if call == "open" else ["opened", "closed"])


def test_killed_after_opening_and_closed_meanwhile_leaves_no_ticket_open(story, place):
    story.opens("invoices")
    with pytest.raises(Killed):
        story.keep(dies_after(story.tracker(), "open"))
    story.repaired("invoices", closes=True)
    story.later(seconds=LEASE.total_seconds() + 1)
    story.keep()

    assert not place.told()[3]


def test_nothing_of_a_killed_worker_is_touched_while_its_lease_lasts(story, place):
    story.opens("invoices")
    with pytest.raises(Killed):
        story.keep(dies_after(story.tracker(), "open"))
    story.later(seconds=LEASE.total_seconds() - 1)
    story.keep()

    assert len(place.issues) == 1
    assert story.changes() == []


def test_two_workers_at_once_open_each_ticket_once(story, place):
    for gap in range(1, 9):
        story.opens(f"b{gap}", gap=gap)
    company = story.company
    both = threading.Barrier(2)

    def work(_):
        both.wait()
        return keep_tickets(company, story.store)

    with ThreadPoolExecutor(2) as pool:
        passes = list(pool.map(work, range(2)))

    assert [one.failed for one in passes] == [(), ()]
    titles = [place.told(number)[0] for number in range(len(place.issues))]
    assert len(titles) == len(set(titles)) == 8
    assert story.changes().count("opened") == 8


def test_a_tracker_that_is_down_is_tried_again_and_told_once(story, place):
    story.opens("invoices")
    story.opens("exports", gap=2)
    place.break_down()
    story.keep()
    story.later(minutes=2)
    story.keep()
    (told,) = story.log("tickets_failing")
    assert "503" in told.why
    assert place.issues == []

    place.repair()
    story.later(days=1)
    story.keep()

    assert len(place.issues) == 2
    assert len(story.log("trouble_over")) == 1


def test_what_the_tracker_says_and_who_we_are_stays_out_of_the_log(story, place):
    story.opens("invoices")
    place.break_down()
    story.keep()

    (told,) = story.log("tickets_failing")
    assert place.environment["TICKETS_TOKEN"] not in told.why
    assert "quotes" not in told.why
    assert "http" not in told.why


def test_one_ticket_that_is_refused_holds_up_no_other(story, place):
    story.opens("invoices")
    story.opens("exports", gap=2)
    tracker = story.tracker()
    opening = tracker.open

    def refuse_the_first(title, body, marker):
        if marker.gap == 1:
            raise NotTaken("refused: 422")
        return opening(title, body, marker)

    tracker.open = refuse_the_first
    done = story.keep(tracker)

    assert (done.written, done.failed) == ((2,), (1,))
    assert len(place.issues) == 1


def test_what_changes_while_a_ticket_is_written_is_told_by_the_next_pass(story, place):
    story.opens("invoices")
    box = TicketBox(story.store, story.company.settings.tickets.tracker)
    tracker = story.tracker()
    opening = tracker.open

    def and_then_another(*arguments):
        made = opening(*arguments)
        story.happen(story.finding("exports"))
        return made

    tracker.open = and_then_another
    story.keep(tracker)
    story.later(minutes=1)
    story.keep()

    assert "exports" in place.told()[1]
    assert box.claim(story.moments[-1] + timedelta(days=1), most=9) == []
