"""The one place that speaks to AWS and catches its errors."""

import socket
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError
from botocore.parsers import ResponseParserError

from collectors.aws.account import NOT_OFFERED, NOT_TURNED_ON
from collectors.aws.offers import Resolve, denied_by
from collectors.aws.retrying import Pause, Turn, until_answered, without_waiting
from collectors.contract import ApiCall
from collectors.evidence.record import Instant
from collectors.transcript import Arguments, Exchange, Live

ATTEMPTS = 5
LOWEST_REFUSAL = 400
BEGINS = {"json": b"{", "rest-json": b"{", "query": b"<", "ec2": b"<", "rest-xml": b"<"}
"""The first byte of an answer in each of AWS's protocols."""
FOR_PEOPLE = (b"<!doctype html", b"<html")
ONLY_IN_WORDS = (("macie2", "AccessDeniedException", "Macie is not enabled"),)
"""Service, code, and how AWS's sentence begins where only that tells what the code leaves open."""

Clients = Callable[[str], Any]
"""The boto3 client of a service, in the region of one scope."""


class AnswerBrokenOff(Exception):
    """Fewer bytes came than the server announced; botocore would read them as `{}`."""


class AnswerNotFromAws(Exception):
    """Something on the way answered instead; botocore would read its page as `{}`."""


def live(
    clients: Clients,
    clock: Callable[[], Instant],
    *,
    attempts: int = ATTEMPTS,
    pause: Pause = time.sleep,
    turn: Turn = without_waiting,
    resolve: Resolve = socket.getaddrinfo,
) -> Live:
    """Make the function that asks AWS and writes down whatever happens, refusals included."""

    def ask(call: ApiCall, arguments: Arguments) -> Exchange:
        started = clock()
        answer = partial(_answer, clients, call, arguments, resolve)
        attempt = partial(turn, call, arguments, answer)
        response, code = until_answered(attempt, attempts=attempts, pause=pause)
        metadata = response.pop("ResponseMetadata", {})
        return Exchange(
            service=call.service,
            operation=call.operation,
            arguments=dict(arguments),
            status=metadata.get("HTTPStatusCode"),
            code=code,
            request_id=metadata.get("RequestId"),
            server_date=metadata.get("HTTPHeaders", {}).get("date"),
            started_at=started,
            ended_at=clock(),
            response=response,
        )

    return ask


def _answer(
    clients: Clients, call: ApiCall, arguments: Arguments, resolve: Resolve
) -> tuple[dict[str, Any], str | None]:
    try:
        return getattr(clients(call.service), xform_name(call.operation))(**arguments), None
    except ClientError as error:
        return _without_words(error.response), _refusal(call.service, error.response)
    except EndpointConnectionError as error:
        region, url = clients(call.service).meta.region_name, error.kwargs["endpoint_url"]
        denied = denied_by(call.service, region, url, resolve=resolve)
        return _nobody_there(type(error).__name__, denied)
    except (BotoCoreError, ResponseParserError, AnswerBrokenOff, AnswerNotFromAws) as error:
        return {}, type(error).__name__


def _nobody_there(fault: str, denied: Mapping[str, str] | None) -> tuple[dict[str, Any], str]:
    """No connection; where the region has no such service, what says so is kept as evidence."""
    return ({}, fault) if denied is None else ({NOT_OFFERED: denied}, NOT_OFFERED)


def _without_words(response: Mapping[str, Any]) -> dict[str, Any]:
    """A refusal is kept by its code: S3 quotes signature and session token in its text."""
    return {"ResponseMetadata": response.get("ResponseMetadata", {})}


def _refusal(service: str, response: Mapping[str, Any]) -> str:
    """AWS's word for why it refused; the status where the answer holds no word of AWS's."""
    error = response.get("Error", {})
    word, sentence = error.get("Code"), str(error.get("Message", ""))
    if any((service, word) == (s, code) and sentence.startswith(w) for s, code, w in ONLY_IN_WORDS):
        return NOT_TURNED_ON
    return word or str(response["ResponseMetadata"]["HTTPStatusCode"])


def refuse_short_answers(**event: Any) -> None:
    """Compare what came with what was announced (RFC 9110, section 8.6).

    Registered on botocore's `before-parse` event: it sees the body before the parser, which
    turns a JSON body cut short into an empty answer without an error (botocore 1.44.5).

    Raises:
        AnswerBrokenOff: the body is shorter than `Content-Length`.
    """
    response = event["response_dict"]
    announced = response["headers"].get("Content-Length")
    body = response["body"]
    if announced and isinstance(body, bytes) and len(body) < int(announced):
        raise AnswerBrokenOff


def refuse_foreign_answers(**event: Any) -> None:
    """Hold the first byte of what came against the protocol it should be in.

    Registered like the above: botocore reads a proxy's or a portal's page as an empty answer,
    or fails on it with a `KeyError` (botocore 1.44.5). Refusals are left to botocore: it
    tries some of them again, and gives their status.

    Raises:
        AnswerNotFromAws: the body is nothing that AWS sends.
    """
    response, operation = event["response_dict"], event["operation_model"]
    expected = BEGINS.get(operation.service_model.resolved_protocol)
    if response["status_code"] >= LOWEST_REFUSAL or expected is None or _is_a_file(operation):
        return
    start = response["body"].lstrip()[: len(FOR_PEOPLE[0])].lower()
    if not start.startswith(expected) or start.startswith(FOR_PEOPLE):
        raise AnswerNotFromAws


def _is_a_file(operation: Any) -> bool:
    """Whether the body is a text of its own, such as a bucket's policy, and in no protocol."""
    shape = operation.output_shape
    payload = shape.serialization.get("payload") if shape else None
    return payload is not None and shape.members[payload].type_name in {"string", "blob"}
