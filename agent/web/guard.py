"""Before any page is asked for: only what is ours, only from here, and nothing else is loaded."""

import re
from collections.abc import Collection, Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from agent.settings.web import LOOPBACK

ANYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared with, not bound to
HOST = re.compile(r"(?:\[([^\]]*)\]|([^:]*))(?::\d*)?")
"""An address of version 6 in brackets or any other name, and a port."""
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; "
    "form-action {forms}; frame-ancestors 'none'"
)
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
"""On every answer, refusals included. Without a referrer a browser would not say of a form that
it is ours."""
FROM_HERE = {"same-origin", "none"}
"""What a browser says of a request that no other site made: a form of ours, or somebody's hand."""


def guarded(app: ASGIApp, *, hosts: Collection[str], forms: bool = False) -> ASGIApp:
    """The application, for requests that were addressed to this machine.

    A page elsewhere can point a name of its own at this address and then read what is
    answered under that name, so the name must be ours. An address cannot be re-pointed: it is
    enough where the page listens on every address.

    Args:
        app: What answers.
        hosts: Our names, beside those of loopback.
        forms: Whether anything can be sent at all, by a form of ours.
    """
    ours = LOOPBACK | {host.lower() for host in hosts}
    policy = POLICY.format(forms="'self'" if forms else "'none'").encode()
    methods = ("GET", "POST") if forms else ("GET",)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        sending = _with_headers(send, (b"content-security-policy", policy))
        if scope["type"] != ScopeType.HTTP:
            return
        if not _is_ours(_values(b"host", scope["headers"]), ours):
            await _refuse(sending, 400, b"this page does not answer under that name\n")
        elif scope["method"] not in methods:
            told = b"this page can only be read\n" if not forms else b"there is nothing to do so\n"
            await _refuse(sending, 405, told, (b"allow", ", ".join(methods).encode()))
        elif scope["method"] == "POST" and not _is_our_form(scope["headers"], ours):
            await _refuse(sending, 403, b"this form was sent from elsewhere\n")
        else:
            await app(scope, receive, sending)

    return answer


Headers = Iterable[tuple[bytes, bytes]]


def _is_our_form(headers: Headers, ours: frozenset[str]) -> bool:
    """Whether a browser says that one of our pages sent it; a program says nothing of the kind."""
    sites = _values(b"sec-fetch-site", headers)
    origins = _values(b"origin", headers)
    return FROM_HERE.issuperset(sites) and all(
        _is_ours([urlsplit(origin).netloc], ours) for origin in origins
    )


def _is_ours(hosts: list[str], ours: frozenset[str]) -> bool:
    if len(hosts) != 1:
        return False
    name = _without_port(hosts[0])
    return name in ours or (not ANYWHERE.isdisjoint(ours) and _address(name))


def _values(wanted: bytes, headers: Headers) -> list[str]:
    return [value.decode("latin-1") for name, value in headers if name.lower() == wanted]


def _without_port(host: str) -> str:
    found = HOST.fullmatch(host)
    return (found[1] or found[2] or "").lower() if found else ""


def _address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:  # a name, not an address
        return False
    return True


def _with_headers(send: Send, policy: tuple[bytes, bytes]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], policy, *HEADERS]
        await send(message)

    return sending


async def _refuse(send: Send, status: int, told: bytes, *headers: tuple[bytes, bytes]) -> None:
    plain = (b"content-type", b"text/plain; charset=utf-8")
    length = (b"content-length", str(len(told)).encode())
    await send(
        {"type": "http.response.start", "status": status, "headers": [plain, length, *headers]}
    )
    await send({"type": "http.response.body", "body": told, "more_body": False})
