"""A GitHub-speaking server, and readers over it through the production path."""

from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

import pytest

from agent.connections.github import GithubConnection
from agent.demo.github.rest.routes import route_of
from agent.demo.github.server import TOKEN, GithubServer
from collectors.reader import take_snapshot
from collectors.transcript import Recorder, Replay
from tests.descriptions.github_rest import operations, problems
from tests.evidence import NOW

REGISTERS = (
    ("emergency_changes", "web", "emergency-change", "commit_or_pr=Commit or pull request"),
    ("significant_changes", "web", "significant-change"),
    ("incidents", "web", "incident"),
)
POLICIES = (("web", "policies/access.md", ("olga",)), ("api", "policies/gone.md", ("olga",)))
BEGINS = NOW - timedelta(days=30)


@pytest.fixture
def github():
    """An organisation with two owners and a member, and no repository."""
    with GithubServer("acme", clock=lambda: NOW) as server:
        server.state.add_member("olga", "admin", email="olga@acme.test")
        server.state.add_member("otto", "admin")
        server.state.add_member("mia")
        with described(server) as misfits:
            yield Github(server)
        assert misfits == []


@contextmanager
def described(server):
    """Hold every question and every good answer against GitHub's own description."""
    misfits = []
    answer = server.reply

    def reply(verb, target, sent, body):
        said = answer(verb, target, sent, body)
        url = urlsplit(target)
        found = route_of(verb, url.path)
        if found and said.status == HTTPStatus.OK:
            known = operations()[found[0]]["query"]
            asked = dict(parse_qsl(url.query))
            misfits.extend(f"{found[0]}: asked with {name}" for name in asked.keys() - set(known))
            misfits.extend(problems(found[0], said.body))
        return said

    server.reply = reply
    yield misfits


class Github:
    """The server as a test sees it: change `state`, read with the real reader."""

    def __init__(self, server):
        self.server = server
        self.state = server.state

    def units(self, *, token=TOKEN, organization="acme", **given):
        connection = GithubConnection(
            name="test",
            organization=organization,
            token=token,
            begins=BEGINS,
            base_url=self.server.url,
            clock=lambda: NOW,
            **{"attempts": 1, "registers": REGISTERS, "policies": POLICIES, **given},
        )
        return list(connection.units())

    def snapshot(self, collector, *, since=None, threads=1, **given):
        """One snapshot of the collector, and its transcript."""
        (unit,) = self.units(**given)
        reader = unit.open(
            Recorder(unit.live, b"test"), collector.calls, since=since or {}, threads=threads
        )
        return take_snapshot(collector, reader, now=NOW), reader.transcript

    def again(self, collector, transcript, *, since=None):
        """The same collector over what was recorded: the server is not asked."""
        (unit,) = self.units()
        asked = len(self.server.asked)
        reader = unit.open(Replay(transcript), collector.calls, since=since or {}, threads=1)
        snapshot = take_snapshot(collector, reader, now=NOW)
        assert len(self.server.asked) == asked
        return snapshot
