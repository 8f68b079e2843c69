"""The tool watches itself: by what a cycle sees, by time alone, and by a sign that it lives."""

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from structlog.testing import capture_logs

from agent.estate import Estate
from agent.gaps import events as e
from agent.registry import all_checks
from agent.service import announce
from agent.settings.loading import load_settings
from agent.status import status_of
from agent.store import queries
from agent.store.size import size_of
from agent.watching import heartbeat, watch
from tests.agent.alerts.conftest import free_port, receiving_posts
from tests.agent.house import Clock, cycle
from tests.agent.house import Estate as House
from tests.evidence import NOW

SMALLEST = """
company: {name: Acme, service: Acme Cloud}
assessment:
  report: type-2
  criteria: [security]
  window: {start: 2026-11-23, end: 2027-03-31}
sources:
  documents: [{name: policies, path: ./policies, registers: ./registers}]
schedule: {default: 1h}
"""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def company(tmp_path):
    """The company with this added to its file, at a moment."""

    def company(added="", *, now=NOW, **environment):
        path = tmp_path / "gapwatch.yaml"
        path.write_text(SMALLEST + added)
        settings = load_settings(path, all_checks())
        return Estate(settings=settings, environment=environment, clock=lambda: now)

    return company


def told(store, *kinds):
    with store.reading() as connection:
        return [event for _, event in queries.entries(connection, kind=kinds)]


def troubles(store):
    with store.reading() as connection:
        return [(trouble.kind, trouble.what) for trouble in queries.troubles(connection)]


def test_a_clock_that_is_wrong_is_told_once_and_once_when_it_is_right(store):
    house = House(server_date="Mon, 23 Nov 2026 09:02:00 GMT")
    cycle(store, house)
    cycle(store, house)
    (skewed,) = told(store, "clock_skewed")
    assert (skewed.connection, skewed.seconds) == ("test:home", -120)
    assert troubles(store) == [("clock_skewed", "test:home")]

    house.server_date = "Mon, 23 Nov 2026 09:00:00 GMT"
    cycle(store, house)
    cycle(store, house)
    (over,) = told(store, "trouble_over")
    assert (over.trouble, over.what) == ("clock_skewed", "test:home")
    assert troubles(store) == []


def test_a_credential_that_ends_soon_is_told_once_and_once_when_it_is_renewed(store):
    house = House(expires_at=NOW + 9 * DAY)
    cycle(store, house)
    cycle(store, house)
    (expiring,) = told(store, "credential_expiring")
    assert (expiring.what, expiring.expires_at) == ("test:home credential", NOW + 9 * DAY)

    house.unreachable = "test:Enter: ExpiredToken"
    cycle(store, house)
    assert told(store, "trouble_over") == []
    house.unreachable, house.expires_at = None, NOW + 90 * DAY
    cycle(store, house)
    assert [over.trouble for over in told(store, "trouble_over")] == ["credential_expiring"]


def finished(store, at, *, source="documents", number=1):
    with store.transaction() as writer:
        writer.append(
            [
                e.CycleStarted(
                    at=at, cycle=number, trigger="schedule", sources=(source,), versions=""
                ),
                e.CycleFinished(
                    at=at, cycle=number, calls=0, units=0, new_gaps=(), drifted=(), incomplete=0
                ),
            ]
        )


def test_a_schedule_that_is_missed_is_told_once_and_once_when_it_is_kept_again(store, company):
    finished(store, NOW)
    for hours in (1, 2, 3, 4):
        watch(company(now=NOW + hours * HOUR), store, since=NOW)
    (missed,) = told(store, "schedule_missed")
    assert (missed.source, missed.last_read_at, missed.at) == ("documents", NOW, NOW + 3 * HOUR)

    finished(store, NOW + 5 * HOUR, number=2)
    watch(company(now=NOW + 5 * HOUR), store, since=NOW)
    assert [over.trouble for over in told(store, "trouble_over")] == ["schedule_missed"]


