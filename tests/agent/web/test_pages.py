"""What the pages tell of a store, read over HTTP as a browser reads them."""

import re

import msgspec
import pytest
from sqlalchemy import text

from agent.gaps.events import ControlState, EvidenceStale
from agent.status import status_of
from checks.contract import Severity, undetermined
from collectors.evidence.record import Omission
from tests.agent.web.kept import BUCKET, CHECK, CLOSED, HOSTILE, OPEN, SCOPE, cause
from tests.evidence import NOW

DENIED = "s3:GetPublicAccessBlock: AccessDenied"
FORBIDDEN = re.compile(r"complian|certif|\d\s*%", re.IGNORECASE)
SHOWN = "&lt;img src=x onerror=alert(1)&gt;\N{REPLACEMENT CHARACTER}evil"
TAG = re.compile(r"<[^>]*>")


@pytest.fixture
def drifted(served):
    """Two cycles: all is well, then one bucket opens and another cannot be read."""
    kept = served.kept
    with kept.cycle():
        kept.evidence(("invoices", CLOSED), ("uploads", CLOSED))
        kept.state("NET-02", "effective")
    with kept.cycle(new_gaps=(1, 2), drifted=("NET-02",), incomplete=1):
        kept.evidence(("invoices", OPEN), (HOSTILE, OPEN), ("uploads", undetermined(DENIED)))
        kept.gap(1, "invoices", HOSTILE)
        issue = "Nothing evidences this control: conduct"
        kept.gap(2, control="GOV-01", check=None, issue=issue, severity=Severity.MEDIUM)
        kept.state("NET-02", "deficient", ControlState.EFFECTIVE, cause(), cause(HOSTILE))
    return served


@pytest.fixture
def blind(served):
    """A cycle in which the list of buckets was refused and a collector crashed."""
    with served.kept.cycle(incomplete=1) as kept:
        refused = Omission(where="buckets", why="s3:ListBuckets: AccessDenied")
        kept.evidence(omissions=(refused,))
        kept.crash("aws.kms.keys", "KeyError at kms.py:41")
    return served


def test_the_first_page_says_in_a_sentence_how_it_stands(drifted):
    controls = len(drifted.company.reading(drifted.kept.store).controls())
    assert f"<h1>1 of {controls} controls is deficient, and whether" in front(drifted)


def test_every_criterion_and_control_in_scope_has_a_tile_that_says_its_state(drifted):
    reading = drifted.company.reading(drifted.kept.store)
    tiles = re.findall(r'<a class="tile (\w+)".*?<span>(.*?)</span>', front(drifted))
    stated = {(member.state, member.id) for member in (*reading.criteria(), *reading.controls())}
    assert set(tiles) == stated
    assert len(tiles) == len(stated)


def test_the_legend_counts_unknown_and_not_evidenced_apart_from_effective(blind):
    legend = words(section(front(blind), '<ul class="legend">', "</ul>", last=True))
    controls = len(blind.company.reading(blind.kept.store).controls())
    assert legend == f"0 deficient 1 undetermined {controls - 1} not evidenced 0 effective"


def test_a_new_gap_stands_on_top_with_its_subjects_and_what_to_do(drifted):
    new = words(section(front(drifted), 'id="new-gaps"', "</section>"))
    assert "critical G-1 NET-02" in new
    assert f"invoices {SHOWN} {CHECK.remediation}" in new
    assert "Due 2026-11-30 · alice@acme.test" in new


def test_a_drift_shows_what_was_observed_before_and_after(drifted):
    drifts = words(section(front(drifted), 'id="drifts"', "</section>"))
    assert "NET-02 No unintended public data effective became deficient" in drifts
    assert (
        f"invoices {BUCKET} in {SCOPE} {CHECK.id} passed all four settings are on "
        "failed 2 of 4 settings are off off block_public_acls, ignore_public_acls"
    ) in drifts


def test_a_first_assessment_is_no_drift(served):
    with served.kept.cycle():
        served.kept.state("NET-02", "deficient")
    assert "No control changed its state in the last 1 cycle." in front(served)


