"""The service: its cycles by the schedule, one at a time, and an end within seconds."""

import json
import signal
import socket
import time
from datetime import datetime
from itertools import pairwise
from urllib.request import urlopen

import pytest

from agent.demo.receiver import Receiver
from tests.journeys.company import wait_until
from tests.journeys.faultproxy import FaultProxy, delayed


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def health(port):
    try:
        with urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            return json.load(answer)
    except OSError:
        return None


def cycles(company):
    """Sources, start and end of every cycle."""
    if not company.database.exists():
        return []
    return [
        (json.loads(sources), started, finished)
        for sources, started, finished in company.ask(
            "SELECT sources, started_at, finished_at FROM cycles ORDER BY cycle"
        )
    ]
