"""No credential, and no field declared secret, is ever written to disk, a log, a page or an alert.

A canary lies wherever a secret may hide. After whole stories everything that was written is
searched for every one of them, in every form it may have taken.
"""

import os
import pty
import re
import socket
import subprocess
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from agent.demo.github import server as github_server
from agent.demo.show import local_estate
from tests.journeys import planting
from tests.journeys.canaries import Canaries, files
from tests.journeys.company import PATIENCE, Company, wait_until
from tests.journeys.faultproxy import FaultProxy, answered

EVIDENCE = {
    "aws: a bucket's policy": "it is what a check judges",
    "github: address of a commit author": "by nothing else GitHub names an app that wrote it",
}
"""What is kept on purpose, and why; that it is found shows that the search finds."""
NOT_ASKED_FOR = {
    *("aws: password of a user", "aws: secret of an access key", "aws: token of a grant"),
    *("aws: password of a database's master", "aws: code of a function"),
    *("aws: a parameter", "aws: a kept secret"),
    *("github: token in the address of a test", "github: a test's own reference"),
    *("github: text of a test's output", "github: title of a test's output"),
    *("github: summary of a test's output", "github: message of a pushed commit"),
}
"""What a vendor keeps, and may tell whoever asks: no collector does."""

THEIR_OWN = ("gapwatch.yaml", "aws.key", "gcp.json", "documents")
"""What people wrote; everything else in the company's folder was written by the program."""

BY_COLLECTORS = (
    r"(?s)^(?!.*Action=(AssumeRole|GetCallerIdentity))(?!POST /token)"
    r"(?!GET /(user|orgs/acme|v3/projects/[^:/ ]+) )"
)
"""Not what a connection asks before: who we are, and where."""
EVERYTHING = ""
NO_PAUSES = "import time; time.sleep = lambda _: None"

PAGES = (
    *("/", "/gaps/1", "/controls/ACC-01", "/controls/none", "/gaps/99999", "/nothing", "/health"),
    *(
        f"/api/{name}"
        for name in ("status", "evidence", "verdicts", "gaps", "findings", "controls")
    ),
    *("/api/criteria", "/api/nothing"),
)


