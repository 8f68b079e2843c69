"""What moto does not know: of what the demo's company does not use, AWS says there is none.

Without it each such service would be a blind spot of every cycle, which is true of moto and not
of the company. What it has set is told as well. Whatever is not named here is refused.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs

from moto.iam.models import get_account_id_from

UNUSED = (
    "accessanalyzer:ListFindingsV2",
    "backup:ListBackupJobs",
    "backup:ListCopyJobs",
    "backup:ListRestoreJobs",
    "cloudtrail:ListEventDataStores",
    "ec2:DescribeClientVpnEndpoints",
    "efs:DescribeFileSystems",
    "elasticache:DescribeServerlessCaches",
    "guardduty:ListFindings",
    "health:DescribeEvents",
    "kafkaconnect:ListConnectors",
    "oam:ListLinks",
    "oam:ListSinks",
    "redshift-serverless:ListNamespaces",
    "redshift-serverless:ListWorkgroups",
    "resource-explorer-2:ListIndexes",
    "ssm:DescribeInstanceInformation",
)
"""Listings of things of which the company has none, as botocore names service and operation."""
_ANALYZER = {
    "arn": "arn:aws:access-analyzer:<region>:<account>:analyzer/outside",
    "name": "outside",
    "type": "ACCOUNT",
    "status": "ACTIVE",
    "createdAt": "2026-01-05T08:00:00Z",
}
SET = {
    "accessanalyzer:ListAnalyzers": json.dumps({"analyzers": [_ANALYZER]}),
    "ec2:GetImageBlockPublicAccessState": (
        "<GetImageBlockPublicAccessStateResponse>"
        "<imageBlockPublicAccessState>block-new-sharing</imageBlockPublicAccessState>"
        "</GetImageBlockPublicAccessStateResponse>"
    ),
    "ec2:GetSnapshotBlockPublicAccessState": (
        "<GetSnapshotBlockPublicAccessStateResponse><state>block-all-sharing</state>"
        "</GetSnapshotBlockPublicAccessStateResponse>"
    ),
}
"""What the company has set, in the same words in each region."""
SIGNED = re.compile(r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/")
TYPES = {
    "json": "application/x-amz-json-1.1",
    "rest-json": "application/json",
    "query": "text/xml",
    "ec2": "text/xml",
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
    answer: str
    """With `<region>` and `<account>` in place of those that are asked about."""


class Absent:
    """Answers for what is unused, and leaves the rest to the application."""

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        signed = SIGNED.search(environ.get("HTTP_AUTHORIZATION", ""))
        asked = _listings().get(signed["service"], ()) if signed else ()
        for listing in asked:
            if signed and _is_of(environ, listing):
                account = get_account_id_from(signed["key"])
                answer = listing.answer.replace("<region>", signed["region"])
                body = answer.replace("<account>", account).encode()
                length = ("Content-Length", str(len(body)))
                start_response("200 OK", [("Content-Type", listing.content_type), length])
                return [body]
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
    for name in (*SET, *UNUSED):
        service, _, operation = name.partition(":")
        model = session.get_service_model(service)
        listing = _listing(model, model.operation_model(operation), SET.get(name))
        found[model.signing_name] = (*found.get(model.signing_name, ()), listing)
    return found


def _listing(model: Any, operation: Any, answer: str | None) -> _Listing:
    protocol = model.resolved_protocol
    prefix = model.metadata.get("targetPrefix")
    path = operation.http["requestUri"].partition("?")[0]
    return _Listing(
        operation=operation.name,
        verb=operation.http["method"],
        path=re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))),
        target=f"{prefix}.{operation.name}" if protocol == "json" else None,
        action=protocol in ("query", "ec2"),
        content_type=TYPES[protocol],
        answer=answer or _EMPTY[protocol](operation.name, _listed(operation)),
    )


def _listed(operation: Any) -> str:
    """What the list is called in the answer."""
    shapes = operation.output_shape.members.items()
    name: str = next(s.serialization.get("name", n) for n, s in shapes if s.type_name == "list")
    return name


def _empty_json(_: str, member: str) -> str:
    return json.dumps({member: []})


def _empty_query(operation: str, member: str) -> str:
    inner = f"<{operation}Result><{member}/></{operation}Result>"
    return f"<{operation}Response>{inner}</{operation}Response>"


def _empty_ec2(operation: str, member: str) -> str:
    return f"<{operation}Response><{member}/></{operation}Response>"


_EMPTY: Mapping[str, Callable[[str, str], str]] = {
    "json": _empty_json,
    "rest-json": _empty_json,
    "query": _empty_query,
    "ec2": _empty_ec2,
}
