"""What goes wrong between a reader and its vendor, planted on purpose."""

import itertools
from dataclasses import dataclass
from typing import Any

from collectors.transcript import Exchange
from tests.evidence import NOW


@dataclass(frozen=True)
class Denied:
    """The operation is refused, always or from the n-th call on."""

    code: str = "AccessDenied"
    first: int = 1


@dataclass(frozen=True)
class Pages:
    """The operation answers with these responses in turn, whatever the server has.

    Only what a substrate cannot show belongs here: moto turns few pages itself.
    """

    responses: tuple[dict[str, Any], ...]


Fault = Denied | Pages


def faulty(live, faults):
    """Put faults between the reader and the server; everything else goes through."""
    counts = {name: itertools.count(1) for name in faults}

    def ask(call, arguments):
        fault = faults.get(str(call))
        if fault is None:
            return live(call, arguments)
        number = next(counts[str(call)])
        if isinstance(fault, Denied):
            if number < fault.first:
                return live(call, arguments)
            return answered(call, arguments, {}, status=403, code=fault.code)
        return answered(call, arguments, fault.responses[number - 1])

    return ask


def answered(call, arguments, response, *, status=200, code=None):
    return Exchange(
        service=call.service,
        operation=call.operation,
        arguments=dict(arguments),
        status=status,
        code=code,
        request_id=None,
        server_date=None,
        started_at=NOW,
        ended_at=NOW,
        response=response,
    )
