"""Real receivers on loopback: an HTTP server and a mail server that answer as they are told."""

import json
import socket
import threading
from collections.abc import Callable
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller

HANG_UP = "hang up"
STAY_SILENT = "stay silent"


@dataclass
class Post:
    path: str
    headers: dict[str, str]
    json: Any
    body: bytes = b""


@dataclass
class Web:
    """A webhook; `answers` are statuses given in turn, then 200."""

    port: int
    answers: list[Any] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)
    on_post: Callable[[], object] | None = None
    """Done with each post before it is answered."""

    @property
    def url(self):
        return f"json://127.0.0.1:{self.port}/hook?cto=2&rto=0.3"

    @property
    def plain_url(self):
        return f"http://127.0.0.1:{self.port}/hook"


@contextmanager
def receiving_posts(port=0):
    """A webhook's owner, who listens from now on."""
    server = ThreadingHTTPServer(("127.0.0.1", port), Receiver)
    server.told = Web(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.told
    finally:
        server.told.done.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def web():
    with receiving_posts() as told:
        yield told


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        told = self.server.told
        body = self.rfile.read(int(self.headers["Content-Length"]))
        told.posts.append(Post(self.path, dict(self.headers), json.loads(body or b"null"), body))
        if told.on_post:
            told.on_post()
        answer = told.answers.pop(0) if told.answers else 200
        if answer == STAY_SILENT:
            told.done.wait(10)
        if answer in {HANG_UP, STAY_SILENT}:
            self.close_connection = True
            return
        self.send_response(answer)
        self.send_header("Location", f"http://127.0.0.1:{told.port}/elsewhere")
        self.end_headers()

    do_GET = do_POST  # noqa: N815 - http.server's name

    def log_message(self, *_):
        pass


@dataclass
class Mail:
    """A mailbox; `answers` are replies to DATA given in turn, then 250."""

    port: int
    answers: list[str] = field(default_factory=list)
    letters: list[Any] = field(default_factory=list)

    @property
    def url(self):
        return f"mailto://127.0.0.1:{self.port}?from=gapwatch@acme.test&to=team@acme.test"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.answers:
            return self.answers.pop(0)
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"


@contextmanager
def receiving_mail(mailbox):
    """A mail server, from now on."""
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


@pytest.fixture
def mail():
    with receiving_mail(Mail(free_port())) as mailbox:
        yield mailbox


def free_port():
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return server.getsockname()[1]