@dataclass(frozen=True, kw_only=True)
class Story:
    """What is done with one company, and everything that it leaves behind."""

    company: Company
    environment: dict[str, str]
    told: dict[str, bytes] = field(default_factory=dict)

    def gapwatch(self, *arguments, **environment):
        """Run the command with its log as JSON."""
        answer = self.company.gapwatch(*arguments, **{**self.environment, **environment})
        name = f"gapwatch {' '.join(arguments)} ({len(self.told)})"
        self.told[name] = (answer.out + answer.told).encode()
        return answer

    def on_a_terminal(self, *arguments, driver=None):
        """Run the command as a person does, with colours and a moving line."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            self.company._arguments(arguments, driver),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            **self.company._surroundings(**self.environment),
        )
        os.close(theirs)
        seen = b""
        with suppress(OSError):  # the end of a terminal that nobody holds any more
            while some := os.read(ours, 65536):
                seen += some
        os.close(ours)
        self.told[f"on a terminal: gapwatch {' '.join(arguments)}"] = seen
        return process.wait(timeout=PATIENCE)

    def serve(self):
        """Let the service read something, and look at each page."""
        with self.company.running("serve", **self.environment) as service:
            (serving,) = wait_until(lambda: heard(service, "serving"))
            wait_until(lambda: heard(service, "cycle_done"), seconds=PATIENCE)
            for page in PAGES:
                self.told[f"page {page}"] = fetched(f"{serving['page']}{page}")

    @property
    def written(self):
        """Every file, and every word that was said."""
        return self.told | files(self.company.folder, but=THEIR_OWN)


def heard(service, event):
    return [entry for entry in service.events if entry["event"] == event]


def fetched(address):
    try:
        with urlopen(address) as answer:
            return answer.read()
    except HTTPError as refusal:
        return refusal.read()


def story(company, canaries, **environment):
    scratch = company.folder / "scratch"
    scratch.mkdir(exist_ok=True)
    unrelated = canaries.plant(f"an unrelated variable of {company.folder.name}")
    return Story(
        company=company,
        environment={"TMPDIR": str(scratch), "UNRELATED": unrelated, **environment},
    )


def leaked(canaries, written):
    return [leak for leak in canaries.leaks(written) if leak.secret not in EVIDENCE]


@pytest.fixture(scope="module")
def canaries():
    return Canaries()


@dataclass(frozen=True, kw_only=True)
class Planted:
    """A company with secrets everywhere, none of which was read yet."""

    company: Company
    environment: dict[str, str]
    servers: dict[str, FaultProxy]
    said: dict[str, planting.Dressed]
    received: list


@pytest.fixture(scope="module")
def planted(canaries, tmp_path_factory):
    folder = tmp_path_factory.mktemp("planted")
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setattr(github_server, "TOKEN", canaries.plant("the token for GitHub"))
        estate = stack.enter_context(local_estate(folder))
        planting.in_aws(estate.aws.client, canaries.of("aws"))
        planting.in_github(estate.github.state, canaries.of("github"))
        planting.in_documents(folder / "documents", canaries.of("documents"))
        said = {
            "aws": planting.Dressed(planting.aws_says(canaries.of("aws"))),
            "gcp": planting.Dressed(planting.google_says(canaries.of("gcp"))),
            "github": planting.Dressed(planting.github_says(canaries.of("github"))),
        }
        servers = {
            "aws": stack.enter_context(FaultProxy(estate.aws.url)),
            "gcp": stack.enter_context(planting.Elsewhere(estate.gcp.url)),
            "github": stack.enter_context(FaultProxy(estate.github.url)),
        }
        access = {"access_token": canaries.plant("an access token of Google"), "expires_in": 3600}
        stack.enter_context(servers["gcp"].planted("POST /token", answered(200, access)))
        for source, server in servers.items():
            stack.enter_context(server.planted(EVERYTHING, said[source]))
        company = Company(folder=folder)
        reach(company, servers)
        yield Planted(
            company=company,
            environment=configured(company, canaries, servers["gcp"].url, estate.receiver.url),
            servers=servers,
            said=said,
            received=estate.receiver.received,
        )


def reach(company, servers):
    company.reach(**{source: server.url for source, server in servers.items()})


def configured(company, canaries, google, receiver):
    """A secret wherever the configuration refers to one; what the environment then holds."""
    (company.folder / "aws.key").write_text(canaries.plant("a secret key of AWS") + "\n")
    planting.key_of_a_service_account(company.folder / "gcp.json", f"{google}/token", canaries)
    password = canaries.plant("password of an alert's receiver")
    path = canaries.plant("path of an alert's receiver")
    address = receiver.removeprefix("json://").rstrip("/")
    with company.settings() as settings:
        for entry in settings["sources"]["aws"]:
            entry["secret_key"] = "file:aws.key"
        settings["sources"]["gcp"][0]["credentials"] = "file:gcp.json"
        settings["alerts"] = [{"to": "env:DEMO_ALERTS"}]
        settings["web"] = {"port": free_port()}
    return {
        "DEMO_GITHUB_TOKEN": canaries.planted["the token for GitHub"],
        "DEMO_EXTERNAL_ID": canaries.plant("an external id"),
        "DEMO_ALERTS": f"json://gapwatch:{password}@{address}/{path}",
    }


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def know_what_was_sent(canaries, *servers):
    """Session tokens and signed assertions are secrets as well, made up on the way."""
    for server in servers:
        for request, _ in server.seen:
            for name in ("Authorization", "X-Amz-Security-Token"):
                kind, _, token = request.headers.get(name, "").rpartition(" ")
                if token and (kind or name != "Authorization") and "Signature=" not in token:
                    canaries.add(f"{name} {token[-12:]}", token)


@pytest.fixture(scope="module")
def lived(planted, canaries, tmp_path_factory):
    """Cycles in every way they can be run, the doctor, the commands that read, the pages."""
    company = planted.company.copy(tmp_path_factory.mktemp("lived"))
    told = story(company, canaries, **planted.environment)
    first = told.gapwatch("run", "--json")
    assert first.status == 2, first.told
    told.serve()
    told.gapwatch("doctor")
    assert told.on_a_terminal("run", "--source", "github") in {0, 2, 3}
    for command in (["status"], ["evidence"], ["gaps", "show", "1"], ["verdicts", "--json"]):
        told.gapwatch(*command)
    told.on_a_terminal("gaps")
    again = told.gapwatch("verify")
    assert again.status == 0, again.told
    know_what_was_sent(canaries, *planted.servers.values())
    return told


@pytest.mark.usefixtures("lived")
def test_the_sources_did_tell_their_secrets(planted, canaries):
    """Or it would prove nothing that none of them was kept."""
    for source, dressed in planted.said.items():
        told = canaries.places({"": b"\n".join(dressed.said)})
        kept = {place for place in canaries.planted if place.startswith(f"{source}: ")}
        assert kept - told == NOT_ASKED_FOR & kept


def test_no_secret_is_written_anywhere(lived, canaries):
    assert leaked(canaries, lived.written) == []
    assert canaries.places(lived.written) == EVIDENCE.keys()


@pytest.mark.usefixtures("lived")
def test_no_secret_is_in_an_alert(planted, canaries):
    assert planted.received
    assert canaries.leaks({"alerts": repr(planted.received).encode()}) == []


@pytest.fixture
def afresh(planted, canaries, tmp_path):
    """The company in a folder of the test's own; whatever happens there is searched."""
    told = story(planted.company.copy(tmp_path), canaries, **planted.environment)
    yield told
    know_what_was_sent(canaries, *planted.servers.values())
    assert leaked(canaries, told.written) == []


