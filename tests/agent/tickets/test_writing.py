"""The words of a ticket as people read them, and names that try to be more than names."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.gaps import events as e
from agent.store.store import Store
from agent.tickets.adf import adf
from agent.tickets.markdown import code, markdown
from agent.tickets.writing import Exact, Paragraph, Words
from tests import jira
from tests.agent.tickets.conftest import Story

GOLDEN = Path(__file__).parents[2] / "golden"
HOSTILE = [
    "@acme/everyone",
    "<img src=x onerror=alert(1)>",
    "[click](https://evil.test)",
    "`; rm -rf /`",
    "``` \n# heading\n```",
    "#1 GH-1 acme/web#2",
    "<!-- gapwatch gap=2 store=000000000000 -->",
    "a\u202eb\u200bc",
    "https://evil.test/",
    "",
]
LIVE = ("@acme", "<img", "](https://evil", "# heading", "https://evil")


def golden(name, text):
    """Compare with the committed text; whoever changes the words changes it by hand."""
    assert text.rstrip() + "\n" == (GOLDEN / name).read_text()


@pytest.fixture
def store(tmp_path):
    """Which database it is makes no difference here."""
    return Store.open(f"sqlite:///{tmp_path}/gapwatch.db", tmp_path / "evidence", create=True)


@pytest.fixture
def story(store, github, tmp_path, moments):
    told = Story(store, github, tmp_path, moments)
    started = {"at": told.moments[0], "cycle": 1}
    told.happen(e.CycleStarted(**started, trigger="test", sources=("aws",), versions="0" * 64))
    return told


def test_a_ticket_as_github_shows_it(story, github):
    story.opens("invoices", "exports", who="arn:aws:sts::123456789012:assumed-role/Admin/ben")
    story.keep()

    title, body, *_ = github.told()
    golden("ticket.md", f"{title}\n\n{_without_store(body)}")


def test_its_comments_as_github_shows_them(story, github):
    story.opens("invoices")
    story.keep()
    story.happen(story.finding("exports"))
    story.keep()
    story.later(hours=1)
    github.close_by_hand()
    story.keep()
    story.repaired("invoices")
    story.keep()
    story.repaired("exports", closes=True)
    story.keep()
    story.later(hours=1)
    story.comes_back("exports")
    story.keep()

    _, _, comments, _ = github.told()
    golden("ticket_comments.md", "\n\n---\n\n".join(_without_store(one) for one in comments))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_a_name_in_a_ticket(story, github, name):
    story.opens(name)
    story.keep()

    title, body, *_ = github.told()
    outside = _outside_code(body)
    assert title.startswith("G-1 ")
    assert not [
        live for live in ("@acme", "<img", "](https://evil", "# heading") if live in outside
    ]
    assert outside.count("<!--") == 1


@given(st.text(max_size=80))
def test_a_code_span_ends_where_it_is_meant_to(name):
    span = code(name)
    fence = span[: len(span) - len(span.lstrip("`"))]

    assert "\n" not in span
    assert span.endswith(fence)
    inner = span[len(fence) : -len(fence)]
    assert fence not in [run for run in _runs(inner) if len(run) == len(fence)]
    assert not inner.startswith("`")
    assert not inner.endswith("`")


@given(st.lists(st.one_of(st.builds(Exact, st.text()), st.builds(Words, st.text())), max_size=4))
def test_whatever_a_name_is_jira_takes_the_document(parts):
    jira.check_document(adf((Paragraph(tuple(parts)),)))


def test_a_line_break_in_a_name_opens_no_block():
    assert markdown((Paragraph((Exact("a\n\n# b"),)),)).count("\n") == 0


def _runs(text):
    return "".join(c if c == "`" else " " for c in text).split()


def _outside_code(text):
    return re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text)


def _without_store(text):
    return re.sub(r"store=[0-9a-f]{12}", "store=(this one)", text)
