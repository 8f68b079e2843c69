"""A company with a store, and its page served for real."""

import http.client
import json
import os
import shutil
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright
from structlog.testing import capture_logs

from agent.estate import Estate
from agent.web.server import Page
from tests.agent.web.kept import Kept, estate

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)


@dataclass(frozen=True)
class Served:
    company: Estate
    kept: Kept
    address: str

    def ask(self, path, *, method="GET", hosts=None):
        """One request as it stands; `hosts` replaces its Host header by none, one or several."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=20)
        connection.putrequest(method, path, skip_host=hosts is not None)
        for host in hosts or ():
            connection.putheader("Host", host)
        connection.endheaders()
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        told = Answer(answer.status, headers, answer.read())
        connection.close()
        return told


@pytest.fixture
def company(tmp_path):
    return estate(tmp_path)


@pytest.fixture(autouse=True)
def logged():
    with capture_logs() as events:
        yield events


@pytest.fixture
def served(company):
    store = company.store(create=True)
    with Page(company, store) as page:
        yield Served(company, Kept(store), page.address)


@pytest.fixture(scope="module")
def browser():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        why = "no Chromium here: `apt-get install chromium`"
        if os.environ.get("CI") or os.environ.get("GAPWATCH_REQUIRE_CHROMIUM") == "1":
            pytest.fail(why)
        pytest.skip(why)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield started
        started.close()
