"""The one place that speaks to AWS and catches its errors."""

from collections.abc import Callable
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from collectors.contract import ApiCall
from collectors.evidence.record import Instant
from collectors.transcript import Arguments, Exchange, Live

ATTEMPTS_AT_A_WHOLE_ANSWER = 3

Clients = Callable[[str], Any]
"""The boto3 client of a service, in the region of one scope."""


class AnswerBrokenOff(Exception):
    """Fewer bytes came than the server announced; botocore would read them as `{}`."""


def live(clients: Clients, clock: Callable[[], Instant]) -> Live:
    """Make the function that asks AWS and writes down whatever happens, refusals included."""

    def ask(call: ApiCall, arguments: Arguments) -> Exchange:
        started = clock()
        response, code = _answer(clients, call, arguments)
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
    clients: Clients, call: ApiCall, arguments: Arguments
) -> tuple[dict[str, Any], str | None]:
    code = None
    for _ in range(ATTEMPTS_AT_A_WHOLE_ANSWER):
        try:
            return getattr(clients(call.service), xform_name(call.operation))(**arguments), None
        except ClientError as error:
            return dict(error.response), error.response["Error"]["Code"]
        except AnswerBrokenOff:
            code = AnswerBrokenOff.__name__
        except (BotoCoreError, ResponseParserError) as error:
            return {}, type(error).__name__
    return {}, code


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
