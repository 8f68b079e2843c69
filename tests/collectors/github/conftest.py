"""A GitHub-speaking server, and readers over it through the production path."""

from datetime import timedelta

import pytest

from agent.connections.github import GithubConnection
from agent.demo.github.server import TOKEN, GithubServer
from collectors.reader import take_snapshot
from collectors.transcript import Recorder, Replay
from tests.evidence import NOW

BEGINS = NOW - timedelta(days=30)


@pytest.fixture
def github():
    """An organisation with two owners and a member, and no repository."""
    with GithubServer("acme", clock=lambda: NOW) as server:
        server.state.add_member("olga", "admin", email="olga@acme.test")
        server.state.add_member("otto", "admin")
        server.state.add_member("mia")
        yield Github(server)


class Github:
    """The server as a test sees it: change `state`, read with the real reader."""

    def __init__(self, server):
        self.server = server
        self.state = server.state

    def units(self, *, token=TOKEN, organization="acme"):
        connection = GithubConnection(
            name="test",
            organization=organization,
            token=token,
            begins=BEGINS,
            base_url=self.server.url,
            attempts=1,
            clock=lambda: NOW,
        )
        return list(connection.units())

    def snapshot(self, collector, *, since=None, threads=1):
        """One snapshot of the collector, and its transcript."""
        (unit,) = self.units()
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
