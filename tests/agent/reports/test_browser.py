"""Each deliverable as people open it: a file in a real browser, wide, narrow, and on paper."""

import io
import os
import shutil
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import sync_playwright

from agent.reports.making import DELIVERABLES
from tests.agent.reports.conftest import made

FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
LOW_CONTRAST = (Path(__file__).parents[1] / "web" / "contrast.js").read_text()
UNNAMED = """
() => [...document.querySelectorAll('svg')].filter(
  svg => !svg.closest('[role=img]')?.getAttribute('aria-label')
).length
"""
SKIPPED = """
() => {
  const levels = [...document.querySelectorAll('h1,h2,h3,h4,h5')].map(h => +h.tagName[1]);
  return levels.filter((level, i) => i && level > levels[i - 1] + 1);
}
"""
SIDEWAYS = """
() => [...document.querySelectorAll('.scroll:has(table)')].filter(
  region => region.scrollWidth > region.clientWidth
).map(region => region.getAttribute('aria-label'))
"""
UNLABELLED = """
() => [...document.querySelectorAll('td')].filter(
  cell => getComputedStyle(cell).display == 'block' && cell.textContent
    && getComputedStyle(cell, '::before').content != `"${cell.dataset.name}" / ""`
).map(cell => cell.outerHTML)
"""
DUPLICATES = """
() => {
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  return ids.filter((id, i) => ids.indexOf(id) !== i);
}
"""


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


@pytest.mark.parametrize("report", DELIVERABLES)
def test_it_reads_well_on_any_screen_and_on_paper_and_asks_nobody(
    browser, company, ten, tmp_path, report
):
    file = tmp_path / "report.html"
    file.write_bytes(made(company, ten, report, "html"))
    told, asked = [], []
    for width in (1600, 1280, 390):
        page = browser.new_page(viewport={"width": width, "height": 844})
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(LOW_CONTRAST) == []
        assert page.evaluate(SIDEWAYS) == []
        assert page.evaluate(UNLABELLED) == []
        assert page.evaluate(UNNAMED) == 0
        assert page.evaluate(SKIPPED) == []
        assert page.evaluate(DUPLICATES) == []
        assert page.locator("img, script, iframe").count() == 0
        page.close()
    assert told == []
    assert set(asked) == {file.as_uri()}


@pytest.mark.parametrize("report", DELIVERABLES)
def test_it_works_without_scripting_and_prints_whole(browser, company, ten, tmp_path, report):
    file = tmp_path / "report.html"
    file.write_bytes(made(company, ten, report, "html"))
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    target = page.locator("nav a").last
    target.click()
    assert page.url.endswith(target.get_attribute("href"))
    paper = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    page.close()
    context.close()
    assert "Acme" in paper.pages[0].extract_text()
    assert "gives no opinion" in paper.pages[-1].extract_text()
    wide, tall = paper.pages[0].mediabox[2:]
    assert sorted(round(float(side)) for side in (wide, tall)) == [595, 842]
