"""What passes is asked again, a bounded number of times and at no predictable moment."""

import pytest
from botocore.retries.standard import ThrottledRetryableChecker

from collectors.aws.retrying import BASE, LONGEST, THROTTLED, until_answered


def asked(*codes, attempts=5, chance=lambda: 1.0):
    """What came of it, how often was asked, and how long was waited in between."""
    answers, waited = iter(codes), []
    result = until_answered(
        lambda: ({}, next(answers)), attempts=attempts, pause=waited.append, chance=chance
    )
    return result[1], len(waited) + 1, waited


@pytest.mark.parametrize(
    ("codes", "told", "times"),
    [
        pytest.param([None], None, 1, id="an answer"),
        pytest.param(["AccessDenied"], "AccessDenied", 1, id="a refusal that lasts"),
        pytest.param(["Throttling", "SlowDown", None], None, 3, id="throttled twice"),
        pytest.param(["ConnectionClosedError", None], None, 2, id="a line that broke"),
        pytest.param(["Throttling", "AccessDenied"], "AccessDenied", 2, id="refused after all"),
        pytest.param(["503"] * 5, "503", 5, id="never"),
    ],
)
def test_only_what_passes_is_asked_again(codes, told, times):
    assert asked(*codes)[:2] == (told, times)


def test_the_pause_is_doubled_to_a_limit_and_anything_below_it():
    *_, waited = asked(*["Throttling"] * 8, attempts=8)
    *_, none = asked(*["Throttling"] * 8, attempts=8, chance=lambda: 0.0)

    assert waited == [1, 2, 4, 8, 16, LONGEST, LONGEST]
    assert set(none) == {0}
    assert BASE[False] < BASE[True]


def test_every_word_that_botocore_takes_for_throttling_is_one():
    """Fails when a newer botocore knows another word."""
    assert frozenset(ThrottledRetryableChecker._THROTTLED_ERROR_CODES) <= THROTTLED
