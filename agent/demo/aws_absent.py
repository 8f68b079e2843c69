"""What the demo's company does not use, and moto does not know: AWS answers that there is none.

Without it each such service would be a blind spot of every cycle, which is true of moto and not
of the company. Whatever is not named here is refused.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs

UNUSED = (
    "accessanalyzer:ListAnalyzers",
    "efs:DescribeFileSystems",
    "elasticache:DescribeServerlessCaches",
    "guardduty:ListFindings",
    "health:DescribeEvents",
    "kafkaconnect:ListConnectors",
    "oam:ListLinks",
    "oam:ListSinks",
    "redshift-serverless:ListNamespaces",
    "redshift-serverless:ListWorkgroups",
)
"""Listings of things of which the company has none, as botocore names service and operation."""
SIGNED_FOR = re.compile(r"Credential=[^/]+/\d+/[^/]+/(?P<service>[^/]+)/")
TYPES = {
    "json": "application/x-amz-json-1.1",
    "rest-json": "application/json",
    "query": "text/xml",
}


@dataclass(frozen=True)
class _Listing:
    """One operation: how it is asked for, and how its empty answer looks."""

    operation: str
    verb: str
    path: re.Pattern[str]
    target: str | None
    """What the header `X-Amz-Target` says, where the protocol has it."""
    action: bool
    """Whether the body names the operation, as the query protocol has it."""
    content_type: str
    answer: bytes


class Absent:
    """Answers for what is unused, and leaves the rest to the application."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        signed = SIGNED_FOR.search(environ.get("HTTP_AUTHORIZATION", ""))
        asked = _listings().get(signed["service"], ()) if signed else ()
        for listing in asked:
            if _is_of(environ, listing):
                length = ("Content-Length", str(len(listing.answer)))
                headers = [("Content-Type", listing.content_type), length]
                start_response("200 OK", headers)
                return [listing.answer]
        return self._application(environ, start_response)


def _is_of(environ: dict[str, Any], listing: _Listing) -> bool:
    if listing.verb != environ["REQUEST_METHOD"] or not listing.path.fullmatch(
        environ["PATH_INFO"]
    ):
        return False
    if listing.target:
        return bool(environ.get("HTTP_X_AMZ_TARGET") == listing.target)
    return not listing.action or _action(environ) == listing.operation


def _action(environ: dict[str, Any]) -> str:
    """The operation that the body names; the body can be read again afterwards."""
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = BytesIO(body)
    return parse_qs(body.decode("latin-1")).get("Action", [""])[0]


@cache
def _listings() -> Mapping[str, tuple[_Listing, ...]]:
    """The unused listings, by the name their requests are signed for."""
    import botocore.session  # noqa: PLC0415 - only in the server's process

    session = botocore.session.get_session()
    found: dict[str, tuple[_Listing, ...]] = {}
    for name in UNUSED:
        service, _, operation = name.partition(":")
        model = session.get_service_model(service)
        listing = _listing(model, model.operation_model(operation))
        found[model.signing_name] = (*found.get(model.signing_name, ()), listing)
    return found


def _listing(model: Any, operation: Any) -> _Listing:
    protocol = model.resolved_protocol
    shapes = operation.output_shape.members.items()
    member = next(s.serialization.get("name", n) for n, s in shapes if s.type_name == "list")
    prefix = model.metadata.get("targetPrefix")
    path = operation.http["requestUri"].partition("?")[0]
    return _Listing(
        operation=operation.name,
        verb=operation.http["method"],
        path=re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))),
        target=f"{prefix}.{operation.name}" if protocol == "json" else None,
        action=protocol == "query",
        content_type=TYPES[protocol],
        answer=_EMPTY[protocol](operation.name, member),
    )


def _empty_json(_: str, member: str) -> bytes:
    return f'{{"{member}": []}}'.encode()


def _empty_xml(operation: str, member: str) -> bytes:
    inner = f"<{operation}Result><{member}/></{operation}Result>"
    return f"<{operation}Response>{inner}</{operation}Response>".encode()


_EMPTY: Mapping[str, Callable[[str, str], bytes]] = {
    "json": _empty_json,
    "rest-json": _empty_json,
    "query": _empty_xml,
}
