"""Before any page is asked for: only reading, only from here, and nothing else may be loaded."""

import re
from collections.abc import Collection, Iterable
from ipaddress import ip_address

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
ANYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, not bound to
HOST = re.compile(r"(?:\[([^\]]*)\]|([^:]*))(?::\d*)?")
"""An address of version 6 in brackets or any other name, and a port."""
POLICY = (
    b"default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
    b"form-action 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
"""On every answer, refusals included."""


def guarded(app: ASGIApp, *, hosts: Collection[str]) -> ASGIApp:
    """The application, for requests that read and that were addressed to this machine.

    A page elsewhere can point a name of its own at this address and then read what is
    answered under that name, so the name must be ours. An address cannot be re-pointed: it is
    enough where the page listens on every address.
    """
    ours = LOOPBACK | {host.lower() for host in hosts}

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        sending = _with_headers(send)
        if scope["type"] != ScopeType.HTTP:
            return
        if not _is_ours(_hosts(scope["headers"]), ours):
            await _refuse(sending, 400, b"this page does not answer under that name\n")
        elif scope["method"] != "GET":
            await _refuse(sending, 405, b"this page can only be read\n", (b"allow", b"GET"))
        else:
            await app(scope, receive, sending)

    return answer


def _is_ours(hosts: list[str], ours: frozenset[str]) -> bool:
    if len(hosts) != 1:
        return False
    name = _without_port(hosts[0])
    return name in ours or (not ANYWHERE.isdisjoint(ours) and _address(name))


def _hosts(headers: Iterable[tuple[bytes, bytes]]) -> list[str]:
    return [value.decode("latin-1") for name, value in headers if name.lower() == b"host"]


def _without_port(host: str) -> str:
    found = HOST.fullmatch(host)
    return (found[1] or found[2] or "").lower() if found else ""


def _address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:  # a name, not an address
        return False
    return True


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *HEADERS]
        await send(message)

    return sending


async def _refuse(send: Send, status: int, told: bytes, *headers: tuple[bytes, bytes]) -> None:
    plain = (b"content-type", b"text/plain; charset=utf-8")
    length = (b"content-length", str(len(told)).encode())
    await send(
        {"type": "http.response.start", "status": status, "headers": [plain, length, *headers]}
    )
    await send({"type": "http.response.body", "body": told, "more_body": False})
