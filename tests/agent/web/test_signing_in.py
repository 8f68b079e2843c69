"""Who comes in, who stays outside, and for how long."""

import re
from dataclasses import replace
from datetime import timedelta
from statistics import median
from time import perf_counter

import pytest

from agent.connections.secrets import MissingSecret
from agent.passwords import fits, hashed, is_hash
from agent.settings.web import Sessions
from agent.web.attempts import Attempts
from agent.web.door import MOST_OF_ONE_NAME, WRONG
from agent.web.server import Page
from agent.web.sessions import MOST_AT_ONCE, SessionBook
from tests.agent.web.kept import estate
from tests.agent.web.people import EVERYBODY, PASSWORD, Browser, opened, person
from tests.evidence import NOW

PATHS = (
    *("/", "/gaps/1", "/controls/NET-02", "/evidence/1", "/reports/roadmap.pdf", "/nothing"),
    *("/acceptances", "/changes", "/access", "/sign-out"),
)


@pytest.fixture
def door(tmp_path):
    with opened(tmp_path) as house:
        yield house.address, house.clock


@pytest.fixture
def browser(door):
    return Browser(door[0])


@pytest.mark.parametrize("path", PATHS)
def test_outside_there_is_nothing_but_the_door(browser, path):
    answer = browser.get(path)
    assert (answer.status, answer.where) == (303, f"/sign-in?to={path}")
    assert answer.text == ""


def test_outside_a_link_from_elsewhere_shows_nothing_either(browser):
    browser.headers = {"Sec-Fetch-Site": "cross-site"}
    answer = browser.get("/gaps/1")
    assert answer.status == 200
    assert "Acme" not in answer.text
    browser.headers = {}
    assert browser.get("/gaps/1").status == 303


def test_outside_a_program_is_told_so_and_gets_nothing(browser):
    for path in ("/api/gaps", "/api/status", "/api/nothing"):
        answer = browser.get(path)
        assert (answer.status, answer.text) == (401, '{"why":"Sign in first."}')


def test_whether_the_service_lives_is_told_to_everybody(browser):
    assert browser.get("/health").status == 200


def test_the_door_itself_tells_nothing_of_the_assessment(browser):
    page = browser.get("/sign-in").text
    assert "SOC 2" not in page
    assert "/api/" not in page


def test_whoever_signs_in_is_led_to_where_they_wanted_to_go(browser):
    answer = browser.sign_in("viewer", to="/controls/NET-02")
    assert (answer.status, answer.where) == (303, "/controls/NET-02")
    page = browser.get("/")
    assert page.status == 200
    assert re.search(r"<bdi class=\"name\">Viewer</bdi>\s*<span class=\"quiet\">viewer", page.text)


@pytest.mark.parametrize(
    "elsewhere", ["//evil.test", "https://evil.test/", "/\\evil.test", "javascript:x", "/\r\nX: y"]
)
def test_nobody_is_led_to_another_site_by_signing_in(browser, elsewhere):
    assert browser.sign_in("viewer", to=elsewhere).where == "/"


def test_the_cookie_is_for_this_site_alone_and_for_no_script(browser):
    browser.sign_in("viewer")
    line = browser.set[-1].lower()
    assert line.startswith("gapwatch=")
    assert {"httponly", "path=/", "samesite=strict"} <= set(line.split("; "))
    assert "domain=" not in line


def test_behind_https_the_cookie_never_goes_without(tmp_path):
    with opened(tmp_path, public_url="https://soc2.acme.test") as house:
        browser = Browser(house.address)
        browser.sign_in("viewer")
        line = browser.set[-1]
        assert line.startswith("__Host-gapwatch=")
        assert "Secure" in line.split("; ")


def test_a_sign_that_was_planted_before_opens_nothing_afterwards(browser):
    """Session fixation: what the browser carried before signing in is not what it carries after."""
    browser.get("/sign-in")
    planted = dict(browser.cookies)
    browser.sign_in("viewer")
    assert browser.cookies != planted
    assert Browser(browser.address, cookies=planted).get("/").status == 303