@pytest.fixture
def refusing(planted, canaries, afresh):
    """Proxies before the sources, which can refuse what the company asks."""
    with (
        FaultProxy(planted.servers["aws"].url) as aws,
        planting.Elsewhere(planted.servers["gcp"].url) as gcp,
        FaultProxy(planted.servers["github"].url) as github,
    ):
        servers = {"aws": aws, "gcp": gcp, "github": github}
        reach(afresh.company, servers)
        yield servers
        know_what_was_sent(canaries, *servers.values())


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        pytest.param(BY_COLLECTORS, planting.quoting(500, planting.as_text), id="500 as text"),
        pytest.param(BY_COLLECTORS, planting.quoting(500, planting.as_json), id="500 as JSON"),
        pytest.param(BY_COLLECTORS, planting.quoting(403, planting.as_xml), id="403 as XML"),
        pytest.param(EVERYTHING, planting.quoting(403, planting.as_xml), id="to everything"),
    ],
)
def test_a_refusal_that_quotes_what_was_sent_is_not_quoted(afresh, refusing, asked, refusal):
    with ExitStack() as stack:
        for server in refusing.values():
            stack.enter_context(server.planted(asked, refusal))
        answer = afresh.gapwatch("run", driver=NO_PAUSES)

    assert answer.status in {2, 3}, answer.told
    assert all({403, 500} & {seen.status for seen in server.seen} for server in refusing.values())


def test_an_error_of_graphql_that_quotes_what_was_sent_is_not_quoted(afresh, refusing):
    refusal = planting.quoting(200, planting.as_graphql)
    with refusing["github"].planted("POST /graphql", refusal):
        answer = afresh.gapwatch("run", "--source", "github")
        afresh.gapwatch("doctor", driver=NO_PAUSES)

    assert answer.status in {2, 3}, answer.told


def test_a_receiver_that_refuses_an_alert_is_not_quoted(planted, canaries, afresh):
    address = planted.environment["DEMO_ALERTS"]
    with FaultProxy("http://nobody.test") as receiver:
        there = re.sub(r"@[^/]+", f"@{receiver.url.removeprefix('http://')}", address)
        with receiver.planted(EVERYTHING, planting.quoting(403, planting.as_text)):
            afresh.gapwatch("run", "--source", "documents", DEMO_ALERTS=there)
    afresh.gapwatch("status")

    (refused,) = receiver.seen
    sent = canaries.places({"": f"{refused.request.headers}{refused.request.path}".encode()})
    assert sent == {"password of an alert's receiver", "path of an alert's receiver"}
    assert afresh.company.ask("SELECT why FROM messages") == [("the receiver answered 403",)]


TELLING = """
import logging, os, threading
SECRET = os.environ["DEMO_GITHUB_TOKEN"]

def crash(*_, **__):
    logging.getLogger("a.library").warning("it failed with %s", SECRET)
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger("a.library").exception(f"it failed with {SECRET}")
    thread = threading.Thread(target=int, args=[SECRET], name="a thread")
    thread.start()
    thread.join()
    raise RuntimeError(f"it failed with {SECRET}") from KeyError(SECRET)

"""
"""An error, a thread and a library that tell a secret."""
EVERY_SDK = f"""{TELLING}
from botocore.client import BaseClient
from github.Requester import Requester
from collectors.documents.live import Shelf
from collectors.gcp.live import Google
BaseClient._make_api_call = Requester.requestJson = Google.ask = crash
Shelf.list_files = crash
"""
THE_CYCLE = f"{TELLING}\nimport agent.cycle\nagent.cycle.Cycle.run = crash"
A_CHECK = f"{TELLING}\nimport checks.contract\nchecks.contract.Check.__call__ = crash"
A_CHANNEL = (
    f"{TELLING}\nimport agent.alerts.channels\nagent.alerts.channels.AppriseChannel.send = crash"
)
A_PAGE = f"{TELLING}\nimport agent.web.pages\nagent.web.pages.overview = crash"


