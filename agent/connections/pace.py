"""A question now and then: logs of changes allow few, and the limit is the account's, not ours."""

import time
from collections.abc import Callable
from threading import Lock

from collectors.contract import ApiCall
from collectors.transcript import Arguments, Exchange, Live


def paced(live: Live, seconds: float, *, pause: Callable[[float], None] = time.sleep) -> Live:
    """Ask one question at a time, and wait before the next one."""
    one_at_a_time = Lock()

    def ask(call: ApiCall, arguments: Arguments) -> Exchange:
        with one_at_a_time:
            exchange = live(call, arguments)
            pause(seconds)
            return exchange

    return ask
