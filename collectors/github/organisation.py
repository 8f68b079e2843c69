"""The GitHub reader: one organisation, by REST and by GraphQL."""

import copy
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any, TypeVar, overload
from urllib.parse import parse_qsl, urlsplit

from collectors.contract import ApiCall, CannotList
from collectors.evidence.record import Instant, Unread
from collectors.reader import Reader, unread

Answer = Mapping[str, Any]
T = TypeVar("T")

LARGEST_PAGE = 100
RATE_LIMITED = "rate limit exceeded"
PASSING = re.compile(rf": (?:\d+ )?{RATE_LIMITED}$|: 5\d\d [A-Z][\w ]+$|: \w+(?:Error|Timeout)$")


@dataclass(frozen=True)
class Query(ApiCall):
    """One GraphQL question; its name and variables identify it, its text is kept with the answer.

    A text that is extended later still finds the older answers, and what they lack is unread.
    """

    text: str = ""


class Organisation(Reader):
    """One organisation and everything in it."""

    @property
    def begins(self) -> Instant:
        """Where growing populations start that no earlier snapshot has read."""
        return datetime.fromisoformat(self.given["begins"])

    @property
    def login(self) -> str:
        """The organisation's name."""
        return self.scope.removeprefix("github:")

    def each(
        self,
        call: ApiCall,
        item_key: str | None = None,
        *,
        needs: tuple[str, ...] = (),
        **arguments: Any,
    ) -> Iterator[Answer]:
        """List a population, every page of it, or raise `CannotList`.

        Without `item_key` the answer itself is the list. An answer without its list, or an
        item without the fields that identify it, is a fault and not an empty page.
        """
        asked = {**arguments, "per_page": LARGEST_PAGE}
        while True:
            response, refusal = self._ask(call, asked)
            if refusal:
                raise CannotList(f"{call}: {refusal}")
            for item in _list_of(call, response["body"], item_key):
                yield _identified(call, item, needs)
            following = _next_page(response["link"])
            if following is None:
                return
            if not following or following.items() <= asked.items():
                raise CannotList(f"{call}: the next page is this one")
            asked |= following

    def listed(
        self,
        call: ApiCall,
        item_key: str | None = None,
        *,
        needs: tuple[str, ...] = (),
        **arguments: Any,
    ) -> tuple[Answer, ...] | Unread:
        """List a property of one record, every page of it; `Unread` if any page is refused."""
        return _all_or_unread(self.each(call, item_key, needs=needs, **arguments))

    @overload
    def detail(self, call: ApiCall, *, absent: str, **arguments: Any) -> Answer | Unread | None: ...

    @overload
    def detail(self, call: ApiCall, **arguments: Any) -> Answer | Unread: ...

    def detail(
        self, call: ApiCall, *, absent: str = "", **arguments: Any
    ) -> Answer | Unread | None:
        """Read one property: `None` if GitHub answers with the `absent` code.

        Any other refusal becomes `Unread`, so one denied repository costs one verdict.
        """
        response, refusal = self._ask(call, arguments)
        if refusal:
            return None if refusal == absent else unread(call, refusal)
        answer: Answer = response["body"]
        return answer

    def at(self, place: Mapping[str, str], call: ApiCall) -> Answer | Unread:
        """Read one property of what a path leads to."""
        response, refusal = self._ask(call, place)
        if refusal:
            return unread(call, refusal)
        answer: Answer = response["body"]
        return answer

    def recent(
        self, population: Iterator[Answer], *, none: str, goes_on: Callable[[Answer], bool]
    ) -> tuple[Answer, ...] | Unread:
        """A list that is sorted by age, up to what is too old; empty where `none` refuses it."""
        found = _all_or_unread(takewhile(goes_on, population))
        return () if isinstance(found, Unread) and found.why == none else found

    def is_on(self, place: Mapping[str, str], call: ApiCall, *, off: str) -> bool | Unread:
        """Read a switch that GitHub answers by a status alone: `False` by the code `off`."""
        _, refusal = self._ask(call, place)
        if refusal and refusal != off:
            return unread(call, refusal)
        return refusal is None

    def ask(self, query: Query, **variables: Any) -> Answer | Unread:
        """Ask one GraphQL question; every part that an error made null is `Unread` instead."""
        response, refusal = self._ask(query, variables)
        return unread(query, refusal) if refusal else _with_gaps(query, response)

    def nodes(self, query: Query, path: str, *, cursor: str, **variables: Any) -> Iterator[Answer]:
        """List a GraphQL connection, every page of it, or raise `CannotList`.

        `cursor` is the variable that turns this connection's page. Where the connection
        says how many there are, fewer are a fault and not a shorter list.
        """
        asked, listed = dict(variables), 0
        while True:
            connection = needed(query, self.ask(query, **asked), path, dict)
            for node in _list_of(query, connection, "nodes"):
                listed += 1
                yield _identified(query, node, ())
            following = _next_cursor(query, connection)
            if following is None:
                break
            if following == asked.get(cursor):
                raise CannotList(f"{query}: the next page is this one")
            asked[cursor] = following
        if listed < connection.get("totalCount", 0):
            raise CannotList(f"{query}: {listed} of {connection['totalCount']} in {path}")

    def listed_nodes(
        self, query: Query, path: str, *, cursor: str, **variables: Any
    ) -> tuple[Answer, ...] | Unread:
        """List a connection that is a property of one record; `Unread` if any page is refused."""
        return _all_or_unread(self.nodes(query, path, cursor=cursor, **variables))

    def together(self, population: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
        """A population in groups, for questions about many at once.

        If the listing stops half-way, what was listed still comes before the refusal.
        """
        group: list[T] = []
        try:
            for member in population:
                group.append(member)
                if len(group) == size:
                    yield tuple(group)
                    group = []
        except CannotList:
            if group:
                yield tuple(group)
            raise
        if group:
            yield tuple(group)

    def until_refused(self, population: Iterable[T]) -> Iterator[T | Unread]:
        """A population as far as it can be listed, and last why it breaks off, if it does."""
        try:
            yield from population
        except CannotList as refusal:
            yield Unread(why=refusal.why)

    def _called(self, member: Any) -> str:
        name = member.get("name") if isinstance(member, Mapping) else None
        return f"{self.scope}/{name}" if name else super()._called(member)


class AuditLog(Organisation):
    """The organisation's log of what its people and apps changed."""


def field(call: ApiCall, answer: Answer | Unread, path: str, kind: type[T]) -> T | Unread:
    """One field of an answer by its dotted path; `Unread` where it is hidden or not of its kind.

    GitHub leaves out, or answers null for, what the credential may not see: a value that
    did not come is never taken for a default.
    """
    value: Any = answer
    for name in path.split("."):
        if isinstance(value, Unread):
            return value
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, Unread):
        return value
    return value if isinstance(value, kind) else unread(call, f"the answer has no {path}")


