"""What AWS cannot answer just now is asked again, later each time and never at the same moment."""

import random
from collections.abc import Callable
from typing import Any

from collectors.contract import ApiCall
from collectors.transcript import Arguments

Pause = Callable[[float], None]
Answer = tuple[dict[str, Any], str | None]
"""A response, or why it was refused."""
Attempt = Callable[[], Answer]
Turn = Callable[[ApiCall, Arguments, Attempt], Answer]
"""Makes one attempt at a question, when it is its turn."""

THROTTLED = frozenset(
    {
        *("Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled"),
        *("RequestThrottledException", "TooManyRequestsException", "RequestLimitExceeded"),
        *(
            "BandwidthLimitExceeded",
            "LimitExceededException",
            "SlowDown",
            "PriorRequestNotComplete",
        ),
        *("ProvisionedThroughputExceededException", "TransactionInProgressException"),
        "EC2ThrottledException",
    }
)
"""AWS's words for "too many": those that botocore's standard retries know."""
BEING_MADE = frozenset({"ReportInProgress"})
"""AWS's word for a report that it is still writing, which takes seconds."""
PASSING = frozenset(
    {
        *("RequestTimeout", "RequestTimeoutException", "InternalError", "InternalFailure"),
        *("ServiceUnavailable", "ServiceUnavailableException", "Unavailable"),
        *("500", "502", "503", "504"),
        *("EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError"),
        *("ConnectionClosedError", "ConnectionError", "HTTPClientError", "IncompleteReadError"),
        *("ProxyConnectionError", "ResponseStreamingError", "AnswerBrokenOff"),
    }
)
"""AWS's words for a passing fault of its own, statuses without a word, and lines that broke."""
BASE = {True: 1.0, False: 0.05}
"""Seconds, doubled with each attempt: long where AWS says "too many", short for a passing fault."""
LONGEST = 20.0
"""Seconds."""


def without_waiting(_: ApiCall, __: Arguments, attempt: Attempt) -> Answer:
    """It is always everybody's turn."""
    return attempt()


def until_answered(
    ask: Attempt,
    *,
    attempts: int,
    pause: Pause,
    chance: Callable[[], float] = random.random,
) -> Answer:
    """Ask until there is an answer or a refusal that lasts; the last answer if there is none.

    The pause is anything between nothing and the doubled one ("full jitter"): many readers that
    were throttled together do not come back together.
    """
    response, code = ask()
    for attempt in range(attempts - 1):
        if code is None or code not in THROTTLED | BEING_MADE | PASSING:
            break
        pause(chance() * min(LONGEST, BASE[code in THROTTLED | BEING_MADE] * 2**attempt))
        response, code = ask()
    return response, code
