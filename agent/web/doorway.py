"""Between every request and the pages: whoever is not signed in is led to the door."""

from typing import Any
from urllib.parse import quote

import msgspec
from litestar.connection import ASGIConnection
from litestar.types import ASGIApp, Receive, Scope, Send

from agent.web.door import Door

SIGN_IN = "/sign-in"
LET_IN = "/sign-in/password"
"""Where the form goes: litestar 2 registers two handlers of one path wrongly."""
OPEN = frozenset({SIGN_IN, LET_IN, "/static/style.css", "/health"})
"""What can be asked for from outside."""
API = "/api/"
FIRST_PAGE = "/"
ELSEWHERE = "cross-site"
AGAIN = (
    b'<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0">'
    b"<title>gapwatch</title>"
)
"""A page that asks for itself once more: whoever follows a link in a mail or a chat comes without
their cookie, which goes with requests of ours only, and brings it the second time."""


def kept(app: ASGIApp, door: Door) -> ASGIApp:
    """The application, for whoever is signed in; handlers find the visit as the request's user."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        connection: ASGIConnection[Any, Any, Any, Any] = ASGIConnection(scope)
        visit = door.visit(connection.cookies.get(door.cookie))
        scope["user"] = visit
        path = scope["path"]
        if visit.inside or path in OPEN:
            await app(scope, receive, send)
        elif path.startswith(API):
            why = msgspec.json.encode({"why": "Sign in first."})
            await _answer(send, 401, why, (b"content-type", b"application/json"))
        elif connection.headers.get("sec-fetch-site") == ELSEWHERE:
            html = (b"content-type", b"text/html; charset=utf-8")
            await _answer(send, 200, AGAIN, html)
        else:
            wanted = path if connection.scope.get("method") == "GET" else FIRST_PAGE
            where = f"{SIGN_IN}?to={quote(wanted, safe='/')}".encode()
            await _answer(send, 303, b"", (b"location", where))

    return answer


def inside(path: str) -> str:
    """A path of this site, or the first page: nobody is led elsewhere by signing in."""
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if ours else FIRST_PAGE


async def _answer(send: Send, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [length, *headers]})
    await send({"type": "http.response.body", "body": body, "more_body": False})
