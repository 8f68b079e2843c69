"""A signed webhook: whoever holds the key can tell our message from anybody's, and when it left."""

import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from agent.alerts.channels import NotDelivered
from agent.alerts.message import compose
from agent.alerts.signature import signature_headers
from agent.alerts.webhook import SignedWebhook
from agent.connections.posting import post
from tests.agent.alerts.conftest import HANG_UP, free_port
from tests.agent.alerts.told import context, drifted, gap_opened
from tests.evidence import NOW

GOLDEN = Path(__file__).parents[2] / "golden" / "webhook.json"
DOCS = Path(__file__).parents[3] / "docs" / "alerts.md"
MESSAGE = compose([(7, gap_opened()), (8, drifted())], context(), route="env:HOOK")
NEW, OLD = "n3w-s3cret", "0ld-s3cret"


def channel(*keys, at=NOW):
    return SignedWebhook(post=post, keys=keys or (NEW,), clock=lambda: at)


def accepts(key, received, *, now=NOW):
    """What docs/alerts.md gives a receiver, run as it stands there."""
    blocks = DOCS.read_text(encoding="utf-8").split("```python\n")
    told = {}
    exec(blocks[1].partition("```")[0], told)
    told["time"] = SimpleNamespace(time=now.timestamp)
    return told["is_from_gapwatch"](key, received.headers, received.body)


def test_the_body_is_exactly_this(web):
    channel().send(MESSAGE, web.plain_url)

    (received,) = web.posts
    assert received.json == json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert received.headers["Idempotency-Key"] == MESSAGE.key == received.json["key"]
    assert received.headers["Content-Type"] == "application/json"
    assert received.path == "/hook"


def test_who_holds_the_key_can_tell_that_it_is_ours(web):
    channel().send(MESSAGE, web.plain_url)

    (received,) = web.posts
    assert accepts(NEW, received)
    assert not accepts(OLD, received)
    assert not accepts(NEW, received, now=NOW + timedelta(minutes=6))


def test_another_byte_or_another_moment_is_not_ours(web):
    channel().send(MESSAGE, web.plain_url)

    (received,) = web.posts
    received.body = received.body.replace(b"Acme", b"acme", 1)
    assert not accepts(NEW, received)
    received.body = received.body.replace(b"acme", b"Acme", 1)
    received.headers["Gapwatch-Timestamp"] = str(int(NOW.timestamp()) + 1)
    assert not accepts(NEW, received)


def test_a_key_is_replaced_without_a_pause(web):
    channel(NEW, OLD).send(MESSAGE, web.plain_url)

    (received,) = web.posts
    assert accepts(NEW, received)
    assert accepts(OLD, received)


def test_the_signature_is_that_of_a_known_example():
    """Worked out with `printf '1795424400.{}' | openssl dgst -sha256 -hmac s3cret`."""
    assert signature_headers(b"{}", ["s3cret"], NOW) == {
        "Gapwatch-Timestamp": "1795424400",
        "Gapwatch-Signature": "v1=4003917a70c95e50b886ab0c277a7f0915929406e3f5e462bdb5946e563e9857",
    }


def test_a_repetition_is_signed_anew_and_has_the_same_key(web):
    web.answers = [503]
    with pytest.raises(NotDelivered, match="the receiver answered 503"):
        channel().send(MESSAGE, web.plain_url)
    channel(at=NOW + timedelta(hours=1)).send(MESSAGE, web.plain_url)

    first, second = web.posts
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    assert first.body == second.body
    assert accepts(NEW, second, now=NOW + timedelta(hours=1))


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        pytest.param(302, "the receiver answered 302", id="sent elsewhere, it would lose the body"),
        pytest.param(401, "the receiver answered 401", id="not let in"),
        pytest.param(HANG_UP, "the receiver could not be reached, or broke off", id="hung up"),
    ],
)
def test_what_is_not_taken_is_not_delivered(web, answer, why):
    web.answers = [answer]

    assert refusal(web.plain_url.replace("127.", "user:s3cret@127.")) == why
    assert len(web.posts) == 1


def test_nobody_listens():
    why = refusal(f"http://127.0.0.1:{free_port()}/s3cret")

    assert why == "the receiver could not be reached, or broke off"


@pytest.mark.parametrize("address", ["nonsense s3cret", "ftp://s3cret/", "http://[s3cret"])
def test_an_address_that_is_none_is_told_without_it(address):
    assert "s3cret" not in refusal(address)


def refusal(address):
    with pytest.raises(NotDelivered) as refused:
        channel().send(MESSAGE, address)
    return refused.value.why


def test_a_key_is_in_no_text_of_the_channel():
    assert NEW not in repr(channel())
