"""Messages arrive whole, refusals are told apart, and an address never gets into a log."""

import logging
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from apprise import Apprise

from agent.alerts.channels import AppriseChannel, NotDelivered, RecordingChannel
from agent.alerts.message import compose
from tests.agent.alerts.conftest import HANG_UP, STAY_SILENT, free_port
from tests.agent.alerts.told import (
    affected,
    cause,
    context,
    drifted,
    gap_opened,
    known_gap,
)

MESSAGE = compose([(8, drifted())], context(), route="env:SLACK_URL")
CHANNEL = AppriseChannel()
GOLDEN = Path(__file__).parents[2] / "golden"


def refusal(url):
    with pytest.raises(NotDelivered) as refused:
        CHANNEL.send(MESSAGE, url)
    return refused.value.why


def test_a_webhook_gets_text_for_people_and_values_for_programs(web):
    CHANNEL.send(MESSAGE, web.url)

    (post,) = web.posts
    assert post.json.keys() == {"key", "title", "body", "payload"}
    assert (post.json["key"], post.json["title"]) == (MESSAGE.key, MESSAGE.title)
    assert post.json["body"] == MESSAGE.body
    (change,) = post.json["payload"]["changes"]
    assert change["subjects"][0]["after"]["observed"]["off"] == [
        "block_public_acls",
        "ignore_public_acls",
    ]
    assert post.headers["Idempotency-Key"] == MESSAGE.key
    assert post.headers["Content-Type"] == "application/json"


def test_what_the_operator_adds_in_the_address_stays(web):
    CHANNEL.send(MESSAGE, f"{web.url}&:team=security&+X-Token=abc&-tenant=7")

    (post,) = web.posts
    assert (post.json["team"], post.headers["X-Token"]) == ("security", "abc")
    assert post.path == "/hook?tenant=7"


def test_an_ordinary_address_is_a_webhook(web):
    CHANNEL.send(MESSAGE, web.url.replace("json://", "http://"))

    assert web.posts[0].json["key"] == MESSAGE.key


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        pytest.param(503, "the receiver answered 503", id="out of order"),
        pytest.param(401, "the receiver answered 401", id="unauthorised"),
        pytest.param(302, "the receiver answered 302", id="a redirect would lose the body"),
        pytest.param(HANG_UP, "the receiver could not be reached, or broke off", id="hung up"),
        pytest.param(STAY_SILENT, "the receiver could not be reached, or broke off", id="silent"),
    ],
)
def test_a_webhook_that_does_not_take_it(web, answer, why):
    web.answers = [answer]

    assert refusal(web.url) == why
    assert len(web.posts) == 1


def test_mail_arrives_as_plain_text(mail):
    CHANNEL.send(MESSAGE, mail.url)

    (letter,) = mail.letters
    assert letter["Subject"] == MESSAGE.title
    assert letter["To"] == "team@acme.test"
    assert letter["Idempotency-Key"] == MESSAGE.key
    assert letter.get_content_type() == "text/plain"
    assert letter.get_content().splitlines() == MESSAGE.body.splitlines()


def test_the_letter_is_exactly_this(mail):
    CHANNEL.send(MESSAGE, mail.url)

    (letter,) = mail.letters
    told = [f"{name}: {letter[name]}" for name in SHOWN if letter[name]]
    golden = (GOLDEN / "mail.txt").read_text(encoding="utf-8")
    assert "\n".join((*told, "", letter.get_content().replace("\r\n", "\n"))) == golden


SHOWN = ("From", "To", "Cc", "Bcc", "Subject", "Idempotency-Key", "Content-Type")
INJECTED = "invoices\r\nBcc: evil@evil.test\r\n\r\n<script>alert(1)</script><b onclick='x'>&amp;"
HOSTILE = compose(
    [(7, gap_opened()), (8, drifted(cause(INJECTED, INJECTED)))],
    context(known_gap(12, affected(INJECTED, INJECTED), issue=INJECTED)),
    route="env:MAIL_URL",
)


