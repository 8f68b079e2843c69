"""From a finding to a receiver: nothing is lost, and what comes twice has the same key."""

import subprocess
import sys
import threading
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.announcing import announcer
from agent.gaps.events import AlertUndeliverable
from agent.service import announce
from agent.store import queries
from agent.store.outbox import LEASE
from tests.agent.alerts.conftest import Mail, free_port, receiving_mail, receiving_posts
from tests.agent.alerts.worker import company as company_at
from tests.agent.house import Clock, Estate, cycle
from tests.evidence import NOW

SMALLEST = """
company: {name: Acme, service: Acme Cloud}
assessment:
  report: type-2
  criteria: [security]
  window: {start: 2026-10-01, end: 2027-03-31}
sources:
  documents: [{name: policies, path: ./policies, registers: ./registers}]
alerts:
"""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AFTER = NOW + MINUTE
"""When the cycle of a test is over."""


@pytest.fixture
def company(tmp_path):
    """The company with these routes, at a moment."""

    def company(*routes, now=AFTER):
        lines = "".join(f"  - {{{route}}}\n" for route in routes)
        (tmp_path / "gapwatch.yaml").write_text(SMALLEST + lines, encoding="utf-8")
        return company_at(tmp_path / "gapwatch.yaml", now)

    return company


def hook(port):
    return f"to: 'json://127.0.0.1:{port}/hook?cto=2&rto=2'"


def letters(port):
    return f"to: 'mailto://127.0.0.1:{port}?from=gapwatch@acme.test&to=team@acme.test&cto=2'"


def drifts(store, company, *, doors=1):
    """A first cycle, and a second in which doors stand open."""
    house, clock = Estate(doors={f"door-{n}": "shut" for n in range(doors)}), Clock()
    cycle(store, house, clock=clock, announce=lambda *_: None)
    house.doors = dict.fromkeys(house.doors, "open")
    cycle(store, house, clock=clock, announce=announcer(company))


def test_receivers_that_are_down_for_a_day_get_it_when_they_are_up(store, company, tmp_path):
    web_port, mail_port = free_port(), free_port()
    drifts(store, company(hook(web_port), letters(mail_port)))
    config, attempts = tmp_path / "gapwatch.yaml", 0
    for half_hours in range(48):
        report = announce(company_at(config, AFTER + half_hours * HOUR / 2), store)
        assert not report.sent
        assert not report.dead
        attempts += len(report.failed)
    with receiving_posts(web_port) as web, receiving_mail(Mail(mail_port)) as mail:
        for hours in range(24, 48):
            announce(company_at(config, AFTER + hours * HOUR), store)

    assert [tells_of_the_doors(post) for post in web.posts].count(True) == 1
    assert ["door-0" in letter.get_content() for letter in mail.letters].count(True) == 1
    assert attempts > 10


def tells_of_the_doors(post):
    kinds = {(told["kind"], told["control"]) for told in post.json["payload"]["changes"]}
    return ("control_drifted", "NET-01") in kinds


def test_while_one_receiver_is_down_another_is_told_and_told_again_when_it_is_up(
    store, company, web, tmp_path
):
    port = free_port()
    drifts(store, company(hook(port), f"{hook(web.port)}, when: [evidence_stale]"))
    config = tmp_path / "gapwatch.yaml"
    for hours in range(3):
        announce(company_at(config, AFTER + hours * HOUR), store)
    assert web.posts == []
    announce(company_at(config, AFTER + 3 * HOUR), store)
    announce(company_at(config, AFTER + 3 * HOUR), store)
    assert ["is not taken" in post.json["title"] for post in web.posts] == [True]


def test_what_is_given_up_is_told_on_another_route_and_kept(store, company, web, tmp_path):
    port = free_port()
    drifts(store, company(hook(port), f"{hook(web.port)}, when: [evidence_stale]"))
    for hours in range(70):
        announce(company_at(tmp_path / "gapwatch.yaml", AFTER + hours * HOUR), store)

    assert "was given up after 14 attempts" in web.posts[-1].json["title"]
    with store.reading() as connection:
        (lost,) = [event for _, event in queries.entries(connection, kind="alert_undeliverable")]
        dead = [one for one in queries.messages(connection) if one.state == "dead"]
    assert isinstance(lost, AlertUndeliverable)
    assert [(one.id, one.route) for one in dead] == [(lost.message, lost.route)]


def test_a_storm_of_findings_is_one_message(store, company, web):
    here = company(hook(web.port))
    drifts(store, here, doors=500)
    announce(here, store)

    (post,) = web.posts
    assert tells_of_the_doors(post)
    assert "door-0" in post.json["body"]
    assert "more" in post.json["body"]
    assert len(post.json["body"].encode()) < 4_000