def test_signing_in_again_ends_the_session_before(browser):
    browser.sign_in("viewer")
    first = dict(browser.cookies)
    other = Browser(browser.address, cookies=dict(first), token=browser.token)
    other.get("/")
    other.post("/sign-in/password", email="auditor@acme.test", password=PASSWORD)
    assert other.get("/").status == 200
    assert Browser(browser.address, cookies=first).get("/").status == 303


def test_signing_out_ends_the_session_and_not_only_the_cookie(browser):
    browser.sign_in("viewer")
    browser.get("/")
    carried = dict(browser.cookies)
    assert browser.post("/sign-out").where == "/sign-in"
    assert Browser(browser.address, cookies=carried).get("/").status == 303


def test_a_session_ends_when_nobody_uses_it(door, browser):
    _, clock = door
    browser.sign_in("viewer")
    clock.pass_(minutes=59)
    assert browser.get("/").status == 200
    clock.pass_(minutes=59)
    assert browser.get("/").status == 200
    clock.pass_(minutes=60)
    assert browser.get("/").status == 303


def test_a_session_ends_at_last_although_somebody_uses_it(door, browser):
    _, clock = door
    browser.sign_in("viewer")
    for _ in range(23):
        clock.pass_(minutes=30)
        assert browser.get("/").status == 200
    clock.pass_(minutes=30)
    assert browser.get("/").status == 303


def test_one_person_has_so_many_sessions_and_no_more():
    book = SessionBook(Sessions())
    viewer, auditor = person("viewer"), person("auditor")
    others = book.begin(auditor, NOW)
    signs = [book.begin(viewer, NOW) for _ in range(MOST_AT_ONCE + 1)]
    known = [book.person(sign, NOW) for sign in signs]
    assert known == [None, *[viewer] * MOST_AT_ONCE]
    assert book.person(others, NOW) == auditor


def test_what_is_kept_of_a_session_lets_nobody_in():
    book = SessionBook(Sessions())
    sign = book.begin(person("viewer"), NOW)
    assert sign not in repr(vars(book))


# forms


@pytest.mark.parametrize("token", [None, "", "0" * 64, "x" * 10_000, "\N{SNOWMAN}"])
@pytest.mark.parametrize("path", ["/sign-in/password", "/sign-out"])
def test_a_form_without_its_token_does_nothing(browser, path, token):
    browser.sign_in("viewer")
    answer = browser.post(path, token=token, email="auditor@acme.test", password=PASSWORD)
    assert answer.status == 403
    assert "This form is too old, or not one of ours" in answer.text
    assert "Viewer" in browser.get("/").text


def test_the_token_of_one_session_is_worth_nothing_in_another(browser):
    browser.sign_in("viewer")
    browser.get("/")
    other = Browser(browser.address)
    other.sign_in("approver")
    assert other.post("/sign-out", token=browser.token).status == 403


def test_a_token_from_before_signing_in_is_worth_nothing_after(browser):
    browser.get("/sign-in")
    before = browser.token
    browser.sign_in("viewer")
    assert browser.post("/sign-out", token=before).status == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.test"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1.evil.test"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://127.0.0.1:80", "Sec-Fetch-Site": "same-origin"}, 303),
    ],
)
def test_a_form_that_another_site_sends_is_refused_whatever_it_holds(browser, headers, status):
    browser.sign_in("viewer")
    browser.get("/")
    browser.headers = headers
    assert browser.post("/sign-out").status == status


def test_nothing_but_forms_can_be_sent(browser):
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE"):
        answer = browser._ask(method, "/")
        assert (answer.status, answer.headers["allow"]) == (405, "GET, POST")


def test_a_form_of_megabytes_is_not_read(browser):
    browser.get("/sign-in")
    assert browser.post("/sign-in/password", email="x" * 100_000).status == 413


# passwords


