"""A GitHub on this machine, for the demo and the tests: REST and GraphQL over HTTP.

It pages, refuses, and leaves out as GitHub does. What it does not offer it answers with
501: an empty 200 would read as "there are none".
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from agent.demo.github.apps import Apps
from agent.demo.github.graphql.cost import cost
from agent.demo.github.graphql.execution import execute
from agent.demo.github.rest.routes import answer, route_of
from agent.demo.github.rest.view import Fields, Listing, Refused, View, Viewer
from agent.demo.github.state import GithubState

TOKEN = "local-github-token"  # noqa: S105 - it opens nothing but this server
TICKETS_TOKEN = "local-tickets-token"  # noqa: S105 - the same; it writes issues and reads little
TICKETS = Viewer(login="gapwatch-tickets", owns=False, role="triage")
GRAPHQL = "POST /graphql"
USUAL_PAGE, LARGEST_PAGE = 30, 100
HOURLY_LIMIT = 5000


@dataclass
class Reply:
    """One answer, before it goes over the wire."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


class GithubServer:
    """The server; `state` is the organisation, to be seeded and changed while it runs."""

    def __init__(
        self, organization: str = "acme", *, clock: Callable[[], datetime], seed: int = 0
    ) -> None:
        self.state = GithubState(organization, seed=seed)
        self.viewer = Viewer()
        self.apps = Apps()
        self.page_limit = LARGEST_PAGE
        """No page has more members, however many are asked for."""
        self.headers: dict[str, str] = {}
        """Sent with every answer besides the usual ones."""
        self.asked: list[str] = []
        """Every route that was asked for, in order."""
        self.hourly_limit: int | None = None
        """Where there is one, whatever goes beyond it is refused."""
        self.asked_beyond = 0
        """How often somebody asked on although the limit was used up."""
        self.spent = {"core": 0, "graphql": 0}
        """Off the two hourly limits: an answer by REST, points by GraphQL; a 304 is free."""
        self._clock = clock
        self._denied: dict[str, Refused] = {}
        self._still: dict[str, int] = {}
        """How often something will be refused, where it is not for good."""
        self._cut: dict[str, bool] = {}
        self._dropped: dict[str, int] = {}
        self._lock = Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._thread = Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Answer from now on, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Close the port."""
        self._http.shutdown()
        self._http.server_close()

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = self._http.server_address[:2]
        return f"http://{host!s}:{port}"

    def deny(
        self,
        what: str,
        status: int = HTTPStatus.FORBIDDEN,
        message: str = "Resource not accessible by integration",
        headers: Mapping[str, str] | None = None,
        *,
        times: int | None = None,
    ) -> None:
        """Refuse a route `GET /orgs/{org}/members`, one path of it, or a GraphQL field.

        A field is called `PullRequest.reviews`. Without `times` it is refused for good.
        """
        self._denied[what] = Refused(status, message, headers)
        if times is not None:
            self._still[what] = times

    def cut_short(self, route: str, *, announced: bool = True) -> None:
        """Send half of a route's answer and hang up; the whole may have been announced or not."""
        self._cut[route] = announced

    def drop(self, route: str, *, times: int) -> None:
        """Hang up on a route so many times, without a word."""
        self._dropped[route] = times

    def hangs_up(self, verb: str, target: str) -> bool:
        """Whether this request is one of those to hang up on."""
        path = urlsplit(target).path
        found = route_of(verb, path)
        route = found[0] if found else f"{verb} {path}"
        with self._lock:
            left = self._dropped.get(route, 0)
            self._dropped[route] = max(0, left - 1)
        return left > 0

    def allow_all(self) -> None:
        """Take back every denial and every cut."""
        self._dropped.clear()
        self._denied.clear()
        self._still.clear()
        self._cut.clear()

    def reply(self, verb: str, target: str, sent: Mapping[str, str], body: bytes) -> Reply:
        """Answer one request as GitHub would."""
        with self._lock:
            try:
                reply = self._answer(verb, target, sent, body)
            except Refused as refusal:
                reply = Reply(refusal.status, {"message": refusal.message}, dict(refusal.headers))
            return self._sign(reply, sent, f"{verb} {target}")

    def cut_of(self, verb: str, target: str) -> bool | None:
        """Whether the whole is announced of an answer that breaks off; `None` for all others."""
        found = route_of(verb, urlsplit(target).path)
        return self._cut.get(found[0] if found else f"{verb} {target}")

    def _answer(self, verb: str, target: str, sent: Mapping[str, str], body: bytes) -> Reply:
        url = urlsplit(target)
        self._refuse_beyond_the_limit("graphql" if url.path == "/graphql" else "core")
        signed_in = self.apps.sign_in(url.path, sent) if verb == "POST" else None
        if signed_in is not None:
            return Reply(HTTPStatus.CREATED, signed_in)
        viewer = self._viewer_of(sent.get("Authorization", "").partition(" ")[2])
        if f"{verb} {url.path}" == GRAPHQL:
            self._refuse_if_denied(GRAPHQL, GRAPHQL)
            return self._graphql(json.loads(body))
        found = route_of(verb, url.path)
        if found is None:
            message = f"The local GitHub does not offer {verb} {url.path}"
            raise Refused(HTTPStatus.NOT_IMPLEMENTED, message)
        route, in_path = found
        self._refuse_if_denied(route, f"{verb} {url.path}")
        if verb != "GET" and viewer is not TICKETS:
            raise Refused(HTTPStatus.FORBIDDEN, "Resource not accessible by personal access token")
        query = dict(parse_qsl(url.query))
        written = json.loads(body) if body else {}
        view = View(self.state, viewer, api=self.url, now=self._clock())
        said = answer(route, view, {**written, **query, **in_path})
        if isinstance(said, Listing):
            return self._page(said, url.path, query)
        if said is None:
            return Reply(HTTPStatus.NO_CONTENT, None)
        return Reply(HTTPStatus.CREATED if verb == "POST" else HTTPStatus.OK, said)

    def _refuse_beyond_the_limit(self, resource: str) -> None:
        if self.hourly_limit is not None and self.spent[resource] >= self.hourly_limit:
            self.asked_beyond += 1
            raise Refused(HTTPStatus.FORBIDDEN, "API rate limit exceeded")

    def _viewer_of(self, token: str) -> Viewer:
        if token == TICKETS_TOKEN:
            return TICKETS
        if token != TOKEN and not self.apps.accepts(token):
            raise Refused(HTTPStatus.UNAUTHORIZED, "Bad credentials")
        return self.viewer

    def _refuse_if_denied(self, route: str, path: str) -> None:
        self.asked.append(route)
        for what in (path, route):
            if what in self._denied and self._still.get(what) != 0:
                self._still[what] = self._still.get(what, 0) - 1
                raise self._denied[what]

    def _graphql(self, question: Fields) -> Reply:
        variables = question.get("variables") or {}
        self.spent["graphql"] += cost(question["query"], variables)
        said = execute(
            self.state,
            question["query"],
            variables,
            viewer=self.viewer.login,
            viewer_owns=self.viewer.owns,
            denied=self._denied.keys(),
            page_limit=self.page_limit,
        )
        return Reply(HTTPStatus.OK, said)

    def _page(self, listing: Listing, path: str, query: Mapping[str, str]) -> Reply:
        asked = min(int(query.get("per_page", USUAL_PAGE)), LARGEST_PAGE)
        size = min(asked, self.page_limit)
        turned_by = "after" if listing.by_cursor else "page"
        number = int(query.get(turned_by, 1))
        last = max(1, -(-len(listing.members) // size))
        shown = list(listing.members[(number - 1) * size : number * size])
        links = {"next": number + 1, "last": last} if number < last else {}
        if number > 1:
            links |= {"first": 1, "prev": number - 1}
        link = ", ".join(
            f'<{self.url}{path}?{urlencode({**query, turned_by: page})}>; rel="{name}"'
            for name, page in links.items()
        )
        beside = {"total_count": len(listing.members)} if listing.beside is None else listing.beside
        body = {**beside, listing.key: shown} if listing.key else shown
        return Reply(HTTPStatus.OK, body, {"Link": link} if link else {})

    def _sign(self, reply: Reply, sent: Mapping[str, str], asked: str) -> Reply:
        """Add the headers GitHub sends with everything; unchanged answers have no body."""
        now, count = self._clock(), len(self.asked)
        resource = "graphql" if asked == GRAPHQL else "core"
        etag = f'"{hashlib.sha256(json.dumps(reply.body).encode()).hexdigest()}"'
        unchanged = reply.status == HTTPStatus.OK and sent.get("If-None-Match") == etag
        limit = HOURLY_LIMIT if self.hourly_limit is None else self.hourly_limit
        free = unchanged or self.spent[resource] >= limit
        self.spent["core"] += resource == "core" and not free
        reset = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        reply.headers = {
            "Date": format_datetime(now, usegmt=True),
            "X-GitHub-Request-Id": f"0A01:{count:04X}",
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(max(0, limit - self.spent[resource])),
            "X-RateLimit-Used": str(self.spent[resource]),
            "X-RateLimit-Reset": str(int(reset.timestamp())),
            "X-RateLimit-Resource": resource,
            "ETag": etag,
            **self.headers,
            **reply.headers,
        }
        if unchanged:
            return Reply(HTTPStatus.NOT_MODIFIED, None, reply.headers)
        return reply


def _handler(server: GithubServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and body in one piece: in two, each answer waits 40 ms

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if server.hangs_up(self.command, self.path):
                self.close_connection = True
                return
            sent_with = {name.title(): value for name, value in self.headers.items()}
            reply = server.reply(self.command, self.path, sent_with, body)
            content = b"" if reply.body is None else json.dumps(reply.body).encode()
            cut = server.cut_of(self.command, self.path)
            sent = content if cut is None else content[: len(content) // 2]
            self.send_response_only(reply.status)  # the date is the story's, not the machine's
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(content if cut else sent)))
            self.end_headers()
            self.wfile.write(sent)
            self.close_connection = self.close_connection or cut is not None

        do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing: the demo's terminal is for the demo."""

    return Handler
