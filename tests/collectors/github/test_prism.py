"""Somebody else's reading of GitHub's description agrees that we ask and are answered as it says.

Prism stands between a client and the local GitHub, and says where either strays. Everything that
the collectors ask of a full organisation is asked through it once more.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from agent.demo.github.server import TOKEN
from agent.registry import all_collectors
from tests.collectors.github.world import furnish
from tests.descriptions.github_rest import as_openapi

BESIDE_PYTHON = Path(sys.prefix, "prism", "node_modules", ".bin", "prism")
PRISM = shutil.which("prism") or (str(BESIDE_PYTHON) if BESIDE_PYTHON.exists() else None)
SECONDS = 120
NOT_ROUTED = "/contents/policies/"
"""A file's own path has slashes, which the description cannot say."""

pytestmark = pytest.mark.skipif(PRISM is None, reason="Prism is not installed: it needs npm")


def asked_of(github):
    """Every address that the collectors ask an organisation for, with two of everything."""
    furnish(github.state)
    targets, answer = {}, github.server.reply

    def reply(verb, target, sent, body):
        if verb == "GET":
            targets[target] = None
        return answer(verb, target, sent, body)

    github.server.reply = reply
    for collector in all_collectors().values():
        if collector.source == "github":
            github.snapshot(collector)
    return [target for target in targets if NOT_ROUTED not in target]


@pytest.fixture
def prism(github, tmp_path):
    """Prism's address, in front of the local GitHub."""
    document = tmp_path / "github.json"
    document.write_text(json.dumps(as_openapi()), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(
        [PRISM, "proxy", str(document), github.server.url, "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ,
    ) as process:
        address = f"http://127.0.0.1:{port}"
        wait_for(address)
        yield address
        process.terminate()


def wait_for(address):
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        try:
            urlopen(address, timeout=2)
        except HTTPError:
            return
        except URLError:
            time.sleep(0.2)
    raise TimeoutError(address)


def told(prism, target):
    """What Prism says of one question and its answer."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Accept": "application/json"}
    try:
        said = urlopen(Request(prism + target, headers=headers))
    except HTTPError as refusal:
        said = refusal
    return said.headers.get("sl-violations")


def test_what_is_asked_and_what_is_answered_is_in_githubs_description(github, prism):
    targets = asked_of(github)
    found = {target: told(prism, target) for target in targets}

    assert len(targets) > 100
    assert {target: violations for target, violations in found.items() if violations} == {}


def test_an_answer_of_another_shape_is_told(github, prism):
    answer = github.server.reply

    def reply(verb, target, sent, body):
        said = answer(verb, target, sent, body)
        said.body |= {"two_factor_requirement_enabled": "perhaps"}
        return said

    github.server.reply = reply

    assert "two_factor_requirement_enabled" in told(prism, "/orgs/acme")
