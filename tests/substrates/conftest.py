"""One account, made alike on moto and on ministack, and read by every collector over HTTP."""

from collections import defaultdict
from dataclasses import dataclass, replace

import pytest

from agent.demo.aws_estate import HOME
from tests.agent.store.buckets import ministack, moto
from tests.canned.estate import AWS, connection, parts, read
from tests.dose import dose
from tests.substrates import seeds

FEW = {"iam", "s3", "s3control", "dynamodb", "kms", "sns", "sqs", "logs", "secretsmanager"}
STEPS = dose(
    small=(
        *(seeds.iam, seeds.s3, seeds.ec2, seeds.dynamodb, seeds.kms, seeds.messages),
        *(seeds.secretsmanager, seeds.logs),
    ),
    whole=seeds.STEPS,
)
COLLECTORS = dose(
    small=tuple(c for c in AWS if {call.service for call in c.calls} <= FEW), whole=AWS
)
SERVERS = {"moto": moto, "ministack": ministack}


@dataclass
class Told:
    """What a server answered: the codes of each operation, and a snapshot of each collector."""

    codes: dict
    snapshots: dict


def reading(url):
    codes, snapshots = defaultdict(set), {}
    account = {"access_key": seeds.ACCOUNT, "secret_key": "test", "regions": (HOME,)}
    for unit in parts(connection(url, attempts=1, **account)):
        live = _noting(unit.live, codes)
        for collector, snapshot, _ in read(replace(unit, live=live), COLLECTORS):
            snapshots[collector.id] = snapshot
    return Told(codes, snapshots)


def _noting(live, codes):
    def ask(call, arguments):
        exchange = live(call, arguments)
        codes[str(call)].add(exchange.code)
        return exchange

    return ask


@pytest.fixture(scope="session")
def told():
    """By the name of the server."""
    found = {}
    for name, server in SERVERS.items():
        with server() as running:
            for step in STEPS:
                step(running.client)
            found[name] = reading(running.url)
    return found
