"""The page in a real browser: nothing runs, nothing is fetched from elsewhere, all can be read."""

from pathlib import Path

import pytest

from agent.gaps.events import ControlState
from collectors.evidence.record import Omission
from tests.agent.web.kept import CLOSED, HOSTILE, OPEN, cause

LONG = "n" * 900
PATHS = ("/", "/gaps/1", "/controls/NET-02", "/gaps/99")
WIDTHS = (1440, 390)
LOW_CONTRAST = (Path(__file__).parent / "contrast.js").read_text()
NOT_FOUND = "the server responded with a status of 404"


@pytest.fixture
def hostile(served):
    with served.kept.cycle() as kept:
        kept.evidence(("invoices", CLOSED))
        kept.state("NET-02", "effective")
    with served.kept.cycle(new_gaps=(1,), drifted=("NET-02",)) as kept:
        refused = Omission(where=HOSTILE, why=f"s3:ListBuckets: {HOSTILE}")
        kept.evidence((HOSTILE, OPEN), (LONG, OPEN), omissions=(refused,))
        kept.gap(1, HOSTILE, LONG)
        kept.crash("aws.kms.keys", HOSTILE)
        kept.state("NET-02", "deficient", ControlState.EFFECTIVE, cause(HOSTILE), cause(LONG))
    return served


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_hostile_name_stays_a_name(browser, hostile, width, scheme):
    seen = {"dialogs": [], "told": [], "asked": []}
    context = browser.new_context(
        viewport={"width": width, "height": 844}, color_scheme=scheme, java_script_enabled=True
    )
    page = context.new_page()
    page.on("dialog", lambda dialog: (seen["dialogs"].append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: seen["told"].append(message.text))
    page.on("pageerror", lambda error: seen["told"].append(str(error)))
    page.on("request", lambda request: seen["asked"].append(request.url))
    for path in PATHS:
        page.goto(hostile.address + path)
        assert page.locator("img, script, iframe, b[onload]").count() == 0, path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.evaluate(LOW_CONTRAST) == [], path
    page.goto(hostile.address)
    name = page.locator("#new-gaps .names .name").first
    assert name.inner_text() == "<img src=x onerror=alert(1)>\N{REPLACEMENT CHARACTER}evil"
    context.close()

    assert seen["dialogs"] == []
    assert [told for told in seen["told"] if NOT_FOUND not in told] == []
    elsewhere = [url for url in seen["asked"] if not url.startswith((hostile.address, "data:"))]
    assert elsewhere == []


def test_all_of_it_works_with_the_keyboard_and_without_scripting(browser, hostile):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(hostile.address)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")
    page.locator("a.tile", has_text="CC6.6").focus()
    page.keyboard.press("Enter")
    assert page.locator("#CC6\\.6").is_visible()
    page.locator("a.tile", has_text="NET-02").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/controls/NET-02")
    assert page.get_by_role("heading", level=1).inner_text() == "NET-02 No unintended public data"
    context.close()


def test_it_prints_whole_on_paper(browser, hostile):
    page = browser.new_page(color_scheme="dark")
    page.goto(hostile.address)
    page.emulate_media(media="print")
    assert page.locator("#CC6\\.6").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.close()
