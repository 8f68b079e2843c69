"""The page of landed changes: names beside each, doubts told, and nothing hostile in it."""

import re
from datetime import timedelta

import pytest
from msgspec.structs import replace

from agent.web import changes
from tests.agent.test_landed import LANDED_ONE, OLGA, deployment, stretch
from tests.agent.web.kept import HOSTILE
from tests.agent.web.people import opened
from tests.checks.change.landed import change, request, review
from tests.evidence import DENIED

HOUR = timedelta(hours=1)
LATER = replace(
    LANDED_ONE, id="R_1/def", commit="def", occurred_at=LANDED_ONE.occurred_at + 3 * HOUR
)


@pytest.fixture
def house(tmp_path):
    with opened(tmp_path) as house:
        yield house


def reads(house, *landed, deployed=()):
    stretch(house.kept, "github.landed-changes", *landed, reached="1")
    stretch(house.kept, "github.deployments", *deployed, reached="1")


def test_each_change_stands_with_its_people_and_what_let_it_through_the_newest_first(house):
    first = change(request(reviews=(review(),), issues=("acme/web#3",), tickets=()), checks=())
    reads(house, first, LATER, deployed=(deployment(OLGA),))
    text = house.browser("auditor").get("/changes").text

    for name in ("acme/web", "#7", "mia", "otto", "acme/web#3", "approved by olga"):
        assert name in text
    assert text.index(">def<") < text.index(">abc<")


def test_what_was_not_read_is_said_beside_it(house):
    reads(house, change(request(reviews=DENIED)))
    text = house.browser("auditor").get("/changes").text

    assert f"reviews: {DENIED.why}" in text
    assert "nobody that is known" in text


def test_no_cell_is_empty(house):
    """On a narrow screen each stands under its own heading, and an empty one has no height."""
    reads(house, change(None, checks=()))
    text = house.browser("auditor").get("/changes").text

    cells = re.findall(r"<td data-label=[^>]*>(.*?)</td>", text, re.DOTALL)
    assert len(cells) == 7
    assert all(re.sub(r"<[^>]*>", "", cell).strip() for cell in cells)


def test_names_are_hostile_and_stay_text(house):
    one = change(request(authors=frozenset({HOSTILE}), issues=(HOSTILE,), tickets=()))
    reads(house, replace(one, branch=HOSTILE, landed_by=HOSTILE, repository=HOSTILE))
    text = house.browser("auditor").get("/changes").text

    assert "<img" not in text
    assert "&lt;img" in text


def test_as_json_all_of_them_are_told(house, monkeypatch):
    monkeypatch.setattr(changes, "MOST", 1)
    reads(house, LANDED_ONE, LATER)
    browser = house.browser("auditor")

    assert "and 1 more" in browser.get("/changes").text
    assert browser.get("/api/changes").text.count('"repository"') == 2


@pytest.mark.parametrize("path", ["/changes", "/api/changes"])
def test_who_may_not_see_evidence_does_not_see_them(house, path):
    viewer = house.browser("viewer")

    assert viewer.get(path).status == 403
    assert "/changes" not in viewer.get("/").text


def test_without_any_that_is_said(house):
    assert "No landed change was read." in house.browser("auditor").get("/changes").text
