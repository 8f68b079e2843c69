"""A company whose gaps become tickets, in a local GitHub or a local Jira, over real HTTP."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from agent.announcing import announcer
from agent.connections.trackers import tracker
from agent.demo.github.server import TICKETS, TICKETS_TOKEN, GithubServer
from agent.estate import Estate
from agent.gaps import events as e
from agent.gaps.lifecycle import finding_id
from agent.registry import all_checks
from agent.settings.loading import load_settings
from agent.store import queries
from agent.store.store import Store
from agent.ticketing import keep_tickets
from checks.contract import Severity, failed, passed
from collectors.evidence.trails import Deed
from tests import jira
from tests.evidence import NOW

SCOPE = "aws:123456789012"
CHECK = "aws.s3.public-access-blocked"
REPOSITORY = "compliance"
CONFIGURATION = """
company: {{name: Acme, service: Acme Cloud}}
assessment:
  report: type-2
  criteria: [security, availability, confidentiality]
  window: {{start: 2026-10-01, end: 2027-03-31}}
sources:
  documents:
    - {{name: policies, path: ./policies, registers: ./registers}}
owners: {{access: alice@acme.test}}
tickets:
{tickets}
web: {{public_url: https://gapwatch.acme.test}}
"""
ON_GITHUB = """\
  severity: {severity}
  closed_by_hand: {by_hand}
  github:
    repository: acme/compliance
    token: env:TICKETS_TOKEN
    base_url: {url}
"""
ON_JIRA = """\
  severity: {severity}
  closed_by_hand: {by_hand}
  jira:
    project: SEC
    user: env:JIRA_USER
    token: env:TICKETS_TOKEN
    url: {url}
"""


@dataclass
class OnGithub:
    """A private repository of the local GitHub."""

    server: GithubServer
    configuration: str = ON_GITHUB
    environment: dict[str, str] = field(default_factory=lambda: {"TICKETS_TOKEN": TICKETS_TOKEN})

    @property
    def url(self):
        return self.server.url

    @property
    def issues(self):
        return list(self.server.state.issues.get(REPOSITORY, {}).values())

    def told(self, number=0):
        """Title, body, comments and whether it is open, as a person reads them."""
        issue = self.issues[number]
        comments = [comment.body for comment in issue.comments]
        return issue.title, issue.body, comments, issue.state == "open"

    def close_by_hand(self, number=0):
        self.server.state.close_issue(REPOSITORY, self.issues[number].number, at=self.clock())

    def delete(self):
        self.server.state.issues[REPOSITORY].clear()

    def break_down(self):
        self.server.deny("GET /repos/{owner}/{repo}", status=503, message="down")

    def repair(self):
        self.server.allow_all()

    @property
    def clock(self):
        return self.server._clock

    @property
    def writes(self):
        return [one for one in self.server.asked if not one.startswith("GET ")]


@dataclass
class OnJira:
    """A project of the local Jira."""

    server: jira.Jira
    configuration: str = ON_JIRA
    environment: dict[str, str] = field(
        default_factory=lambda: {"TICKETS_TOKEN": jira.TOKEN, "JIRA_USER": jira.USER}
    )

    @property
    def url(self):
        return self.server.url

    @property
    def issues(self):
        return list(self.server.issues.values())

    def told(self, number=0):
        """Title, body, comments and whether it is open, as a person reads them."""
        issue = self.issues[number]
        comments = [jira.text_of(one["body"]) for one in issue.comments]
        body = jira.text_of(issue.fields["description"])
        return issue.fields["summary"], body, comments, issue.status != "Done"

    def close_by_hand(self, number=0):
        self.issues[number].status = "Done"

    def delete(self):
        self.server.issues.clear()

    def break_down(self):
        self.server.broken = 503

    def repair(self):
        self.server.broken = None

    @property
    def writes(self):
        return [one for one in self.server.asked if not one.startswith("GET ")]


@pytest.fixture
def moments():
    """The story's clock: tests move it."""
    return [NOW]


@pytest.fixture(params=["github", "jira"])
def place(request, moments):
    """Where tickets are kept."""
    if request.param == "jira":
        with jira.Jira() as server:
            yield OnJira(server)
        return
    with GithubServer("acme", clock=lambda: moments[-1]) as server:
        server.state.add_member("olga", "admin")
        server.state.add_account(TICKETS.login)
        server.state.add_repository(REPOSITORY)
        yield OnGithub(server)


@pytest.fixture
def github(moments):
    """The local GitHub alone."""
    with GithubServer("acme", clock=lambda: moments[-1]) as server:
        server.state.add_member("olga", "admin")
        server.state.add_account(TICKETS.login)
        server.state.add_repository(REPOSITORY)
        yield OnGithub(server)


@dataclass
class Story:
    """What happens to one company's gaps, and the passes of its tickets."""

    store: Store
    place: Any
    folder: Any
    moments: list[Any]
    by_hand: str = "reopen"
    severity: str = "low"
    alerts: str = ""
    """Routes, as they stand at the end of the configuration."""
    _companies: dict[Any, Estate] = field(default_factory=dict)

    @property
    def company(self):
        """The company as it is configured now; one that was read before is not read again."""
        options = (self.by_hand, self.severity, self.alerts)
        if options not in self._companies:
            self._companies[options] = self._configured()
        return self._companies[options]

    def _configured(self):
        path = self.folder / "gapwatch.yaml"
        options = {"by_hand": self.by_hand, "severity": self.severity, "url": self.place.url}
        tickets = self.place.configuration.format(**options)
        path.write_text(CONFIGURATION.format(tickets=tickets) + self.alerts)
        settings = load_settings(path, all_checks())
        environment = self.place.environment
        return Estate(settings=settings, environment=environment, clock=lambda: self.moments[-1])

    def tracker(self):
        company = self.company
        return tracker(company.settings.tickets, company.resolve)

    def later(self, **duration):
        self.moments.append(self.moments[-1] + timedelta(**duration))

    def happen(self, *events):
        """Some events, in a transaction that notes whose ticket has to follow."""
        announce = announcer(self.company)
        with self.store.transaction() as writer:
            numbers = writer.append(events)
            announce(writer, list(zip(numbers, events, strict=True)))

    def opens(self, *names, gap=1, severity=Severity.HIGH, who=None):
        """A gap opens with some buckets under it."""
        opened = e.GapOpened(
            **self.when,
            number=gap,
            check=CHECK,
            control="NET-02",
            scope=SCOPE,
            subject=None,
            issue="Not met: S3 buckets block public access",
            severity=severity,
        )
        self.happen(opened, *(self.finding(name, gap) for name in names))
        if who:
            origin = e.Origin(
                after=NOW - timedelta(hours=1),
                before=NOW,
                deeds=(Deed(call="PutBucketPolicy", principal=who, at=NOW),),
                asked=1,
            )
            traced = [
                e.Traced(check=CHECK, scope=SCOPE, subject=arn(name), origin=origin)
                for name in names
            ]
            self.happen(e.OriginsTraced(**self.when, traced=tuple(traced)))

    def finding(self, name, gap=1):
        return e.FindingOpened(
            **self.when,
            finding=finding_id(CHECK, SCOPE, arn(name)),
            check=CHECK,
            scope=SCOPE,
            subject=arn(name),
            name=name,
            lasting="condition",
            severity=Severity.HIGH,
            before=None,
            verdict=failed("anyone can reach it through its policy", off=("block_public_policy",)),
            gap=gap,
        )

    def repaired(self, name, *, closes=False, gap=1):
        closed = e.FindingClosed(
            **self.when,
            finding=finding_id(CHECK, SCOPE, arn(name)),
            check=CHECK,
            scope=SCOPE,
            subject=arn(name),
            name=name,
            how="passed",
            verdict=passed("every setting is on"),
        )
        self.happen(closed, *([e.GapClosed(**self.when, number=gap)] if closes else []))

    def comes_back(self, name, gap=1):
        reopened = e.FindingReopened(
            **self.when,
            finding=finding_id(CHECK, SCOPE, arn(name)),
            check=CHECK,
            scope=SCOPE,
            subject=arn(name),
            name=name,
            severity=Severity.HIGH,
            before=None,
            verdict=failed("anyone can reach it through its policy"),
            gap=gap,
        )
        self.happen(e.GapReopened(**self.when, number=gap), reopened)

    def keep(self, kept_in=None):
        """One pass over the tickets that are due."""
        return keep_tickets(self.company, self.store, kept_in)

    def log(self, *kinds):
        with self.store.reading() as connection:
            return [event for _, event in queries.entries(connection, kind=kinds)]

    def changes(self):
        """What became of tickets, by the log."""
        return [event.what for event in self.log("ticket_changed")]

    @property
    def when(self):
        return {"at": self.moments[-1], "cycle": 1}


def arn(name):
    return f"arn:aws:s3:::{name}"


@pytest.fixture
def story(store, place, tmp_path, moments):
    told = Story(store, place, tmp_path, moments)
    told.happen(e.CycleStarted(**told.when, trigger="test", sources=("aws",), versions="0" * 64))
    return told