@pytest.mark.parametrize(
    ("unless", "at_night"),
    [
        pytest.param("critical", [], id="nothing is that bad"),
        pytest.param("high", ["Gap 2 opened"], id="a gap breaks through"),
    ],
)
def test_at_night_only_the_worst_is_told_and_the_rest_in_the_morning(
    store, company, web, unless, at_night
):
    quiet = f"quiet: {{start: '08:00', end: '10:00', zone: UTC, unless: {unless}}}"
    here = company(f"{hook(web.port)}, {quiet}")
    drifts(store, here)
    announce(here, store)
    titles = [post.json["title"].removeprefix("Acme: ").partition(":")[0] for post in web.posts]
    assert titles == at_night
    announce(replace(here, clock=lambda: NOW + HOUR), store)

    told = [told["entry"] for post in web.posts for told in post.json["payload"]["changes"]]
    assert len(told) == len(set(told)) == 4
    assert tells_of_the_doors(web.posts[-1])


def test_a_digest_gathers_for_its_route_alone(store, company, web, tmp_path):
    drifts(store, company(f"{hook(web.port)}, digest: daily", f"{hook(web.port)[:-1]}&:at=once'"))
    config = tmp_path / "gapwatch.yaml"
    announce(company_at(config, AFTER), store)
    cycle(store, Estate(), clock=Clock(AFTER), announce=announcer(company_at(config, AFTER)))
    announce(company_at(config, AFTER + HOUR), store)
    announce(company_at(config, AFTER + DAY), store)

    assert [post.json.get("at") for post in web.posts].count("once") == 2
    assert [post.json.get("at") for post in web.posts].count(None) == 2
    assert web.posts[-1].json.get("at") is None


def worker(store, config, now):
    """A process of its own that delivers what is due."""
    url, evidence = store._engine.url.render_as_string(), store.blobs.folder
    command = [sys.executable, "-m", "tests.agent.alerts.worker", url, evidence, config]
    return subprocess.Popen([*command, now.isoformat()])


def test_a_process_killed_between_sending_and_recording_sends_the_same_again(
    store, company, web, tmp_path
):
    drifts(
        store, company(f"to: env:HOOK, by: webhook, signed_with: env:HOOK_KEY, name: a{web.port}")
    )
    config = tmp_path / "gapwatch.yaml"
    config.write_text(config.read_text().replace("env:HOOK,", f"'file:{tmp_path}/hook',"))
    (tmp_path / "hook").write_text(web.plain_url)
    arrived = threading.Event()
    web.on_post = lambda: (arrived.set(), web.done.wait(30))
    with worker(store, config, AFTER) as process:
        assert arrived.wait(60)
        process.kill()
    web.done.set()
    web.on_post = None

    assert not announce(company_at(config, AFTER + LEASE - MINUTE), store).sent
    assert announce(company_at(config, AFTER + LEASE), store).sent
    first, second = web.posts
    assert first.body == second.body
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]


def test_two_workers_of_which_one_is_killed_lose_nothing(store, company, web, tmp_path):
    routes = [f"{hook(web.port)[:-1]}&:to={n}'" for n in range(24)]
    drifts(store, company(*routes))
    config, killed = tmp_path / "gapwatch.yaml", threading.Event()
    web.on_post = lambda: len(web.posts) == 6 and killed.set()
    with worker(store, config, AFTER) as one, worker(store, config, AFTER):
        assert killed.wait(60)
        one.kill()
    announce(company_at(config, AFTER + LEASE), store)

    keys = defaultdict(set)
    for post in web.posts:
        keys[post.json["to"]].add(post.json["key"])
    assert keys.keys() == {str(n) for n in range(24)}
    assert all(len(of_one_route) == 1 for of_one_route in keys.values())
    assert max(Counter(post.json["to"] for post in web.posts).values()) <= 2


def test_two_workers_that_live_send_everything_once(store, company, web, tmp_path):
    drifts(store, company(*(f"{hook(web.port)[:-1]}&:to={n}'" for n in range(24))))
    config = tmp_path / "gapwatch.yaml"
    with worker(store, config, AFTER), worker(store, config, AFTER):
        pass

    assert Counter(post.json["to"] for post in web.posts) == {str(n): 1 for n in range(24)}


def test_no_address_and_no_key_is_kept_or_told(store, company, tmp_path, web, capfd):
    """Every way of sending is refused, then taken; what is secret stands in files."""
    secret = f"http://user:s3cret@127.0.0.1:{web.port}/s3cret"
    (tmp_path / "address").write_text(secret)
    (tmp_path / "plugin").write_text(secret.replace("http", "json", 1))
    (tmp_path / "key").write_text("s3cret0123456789s3cret0123456789")
    here = company(
        "to: 'file:plugin'",
        "to: 'file:address', by: webhook, signed_with: 'file:key'",
        f"to: 'file:key', by: pagerduty, endpoint_url: '{web.plain_url}'",
    )
    drifts(store, here)
    web.answers = [403] * 3
    report = announce(here, store)
    later = announce(company_at(tmp_path / "gapwatch.yaml", AFTER + HOUR), store)

    assert (len(report.failed), len(later.sent)) == (3, 3)
    with store.reading() as connection:
        kept = [*queries.entries(connection), *queries.messages(connection)]
    told = [post.body.decode() for post in web.posts if "routing_key" not in post.json]
    for heard in (str(kept), str(here), str(told), *capfd.readouterr()):
        assert "s3cret" not in heard
