"""No credential, and no field declared secret, is ever written to disk, a log, a page or an alert.

A canary lies wherever a secret may hide. After whole stories everything that was written is
searched for every one of them, in every form it may have taken.
"""

import os
import pty
import socket
import subprocess
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import psycopg
import pytest

from agent.demo import github_server
from agent.demo.show import local_estate
from tests.journeys import planting
from tests.journeys.canaries import Canaries, state, written_since
from tests.journeys.company import PATIENCE, Company, wait_until
from tests.journeys.faultproxy import FaultProxy, answered

EVIDENCE = {
    "aws: a bucket's policy": "it is what a check judges",
    "github: address of a commit author": "by nothing else GitHub names an app that wrote it",
}
"""What is kept on purpose, and why; that it is found shows that the search finds."""
NOT_ASKED_FOR = {
    *("aws: password of a user", "aws: secret of an access key", "aws: token of a grant"),
    *("aws: password of a database's master", "aws: user data of a machine"),
    *("aws: environment of a function", "aws: code of a function", "aws: environment of a task"),
    *("aws: a parameter", "aws: a kept secret", "github: message of a commit"),
}
"""What a vendor keeps, and may tell whoever asks: no collector does."""

WHO_WE_ARE = (
    r"(?s)^(?!.*Action=(AssumeRole|GetCallerIdentity))(?!POST /token)"
    r"(?!GET /(user|orgs/acme|v3/projects/[^:/ ]+) )"
)
"""Everything but what a connection asks before its collectors do."""
EVERYTHING = ""
NO_PAUSES = "import time; time.sleep = lambda _: None"

SOURCES = ("aws", "gcp", "github", "documents")
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
    before: dict[Path, bytes]
    told: dict[str, bytes] = field(default_factory=dict)

    def gapwatch(self, *arguments, **environment):
        """Run the command with its log as JSON."""
        answer = self.company.gapwatch(*arguments, **{**self.environment, **environment})
        name = f"gapwatch {' '.join(arguments)} ({len(self.told)})"
        self.told[name] = (answer.out + answer.told).encode()
        return answer

    def on_a_terminal(self, *arguments):
        """Run the command as a person does, with colours and a moving line."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            self.company._arguments(arguments, None),
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
        """Let the service read every source, and look at each page."""
        with self.company.running("serve", **self.environment) as service:
            (serving,) = wait_until(lambda: heard(service, "serving"))
            wait_until(lambda: len(heard(service, "cycle_done")) == len(SOURCES), seconds=PATIENCE)
            for page in PAGES:
                self.told[f"page {page}"] = fetched(f"{serving['page']}{page}")

    @property
    def written(self):
        """Every file, and every word that was said."""
        return self.told | written_since(self.before, self.company.folder)


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
    scratch.mkdir()
    unrelated = canaries.plant(f"an unrelated variable of {company.folder.name}")
    return Story(
        company=company,
        environment={"TMPDIR": str(scratch), "UNRELATED": unrelated, **environment},
        before=state(company.folder),
    )


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
    told.gapwatch("doctor")
    assert told.on_a_terminal("run") == 3
    told.serve()
    for command in (["status"], ["evidence"], ["gaps", "show", "1"], ["verdicts", "--json"]):
        told.gapwatch(*command)
    told.on_a_terminal("gaps")
    again = told.gapwatch("verify")
    assert again.status == 0, again.told
    know_what_was_sent(canaries, *planted.servers.values())
    return told


def test_the_sources_did_tell_their_secrets(lived, planted, canaries):
    """Or it would prove nothing that none of them was kept."""
    for source, dressed in planted.said.items():
        told = canaries.places({"": b"\n".join(dressed.said)})
        kept = {place for place in canaries.planted if place.startswith(f"{source}: ")}
        assert kept - told == NOT_ASKED_FOR & kept


def test_no_secret_is_written_anywhere(lived, planted, canaries):
    leaks = canaries.leaks(lived.written)

    assert [leak for leak in leaks if leak.secret not in EVIDENCE] == []
    assert {leak.secret for leak in leaks} == EVIDENCE.keys()


def test_no_secret_is_in_an_alert(lived, planted, canaries):
    assert planted.received
    assert canaries.leaks({"alerts": repr(planted.received).encode()}) == []
