"""A reverse proxy on loopback between the real SDK and a server: it plants faults, and remembers.

What is not planted goes through as it came, the Host header included: AWS signs it.
"""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import NamedTuple, Self
from urllib.parse import urlsplit

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}
SIGNED_FOR = re.compile(r"Credential=[^/]+/\d+/[^/]+/(?P<service>[^/]+)/")
REST_XML = {"cloudfront", "route53"}
S3_CONTROL = "/v20180820/"
SECONDS_TO_ANSWER = 60


class Request(NamedTuple):
    """One request as it arrived."""

    verb: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """What a rule's pattern is compared with: verb, path, X-Amz-Target and body."""
        target = self.headers.get("X-Amz-Target", "")
        return f"{self.verb} {self.path} {target} {self.body.decode('latin-1')}"


class Reply(NamedTuple):
    """One answer as it is sent; with `send` only its first bytes, and then the line is dead."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    send: int | None = None


Ask = Callable[[Request], Reply]
"""The server behind the proxy."""
Fault = Callable[[Request, Ask], Reply | None]
"""What happens instead of an answer; `None` closes the connection without one."""


class Seen(NamedTuple):
    """One line of the proxy's log; without an answer the status is `None`."""

    request: Request
    status: int | None


@dataclass
class FaultProxy:
    """Stands before `upstream` while it is entered."""

    upstream: str
    seen: list[Seen] = field(default_factory=list)
    _rules: list[tuple[re.Pattern[str], Fault]] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    @property
    def url(self) -> str:
        return f"http://localhost:{self._http.server_port}"

    @contextmanager
    def planted(self, pattern: str, fault: Fault) -> Iterator[None]:
        """The fault meets every request that the pattern is found in."""
        rule = (re.compile(pattern), fault)
        self._rules.append(rule)
        try:
            yield
        finally:
            self._rules.remove(rule)

    def answer(self, request: Request) -> Reply | None:
        fault = next((f for pattern, f in self._rules if pattern.search(request.text)), None)
        reply = fault(request, self._ask) if fault else self._ask(request)
        self.seen.append(Seen(request, reply.status if reply else None))
        return reply

    def _ask(self, request: Request) -> Reply:
        connection = HTTPConnection(urlsplit(self.upstream).netloc, timeout=SECONDS_TO_ANSWER)
        try:
            connection.putrequest(
                request.verb, request.path, skip_host=True, skip_accept_encoding=True
            )
            for name, value in request.headers.items():
                connection.putheader(name, value)
            connection.endheaders(request.body or None)
            response = connection.getresponse()
            headers = {k: v for k, v in response.getheaders() if k.lower() not in HOP_BY_HOP}
            return Reply(response.status, headers, response.read())
        finally:
            connection.close()


def answered(status: int, body: object) -> Fault:
    """This instead of what the server would say."""
    reply = Reply(status, {"Content-Type": "application/json"}, json.dumps(body).encode())
    return lambda *_: reply


def dropped(*_: object) -> None:
    """The connection ends without an answer."""


def cut_short(request: Request, ask: Ask) -> Reply:
    """The whole length is announced, half of it comes."""
    reply = ask(request)
    return reply._replace(send=len(reply.body) // 2)


def delayed(seconds: float) -> Fault:
    """Right, but late."""

    def wait(request: Request, ask: Ask) -> Reply:
        time.sleep(seconds)
        return ask(request)

    return wait


def denied_by_google(*_: object) -> Reply:
    """As Google refuses: older APIs name a reason, newer ones a status."""
    told = {
        "code": 403,
        "message": "The caller does not have permission",
        "status": "PERMISSION_DENIED",
        "errors": [{"reason": "forbidden", "domain": "global"}],
    }
    return _json(403, {"error": told})


def denied_by_github(*_: object) -> Reply:
    """As GitHub refuses what a token may not see."""
    return _json(403, {"message": "Resource not accessible by integration"})


def denied_by_aws(request: Request, _: Ask) -> Reply:
    """As AWS refuses, in the words of the service's own protocol."""
    told = "is not authorized to perform this action"
    service = SIGNED_FOR.search(request.headers.get("Authorization", ""))
    name = service["service"] if service else ""
    if "X-Amz-Target" in request.headers:
        return _json(400, {"__type": "AccessDeniedException", "message": told})
    if name == "ec2":
        error = f"<Code>UnauthorizedOperation</Code><Message>{told}</Message>"
        return _xml(f"<Response><Errors><Error>{error}</Error></Errors></Response>")
    error = f"<Error><Code>AccessDenied</Code><Message>{told}</Message></Error>"
    if name == "s3" and not request.path.startswith(S3_CONTROL):
        return _xml(error)
    if name in {"s3", *REST_XML} or request.body.startswith(b"Action="):
        return _xml(f"<ErrorResponse>{error}</ErrorResponse>")
    return _json(403, {"message": told}, {"x-amzn-ErrorType": "AccessDeniedException"})


def _xml(body: str) -> Reply:
    return Reply(403, {"Content-Type": "text/xml"}, body.encode())


def _json(status: int, body: object, headers: Mapping[str, str] | None = None) -> Reply:
    sent = {"Content-Type": "application/json", **(headers or {})}
    return Reply(status, sent, json.dumps(body).encode())


def _handler(proxy: FaultProxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body in one piece: in two, each answer waits 40 ms

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            reply = proxy.answer(Request(self.command, self.path, self.headers, body))
            if reply is None:
                self.close_connection = True
                return
            self.send_response_only(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            if reply.send is not None:
                self.close_connection = True
            if self.command != "HEAD":
                self.wfile.write(reply.body[: reply.send])

        do_POST = do_PUT = do_HEAD = do_DELETE = do_GET  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            pass

    return Handler
