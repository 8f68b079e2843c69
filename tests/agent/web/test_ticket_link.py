"""The page of a gap leads to its ticket, and nowhere that a tracker could make up."""

import re

import pytest

from agent.store.tickets import TicketBox
from agent.web.server import Page
from tests.agent.web.conftest import Served
from tests.agent.web.kept import CONFIGURATION, Kept, estate

TICKETS = "tickets: {github: {repository: acme/security, token: env:TICKETS_TOKEN}}\n"
HREF = re.compile(r'href="([^"]*)" rel="noreferrer noopener"')


@pytest.fixture
def followed(tmp_path):
    company = estate(tmp_path, configuration=CONFIGURATION + TICKETS)
    store = company.store(create=True)
    with Page(company, store) as page:
        kept = Kept(store)
        with kept.cycle():
            kept.gap(1, "invoices")
        yield Served(company, kept, page.address)


def opened(served, url):
    box = TicketBox(served.kept.store, served.company.settings.tickets.tracker)
    box.follow([1], served.kept.at)
    box.opened(1, "7", url, served.kept.at, found=False)


def test_the_ticket_is_one_click_away(followed):
    url = "https://github.com/acme/security/issues/7"
    opened(followed, url)
    assert HREF.findall(followed.ask("/gaps/1").text) == [url]
    (gap,) = followed.ask("/api/gaps").json
    assert gap["ticket"] == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "//evil.test/7",
        "/gaps/2",
        "https://github.com@evil.test/7",
        "https://github.com/\x1b[31m7",
        "https://github.com/\N{RIGHT-TO-LEFT OVERRIDE}7",
        "https://[github.com/7",
        "file:///etc/passwd",
        "",
    ],
)
def test_what_is_no_address_of_the_web_is_no_link(followed, url):
    opened(followed, url)
    assert HREF.findall(followed.ask("/gaps/1").text) == []
    (gap,) = followed.ask("/api/gaps").json
    assert gap["ticket"] is None


def test_what_stands_in_the_address_stays_in_it(followed):
    opened(followed, 'https://github.com/7"><img src=x onerror=alert(1)>')
    page = followed.ask("/gaps/1").text
    assert "<img" not in page
    assert "&#34;&gt;&lt;img" in page


def test_without_a_ticket_there_is_no_link(served):
    with served.kept.cycle() as kept:
        kept.gap(1, "invoices")
    assert HREF.findall(served.ask("/gaps/1").text) == []
