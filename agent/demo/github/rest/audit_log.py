"""The organisation's audit log, as far as searches of ours go."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus

from agent.demo.github.rest import pages
from agent.demo.github.rest.view import Asked, Fields, Listing, Refused, Route, View, written

ROUTE = "GET /orgs/{org}/audit-log"


def audit_log(view: View, asked: Asked) -> Fields | Listing | None:
    """What people changed, for owners alone: of a repository or a person, in a stretch of time."""
    if "phrase" not in asked:  # the log as a page among the others, as a test has set it
        return pages.ROUTES[ROUTE](view, asked)
    state = view.organisation(asked)
    if not view.viewer.owns:
        raise Refused(HTTPStatus.FORBIDDEN, "Must have admin rights to Organization.")
    found = [*state.audit_log, *state.overrides]
    for word in asked.get("phrase", "").split():
        name, _, value = word.partition(":")
        found = [entry for entry in found if _matches(entry, name, value)]
    found = sorted(found, key=lambda entry: -entry["created_at"])
    return Listing(found, by_cursor=True)


def _matches(entry: Fields, name: str, value: str) -> bool:
    """Whether an entry is found by one word of a search phrase."""
    if name == "created":
        at = written(datetime.fromtimestamp(entry["created_at"] / 1000, UTC))
        if value.startswith(">="):
            return at >= value.removeprefix(">=")
        after, _, before = value.partition("..")
        return after <= at <= before
    if name == "action":
        return value in (entry["action"], entry["action"].partition(".")[0])
    return bool(entry.get(name) == value)


ROUTES: Mapping[str, Route] = {ROUTE: audit_log}