@pytest.mark.parametrize(
    ("who", "password"),
    [
        pytest.param("viewer", "wrong horse battery", id="a wrong password"),
        pytest.param("viewer", "", id="none"),
        pytest.param("nobody", PASSWORD, id="somebody unknown"),
        pytest.param("<script>alert(1)</script>", PASSWORD, id="a hostile name"),
    ],
)
def test_whoever_cannot_sign_in_learns_nothing_from_it(browser, who, password):
    answer = browser.sign_in(who, password)
    assert answer.status == 422
    assert WRONG in answer.text
    assert "<script>" not in answer.text
    assert password not in answer.text or not password
    assert browser.get("/").status == 303


def test_an_unknown_name_takes_as_long_as_a_known_one(tmp_path):
    costly = {"HASH": hashed(PASSWORD)}
    company = replace(estate(tmp_path, people=EVERYBODY), environment=costly)
    with Page(company, company.store(create=True)) as page:
        browser = Browser(page.address)
        known = median(took(browser, "viewer") for _ in range(5))
        unknown = median(took(browser, "nobody") for _ in range(5))
    assert 0.2 < known / unknown < 5


def took(browser, who):
    browser.get("/sign-in")
    before = perf_counter()
    browser.post("/sign-in/password", email=f"{who}@acme.test", password="wrong horse battery")
    return perf_counter() - before


@pytest.mark.parametrize("who", ["viewer", "nobody"])
def test_guessing_is_put_off_and_the_right_password_then_as_well(door, browser, who):
    _, clock = door
    for _ in range(MOST_OF_ONE_NAME):
        assert WRONG in browser.sign_in(who, "wrong horse battery").text
    answer = browser.sign_in(who)
    assert answer.status == 422
    assert "Too many attempts. Try again in 15 minutes." in answer.text
    clock.pass_(minutes=14, seconds=1)
    assert "Try again in 1 minute." in browser.sign_in(who.upper()).text
    assert Browser(browser.address).sign_in("auditor").status == 303
    clock.pass_(minutes=1)
    assert browser.sign_in(who).status == (303 if who == "viewer" else 422)


def test_who_was_right_at_last_starts_anew(browser):
    for _ in range(3):
        for _ in range(MOST_OF_ONE_NAME - 1):
            browser.sign_in("viewer", "wrong horse battery")
        assert browser.sign_in("viewer").status == 303
        browser.cookies.clear()


def test_attempts_count_before_they_are_made_and_are_forgotten_in_time():
    attempts = Attempts(2, timedelta(minutes=1))
    waits = [attempts.take("a", NOW + timedelta(seconds=at)) for at in (0, 30, 45, 61)]
    assert waits == [timedelta(seconds=wait) for wait in (0, 0, 15, 0)]


def test_neither_password_nor_what_was_typed_for_a_name_stands_in_a_log(browser, logged):
    browser.sign_in("viewer", "my very own secret")
    browser.sign_in("my very own secret", PASSWORD)
    browser.sign_in("viewer")
    told = repr(logged)
    assert "sign_in_refused" in told
    assert "signed_in" in told
    assert "my very own secret" not in told
    assert PASSWORD not in told


def test_letters_may_be_composed_by_any_keyboard():
    assert fits("Gru\N{COMBINING DIAERESIS}ndonnerstag", hashed("Gr\xfcndonnerstag"))


@pytest.mark.parametrize(
    "text", ["", "plain", "$argon2id$v=19$", "5f4dcc3b5aa765d61d8327deb882cf99"]
)
def test_what_is_no_hash_is_seen(text):
    assert not is_hash(text)


@pytest.mark.parametrize(
    ("environment", "why"),
    [
        ({}, "the environment variable HASH is not set"),
        ({"HASH": PASSWORD}, "is no hash of a password: `gapwatch password` makes one"),
    ],
)
def test_the_page_does_not_begin_where_a_password_is_none(tmp_path, environment, why):
    company = replace(estate(tmp_path, people=EVERYBODY), environment=environment)
    with pytest.raises(MissingSecret, match=why) as refused:
        Page(company, company.store(create=True))
    assert PASSWORD not in str(refused.value)


# nobody is configured


def test_where_nobody_may_sign_in_nobody_has_to(served):
    assert served.ask("/").status == 200
    assert "Sign out" not in served.ask("/").text
    assert served.ask("/sign-in").headers["location"] == "/"
