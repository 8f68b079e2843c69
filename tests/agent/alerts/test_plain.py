"""Whoever names a resource writes into our alerts: nothing they write may act there."""

# ruff: noqa: RUF001 - characters that look like others are what is expected here

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.alerts.plain import NAME, named, plain, said
from checks.contract import failed


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        pytest.param("<!channel>", "＜!channel＞", id="Slack's call to everybody"),
        pytest.param("<https://evil.test|here>", "＜https：／／evil.test｜here＞", id="Slack link"),
        pytest.param("[a](https://evil.test)", "［a］(https：／／evil.test)", id="Markdown link"),
        pytest.param("<b>&lt;", "＜b＞＆lt;", id="HTML and its entities"),
        pytest.param("**all** `clear` ~now~", "＊＊all＊＊ ｀clear｀ ～now～", id="emphasis"),
        pytest.param(
            "_urgent_ my_bucket_2", "＿urgent＿ my_bucket_2", id="underscores in words stay"
        ),
        pytest.param("@everyone (@here)", "＠everyone (＠here)", id="mentions"),
        pytest.param("alice@acme.test", "alice@acme.test", id="an address is no mention"),
        pytest.param("www.evil.test", "www．evil.test", id="a link without a scheme"),
        pytest.param("a\r\nb\x1b[31m", "a\ufffdb\ufffd［31m", id="line breaks and terminal codes"),
        pytest.param("a\u2028b\u202ec\u200bd", "a\ufffdb\ufffdc\ufffdd", id="bidi and zero width"),
        pytest.param("lone \ud800", "lone \ufffd", id="half a character"),
        pytest.param("  a \u00a0 b ", "a b", id="blanks"),
        pytest.param(
            "arn:aws:s3:::invoices", "arn:aws:s3:::invoices", id="an honest name is left alone"
        ),
    ],
)
def test_what_could_act_is_shown_but_inert(hostile, shown):
    assert plain(hostile) == shown


def test_a_long_name_keeps_both_ends():
    shown = plain("arn:" + "x" * 5_000 + ":the-end", NAME)

    assert len(shown) == NAME
    assert shown.startswith("arn:")
    assert shown.endswith(":the-end")


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("<>@_:/[]`w.\n\u202e"))))
def test_no_text_at_all_gets_through_alive(text):
    shown = plain(text, 20)

    assert len(shown) <= 20
    assert not set(shown) & set("<>[]`*~|\\&#\n\r")
    assert not any(unicodedata.category(c)[0] == "C" for c in shown)
    assert not re.search(r"://|(?<!\w)@|www\.", shown, re.IGNORECASE)
    assert plain(shown, 20) == shown
    shown.encode()


def test_a_subject_is_named_once_with_what_its_id_does_not_say():
    assert named("arn:aws:s3:::invoices", "invoices", "aws:1") == "arn:aws:s3:::invoices in aws:1"
    assert named("R_kg", "web", "github:acme") == "web (R_kg) in github:acme"
    assert named("aws:1/eu", "aws:1/eu", "aws:1/eu") == "aws:1/eu"


def test_values_are_read_aloud():
    verdict = failed(
        "it is open",
        off=tuple("abcdefg"),
        mfa_on=False,
        owner=None,
        seen_in=(),
    )
    assert said(verdict) == (
        "it is open (off: a, b, c, d, e, and 2 more; mfa on: no; owner: none; seen in: none)"
    )
