"""An answer that still holds is not sent again, and the evidence says so."""

from itertools import count

import pytest

from collectors.contract import ApiCall
from collectors.transcript import Earlier, Exchange, Recorder, Replay, Transcript
from tests.evidence import NOW

CALL = ApiCall("github", "GET /thing", "metadata:read", redact=("body.secret",))
ANSWER = {"body": {"secret": "hush", "size": 1}}
KEY = b"key"


class Vendor:
    """Answers in full, or says that the answer of an etag still holds."""

    def __init__(self, etag='"1"', answer=ANSWER):
        self.etag, self.answer = etag, answer
        self.asked = []
        self._numbers = count(1)

    def __call__(self, call, arguments, unless=None, /):
        self.asked.append(unless)
        same = unless == self.etag
        return Exchange(
            service=call.service,
            operation=call.operation,
            arguments=dict(arguments),
            status=304 if same else 200,
            code=None,
            request_id=str(next(self._numbers)),
            server_date=None,
            started_at=NOW,
            ended_at=NOW,
            response=None if same else self.answer,
            etag=self.etag,
            unchanged=same,
        )


def recorded(vendor, before=None, *, call=CALL, key=KEY):
    transcripts = [] if before is None else [before]
    recorder = Recorder(vendor, key, earlier=Earlier(vendor, lambda: transcripts))
    recorder(call, {})
    return recorder.transcript


def test_what_still_holds_is_answered_from_the_kept_page_and_says_so():
    vendor = Vendor()
    first = recorded(vendor)
    second = recorded(vendor, first)
    (before,), (now,) = first.exchanges, second.exchanges

    assert vendor.asked == [None, '"1"']
    assert (now.response, now.status, now.etag) == (before.response, 200, '"1"')
    assert (before.unchanged, now.unchanged) == (False, True)
    assert now.request_id == "2"
    assert Replay(second)(CALL, {}) == now


def test_it_still_holds_a_third_time():
    vendor = Vendor()
    third = recorded(vendor, recorded(vendor, recorded(vendor)))

    assert third.exchanges[0].unchanged
    assert third.exchanges[0].response["body"]["size"] == 1


def test_what_has_changed_is_answered_anew_and_cut():
    first = recorded(Vendor())
    (now,) = recorded(Vendor('"2"', {"body": {"secret": "new", "size": 2}}), first).exchanges

    assert (now.unchanged, now.etag, now.response["body"]["size"]) == (False, '"2"', 2)
    assert "new" not in str(now.response)


@pytest.mark.parametrize(
    ("call", "key"),
    [
        pytest.param(
            ApiCall("github", "GET /thing", "metadata:read"), KEY, id="less is cut out today"
        ),
        pytest.param(
            ApiCall("github", "GET /thing", "metadata:read", redact=("body.secret", "body.size")),
            KEY,
            id="more is cut out today",
        ),
        pytest.param(CALL, b"another", id="the key is another"),
    ],
)
def test_a_page_that_was_cut_otherwise_is_asked_for_anew(call, key):
    vendor = Vendor()
    recorded(vendor, recorded(vendor), call=call, key=key)

    assert vendor.asked == [None, None]


def test_an_answer_without_an_etag_and_a_refusal_are_asked_for_anew():
    vendor = Vendor(etag=None)
    (plain,) = recorded(vendor).exchanges
    recorded(vendor, Transcript((plain,)))

    assert vendor.asked == [None, None]
    assert plain.redaction is None
