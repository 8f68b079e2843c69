"""Issues: listed, opened, changed, and talked about."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus

from agent.demo.github.issues import Comment, Issue, IssueEvent
from agent.demo.github.rest.view import (
    REPOSITORY,
    Asked,
    Fields,
    Listing,
    Refused,
    Route,
    View,
    written,
)

ISSUE = "/repos/{owner}/{repo}/issues/{issue_number}"


def issues(view: View, asked: Asked) -> Listing:
    """The issues of a repository: of one state, or touched since a moment."""
    found = list(view.state.issues.get(view.repository(asked).name, {}).values())
    if asked.get("state", "open") != "all":
        found = [one for one in found if one.state == asked.get("state", "open")]
    if "labels" in asked:
        wanted = set(asked["labels"].split(","))
        found = [one for one in found if wanted <= set(one.labels)]
    if "since" in asked:
        since = datetime.fromisoformat(asked["since"])
        found = [one for one in found if one.updated_at >= since]
    found.sort(key=lambda one: one.created_at, reverse=asked.get("direction") != "asc")
    return Listing([_issue(view, asked, one) for one in found])


def issue(view: View, asked: Asked) -> Fields:
    """One issue."""
    return _issue(view, asked, _found(view, asked))


def open_issue(view: View, asked: Asked) -> Fields:
    """Make an issue."""
    made = view.state.open_issue(
        view.repository(asked).name,
        view.viewer.login,
        asked["title"],
        asked.get("body") or "",
        at=_now(view),
        labels=tuple(asked.get("labels", ())),
    )
    return _issue(view, asked, made)


def change_issue(view: View, asked: Asked) -> Fields:
    """Change whatever is given of an issue."""
    found = _found(view, asked)
    for name in ("title", "body", "state", "state_reason"):
        if name in asked:
            setattr(found, name, asked[name])
    found.updated_at = _now(view)
    return _issue(view, asked, found)


def comments(view: View, asked: Asked) -> Listing:
    """What was said about an issue, oldest first."""
    return Listing([_comment(view, asked, one) for one in _found(view, asked).comments])


def comment(view: View, asked: Asked) -> Fields:
    """Say something about an issue."""
    author = view.viewer.login
    made = view.state.comment(_found(view, asked), author, asked["body"], at=_now(view))
    return _comment(view, asked, made)


def timeline(view: View, asked: Asked) -> Listing:
    """What happened to an issue, oldest first."""
    return Listing([_event(view, one) for one in _found(view, asked).events])


def _event(view: View, event: IssueEvent) -> Fields:
    label = {"label": {"name": event.label, "color": "ededed"}} if event.label else {}
    rename = {"rename": {"from": "old", "to": "new"}} if event.kind == "renamed" else {}
    person = _person(view, event.by)
    at = written(event.at)
    return {"event": event.kind, "actor": person, "created_at": at, **label, **rename}


def _now(view: View) -> datetime:
    if view.now is None:
        raise Refused(HTTPStatus.INTERNAL_SERVER_ERROR, "nobody said what time it is")
    return view.now


def _found(view: View, asked: Asked) -> Issue:
    known = view.state.issues.get(view.repository(asked).name, {})
    found = known.get(int(asked["issue_number"]))
    if found is None:
        raise Refused(HTTPStatus.NOT_FOUND, "Not Found")
    return found


def _person(view: View, login: str) -> Fields:
    account = view.state.accounts.get(login)
    return {"login": login, "id": account.id if account else 1, "type": "User"}


def _issue(view: View, asked: Asked, issue: Issue) -> Fields:
    url = f"{view.api}/repos/{asked['owner']}/{asked['repo']}/issues/{issue.number}"
    return {
        "node_id": f"I_{asked['repo']}_{issue.number}",
        "closed_at": written(issue.closed_at) if issue.closed_at else None,
        "number": issue.number,
        "url": url,
        "html_url": f"https://github.test/{asked['owner']}/{asked['repo']}/issues/{issue.number}",
        "comments_url": f"{url}/comments",
        "title": issue.title,
        "body": issue.body,
        "state": issue.state,
        "state_reason": issue.state_reason,
        "user": _person(view, issue.author),
        "labels": [{"name": name} for name in issue.labels],
        "comments": len(issue.comments),
        "created_at": written(issue.created_at),
        "updated_at": written(issue.updated_at),
    }


def _comment(view: View, asked: Asked, comment: Comment) -> Fields:
    url = f"{view.api}/repos/{asked['owner']}/{asked['repo']}/issues/comments/{comment.id}"
    return {
        "id": comment.id,
        "url": url,
        "body": comment.body,
        "user": _person(view, comment.author),
        "created_at": written(comment.at),
        "updated_at": written(comment.at),
    }


ROUTES: Mapping[str, Route] = {
    f"{REPOSITORY}/issues": issues,
    "POST /repos/{owner}/{repo}/issues": open_issue,
    f"GET {ISSUE}": issue,
    f"PATCH {ISSUE}": change_issue,
    f"GET {ISSUE}/comments": comments,
    f"POST {ISSUE}/comments": comment,
    f"GET {ISSUE}/timeline": timeline,
}