def test_of_an_error_in_an_sdk_kind_and_place_are_told_and_no_word(afresh):
    answer = afresh.gapwatch("run", driver=EVERY_SDK)
    afresh.on_a_terminal("run", driver=EVERY_SDK)
    afresh.gapwatch("doctor", driver=EVERY_SDK)

    events = {(told["event"], told.get("error")) for told in answer.events}
    assert events >= {
        ("connection_failed", "RuntimeError"),
        ("collector_failed", "RuntimeError"),
        ("library_told", None),
        ("library_told", "ValueError"),
        ("thread_ended", "ValueError"),
    }
    failed = [told for told in answer.events if told["event"] == "collector_failed"]
    assert all(told["at"].startswith("<string>:") for told in failed)


def test_of_an_error_in_the_program_itself_kind_and_place_are_told(afresh):
    answer = afresh.gapwatch("run", "--source", "documents", driver=THE_CYCLE)

    assert answer.status == 1
    assert 'File "<string>"' in answer.told
    assert answer.told.endswith(
        "gapwatch: it broke there with RuntimeError: please report these lines\n"
    )


def test_of_an_error_in_a_check_or_a_channel_the_kind_is_kept(afresh):
    afresh.gapwatch("run", "--source", "documents", driver=f"{A_CHECK}\n{A_CHANNEL}")

    reasons = {reason for _, reason, _ in afresh.company.verdicts().values()}
    assert "the check itself failed: RuntimeError" in reasons
    assert afresh.company.ask("SELECT why FROM messages") == [
        ("it could not be written or sent: RuntimeError",)
    ]


def test_what_an_error_says_is_not_on_a_page(afresh):
    with afresh.company.running("serve", driver=A_PAGE, **afresh.environment) as service:
        (serving,) = wait_until(lambda: heard(service, "serving"))
        afresh.told["page"] = fetched(serving["page"])
        (failed,) = wait_until(lambda: heard(service, "page_failed"))

    assert b"could not be put together" in afresh.told["page"]
    assert failed["error"] == "RuntimeError"
    assert failed["at"].startswith("<string>:")


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+psycopg://ada:{}@127.0.0.1:1/db",
        "postgresql+psycopg://ada:x@{}@127.0.0.1:1/db",
        "postgresql+psycopg://ada@127.0.0.1:1/db?password={}",
        "postgresql+psycopg://ada@127.0.0.1:1/db?connect_timeout={}",
    ],
)
def test_a_database_that_cannot_be_used_keeps_its_password(afresh, canaries, address):
    url = address.format(canaries.plant(f"a password in {address}"))
    with afresh.company.settings() as settings:
        settings["store"]["url"] = "env:STORE"

    assert afresh.gapwatch("status", STORE=url).status == 1


def test_the_password_of_a_database_is_not_written_into_it(afresh, canaries, postgresql):
    database = postgresql.create()
    password = canaries.plant("password of a database")
    with afresh.company.settings() as settings:
        settings["store"]["url"] = "env:STORE"
    url = postgresql.url(database, user=f"postgres:{password}")
    answer = afresh.gapwatch("run", "--source", "github", STORE=url)
    tables = postgresql.run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", database)
    rows = [postgresql.run(f'SELECT t::text FROM "{table}" t', database) for (table,) in tables]
    afresh.told["the database"] = repr(rows).encode()

    assert answer.status == 2, answer.told
    assert b"github:acme" in afresh.told["the database"]


def test_a_register_that_is_refused_is_not_quoted(afresh, canaries):
    registers = afresh.company.folder / "documents" / "registers"
    salary, number = canaries.plant("a salary"), canaries.plant("a number")
    (registers / "people.csv").write_text(
        f"person_id,email,start_date,salary\np1,ada@acme.test,2026-01-01,{salary}\n"
    )
    (registers / "access_reviews.yaml").write_text(f"- system: !{number}\n")
    told = afresh.gapwatch("run").told

    assert "people.csv, line 1, salary: is not a field of this register" in told
    assert "access_reviews.yaml, line 1, [0].system: what begins with ! is a tag" in told