def test_what_the_watch_finds_is_an_alert(store, company):
    with receiving_posts() as web:
        here = company(f"alerts: [{{to: '{web.url}'}}]\n", now=NOW + 3 * HOUR)
        finished(store, NOW)
        watch(here, store, since=NOW)
        announce(here, store)

    (post,) = web.posts
    assert post.json["title"] == "Acme: documents was not read when it was due"


def test_the_store_is_measured_once_a_day(store, company):
    for hours in (0, 1, 23, 24, 25):
        watch(company(now=NOW + hours * HOUR), store, since=NOW + hours * HOUR)

    measured = told(store, "store_measured")
    assert [event.at for event in measured] == [NOW, NOW + DAY]
    assert all(event.size > 0 for event in measured)


def test_a_store_with_hardly_any_room_is_told(store, company, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 7}))
    store.blobs.put(b"evidence")
    watch(company(), store, since=NOW)

    (filling,) = told(store, "store_filling")
    assert filling.free == 7


def test_the_size_is_that_of_the_database_and_of_every_piece_of_evidence(store):
    before = size_of(store).used
    store.blobs.put(bytes(range(256)) * 4_000)

    assert size_of(store).used > before


HEARTBEAT = "watching: {heartbeat: env:BEAT}\n"


def test_the_heart_beats_where_it_is_waited_for(company):
    with receiving_posts() as web:
        heartbeat(company(HEARTBEAT, BEAT=web.plain_url))
    assert [post.path for post in web.posts] == ["/hook"]


def test_without_an_address_nothing_beats(company):
    heartbeat(company())


@pytest.mark.parametrize("answers", [[500], None])
def test_a_heartbeat_that_is_not_taken_is_logged_and_spoils_nothing(company, answers):
    with receiving_posts() as web, capture_logs() as logs:
        web.answers = answers or []
        port = web.port if answers else free_port()
        heartbeat(company(HEARTBEAT, BEAT=f"http://127.0.0.1:{port}/s3cret"))

    (line,) = logs
    assert line["event"] == "heartbeat_not_taken"
    assert "s3cret" not in str(line)


def test_a_heartbeat_without_its_secret_is_logged_and_spoils_nothing(company):
    with capture_logs() as logs:
        heartbeat(company(HEARTBEAT))

    assert [line["event"] for line in logs] == ["heartbeat_not_taken"]


def test_status_says_for_how_much_of_the_window_nobody_could_look(store, company):
    """The window begins at midnight, nine hours before the first cycle."""
    clock = Clock()
    cycle(store, House(), clock=clock)
    status = status_of(company(now=NOW + 3 * HOUR), store)

    assert status.blind_share == pytest.approx(10 / 12, abs=0.01)
    assert any(line.startswith("test.doors in test:home: 83.") for line in status.blindest)


def test_status_names_what_a_lost_message_told(store, company):
    port = free_port()
    added = f"alerts: [{{to: 'json://127.0.0.1:{port}/?cto=1', name: night watch}}]\n"
    finished(store, NOW)
    watch(company(added, now=NOW + 3 * HOUR), store, since=NOW)
    for hours in range(3, 70):
        announce(company(added, now=NOW + hours * HOUR), store)
    status = status_of(company(added, now=NOW + 70 * HOUR), store)

    assert status.alerts_given_up[-1] == (
        "night watch: the receiver could not be reached, or broke off; "
        "it told: documents was not read when it was due"
    )


def a_root(file, *, ends):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
    root = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=key.public_key(),
        serial_number=1,
        not_valid_before=NOW - DAY,
        not_valid_after=ends,
    ).sign(key, hashes.SHA256())
    file.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    return file


def test_a_certificate_that_vouches_for_time_stamps_is_told_before_it_ends(
    store, company, tmp_path
):
    roots = a_root(tmp_path / "roots.pem", ends=NOW + 5 * DAY)
    added = f"store: {{timestamps: {{url: 'http://127.0.0.1:1', roots: {roots}}}}}\n"
    watch(company(added), store, since=NOW)

    (expiring,) = told(store, "credential_expiring")
    assert expiring.what == "time-stamp root CN=authority"
