"""Names of every script reach paper: as they are, or as code points that say which they are."""

import io
import sys

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.gaps.events import ControlState
from agent.reports.making import DELIVERABLES
from agent.reports.rendering import glyphs
from agent.reports.rendering import pdf as pdf_renderer
from agent.reports.rendering.glyphs import lacking, spelt, unsure_signs
from agent.reports.text import harmless
from tests.agent.reports.conftest import made
from tests.agent.web.kept import OPEN
from tests.dose import dose

SHOWN = ("Łódź", "Ελλάδα", "Київ", "עברית", "العربية")
EAST_ASIAN = ("中文名称", "日本語の名前", "한국어이름")
NOWHERE = ("ไทย", "😀")


@pytest.fixture
def without_the_extra(monkeypatch):
    """A machine on which only the fonts of typst itself are."""
    monkeypatch.setitem(sys.modules, "noto_cjk_sans_jp_regular", None)
    glyphs._shown.cache_clear()
    yield
    glyphs._shown.cache_clear()


def named(kept, *names):
    """A store with a gap for each name."""
    with kept.cycle(new_gaps=tuple(range(1, len(names) + 1))) as cycle:
        cycle.evidence(*((name, OPEN) for name in names))
        for number, name in enumerate(names, 1):
            cycle.gap(number, name, control="NET-02", issue=f"Not met by {name}")
        cycle.state("NET-02", ControlState.DEFICIENT)
    return kept.store


def read(paper):
    """What a program that reads the paper aloud is given."""
    pages = pypdf.PdfReader(io.BytesIO(paper)).pages
    return " ".join(page.extract_text() for page in pages).replace("\u200b", "")


@pytest.mark.parametrize("report", DELIVERABLES)
def test_every_deliverable_is_typeset_whatever_its_names_are_written_in(company, kept, report):
    store = named(kept, *SHOWN, *EAST_ASIAN, *NOWHERE)
    assert made(company, store, report, "pdf").startswith(b"%PDF")


def test_what_a_font_has_is_shown_and_the_rest_is_spelt(company, kept):
    told = read(made(company, named(kept, *SHOWN, *EAST_ASIAN, *NOWHERE), "gap-analysis", "pdf"))
    for name in (*SHOWN[:3], *EAST_ASIAN):
        assert name in told
    assert "[U+1F600]" in told
    assert "[U+0E44 U+0E17 U+0E22]" in told
    assert "stand in square brackets as code points" in " ".join(told.split())


@pytest.mark.usefixtures("without_the_extra")
def test_without_the_extra_east_asian_names_are_spelt_and_none_is_lost(company, kept):
    told = read(made(company, named(kept, *EAST_ASIAN), "gap-analysis", "pdf"))
    assert "[U+4E2D U+6587" in told
    for sign in "".join(EAST_ASIAN):
        assert sign in told or f"U+{ord(sign):04X}" in told


def test_a_paper_without_such_names_does_not_speak_of_them(company, ten):
    assert "code points" not in read(made(company, ten, "gap-analysis", "pdf"))


def test_a_mark_that_its_letter_cannot_carry_is_spelt_with_its_letter(company, kept):
    store = named(kept, "a\ufe27b", "q\u0301", "e\u0301")
    told = "".join(read(made(company, store, "gap-analysis", "pdf")).split())
    assert "[U+0061U+FE27]b" in told
    assert "U+0065" not in told


def test_what_cannot_be_joined_ends_no_report(company, kept, monkeypatch):
    """As if every sign were there by itself, and typst refused them together."""
    monkeypatch.setattr(pdf_renderer, "lacking", lambda _: frozenset())
    told = read(made(company, named(kept, "ไทย", "Łódź"), "gap-analysis", "pdf"))
    assert "[U+0E44 U+0E17 U+0E22]" in told
    assert "Łódź" in told


def test_only_what_lacks_a_glyph_is_spelt():
    without = lacking(["Łódź ไทย 中"])
    assert without == frozenset("ไทย")
    assert spelt("Łódź ไทย 中", without) == "Łódź [U+0E44 U+0E17 U+0E22] 中"


@given(st.text(min_size=1, max_size=8))
@settings(max_examples=dose(small=40, whole=3_000), deadline=None)
def test_whatever_a_name_is_written_in_it_can_be_typeset_and_nothing_of_it_is_lost(text):
    """The last resort: every sign that is not sure is spelt."""
    seen = harmless(text)
    told = spelt(seen, unsure_signs([seen]))
    assert glyphs._shown((told,))
    assert all(sign in told or f"U+{ord(sign):04X}" in told for sign in seen)