def test_what_is_blind_names_the_refused_call(blind):
    told = words(section(front(blind), 'id="blind"', "</section>"))
    assert f"aws.s3.buckets {SCOPE} buckets: s3:ListBuckets: AccessDenied" in told


def test_troubles_name_what_crashed_and_what_is_stale(blind):
    stale = EvidenceStale(
        **blind.kept.when, collector="github.changes", scope="github:acme", observed_at=NOW
    )
    blind.kept.append(stale)
    troubles = words(section(front(blind), 'id="troubles"', "</section>"))
    assert f"collector failed aws.kms.keys in {SCOPE} KeyError at kms.py:41" in troubles
    assert "evidence stale github.changes in github:acme" in troubles


def test_the_last_cycles_stand_with_their_times(drifted):
    cycles = words(section(front(drifted), 'id="cycles"', "</section>"))
    assert "2 schedule 2026-11-23 08:56 UTC 42 s aws 12 1 G-1 G-2 NET-02 1 schedule" in cycles


def test_open_gaps_are_listed_worst_first_and_closed_ones_only_counted(drifted):
    with drifted.kept.cycle() as kept:
        kept.gap(3, "uploads", severity=Severity.LOW)
        kept.gap(4, "archive", severity=Severity.CRITICAL)
        kept.close_gap(1)
    gaps = section(front(drifted), 'id="gaps"', "</section>")
    assert re.findall(r">(G-\d+)<", gaps) == ["G-4", "G-2", "G-3"]
    assert "3 gaps open, worst first; 1 closed since the first cycle." in words(gaps)


def test_a_gap_that_is_late_or_nobodys_says_so(served):
    with served.kept.cycle() as kept:
        kept.at = NOW.replace(month=9)
        kept.gap(1, "invoices", control="GOV-04")
    gaps = words(section(front(served), 'id="gaps"', "</section>"))
    assert "2026-09-30 overdue no owner" in gaps


def test_an_empty_store_is_told_in_words(served):
    told = words(front(served))
    assert "Nothing has been read yet." in told
    assert "No cycle has run yet: gapwatch run makes the first one." in told
    assert "Every population that was asked for was listed" not in told


def test_a_cycle_that_has_not_ended_is_told_and_an_older_one_was_killed(drifted):
    with drifted.kept.cycle(finished=False):
        pass
    told = words(front(drifted))
    assert "Cycle 3 began at 2026-11-23 08:56 UTC and has not come to its end" in told
    assert "Last read by cycle 2, which ended at 2026-11-23 08:56 UTC" in told
    assert "Cycle 3 reported no new gap so far." in told
    with drifted.kept.cycle():
        pass
    cycles = words(section(front(drifted), 'id="cycles"', "</section>"))
    assert "killed" in cycles
    assert "running" not in cycles


def test_a_gap_has_a_page_that_alerts_can_link_to(drifted):
    told = words(drifted.ask("/gaps/1").text)
    assert f"G-1 S3 buckets block public access: not so everywhere {CHECK.remediation}" in told
    assert "Public buckets are the shortest road from a mistake to a disclosure." in told
    assert "Effort small: up to 2 person-days" in told
    assert "It closes when its whole scope was read again" in told
    assert f"{SHOWN} arn:aws:s3:::{SHOWN} in {SCOPE} open 2 of 4 settings are off" in told


def test_a_gap_that_nobody_evidences_says_what_would(drifted):
    told = words(drifted.ask("/gaps/2").text)
    assert "It closes when a check, a register or a document evidences this control." in told
    assert "No single subject is named" in told


def test_a_control_has_a_page_with_its_evidence_and_verdicts_worst_first(drifted):
    page = drifted.ask("/controls/NET-02").text
    told = words(page)
    assert "deficient since 2026-11-23 08:56 UTC NET-02 No unintended public data" in told
    assert "Configuration deficient Tested by" in told
    assert "Documents not evidenced" in told
    assert "failed 2 undetermined 1" in told
    assert f"uploads arn:aws:s3:::uploads in {SCOPE} undetermined {DENIED}" in told
    assert "Never asked: no evidence that this check reads has been collected." in told
    asked = section(page, f'id="{CHECK.id}"', "</article>")
    order = re.findall(r'class="state (failed|undetermined)"', asked)
    assert order == ["failed", "undetermined", "failed", "failed", "undetermined"]


