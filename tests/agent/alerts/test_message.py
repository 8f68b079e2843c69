"""What a person reads: the exact words, and their length on a bad day."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from agent.alerts.message import BODY, TITLE, compose
from agent.gaps.events import ControlState, Covered, FindingOpened, Origin
from checks.contract import Severity, failed, undetermined
from collectors.evidence.trails import Deed
from tests.agent.alerts.told import (
    BUCKET,
    CLOSED,
    OPEN,
    SCOPE,
    WHEN,
    acceptance_asked,
    acceptance_expired,
    acceptance_withdrawn,
    affected,
    approaching,
    cause,
    check_crashed,
    check_recovered,
    clock_skewed,
    collector_failed,
    collector_recovered,
    context,
    credential_expiring,
    delayed,
    drifted,
    evidence_stale,
    gap_closed,
    gap_opened,
    gap_reopened,
    gap_widened,
    known_gap,
    missed,
    over,
    schedule_missed,
    store_filling,
    tickets_failing,
    undeliverable,
)
from tests.evidence import NOW

GOLDEN = Path(__file__).parents[2] / "golden"
ROUTE = "env:SLACK_URL"
HOSTILE = (
    "<!channel> [invoice](https://evil.test) @here\r\n"
    "To do: call +1 900 \u202egnp.exe\u200b **now** " + "x" * 300
)


def told(*events, known=None):
    return compose(list(enumerate(events, 1)), known or context(), route=ROUTE)


HOSTILE_GAP = known_gap(12, affected(HOSTILE, HOSTILE, failed(f"{HOSTILE} is open", at=HOSTILE)))
ALL_KINDS = (
    gap_closed(),
    undeliverable(),
    evidence_stale(),
    check_crashed(),
    collector_failed(),
    gap_opened(14, Severity.MEDIUM),
    gap_reopened(),
    drifted(
        cause(before=undetermined("s3:GetPublicAccessBlock: AccessDenied"), after=CLOSED),
        before=ControlState.UNDETERMINED,
        after=ControlState.EFFECTIVE,
    ),
    drifted(),
)
OF_THE_PLAN = (approaching(), missed(), acceptance_expired(), acceptance_withdrawn())
OF_THE_WATCHER = (
    schedule_missed(),
    credential_expiring(),
    clock_skewed(),
    store_filling(),
    tickets_failing(),
    delayed(),
    over(),
    collector_recovered(),
    check_recovered(),
)
FIRST = tuple(
    drifted(before=None, after=state, control=f"NET-{number:02}")
    for number, state in enumerate((*[ControlState.DEFICIENT] * 12, *[ControlState.EFFECTIVE] * 3))
)
PLAN = (known_gap(), known_gap(14, affected(), severity=Severity.MEDIUM, owner=None, due=None))


@pytest.mark.parametrize(
    ("golden", "message"),
    [
        pytest.param(
            "alert_drift_with_gap", told(drifted(), gap_opened()), id="a drift and its gap"
        ),
        pytest.param("alert_plan", told(*OF_THE_PLAN), id="of the action plan"),
        pytest.param("alert_watcher", told(*OF_THE_WATCHER), id="of the watcher itself"),
        pytest.param("alert_first", told(gap_opened(), *FIRST), id="the first cycle"),
        pytest.param("alert_asked", told(acceptance_asked()), id="a request"),
        pytest.param("alert_gap", told(gap_opened()), id="a gap"),
        pytest.param("alert_drift", told(drifted()), id="a drift"),
        pytest.param("alert_digest", told(*ALL_KINDS, known=context(*PLAN)), id="a digest"),
        pytest.param(
            "alert_hostile_name", told(gap_opened(), known=context(HOSTILE_GAP)), id="hostile name"
        ),
    ],
)
def test_the_words_are_exactly_these(golden, message):
    expected = (GOLDEN / f"{golden}.txt").read_text(encoding="utf-8")

    assert f"{message.title}\n\n{message.body}\n" == expected


def test_a_hostile_name_adds_no_line_of_its_own():
    hostile = told(gap_opened(), known=context(HOSTILE_GAP)).body
    honest = told(gap_opened()).body

    assert [line.split()[0] for line in hostile.splitlines()] == [
        line.split()[0] for line in honest.splitlines()
    ]


def test_whoever_asks_adds_no_line_by_what_they_write():
    honest = acceptance_asked()
    hostile = msgspec.structs.replace(
        honest, by=HOSTILE, reason=HOSTILE, compensating=HOSTILE, covers=Covered(scope=HOSTILE)
    )

    message = told(hostile)

    assert [line.split()[0] for line in message.body.splitlines()] == [
        line.split()[0] for line in told(honest).body.splitlines()
    ]
    assert "\n" not in message.title
    assert "<!channel>" not in message.title + message.body


def test_ten_subjects_are_named_and_the_rest_counted():
    gap = known_gap(12, *(affected(f"bucket-{n}", f"bucket-{n}") for n in range(500)))
    body = told(gap_opened(), known=context(gap)).body

    assert "- bucket-9 in" in body
    assert "bucket-10" not in body
    assert "- and 490 more" in body


def test_before_and_after_are_told_even_of_what_came_or_went():
    body = told(drifted(cause(before=None), cause("b", "b", after=None))).body

    assert "before: not seen" in body
    assert "now: gone" in body


def test_a_control_that_cannot_be_judged_says_so_and_not_how_to_repair_it():
    denied = undetermined("s3:GetPublicAccessBlock: AccessDenied")
    event = drifted(cause(after=denied), after=ControlState.UNDETERMINED)
    body = told(event).body

    assert "now: undetermined, s3:GetPublicAccessBlock: AccessDenied" in body
    assert "To do: Give back the access" in body
    assert "Turn on" not in body


def test_good_news_asks_for_nothing():
    body = told(drifted(before=ControlState.DEFICIENT, after=ControlState.EFFECTIVE)).body

    assert "To do" not in body


@pytest.mark.parametrize("name", ["bucket-{n}", "\N{CJK UNIFIED IDEOGRAPH-6F22}{n}" * 60])
def test_five_hundred_gaps_are_one_digest_that_can_be_read(name):
    gaps = [known_gap(n, affected(name.format(n=n), name.format(n=n))) for n in range(1, 501)]
    message = told(*(gap_opened(gap.number) for gap in gaps), known=context(*gaps))

    assert len(message.body.encode()) <= BODY
    assert len(message.title) <= TITLE
    assert message.body.startswith("500 changes, worst first.\n\n1. Gap 1 opened")
    numbers = [int(word) for word in message.body.split("- and ")[-1].split() if word.isdigit()]
    named = message.body.count(" opened: ")
    assert numbers == [500 - named]
    assert message.payload["changes_total"] == 500
    assert len(message.payload["changes"]) == 200


def test_a_drift_of_five_hundred_subjects_with_long_values_stays_short():
    long = failed("r" * 500, seen=("漢" * 500,))
    message = told(drifted(*(cause(f"{n}", f"{n}", after=long) for n in range(500))))

    assert len(message.body.encode()) <= BODY
    assert "- and 498 more" in message.body
    (change,) = message.payload["changes"]
    assert (len(change["subjects"]), change["subjects_total"]) == (20, 500)


def test_what_the_context_does_not_know_is_left_out():
    nothing = context(company="Acme", link=None, controls={}, checks={}, gaps={})

    assert told(gap_closed(), known=nothing).title == "Acme: Gap 12 closed"
    assert "Gap 12 opened: S3 buckets" in told(gap_opened(), known=nothing).title
    assert told(drifted(), known=nothing).title == "Acme: NET-02 became deficient"
    assert "http" not in told(*ALL_KINDS, known=nothing).body


def test_the_key_is_of_the_entries_and_the_route_alone():
    one, other = (7, gap_opened()), (8, drifted())
    key = compose([one, other], context(), route=ROUTE).key

    assert key == compose([other, one], context(company="Other"), route=ROUTE).key
    assert key != compose([one, other], context(), route="env:MAIL_URL").key
    assert key != compose([one], context(), route=ROUTE).key
    assert key != compose([(78, gap_opened())], context(), route=ROUTE).key
    assert len(key) == 32


def test_programs_get_the_values_as_they_are():
    payload = told(drifted(cause(HOSTILE, HOSTILE))).payload

    (change,) = payload["changes"]
    assert change["kind"] == "control_drifted"
    assert change["at"] == "2026-11-23T09:00:00Z"
    assert (change["control"], change["criteria"]) == ("NET-02", ("CC6.1", "CC6.6"))
    assert (change["before"], change["after"]) == ("effective", "deficient")
    (subject,) = change["subjects"]
    assert (subject["id"], subject["scope"]) == (HOSTILE, SCOPE)
    assert subject["before"]["reason"] == CLOSED.reason
    assert subject["after"]["observed"]["off"] == OPEN.observed["off"]


def test_what_is_not_told_is_refused_and_not_sent_empty():
    finding = FindingOpened(
        **WHEN,
        finding="F-1",
        check="aws.s3.public-access-blocked",
        scope=SCOPE,
        subject=BUCKET,
        name="invoices",
        lasting="condition",
        severity=Severity.CRITICAL,
        before=None,
        verdict=OPEN,
        gap=12,
    )
    with pytest.raises(LookupError, match="finding_opened is not told"):
        told(finding)


def test_the_worst_comes_first_and_good_news_last():
    body = told(*ALL_KINDS, known=context(*PLAN)).body
    order = [
        "became deficient",
        "Gap 12 reopened",
        "Gap 14 opened",
        "A message to",
        "became effective",
        "Gap 12 closed",
    ]
    assert all(body.index(a) < body.index(b) for a, b in pairwise(order))


def test_we_never_speak_the_forbidden_words():
    body = told(*ALL_KINDS, known=context(*PLAN)).body.lower()

    assert "complian" not in body
    assert "certif" not in body


def test_a_wider_gap_names_only_what_came_under_it():
    message = compose([(7, gap_widened())], context(), route="env:SLACK_URL")

    assert "widened" in message.title
    assert "exports" in message.body
    assert "invoices" not in message.body


ACCOUNT = SCOPE.removeprefix("aws:")


def by(principal, call="PutBucketPolicy"):
    deed = Deed(call=call, principal=principal, at=NOW)
    return Origin(after=NOW - timedelta(hours=1), before=NOW, deeds=(deed,), asked=1)


def caused(subject, origin, after=OPEN):
    return msgspec.structs.replace(cause(subject, subject, after=after), origin=origin)


def test_what_two_checks_say_of_one_subject_names_it_and_who_did_it_once():
    """The causes come sorted by check, so what belongs together does not stand together."""
    ben, closed = by("ben"), failed("the policy lets anyone in")
    causes = (caused("a", ben), caused("b", ben), caused("a", ben, closed), caused("b", ben))
    lines = told(drifted(*causes)).body.splitlines()

    names = [line for line in lines if line.startswith("- ")]
    assert [name.split()[1] for name in names] == ["a", "b"]
    assert [line.strip()[:3] for line in lines].count("ben") == 2
    first = lines[lines.index(names[0]) : lines.index(names[1])]
    assert "the policy lets anyone in" in first[4]


def test_two_who_did_something_to_one_subject_are_both_named():
    body = told(drifted(caused("a", by("ben")), caused("a", by("dan")))).body

    assert "ben called PutBucketPolicy" in body
    assert "dan called PutBucketPolicy" in body


@pytest.mark.parametrize(
    ("account", "known_as"),
    [
        (ACCOUNT, "  assumed-role/Operations/ben called"),
        ("9" * 12, f"  arn:aws:sts::{'9' * 12}:assumed-role/Operations/ben called"),
    ],
    ids=["of the subject's own account", "of another account"],
)
def test_a_principal_is_named_by_its_account_only_where_that_is_another(account, known_as):
    principal = f"arn:aws:sts::{account}:assumed-role/Operations/ben"

    assert known_as in told(drifted(caused("a", by(principal)))).body


@pytest.mark.parametrize(
    ("day", "days"),
    [(7, "2026-12-07."), (21, "2026-12-07, 2026-12-21.")],
    ids=["one day", "two"],
)
def test_gaps_that_one_person_answers_for_are_told_in_one_line(day, days):
    gaps = (known_gap(12), known_gap(13, due=date(2026, 12, day)))
    body = told(drifted(), gap_opened(12), gap_opened(13), known=context(*gaps)).body

    assert f"Gaps 12, 13 opened. Owner: alice@acme.test. Due: {days}\n" in body
    assert body.count("alice@acme.test") == 1


def test_the_first_page_is_linked_once_however_many_troubles_are_told():
    assert told(*OF_THE_WATCHER).body.count("https://gapwatch.acme.test") == 1
