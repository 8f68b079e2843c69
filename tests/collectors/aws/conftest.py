"""A real AWS-speaking server, and readers over it through the production path."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest
from moto.server import ThreadedMotoServer

from agent.connections.aws import AwsConnection
from agent.connections.aws_clients import drop_account_prefix
from collectors.reader import take_snapshot
from collectors.transcript import Recorder, Replay
from tests.evidence import NOW
from tests.faults import faulty

HOME = "eu-west-1"


@pytest.fixture(scope="session")
def moto_url():
    server = ThreadedMotoServer(port=0)
    server.start()
    _, port = server.get_host_and_port()
    yield f"http://localhost:{port}"
    server.stop()


@pytest.fixture
def aws(moto_url):
    """An empty account on a running server; seed it with `aws.client(service)`."""
    urlopen(Request(f"{moto_url}/moto-api/reset", method="POST"))
    return Aws(moto_url)


@dataclass
class Aws:
    """The server as a test sees it: seed with a plain client, read with the real reader."""

    url: str

    def client(self, service, region=HOME) -> Any:
        client = boto3.client(
            service,
            region_name=region,
            endpoint_url=self.url,
            aws_access_key_id="seed",
            aws_secret_access_key="seed",
        )
        client.meta.events.register("before-call.s3-control", drop_account_prefix)
        return client

    @cached_property
    def units(self):
        connection = AwsConnection(
            name="test",
            regions=(HOME,),
            endpoint_url=self.url,
            access_key="test",
            secret_key="test",
            attempts=1,
            share_of_rate=1,
            pause=lambda _: None,
            clock=lambda: NOW,
        )
        return list(connection.units())

    def snapshot(self, collector, faults=None, *, threads=1):
        """One snapshot of the collector over the unit it reads, and its transcript.

        `faults` maps an operation (`s3:GetPublicAccessBlock`) to what happens instead.
        """
        unit = next(u for u in self.units if u.reads is collector.reads)
        recorder = Recorder(faulty(unit.live, faults or {}), b"test")
        reader = unit.open(recorder, collector.calls, since={}, threads=threads)
        return take_snapshot(collector, reader, now=NOW), reader.transcript

    def again(self, collector, transcript):
        """The same collector over what was recorded: no network, no server."""
        unit = next(u for u in self.units if u.reads is collector.reads)
        reader = unit.open(Replay(transcript), collector.calls, since={}, threads=1)
        return take_snapshot(collector, reader, now=NOW)
