"""The demo: a small company on this machine, two cycles, and what happened in between."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from agent.cli import now
from agent.console import plain
from agent.cycle import Report
from agent.demo import documents_estate, gcp_estate
from agent.demo.aws_estate import READER, REGIONS
from agent.demo.gcp_server import GoogleCloud
from agent.demo.github import estate as github_estate
from agent.demo.github.server import TICKETS_TOKEN, TOKEN, GithubServer
from agent.demo.local_aws import LocalAws, free_port
from agent.demo.receiver import Receiver
from agent.estate import Estate, Selection
from agent.registry import all_checks
from agent.schedule import serve
from agent.service import announce, run_cycle
from agent.settings.loading import load_settings
from agent.store.store import Store
from agent.telling import tell
from agent.ticketing import keep_tickets

log = structlog.get_logger()

USUAL_PORT = 8080
TICKETS_IN = "infrastructure"
BEFORE_THE_WINDOW = timedelta(days=60)
CONFIGURATION = """\
# The demo's configuration: only the endpoints differ from a real one.
company: {{name: Acme, service: Acme Cloud}}
assessment:
  report: type-2
  criteria: [security, availability, confidentiality]
  window: {{start: {start}, end: {end}}}
store: {{url: sqlite:///gapwatch.db, evidence: ./evidence}}
sources:
  aws:
    - name: production
      regions: [{regions}]
      endpoint_url: {aws}
      share_of_rate: 1
      access_key: env:DEMO_AWS_KEY
      secret_key: env:DEMO_AWS_SECRET
    - name: data
      role: {role}
      external_id: env:DEMO_EXTERNAL_ID
      regions: [{regions}]
      endpoint_url: {aws}
      share_of_rate: 1
      access_key: env:DEMO_AWS_KEY
      secret_key: env:DEMO_AWS_SECRET
  gcp:
    - {{name: analytics, projects: [{project}], endpoint_url: "{gcp}"}}
  github:
    - {{name: acme, organization: acme, token: env:DEMO_GITHUB_TOKEN, base_url: "{github}"}}
  documents:
    - {{name: company, path: ./documents/policies, registers: ./documents/registers}}
schedule: {{default: 5m, documents: 1h}}
thresholds:
  github.organisation.owners-few-and-known: {{approved_owners: [ada, grace]}}
owners: {{access: ada@acme.test, change: grace@acme.test, default: ada@acme.test}}
alerts:
  - {{to: "{alerts}", when: [gap_opened, control_drifted, collector_failed]}}
tickets:
  severity: high
  github: {{repository: acme/infrastructure, token: env:DEMO_TICKETS_TOKEN, base_url: "{github}"}}
web: {{port: {port}, public_url: "http://127.0.0.1:{port}"}}
"""
ENVIRONMENT = {
    "DEMO_AWS_KEY": "demo",
    "DEMO_AWS_SECRET": "demo",
    "DEMO_EXTERNAL_ID": "demo-external-id",
    "DEMO_GITHUB_TOKEN": TOKEN,
    "DEMO_TICKETS_TOKEN": TICKETS_TOKEN,
}


@dataclass(frozen=True, kw_only=True)
class LocalEstate:
    """The servers and folders that stand in for a company."""

    folder: Path
    aws: LocalAws
    gcp: GoogleCloud
    github: GithubServer
    receiver: Receiver

    @property
    def company(self) -> Estate:
        """The company as its configuration describes it: the production path from here on."""
        settings = load_settings(self.folder / "gapwatch.yaml", all_checks())
        return Estate(settings=settings, environment=ENVIRONMENT, clock=now)

    def drift(self) -> None:
        """What goes wrong between the two cycles."""
        moment = now()
        self.aws.drift()
        gcp_estate.drift(self.gcp, moment)
        github_estate.drift(self.github, moment)
        documents_estate.drift(self.folder / "documents", moment)


def show(folder: Path | None, *, once: bool) -> None:
    """Run the demo; with `once` it ends after the second cycle."""
    console = Console()
    with ExitStack() as stack:
        place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gapwatch-")))
        say = _Steps(console)
        say("Starting a small company on this machine: AWS, Google Cloud, GitHub, documents")
        estate = stack.enter_context(local_estate(place))
        company = estate.company
        store = company.store(create=True)
        say("First cycle")
        run_and_tell(company, store)
        say("Something drifts: a bucket opens, a device is gone, a change lands unreviewed")
        estate.drift()
        say("Second cycle")
        run_and_tell(company, store)
        _show_alerts(console, estate.receiver)
        _show_ticket(console, estate.github)
        if folder or not once:
            console.print(f"Configuration, store and evidence are in {place}", highlight=False)
        if not once:
            serve(company, ready=lambda address: say(f"The page is at {address} (Ctrl-C ends)"))


@contextmanager
def local_estate(folder: Path) -> Iterator[LocalEstate]:
    """Start and seed everything; it ends with the context."""
    folder.mkdir(parents=True, exist_ok=True)
    moment = now()
    with ExitStack() as stack:
        estate = LocalEstate(
            folder=folder,
            aws=stack.enter_context(LocalAws()),
            gcp=stack.enter_context(GoogleCloud()),
            github=stack.enter_context(GithubServer(clock=now)),
            receiver=stack.enter_context(Receiver()),
        )
        _write_configuration(estate)
        estate.aws.seed()
        gcp_estate.seed(estate.gcp, moment)
        github_estate.seed(estate.github, moment)
        documents_estate.seed(folder / "documents", moment, estate.company.required_documents)
        yield estate


def run_and_tell(company: Estate, store: Store) -> Report:
    """One cycle, its alerts, and what it brought."""
    report = run_cycle(company, store, Selection(), trigger="demo")
    announce(company, store)
    keep_tickets(company, store)
    tell(company.reading(store), report)
    return report


def _write_configuration(estate: LocalEstate) -> None:
    start = (now() - BEFORE_THE_WINDOW).date()
    text = CONFIGURATION.format(
        start=start,
        end=start + timedelta(days=182),
        regions=", ".join(REGIONS),
        aws=estate.aws.url,
        role=READER,
        project=gcp_estate.PROJECT,
        gcp=estate.gcp.url,
        github=estate.github.url,
        alerts=estate.receiver.url,
        port=free_port(USUAL_PORT),
    )
    (estate.folder / "gapwatch.yaml").write_text(text, encoding="utf-8")


def _show_alerts(console: Console, receiver: Receiver) -> None:
    for number, alert in enumerate(receiver.received, 1):
        console.print(
            Panel(
                Text("\n".join(plain(line) for line in str(alert["body"]).splitlines())),
                title=Text(f"Alert {number} as received: {plain(alert['title'])}"),
                title_align="left",
                border_style="blue",
            )
        )


def _show_ticket(console: Console, github: GithubServer) -> None:
    """How many tickets there are by now, and the newest as it stands there."""
    issues = list(github.state.issues.get(TICKETS_IN, {}).values())
    if issues:
        body = "\n".join(plain(line) for line in issues[-1].body.splitlines())
        title = f"Ticket {len(issues)} of {len(issues)} in {TICKETS_IN}: {plain(issues[-1].title)}"
        console.print(Panel(Text(body), title=Text(title), title_align="left", border_style="blue"))


class _Steps:
    """Says what happens, a line a step."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __call__(self, text: str) -> None:
        self._console.print()
        self._console.print(Text(f"› {text}", style="bold cyan"))  # noqa: RUF001 - a pointer for the eye
