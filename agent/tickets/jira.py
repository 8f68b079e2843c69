"""Tickets as issues of Jira Cloud, by its REST API, version 3."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import requests

from agent.tickets.adf import adf
from agent.tickets.tracker import Marker, NotTaken, Ticket
from agent.tickets.writing import Document
from collectors.evidence.record import Instant

API = "rest/api/3"
TIMEOUT_SECONDS = 30
LARGEST_PAGE = 100
DONE = "done"
"""The category of every status that means that nothing is left to do."""
CONCERNS_ONE = {HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST}
OPENED = {"new", "indeterminate"}
NEEDED = (
    *("BROWSE_PROJECTS", "CREATE_ISSUES", "EDIT_ISSUES"),
    *("ADD_COMMENTS", "TRANSITION_ISSUES"),
)
"""What the account must be permitted in the project, in Jira's words."""


class JiraTracker:
    """The issues of one project."""

    def __init__(
        self,
        url: str,
        project: str,
        credentials: tuple[str, str],
        *,
        issue_type: str,
        labels: tuple[str, ...] = (),
    ) -> None:
        self._url = url.rstrip("/")
        self._project = project
        self._issue_type = issue_type
        self._labels = list(labels)
        self._session = requests.Session()
        self._session.auth = credentials
        self._session.headers["Accept"] = "application/json"

    tells_its_end = False
    expires_at: Instant | None = None

    def probe(self) -> str:
        """Ask for the project, its kinds of issue, and what the account may do there."""
        project = self._asked("GET", f"project/{self._project}")
        kinds = [kind["name"] for kind in project["issueTypes"] if not kind.get("subtask")]
        if self._issue_type not in kinds:
            raise NotTaken(
                f"{self._project} has no issue type {self._issue_type}: "
                f"name one of {', '.join(kinds)} as issue_type",
                nothing_works=True,
            )
        asked = f"mypermissions?projectKey={self._project}&permissions={','.join(NEEDED)}"
        may = self._asked("GET", asked)["permissions"]
        missing = [what for what in NEEDED if not may.get(what, {}).get("havePermission")]
        if missing:
            raise NotTaken(
                f"the account may not do everything in {self._project}: "
                f"give it {', '.join(missing)}",
                nothing_works=True,
            )
        return f"issues of {self._project} can be written"

    def find(self, marker: Marker, since: Instant) -> list[Ticket]:
        """By a label of its own, which no text in an issue can pretend to be.

        Jira's search may learn of an issue some seconds late; whoever may have opened one is
        waited for longer than that.
        """
        _ = since
        found = self._searched(f'labels = "{_label(marker)}" ORDER BY created ASC')
        return [self._ticket(one) for one in found]

    def open(self, title: str, body: Document, marker: Marker) -> Ticket:
        """Make a new issue."""
        fields = {
            "project": {"key": self._project},
            "issuetype": {"name": self._issue_type},
            "summary": title,
            "description": adf(body),
            "labels": [*self._labels, _label(marker)],
        }
        made = self._asked("POST", "issue", {"fields": fields})
        return Ticket(key=made["key"], url=f"{self._url}/browse/{made['key']}", open=True)

    def read(self, key: str) -> Ticket | None:
        """The issue; `None` if it was deleted or moved away."""
        found = self._asked("GET", f"issue/{key}?fields=status,project", absent=True)
        if found is None or found["fields"]["project"]["key"] != self._project:
            return None
        return self._ticket(found)

    def rewrite(self, key: str, title: str, body: Document, marker: Marker) -> None:
        """Replace summary and description, and put the label back if somebody took it off."""
        label = {"labels": [{"add": _label(marker)}]}
        fields = {"summary": title, "description": adf(body)}
        self._asked("PUT", f"issue/{key}", {"fields": fields, "update": label})

    def comment(self, key: str, text: Document, mark: str) -> None:
        """Comment, unless a comment has the mark already: in Jira, a property nobody sees."""
        marks = {"key": "gapwatch", "value": {"mark": mark}}
        for one in self._comments(key):
            if marks in one.get("properties", ()):
                return
        self._asked("POST", f"issue/{key}/comment", {"body": adf(text), "properties": [marks]})

    def close(self, key: str) -> None:
        """Bring the issue to a status that means it is done."""
        self._move(key, {DONE})

    def reopen(self, key: str) -> None:
        """Bring the issue to a status that means it is not done."""
        self._move(key, OPENED)

    def closed_since(self, moment: Instant) -> set[str]:
        """The keys of issues of ours that are done and were touched since.

        JQL compares minutes in the time zone of the account, so a day more is asked for.
        """
        _ = moment
        labels = ", ".join(f'"{label}"' for label in self._labels) or "gapwatch"
        found = self._searched(f"labels in ({labels}) AND statusCategory = Done AND updated >= -2d")
        return {one["key"] for one in found}

    def _searched(self, condition: str) -> Iterator[dict[str, Any]]:
        asked = f'project = "{self._project}" AND {condition}'
        path = f"search/jql?jql={quote(asked)}&fields=status&maxResults={LARGEST_PAGE}"
        token = ""
        while True:
            page = self._asked("GET", f"{path}&nextPageToken={quote(token)}" if token else path)
            yield from page["issues"]
            token = page.get("nextPageToken", "")
            if not token:
                return

    def _comments(self, key: str) -> Iterator[dict[str, Any]]:
        start = 0
        while True:
            page = self._asked("GET", f"issue/{key}/comment?expand=properties&startAt={start}")
            yield from page["comments"]
            start += len(page["comments"])
            if start >= page["total"] or not page["comments"]:
                return

    def _move(self, key: str, categories: set[str]) -> None:
        offered = self._asked("GET", f"issue/{key}/transitions")["transitions"]
        for one in offered:
            if one["to"]["statusCategory"]["key"] in categories:
                self._asked("POST", f"issue/{key}/transitions", {"transition": {"id": one["id"]}})
                return
        wanted = " or ".join(sorted(categories))
        raise NotTaken(f"Jira offers {key} no transition to a status of the category {wanted}")

    def _asked(
        self, verb: str, path: str, body: dict[str, Any] | None = None, *, absent: bool = False
    ) -> Any:
        """One answer; `None` where there is no such thing and that may be so.

        Raises:
            NotTaken: by its status; the text of a refusal may quote what was sent.
        """
        what = f"{verb} {path.partition('?')[0]}"
        try:
            answer = self._session.request(
                verb,
                f"{self._url}/{API}/{path}",
                json=body,
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
            )
            if answer.status_code == HTTPStatus.NOT_FOUND and absent:
                return None
            if answer.status_code >= HTTPStatus.MULTIPLE_CHOICES:
                refused = f"Jira refused {what}: {answer.status_code}"
                concerns_one = answer.status_code in CONCERNS_ONE
                raise NotTaken(refused, nothing_works=not concerns_one)
            return answer.json() if answer.content else None
        except requests.RequestException as fault:
            why = f"Jira could not be reached for {what}: {type(fault).__name__}"
            raise NotTaken(why, nothing_works=True) from None

    def _ticket(self, issue: dict[str, Any]) -> Ticket:
        category = issue["fields"]["status"]["statusCategory"]["key"]
        key = issue["key"]
        return Ticket(key=key, url=f"{self._url}/browse/{key}", open=category != DONE)


def _label(marker: Marker) -> str:
    return f"gapwatch-{marker.store}-{marker.gap}"
