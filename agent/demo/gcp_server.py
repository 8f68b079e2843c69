"""A Google Cloud on this machine: a few services' reading methods over state that can change.

It speaks as Google does: pages of the size asked for, empty lists left out, errors in
Google's JSON. A method it does not have answers 501, never an empty 200.
"""

import json
import threading
from collections import deque
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from agent.demo.gcp_methods import ROUTES, Request, Route
from agent.demo.gcp_state import Json, Refusal, State

OLDER_APIS = ("sql.", "storage.")
"""Their errors name a reason where newer APIs name a canonical status."""
REMEMBERED = 1000
ENUMS = {
    "logType": ("LOG_TYPE_UNSPECIFIED", "ADMIN_READ", "DATA_WRITE", "DATA_READ"),
    "state": ("STATE_UNSPECIFIED", "ACTIVE", "DELETE_REQUESTED"),
}


class GoogleCloud(State):
    """The server; use it as a context, or `start` and `stop` it."""

    def __init__(self) -> None:
        super().__init__()
        self.given: deque[tuple[str, Json]] = deque(maxlen=REMEMBERED)
        """The last good answers, each with its method."""
        self._denied: dict[str, str] = {}
        self._busy: dict[str, int] = {}
        self._cut_short: set[str] = set()
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._http.server_port}"

    def start(self) -> None:
        """Answer from a thread of its own."""
        threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Answer no more, and give the port back."""
        self._http.shutdown()
        self._http.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def deny(self, method: str, *, reason: str = "forbidden") -> None:
        """Refuse a method from now on, such as `storage.buckets.list`."""
        self._denied[method] = reason

    def allow(self, method: str) -> None:
        """Answer a method again."""
        self._denied.pop(method, None)

    def be_busy(self, method: str, *, times: int) -> None:
        """Answer a method with an exhausted quota, the next few times."""
        self._busy[method] = times

    def cut_short(self, method: str) -> None:
        """Break off the answers of a method in the middle."""
        self._cut_short.add(method)

    def respond(self, verb: str, target: str, body: bytes) -> tuple[HTTPStatus, Json, bool]:
        """Answer one request: status, body, and whether the body is to break off."""
        url = urlsplit(target)
        path = unquote(url.path)
        for route in ROUTES:
            found = route.path.fullmatch(path)
            if found and route.verb == verb:
                request = Request(path, found.groupdict(), parse_qs(url.query), body)
                status, answer = self._answered(route, request)
                return status, answer, route.method in self._cut_short
        refusal = Refusal(HTTPStatus.NOT_IMPLEMENTED, "UNIMPLEMENTED", reason="UNIMPLEMENTED")
        return refusal.http, refusal.as_json(older=False), False

    def _answered(self, route: Route, request: Request) -> tuple[HTTPStatus, Json]:
        try:
            with self._lock:
                self._refuse_if_told(route.method)
                answer = route.answer(self, request)
                self.given.append((route.method, answer))
        except Refusal as refusal:
            return refusal.http, refusal.as_json(older=route.method.startswith(OLDER_APIS))
        by_number = "json;enum-encoding=int" in request.query.get("$alt", ())
        return HTTPStatus.OK, _enums_by_number(answer) if by_number else answer

    def _refuse_if_told(self, method: str) -> None:
        if method in self._denied:
            raise Refusal(HTTPStatus.FORBIDDEN, "PERMISSION_DENIED", reason=self._denied[method])
        if self._busy.get(method, 0) > 0:
            self._busy[method] -= 1
            raise Refusal(
                HTTPStatus.TOO_MANY_REQUESTS, "RESOURCE_EXHAUSTED", reason="rateLimitExceeded"
            )


def _enums_by_number(value: Any) -> Any:
    """As the newer APIs write enumerations when asked for numbers, which the SDK does."""
    if isinstance(value, list):
        return [_enums_by_number(member) for member in value]
    if not isinstance(value, dict):
        return value
    return {
        name: ENUMS[name].index(inner) if name in ENUMS else _enums_by_number(inner)
        for name, inner in value.items()
    }


def _handler(cloud: GoogleCloud) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._respond()

        def do_POST(self) -> None:
            self._respond()

        def log_message(self, *_: object) -> None:
            """Say nothing: the caller's own log tells what was asked."""

        def _respond(self) -> None:
            asked = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, answer, cut_short = cloud.respond(self.command, self.path, asked)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(b"{}" if cut_short else content)
            self.close_connection = cut_short

    return Handler
