"""Signing in and deciding in a real browser, without scripting, however hostile the names are."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import expect

from agent.versions import encode
from tests.agent.test_landed import LANDED_ONE, stretch
from tests.agent.web.kept import HOSTILE, OPEN
from tests.agent.web.people import EVERYBODY, PASSWORD, opened, person
from tests.evidence import NOW

LOW_CONTRAST = (Path(__file__).parent / "contrast.js").read_text()
SHOWN = "<img src=x onerror=alert(1)>\N{REPLACEMENT CHARACTER}evil"
LONG = "n" * 900
UNTIL = str(NOW.date() + timedelta(days=20))
TOO_LONG = str(NOW.date() + timedelta(days=60))


@pytest.fixture
def house(tmp_path):
    people = (person("owner", name=HOSTILE), *(p for p in EVERYBODY if p.role != "owner"))
    with opened(tmp_path, people=people) as house:
        house.kept.versions = house.kept.store.blobs.put(encode(house.company.versions))
        with house.kept.cycle(new_gaps=(1,)) as kept:
            kept.evidence((HOSTILE, OPEN), (LONG, OPEN))
            kept.gap(1, HOSTILE, LONG)
        landed = replace(LANDED_ONE, branch=LONG, landed_by=HOSTILE, repository=HOSTILE)
        stretch(house.kept, "github.landed-changes", landed, reached="1")
        yield house


def signs_in(page, who):
    page.fill("#email", f"{who}@acme.test")
    page.fill("#password", PASSWORD)
    page.click("text=Sign in >> nth=-1")


@pytest.mark.parametrize("width", [1280, 390])
def test_one_asks_and_another_approves_without_any_scripting(browser, house, width):
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        java_script_enabled=False,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{house.address}/gaps/1")
    assert page.url == f"{house.address}/sign-in?to=/gaps/1"
    signs_in(page, "owner")
    page.wait_for_url(f"{house.address}/gaps/1")
    assert page.locator(".who .name").inner_text() == SHOWN

    page.fill("#reason", HOSTILE)
    page.fill("#compensating", LONG)
    page.fill("#until", TOO_LONG)
    page.click("#ask button")
    assert "is tolerated until 2026-12-23 at most" in page.get_by_role("alert").inner_text()
    expect(page.get_by_role("alert")).to_be_in_viewport()
    assert page.input_value("#reason") == SHOWN
    page.fill("#until", UNTIL)
    page.click("#ask button")
    page.wait_for_url(f"{house.address}/gaps/1#acceptance")
    assert "Somebody asks that this be tolerated" in page.locator("#acceptance").inner_text()

    page.click("text=Sign out")
    page.wait_for_url(f"{house.address}/sign-in")
    signs_in(page, "approver")
    page.wait_for_url(f"{house.address}/")
    page.click("nav.places >> text=Acceptances")
    page.click("text=Approve as Approver")
    page.locator("#in-force .card").wait_for()
    (event,) = house.entries("acceptance_given")
    assert (event.by, event.approver) == ("owner@acme.test", "approver@acme.test")

    page.click("text=Withdraw it")
    page.fill("#given-1-reason", "it is closed now")
    page.click("#in-force .decision button")
    page.locator("#ended").wait_for()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_can_be_read_and_nothing_hostile_runs(browser, house, width, scheme):
    seen = []
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: seen.append(message.text))
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.goto(f"{house.address}/sign-in")
    looks_right(page, width)
    signs_in(page, "owner")
    page.goto(f"{house.address}/gaps/1")
    for field in ("#reason", "#compensating", "#subject"):
        page.fill(field, HOSTILE if field != "#compensating" else LONG[:500])
    page.fill("#until", UNTIL)
    page.click("#ask button")
    page.wait_for_url("**/gaps/1#acceptance")
    for path in ("/gaps/1", "/acceptances", "/evidence/2", "/controls/NET-02", "/changes"):
        page.goto(house.address + path)
        looks_right(page, width)
    page.click("text=Sign out")
    signs_in(page, "administrator")
    for path in ("/acceptances", "/access"):
        page.goto(house.address + path)
        looks_right(page, width)
    context.close()
    assert seen == []


def looks_right(page, width):
    assert page.locator("img, script, iframe").count() == 0, page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    assert page.evaluate(LOW_CONTRAST) == [], page.url


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(browser, house):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{house.address}/sign-in")
    signs_in(page, "owner")
    page.wait_for_url(f"{house.address}/")
    assert page.evaluate("document.cookie") == ""
    (cookie,) = context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["expires"]) == (True, "Strict", -1)
    context.close()


def test_a_link_in_a_mail_leads_to_the_gap_and_not_to_the_door(browser, house):
    """The cookie does not go with a request that another site makes; the second one is ours."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{house.address}/sign-in")
    signs_in(page, "owner")
    page.wait_for_url(f"{house.address}/")
    page.goto(f"data:text/html,<a href='{house.address}/gaps/1'>G-1 opened</a>")
    page.click("a")
    page.get_by_role("heading", level=1).wait_for()
    assert page.url == f"{house.address}/gaps/1"
    page.click("text=Sign out")
    page.wait_for_url("**/sign-in")
    page.goto(f"data:text/html,<a href='{house.address}/gaps/1'>G-1 opened</a>")
    page.click("a")
    page.wait_for_url(f"{house.address}/sign-in?to=/gaps/1")
    context.close()


def test_a_form_on_another_site_decides_nothing(browser, house):
    """A real browser that is signed in is made to send the form from a page of somebody else."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{house.address}/sign-in")
    signs_in(page, "owner")
    page.wait_for_url(f"{house.address}/")
    page.goto(f"{house.address}/gaps/1")
    token = page.locator("#assignment [name=token]").get_attribute("value")
    page.goto("data:text/html,<p>elsewhere")
    page.set_content(
        f'<form method="post" action="{house.address}/gaps/1/assign">'
        f'<input name="token" value="{token}"><input name="owner" value="evil@evil.test">'
        "<button>win</button></form>"
    )
    with page.expect_response("**/gaps/1/assign") as answer:
        page.click("button")
    assert answer.value.status == 403
    assert house.entries("gap_assigned") == []
    context.close()
