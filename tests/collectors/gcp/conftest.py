"""The local Google Cloud, and readers over it through the production path."""

from dataclasses import dataclass
from functools import cached_property

import pytest

from agent.connections.gcp import GcpConnection
from agent.demo.gcp_server import GoogleCloud
from agent.demo.gcp_state import Node, Project
from collectors.reader import take_snapshot
from collectors.transcript import Recorder, Replay
from tests.evidence import NOW
from tests.faults import faulty

ORGANIZATION = "900"


@pytest.fixture
def google():
    """An organisation with one folder and one project; change them through the attributes."""
    with GoogleCloud() as server:
        organization = server.organization(ORGANIZATION)
        folder = server.folder("500", parent=organization)
        project = server.project("1001", "acme-prod", parent=folder)
        yield Google(server, organization, folder, project)


@dataclass
class Google:
    """The server as a test sees it: change its state, read it with the real reader."""

    server: GoogleCloud
    organization: Node
    folder: Node
    project: Project

    def connection(self, **settings):
        settings = {"organization": ORGANIZATION, "attempts": 1, **settings}
        return GcpConnection(
            name="test",
            endpoint_url=self.server.url,
            clock=lambda: NOW,
            pause=lambda _: None,
            **settings,
        )

    @cached_property
    def units(self):
        return list(self.connection().units())

    def unit(self, collector):
        return next(unit for unit in self.units if unit.reads is collector.reads)

    def snapshot(self, collector, faults=None, *, threads=1):
        """One snapshot of the collector over the unit it reads, and its transcript.

        `faults` maps an operation (`storage:buckets.list`) to what happens instead.
        """
        unit = self.unit(collector)
        recorder = Recorder(faulty(unit.live, faults or {}), b"test")
        reader = unit.open(recorder, collector.calls, since={}, threads=threads)
        return take_snapshot(collector, reader, now=NOW), reader.transcript

    def again(self, collector, transcript):
        """The same collector over what was recorded: no network, no server."""
        unit = self.unit(collector)
        reader = unit.open(Replay(transcript), collector.calls, since={}, threads=1)
        return take_snapshot(collector, reader, now=NOW)