def needed(call: ApiCall, answer: Answer | Unread, path: str, kind: type[T]) -> T:
    """A field without which the population itself is unknown, or `CannotList`."""
    value = field(call, answer, path, kind)
    if isinstance(value, Unread):
        raise CannotList(value.why)
    return value


def moment(call: ApiCall, answer: Answer | Unread, path: str) -> Instant | Unread:
    """One field that holds a time, which GitHub writes in ISO 8601."""
    written = field(call, answer, path, str)
    return written if isinstance(written, Unread) else datetime.fromisoformat(written)


def needed_moment(call: ApiCall, answer: Answer, path: str) -> Instant:
    """The time without which an occurrence has no place, or `CannotList`."""
    return datetime.fromisoformat(needed(call, answer, path, str))


def is_passing(part: object) -> bool:
    """Whether a refusal may be over the next time: a limit, a server at fault, a broken line."""
    return isinstance(part, Unread) and PASSING.search(part.why) is not None


def whole(parts: Iterable[T | Unread]) -> tuple[T, ...] | Unread:
    """All parts of one property, or the first that could not be read."""
    read: list[T] = []
    for part in parts:
        if isinstance(part, Unread):
            return part
        read.append(part)
    return tuple(read)


def _all_or_unread(population: Iterator[Answer]) -> tuple[Answer, ...] | Unread:
    try:
        return tuple(population)
    except CannotList as refusal:
        return Unread(why=refusal.why)


def _list_of(call: ApiCall, body: Any, item_key: str | None) -> list[Any]:
    found = body.get(item_key) if item_key and isinstance(body, Mapping) else body
    if not isinstance(found, list):
        raise CannotList(f"{call}: the answer has no {item_key or 'list'}")
    return found


def _identified(call: ApiCall, item: Any, needs: tuple[str, ...]) -> Answer:
    if isinstance(item, Unread):
        raise CannotList(item.why)
    if not isinstance(item, Mapping):
        raise CannotList(f"{call}: the answer lists a null")
    for name in needs:
        if not isinstance(item.get(name), str):
            raise CannotList(f"{call}: an item has no {name}")
    return item


def _next_page(link: str | None) -> dict[str, str] | None:
    """What to ask for next, by the `Link` header (RFC 8288); `None` on the last page."""
    for entry in (link or "").split(","):
        target, _, parameters = entry.partition(";")
        if 'rel="next"' in parameters:
            asked = dict(parse_qsl(urlsplit(target.strip(" <>")).query))
            asked.pop("per_page", None)
            return asked
    return None


def _next_cursor(query: Query, connection: Answer) -> str | None:
    goes_on = needed(query, connection, "pageInfo.hasNextPage", bool)
    return needed(query, connection, "pageInfo.endCursor", str) if goes_on else None


def _with_gaps(query: Query, response: Answer) -> Answer | Unread:
    """The data of an answer, with each null that an error explains replaced by the reason."""
    data = copy.deepcopy(response["data"])
    for error in response.get("errors") or ():
        gap = unread(query, error_code(error))
        if not _gap_put(data, error.get("path") or (), gap):
            return gap
    answer: Answer = data
    return answer


def _gap_put(data: Any, path: Iterable[str | int], gap: Unread) -> bool:
    """Put the gap where an error's path meets its null; whether it meets one."""
    for step in path:
        try:
            value = data[step]
        except (LookupError, TypeError):  # the path leads to nothing that was answered
            return False
        if value is None:
            data[step] = gap
        if value is None or isinstance(value, Unread):
            return True
        data = value
    return False


def error_code(error: Answer) -> str:
    """GitHub's word for one GraphQL error, such as `FORBIDDEN`; never its message."""
    extensions = error.get("extensions") or {}
    return str(error.get("type") or extensions.get("code") or "error")