def test_a_subject_that_is_about_another_control_stays_off_the_page(served):
    with served.kept.cycle() as kept:
        kept.evidence(("another-one", OPEN), controls=("NET-01",))
    assert "another-one" not in served.ask("/controls/NET-02").text


def test_evidence_that_is_too_old_counts_as_unknown_and_says_so(served):
    with served.kept.cycle() as kept:
        kept.evidence(("invoices", CLOSED), observed_at=NOW.replace(day=1))
    told = words(served.ask("/controls/NET-02").text)
    assert f"The evidence of {SCOPE} is older than its schedule allows" in told
    assert "Configuration undetermined" in told


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/gaps/99", "There is no gap G-99."),
        ("/controls/NET-99", "NET-99 is not among the controls in scope."),
        ("/controls/%3Cb%3E", "&lt;b&gt; is not among the controls in scope."),
        ("/controls/PRV-01", "PRV-01 is not among the controls in scope."),
        ("/nothing", "Not Found"),
    ],
)
def test_what_is_not_there_is_told_in_words(served, path, why):
    answer = served.ask(path)
    assert (answer.status, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert f"<h1>{why}</h1>" in answer.text


@pytest.mark.parametrize("path", ["/", "/gaps/1", "/gaps/2", "/controls/NET-02", "/gaps/9"])
def test_no_page_claims_what_only_an_auditor_can(drifted, path):
    assert not FORBIDDEN.search(words(drifted.ask(path).text))


@pytest.mark.parametrize("path", ["/", "/gaps/1", "/controls/NET-02"])
def test_a_hostile_name_is_text_with_its_hidden_part_visible(drifted, path):
    page = drifted.ask(path).text
    assert SHOWN in page
    assert "<img" not in page
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in page


def test_times_are_in_utc_for_people_and_programs(drifted):
    times = re.findall(r'<time datetime="(.*?)">(.*?)</time>', front(drifted))
    assert ("2026-11-23T09:00:00Z", "2026-11-23 09:00 UTC") in times
    assert all(shown.endswith(" UTC") or shown == exact for exact, shown in times)


LISTS = ("gaps", "controls", "criteria", "findings", "verdicts", "evidence")


@pytest.mark.parametrize("name", LISTS)
def test_the_json_is_what_the_command_prints(drifted, name):
    reading = drifted.company.reading(drifted.kept.store)
    answer = drifted.ask(f"/api/{name}")
    rows = list(getattr(reading, name)())
    assert rows
    assert answer.headers["content-type"] == "application/json"
    assert answer.json == as_json(rows)


def test_the_status_is_what_the_command_prints(blind):
    told = [status_of(blind.company, blind.kept.store)]
    assert blind.ask("/api/status").json == as_json(told)


def test_health_is_whether_the_store_can_be_read(served):
    assert served.ask("/health").status == 200
    damage(served, "cycles")
    answer = served.ask("/health")
    assert (answer.status, answer.json) == (503, {"store": "cannot be read"})


def test_a_page_that_breaks_tells_nothing_of_the_inside(served, logged):
    damage(served, "gaps")
    page, api = served.ask("/"), served.ask("/api/gaps")
    assert (page.status, api.status) == (500, 500)
    assert "could not be put together" in page.text
    assert [(event["event"], event["page"]) for event in logged] == [
        ("page_failed", "/"),
        ("page_failed", "/api/gaps"),
    ]
    assert not any(inside in page.text + api.text for inside in ("sqlite", "SELECT", "Traceback"))


def front(served):
    answer = served.ask("/")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    return answer.text


def section(page, begin, end, *, last=False):
    """What stands between two marks."""
    rest = (page.rpartition if last else page.partition)(begin)[2]
    return rest.partition(end)[0]


def words(html):
    """The text as it is read, blanks folded."""
    return " ".join(TAG.sub(" ", html).split())


def as_json(rows):
    return msgspec.json.decode(msgspec.json.encode(rows))


def damage(served, table):
    with served.kept.store.transaction() as writer:
        writer.connection.execute(text(f"ALTER TABLE {table} RENAME TO lost"))
