"""An account seeded in moto and recorded over HTTP, answered from the record ever after."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.request import Request as Ask
from urllib.request import urlopen

from agent.connections.aws import WHO_ARE_WE, AwsConnection
from agent.connections.unit import Unit
from agent.demo.aws_estate import HOME, REGIONS, seed
from agent.demo.local_aws import LocalAws
from agent.registry import all_collectors
from collectors.aws.account import Organization
from collectors.reader import take_snapshot
from collectors.transcript import Cache, Recorder
from tests.canned.server import SIGNED_IN, key_of
from tests.canned.shaped import Question, reply
from tests.evidence import NOW
from tests.journeys.faultproxy import FaultProxy

AWS = tuple(c for c in all_collectors().values() if c.source == "aws")
KEYS = {"access_key": "AKIA123456789012", "secret_key": "test"}


class Recording(FaultProxy):
    """A proxy that keeps every answer under its question, with the call being asked."""

    def __init__(self, upstream: str) -> None:
        super().__init__(upstream)
        self.call, self.arguments = WHO_ARE_WE, {}
        self.table: dict[tuple, list] = {}

    def answer(self, request):
        sent = super().answer(request)
        key = key_of(request)
        headers = {k: v for k, v in sent.headers.items() if k.lower() not in {"server", "date"}}
        body = sent.body.decode("latin-1")
        self.table[key] = [key, str(self.call), sent.status, headers, body]
        return sent


class Inventing(Recording):
    """No server is behind it: whatever is asked is answered in the shape of its model."""

    def __init__(self) -> None:
        super().__init__("")

    def _ask(self, request):
        signed = SIGNED_IN.search(request.headers["Authorization"])
        return reply(Question(self.call, self.arguments, signed["region"]))


def connection(url, **settings):
    """One account at a server of ours; a passing fault is asked again at once."""
    usual = {"name": "canned", "regions": REGIONS, "endpoint_url": url, "pause": lambda _: None}
    return AwsConnection(**{**usual, **KEYS, **settings})


def record(recording: Recording, path: Path, *, regions=REGIONS) -> Path:
    """Read everything once, one question at a time, and keep what was answered."""
    with recording as proxy:
        for unit in parts(connection(proxy.url, attempts=1, regions=regions)):
            read(replace(unit, live=_naming(unit.live, proxy)))
        answers = list(proxy.table.values())
    path.write_text(json.dumps({"home": HOME, "regions": regions, "answers": answers}))
    return path


def parts(connection: AwsConnection) -> tuple[Unit, ...]:
    """The units of an account, and the organization that it sees."""
    units = list(connection.units())
    assert all(isinstance(unit, Unit) for unit in units), units
    return (*units, replace(units[0], reads=Organization))


def _naming(live, proxy):
    def ask(call, arguments):
        proxy.call, proxy.arguments = call, arguments
        return live(call, arguments)

    return ask


def read(unit: Unit, collectors=AWS, *, threads=1) -> Iterator:
    """Every collector of one unit: its snapshot."""
    cache = Cache()
    taken = []
    for collector in collectors:
        if collector.reads is unit.reads:
            recorder = Recorder(unit.live, b"test", cache)
            reader = unit.open(recorder, collector.calls, threads=threads)
            snapshot = take_snapshot(collector, reader, now=NOW)
            taken.append((collector, snapshot, recorder.transcript))
    return taken


@dataclass(frozen=True)
class Server:
    """The canned AWS while it runs."""

    url: str

    def order(self, operation=None, fault=None, times=None) -> dict[str, int]:
        """From now on this operation fails, each question as often as told; `None` is always.

        Returns how often the last order was `met`, and how much was `asked` since then.
        """
        plan = {"operation": operation, "fault": fault, "times": times}
        ask = Ask(f"{self.url}/-/", data=json.dumps(plan).encode(), method="POST")
        with urlopen(ask) as answer:
            return json.load(answer)

    @contextmanager
    def failing(self, operation, fault, times=None):
        """While this lasts the operation fails; it must have been asked."""
        self.order(operation, fault, times)
        try:
            yield
        finally:
            met = self.order()["met"]
        assert met, f"nobody asked {operation}"


@contextmanager
def canned(path: Path, *, accounts=0, regions=()) -> Iterator[Server]:
    """The canned AWS in a process of its own."""
    command = [sys.executable, "-m", "tests.canned.server", path, str(accounts), *regions]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Server(f"http://localhost:{int(process.stdout.readline())}")
        finally:
            process.kill()


def seeded(path: Path, *more) -> Path:
    """Record the demo's first account, with what `more` puts into it."""
    with LocalAws() as aws:
        seed(aws.client)
        for action in more:
            action(aws.client)
        return record(Recording(aws.url), path)


def invented(path: Path) -> Path:
    """Record an account in which everything is there and nothing is real."""
    return record(Inventing(), path, regions=(HOME,))


@dataclass(frozen=True)
class Account:
    """A recorded account while the canned AWS answers for it."""

    server: Server
    units: tuple[Unit, ...]
    asked: frozenset[str]
    """The operations that somebody had a reason to ask when it was recorded."""


@contextmanager
def answered(path: Path) -> Iterator[Account]:
    """An account of which every answer is known."""
    told = json.loads(path.read_text())
    asked = frozenset(operation for _, operation, *_ in told["answers"])
    with canned(path) as server:
        yield Account(server, parts(connection(server.url, regions=tuple(told["regions"]))), asked)
