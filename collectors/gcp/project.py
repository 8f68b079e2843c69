"""The Google Cloud readers: a project, and the organisation it may lie in."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar, overload

from collectors.contract import ApiCall, CannotList
from collectors.evidence.record import Instant, Unread
from collectors.reader import Reader, unread

Response = Mapping[str, Any]
T = TypeVar("T")

GET_PROJECT = ApiCall("cloudresourcemanager", "projects.get", "resourcemanager.projects.get")

LARGEST_PAGE: Mapping[str, Mapping[str, int]] = {
    "cloudasset:searchAllIamPolicies": {"pageSize": 500},
    "cloudasset:searchAllResources": {"pageSize": 500},
    "cloudresourcemanager:folders.list": {"pageSize": 300},
    "cloudresourcemanager:projects.list": {"pageSize": 300},
    "cloudresourcemanager:projects.search": {"pageSize": 300},
    "logging:entries.list": {"pageSize": 100},
    "logging:sinks.list": {"pageSize": 1000},
    "sqladmin:backupRuns.list": {"maxResults": 1000},
    "sqladmin:instances.list": {"maxResults": 1000},
    "storage:buckets.list": {"maxResults": 1000},
}
"""The most each listing gives at once; where Google names no limit it may give fewer."""


class Node(Reader):
    """One node of Google Cloud's hierarchy; the scope names it."""

    @property
    def name(self) -> str:
        """The node as Google's APIs write it: `projects/415104041262`."""
        return self.scope.removeprefix("gcp:")

    def each(self, call: ApiCall, item_key: str, **arguments: Any) -> Iterator[Any]:
        """List a population, every page of it, or raise `CannotList`.

        Google leaves an empty list out of a good answer. What the answer itself says it
        could not reach becomes an omission.
        """
        asked = {**arguments, **LARGEST_PAGE.get(str(call), {})}
        while True:
            response, refusal = self._ask(call, asked)
            if refusal:
                raise CannotList(f"{call}: {refusal}")
            self._omit_unreached(call, response)
            yield from response.get(item_key, ())
            token = response.get("nextPageToken")
            if not token:
                return
            if token == asked.get("pageToken"):
                raise CannotList(f"{call}: the next page is the same page")
            asked = {**asked, "pageToken": token}

    @overload
    def detail(
        self, call: ApiCall, *, absent: str, **arguments: Any
    ) -> Response | Unread | None: ...

    @overload
    def detail(self, call: ApiCall, **arguments: Any) -> Response | Unread: ...

    def detail(
        self, call: ApiCall, *, absent: str | None = None, **arguments: Any
    ) -> Response | Unread | None:
        """Read one property: `None` if Google answers with the `absent` code.

        Any other refusal becomes `Unread`, so one denied bucket costs one verdict.
        """
        response, refusal = self._ask(call, arguments)
        if refusal:
            return None if refusal == absent else unread(call, refusal)
        answer: Response = response
        return answer

    def listed(self, call: ApiCall, item_key: str, **arguments: Any) -> tuple[Any, ...] | Unread:
        """List a property of one record, every page of it; `Unread` if any page is refused."""
        try:
            return tuple(self.each(call, item_key, **arguments))
        except CannotList as refusal:
            return Unread(why=refusal.why)

    def _omit_unreached(self, call: ApiCall, response: Response) -> None:
        """Some listings answer without a region that is down, and say so beside the list."""
        for place in response.get("unreachable", ()):
            self.omit(f"{self.scope}/{place}", f"{call}: unreachable")
        for warning in response.get("warnings", ()):
            place = warning.get("region")
            where = f"{self.scope}/{place}" if place else self.scope
            self.omit(where, f"{call}: {warning.get('code', 'a warning')}")


class Project(Node):
    """One project: the unit Google Cloud bills, isolates and limits by."""

    @property
    def number(self) -> str:
        """The number Google gave it, which never changes and is never given again."""
        return self.name.removeprefix("projects/")

    @property
    def id(self) -> str | Unread:
        """The id its owner chose, such as `acme-prod`; the collector declares `GET_PROJECT`."""
        return told(GET_PROJECT, self.detail(GET_PROJECT, name=self.name), "projectId", str)


class Organization(Node):
    """An organisation's own settings, and those of its folders: all that projects inherit."""


class AdminActivity(Node):
    """A node's own audit log of what changed its configuration; Google always keeps it."""


def told(call: ApiCall, answer: Response | Unread, field: str, kind: type[T]) -> T | Unread:
    """What an answer says in one field; `Unread` where it leaves the field out."""
    if isinstance(answer, Unread):
        return answer
    value = answer.get(field)
    return value if isinstance(value, kind) else unread(call, f"the answer has no {field}")


def needed(call: ApiCall, answer: Response, field: str) -> str:
    """The field that tells one member of a population from another.

    Raises:
        CannotList: the answer leaves it out.
    """
    value = answer.get(field)
    if not isinstance(value, str):
        raise CannotList(f"{call}: the answer has no {field}")
    return value


def moment(call: ApiCall, answer: Response, field: str) -> Instant | Unread:
    """A time as Google writes it (RFC 3339)."""
    text = told(call, answer, field, str)
    if isinstance(text, Unread):
        return text
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return unread(call, f"{field} is not a time")
