"""Every route there is, from all areas."""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from agent.demo.github.rest import (
    audit_log,
    changes,
    deployments,
    files,
    issues,
    organisation,
    pages,
    repositories,
    rules,
)
from agent.demo.github.rest.view import Asked, Fields, Listing, Route, View

ROUTES: Mapping[str, Route] = {
    **issues.ROUTES,
    **organisation.ROUTES,
    **repositories.ROUTES,
    **rules.ROUTES,
    **changes.ROUTES,
    **deployments.ROUTES,
    **pages.ROUTES,
    **audit_log.ROUTES,
    **files.ROUTES,
}


def _pattern(route: str) -> re.Pattern[str]:
    """What the paths of a route look like; only a file's own path has slashes."""
    return re.compile(
        re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", route).replace("<path>[^/]+", "<path>.+")
    )


PATTERNS = {route: _pattern(route) for route in ROUTES}


def answer(route: str, view: View, asked: Asked) -> Fields | Listing | None:
    """What GitHub says to one question.

    Raises:
        Refused: it says no.
    """
    return ROUTES[route](view, asked)


def route_of(verb: str, path: str) -> tuple[str, Fields] | None:
    """The route a path belongs to, with its path parameters; `None` where none is offered."""
    for route, pattern in PATTERNS.items():
        found = pattern.fullmatch(f"{verb} {path}")
        if found:
            return route, {name: unquote(value) for name, value in found.groupdict().items()}
    return None