@pytest.mark.parametrize("form", ["", "&format=html"])
def test_a_name_adds_no_header_and_no_markup_to_mail(mail, form):
    """Whoever wants HTML gets our text in it, and nothing of it acts."""
    CHANNEL.send(HOSTILE, mail.url + form)
    CHANNEL.send(MESSAGE, mail.url + form)

    hostile, honest = mail.letters
    assert sorted(hostile.keys()) == sorted(honest.keys())
    assert hostile["Bcc"] is None
    for part in (part for part in hostile.walk() if not part.is_multipart()):
        assert "<script" not in part.get_content()
        assert "<b " not in part.get_content()


def test_a_name_calls_nobody_in_a_chat():
    shouting = "<!channel> @everyone @here <@U123> [x](https://evil.test)"
    told = drifted(cause(shouting, shouting))
    message = compose([(1, told)], context(), route="env:SLACK_URL")

    for text in (message.title, message.body.replace("https://gapwatch.acme.test", "")):
        assert not re.search(r"<[!@#]|(?<!\w)@(everyone|here)|\]\(|https://", text)


def test_mail_that_is_put_off_is_not_delivered_yet(mail):
    mail.answers = ["451 4.3.0 try again later"]

    assert refusal(mail.url) == "the receiver answered 451"
    CHANNEL.send(MESSAGE, mail.url)
    assert len(mail.letters) == 1


@pytest.mark.parametrize(
    ("url", "why"),
    [
        pytest.param("nonsense", "the address is of no kind that alerts can be sent to", id="text"),
        pytest.param("slack://", "the address is incomplete for its kind of service", id="empty"),
    ],
)
def test_an_address_that_is_none(url, why):
    assert refusal(url) == why


def test_nobody_listens():
    url = f"json://127.0.0.1:{free_port()}/hook?cto=1"

    assert refusal(url) == "the receiver could not be reached, or broke off"


@pytest.fixture
def log():
    """Everything that reaches a program's log at its most talkative."""
    written, root = StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(written), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.mark.parametrize("answer", [200, 503, HANG_UP])
def test_no_part_of_a_secret_address_gets_into_a_log_or_a_reason(web, answer, log, capfd):
    secret = web.url.replace("/hook", "/s3cret-path").replace("127.", "user:s3cret-word@127.")
    web.answers = [answer]
    why = refusal(secret) if answer != 200 else CHANNEL.send(MESSAGE, secret)

    assert web.posts[0].path == "/s3cret-path"
    assert web.posts[0].headers["Authorization"].startswith("Basic ")
    for heard in (str(why), log.getvalue(), *capfd.readouterr()):
        assert "s3cret" not in heard


def test_a_program_that_never_set_up_logging_prints_nothing():
    program = f"""
from agent.alerts.channels import AppriseChannel, NotDelivered
from agent.alerts.message import Message
try:
    message = Message(key="k", title="t", body="b", payload={{}})
    AppriseChannel().send(message, "json://user:s3cret@127.0.0.1:{free_port()}/s3cret")
except NotDelivered:
    print("not delivered")
"""
    command = [sys.executable, "-W", "ignore", "-c", program]
    ran = subprocess.run(command, capture_output=True, check=False)

    assert (ran.stdout, ran.stderr) == (b"not delivered\n", b"")


def test_apprise_leaves_nothing_behind_on_disk(web, tmp_path, monkeypatch):
    for variable in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "TMPDIR"):
        monkeypatch.setenv(variable, str(tmp_path))
    CHANNEL.send(MESSAGE, web.url)

    assert list(tmp_path.iterdir()) == []


def test_apprise_still_takes_settings_as_values():
    """Our webhook's payload rests on it: a setting given as a value keeps its structure."""
    settings = {"schema": "json", "host": "localhost", "payload": {"payload": {"a": [1]}}}

    assert Apprise.instantiate(settings).payload_extras == {"payload": {"a": [1]}}


def test_the_recording_channel_keeps_what_would_have_been_sent():
    channel = RecordingChannel()
    channel.send(MESSAGE, "json://localhost")

    assert channel.sent == [(MESSAGE, "json://localhost")]
