"""Addresses that people write, and what may stand in them in the open."""

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qsl, urlsplit

PLAIN_CHANNELS = {"json", "jsons", "xml", "xmls", "form", "forms", "mailto", "mailtos", "syslog"}
"""Channels whose URL holds no credential by itself; in most others the path is one."""
MAIL = {"mailto", "mailtos"}
PASSWORDS = frozenset({"password", "sslpassword"})
"""Those of libpq's options that are secrets by themselves; the others name files."""
SECRET_PARAMETER = re.compile(r"pass|pwd|token|key|secret|auth|sig", re.IGNORECASE)


def endpoint_problems(field: str, url: str | None) -> Iterator[tuple[str, str]]:
    """An endpoint is a whole URL, and the credentials for it stand in fields of their own."""
    if url is None:
        return
    parts = taken_apart(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        yield field, "must be a URL such as https://host:port"
    elif parts.username or parts.password:
        yield field, "holds credentials: give them by reference in their own field"


def is_link(url: str) -> bool:
    """Whether a page may lead there: a whole URL of http or https, and nothing hidden in it."""
    parts = taken_apart(url)
    return (
        parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and parts.username is None
        and url.isprintable()
    )


def may_hold_credentials(url: str) -> bool:
    """Whether the address of a channel may let whoever reads it send messages there."""
    parts = taken_apart(url)
    return (
        parts.scheme not in PLAIN_CHANNELS
        or parts.password is not None
        or (parts.username is not None and parts.scheme not in MAIL)
        or any(SECRET_PARAMETER.search(name) for name, _ in parse_qsl(parts.query))
    )


def holds_password(database: str) -> bool:
    """Whether the URL of a database holds a password, before the host or among its options."""
    parts = taken_apart(database)
    options = {name for name, _ in parse_qsl(parts.query)}
    return parts.password is not None or not PASSWORDS.isdisjoint(options)


def taken_apart(text: str) -> SplitResult:
    """The parts of a URL; what cannot be taken apart has a path and nothing else."""
    try:
        return urlsplit(text)
    except ValueError:  # such as a bracket that is never closed
        return SplitResult("", "", text, "", "")
