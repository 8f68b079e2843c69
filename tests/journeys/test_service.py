"""The service: its cycles by the schedule, one at a time, and an end within seconds."""

import json
import signal
import socket
import time
from collections import Counter
from itertools import pairwise
from urllib.request import urlopen

import pytest

from agent.demo.receiver import Receiver
from tests.journeys.company import wait_until
from tests.journeys.faultproxy import FaultProxy, delayed

EVERY_FEW_SECONDS = """
from datetime import timedelta
import agent.agreement
agent.agreement.SHORTEST_INTERVAL = timedelta(seconds=1)
"""
"""Nobody may read a source so often; a test has no hour to wait."""
SECONDS_TO_END = 20
TOLD = ("gap_opened", "control_drifted")


@pytest.fixture
def address(fresh):
    """Where the company's page is served."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with fresh.settings() as settings:
        settings["web"] = {"port": port}
    return f"http://127.0.0.1:{port}"


def healthy(address):
    try:
        with urlopen(f"{address}/health", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def cycles(company):
    """Sources, start and end of every cycle."""
    question = "SELECT sources, started_at, finished_at FROM cycles ORDER BY cycle"
    return [(json.loads(sources), *times) for sources, *times in company.ask(question)]


def end(running):
    """Ask it to end; its status, and how long that took."""
    began = time.monotonic()
    running.process.send_signal(signal.SIGTERM)
    return running.process.wait(60), time.monotonic() - began


def test_cycles_come_by_the_schedule_one_at_a_time_and_alerts_once(fresh, address):
    with Receiver() as receiver:
        with fresh.settings() as settings:
            del settings["sources"]["aws"]  # the others are read within a second
            settings["schedule"] = {"default": "1h", "documents": "2s", "gcp": "3s"}
            settings["alerts"] = [{"to": receiver.url}]
        with fresh.running("serve", driver=EVERY_FEW_SECONDS) as running:
            wait_until(lambda: healthy(address))
            wait_until(lambda: sum(bool(ended) for *_, ended in cycles(fresh)) > 4, seconds=180)
            status, took = end(running)

    first, *others = cycles(fresh)
    read = Counter(source for sources, *_ in others for source in sources)
    assert first[0] == ["documents", "gcp", "github"]
    assert read.keys() == {"documents", "gcp"}
    assert all(before[2] <= after[1] for before, after in pairwise([first, *others]))
    assert (status, took < SECONDS_TO_END) == (0, True)
    told = Counter(
        change["entry"] for alert in receiver.received for change in alert["payload"]["changes"]
    )
    happened = fresh.ask(f"SELECT number FROM log WHERE kind IN {TOLD}")
    assert told.keys() >= {number for (number,) in happened}
    assert set(told.values()) == {1}


def test_a_first_cycle_over_everything_opens_no_gap_that_another_source_closes(fresh, address):
    with fresh.running("serve"):
        wait_until(lambda: healthy(address))
        wait_until(lambda: fresh.log("cycle_finished"), seconds=180)

    assert fresh.log("gap_closed") == []
    assert [drift for drift in fresh.log("control_drifted") if drift["before"]] == []


@pytest.mark.usefixtures("address")
def test_it_ends_within_seconds_though_a_cycle_hangs(estate, fresh):
    with FaultProxy(estate.aws.url) as proxy, proxy.planted("", delayed(2)):
        fresh.reach(aws=proxy.url)
        with fresh.running("serve") as running:
            wait_until(lambda: len(proxy.seen) > 2)
            status, took = end(running)

    assert (status, took < SECONDS_TO_END) == (0, True)
    assert [ended for *_, ended in cycles(fresh)] == [None]
    assert fresh.gapwatch("verify").status == 0
