"""What moto lacks: CloudTrail's event history, written by the calls that moto really answered."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from threading import Lock
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

from moto.core.request import Request
from moto.core.routing import get_service_router
from moto.sts.models import sts_backends
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")
LOOKUP = "CloudTrail_20131101.LookupEvents"
READS = re.compile(r"(AssumeRole|BatchGet|Describe|Get|Head|List|Lookup|Search)")
CALLED_OTHERWISE = {
    ("s3", "DeletePublicAccessBlock"): "DeleteBucketPublicAccessBlock",
    ("s3", "PutPublicAccessBlock"): "PutBucketPublicAccessBlock",
}
"""Where CloudTrail's word is not the operation's."""
LONGEST_NAME = 200
USUAL_PAGE = 50
GOOD = 300

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass(frozen=True)
class Asked:
    """One signed request: who calls what, where, and every name in it."""

    key: str
    region: str
    service: str
    operation: str
    names: frozenset[str]
    body: dict[str, Any]


@dataclass
class Trail:
    """The local AWS, and the history of whatever it changed when it was asked to."""

    aws: Wsgi
    _events: list[tuple[str, str, datetime, Asked, dict[str, Any]]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a lookup, and let everything else through; what succeeded is written down."""
        request = Request(environ)
        body = request.get_data(cache=True)
        environ["wsgi.input"] = BytesIO(body)
        asked = _asked(request, body)
        if asked is None:
            return self.aws(environ, start_response)
        if asked.operation == "LookupEvents":
            return self._lookup(asked)(environ, start_response)
        return self.aws(environ, self._noting(asked, start_response))

    def _noting(self, asked: Asked, start_response: Any) -> Any:
        def started(status: str, *rest: Any) -> Any:
            if int(status.split(maxsplit=1)[0]) < GOOD and not READS.match(asked.operation):
                self._note(asked)
            return start_response(status, *rest)

        return started

    def _note(self, asked: Asked) -> None:
        account, principal = _identity(asked.key)
        at = datetime.now(UTC).replace(microsecond=0)
        call = CALLED_OTHERWISE.get((asked.service, asked.operation), asked.operation)
        event = {
            "EventId": str(uuid4()),
            "EventName": call,
            "ReadOnly": "false",
            "EventTime": at.timestamp(),
            "EventSource": f"{asked.service}.amazonaws.com",
            "Username": principal.rpartition("/")[2],
            "AccessKeyId": asked.key,
            "Resources": [{"ResourceName": name} for name in sorted(asked.names)],
            "CloudTrailEvent": json.dumps(
                {
                    "eventVersion": "1.11",
                    "userIdentity": {"arn": principal, "accountId": account},
                    "eventName": call,
                    "awsRegion": asked.region,
                    "sourceIPAddress": "127.0.0.1",
                }
            ),
        }
        with self._lock:
            self._events.append((account, _region_of(asked), at, asked, event))

    def _lookup(self, asked: Asked) -> Response:
        account, _ = _identity(asked.key)
        wanted = {one["AttributeValue"] for one in asked.body.get("LookupAttributes", ())}
        after, before = asked.body.get("StartTime", 0), asked.body.get("EndTime", float("inf"))
        with self._lock:
            found = [
                event
                for of, region, at, done, event in reversed(self._events)
                if (of, region) == (account, asked.region)
                and after <= at.timestamp() + 1  # a second is the finest that CloudTrail tells
                and at.timestamp() <= before
                and wanted <= done.names
            ]
        start = int(asked.body.get("NextToken", 0))
        end = start + asked.body.get("MaxResults", USUAL_PAGE)
        page = {"Events": found[start:end]}
        answer = page | ({"NextToken": str(end)} if end < len(found) else {})
        return Response(json.dumps(answer), mimetype="application/x-amz-json-1.1")


def _asked(request: Request, body: bytes) -> Asked | None:
    signed = CREDENTIAL.search(request.headers.get("Authorization", ""))
    if signed is None:
        return None
    key, region, service = signed.groups()
    target = request.headers.get("X-Amz-Target", "")
    if target:
        sent = json.loads(body or b"{}")
        return Asked(key, region, service, target.rpartition(".")[2], _names(sent), sent)
    form = dict(parse_qsl(body.decode(errors="replace"))) if b"Action=" in body else {}
    if form:
        return Asked(key, region, service, form["Action"], _names(form), form)
    operation, in_path = _routed(request, service)
    return Asked(key, region, service, operation, _names(in_path), {}) if operation else None


def _routed(request: Request, service: str) -> tuple[str | None, dict[str, Any]]:
    control = service == "s3" and "x-amz-account-id" in request.headers
    try:
        operation, in_path = get_service_router("s3control" if control else service).match(request)
    except (HTTPException, NotImplementedError):
        return None, {}
    return operation.name, dict(in_path)


def _names(sent: Any) -> frozenset[str]:
    """Every text in a request that may be a resource's name, and the end of it."""
    return frozenset(name for text in _texts(sent) for name in {text, text.rpartition("/")[2]})


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str) and value and len(value) <= LONGEST_NAME:
        yield value


def _identity(key: str) -> tuple[str, str]:
    """Account and principal of a key: a role that was assumed, or the account itself."""
    for account, backends in sts_backends.items():
        for role in backends["aws"].assumed_roles:
            if role.access_key_id == key:
                return account, role.arn
    return "123456789012", "arn:aws:iam::123456789012:root"


def _region_of(asked: Asked) -> str:
    return "us-east-1" if asked.service in {"iam", "sts"} else asked.region
