"""The AWS readers: an account for what is global, a region of it for what is regional."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar, overload

import msgspec

from collectors.aws.models import described
from collectors.contract import ApiCall, CannotList
from collectors.evidence.record import Instant, Unread
from collectors.reader import Reader, unread
from collectors.transcript import Arguments

Response = Mapping[str, Any]
T = TypeVar("T")

GLOBAL_EVENTS_ARE_IN = ("us-east-1", "cn-north-1", "us-gov-west-1")
"""In each partition, the region whose history holds what is done to users and roles."""
GLOBAL_SERVICES = frozenset({"iam", "sts"})
TOKENS = ("NextToken", "nextToken", "NextMarker")
LIMITS = ("MaxResults", "maxResults", "Limit")
"""What AWS calls the mark of the next page, and how many there may be on one."""
NOT_TURNED_ON = "ServiceNotTurnedOn"
"""Our word for a service that is off; it takes the place of AWS's for a missing permission."""

NOT_OFFERED = "NotOfferedInRegion"
"""Our word for a service that the region does not have (`collectors.aws.offers`)."""


class _NoSuchService(Exception):
    """The region does not have the service: what is listed of it has no page."""


class Account(Reader):
    """What is global in one AWS account: identities, buckets, the account's own settings."""

    @property
    def partition(self) -> str:
        """The first word of every ARN after `arn`: `aws`, `aws-cn`, `aws-us-gov`."""
        return self.given.get("partition", "aws")

    @property
    def id(self) -> str:
        """The twelve digits of the account."""
        return self.scope.removeprefix("aws:").partition("/")[0]

    def each(self, call: ApiCall, item_key: str, **arguments: Any) -> Iterator[Any]:
        """List a population, every page of it, or raise `CannotList`.

        An answer without its own list key, or truncated without a marker, is a fault
        and not an empty page. A service that the region does not have has nothing to list.
        """
        for response in self._pages(call, arguments):
            if item_key not in response:
                raise CannotList(f"{call}: the answer has no {item_key}")
            yield from response[item_key]

    def each_if_any(self, call: ApiCall, item_key: str, **arguments: Any) -> Iterator[Any]:
        """List a population whose answer has no list key where there is none, as AWS documents.

        That it was not cut short is known from its announced length.
        """
        for response in self._pages(call, arguments):
            yield from response.get(item_key, ())

    def each_within(
        self, call: ApiCall, list_key: str, item_key: str, **arguments: Any
    ) -> Iterator[Any]:
        """List a population that CloudFront wraps: the list is there, its items if it has any."""
        for response in self._pages(call, arguments):
            if list_key not in response:
                raise CannotList(f"{call}: the answer has no {list_key}")
            yield from response[list_key].get(item_key) or ()

    @overload
    def detail(
        self, call: ApiCall, *, absent: str | tuple[str, ...], **arguments: Any
    ) -> Response | Unread | None: ...

    @overload
    def detail(self, call: ApiCall, **arguments: Any) -> Response | Unread: ...

    def detail(
        self, call: ApiCall, *, absent: str | tuple[str, ...] = (), **arguments: Any
    ) -> Response | Unread | None:
        """Read one property: `None` if AWS answers with an `absent` code.

        Any other refusal becomes `Unread`, so one denied bucket costs one verdict.
        """
        response, refusal = self._ask(call, arguments)
        if refusal:
            absences = (absent,) if isinstance(absent, str) else absent
            return None if refusal in absences else unread(call, refusal)
        answer: Response = response
        return answer

    def listed(self, call: ApiCall, item_key: str, **arguments: Any) -> tuple[Any, ...] | Unread:
        """List a property of one record, every page of it; `Unread` if any page is refused."""
        return gathered(self.each(call, item_key, **arguments))

    def listed_unless(
        self, absent: str, call: ApiCall, item_key: str, **arguments: Any
    ) -> tuple[Any, ...] | Unread | None:
        """The same, and `None` if AWS answers with the `absent` code."""
        listed = self.listed(call, item_key, **arguments)
        return None if listed == unread(call, absent) else listed

    def _pages(self, call: ApiCall, arguments: Arguments) -> Iterator[Response]:
        """Every page; none of a service that the region does not have."""
        begun = False

        def page(**arguments: Any) -> Response:
            nonlocal begun
            response, refusal = self._ask(call, arguments)
            if refusal == NOT_OFFERED and not begun:
                raise _NoSuchService
            if refusal:
                raise CannotList(unread(call, refusal).why)
            begun = True
            answer: Response = response
            return answer

        with suppress(_NoSuchService):
            yield from _every_page(call, page, arguments)


class Region(Account):
    """What is regional in one AWS account: the scope names both."""

    @property
    def region(self) -> str:
        """The region's code, such as `eu-west-1`."""
        return self.scope.partition("/")[2]

    def lacks(self, call: ApiCall, **arguments: Any) -> bool:
        """Whether the region does not have the service of a call, as asking it showed."""
        return self._ask(call, arguments)[1] == NOT_OFFERED


class Organization(Account):
    """An organization of accounts, as its management account or a delegated one sees it."""


class EventHistory(Region):
    """CloudTrail's own memory of one region: the management events of the last 90 days."""

    @classmethod
    def remembers(cls, history: str, *, scope: str, subject: str) -> bool:
        """A region tells of itself; of a bucket any region may, of users and roles one does."""
        account, _, region = history.partition("/")
        if scope != account:
            return history == scope
        return (
            region in GLOBAL_EVENTS_ARE_IN
            or not subject.startswith("arn:")
            or (subject.split(":")[2] not in GLOBAL_SERVICES)
        )


def gathered(population: Iterable[T]) -> tuple[T, ...] | Unread:
    """A whole population as the property of something else, or why it could not be listed."""
    try:
        return tuple(population)
    except CannotList as refusal:
        return Unread(why=refusal.why)


def told(call: ApiCall, answer: Response | Unread, field: str, kind: type[T]) -> T | Unread:
    """What an answer says in one field; `Unread` where it leaves the field out."""
    if isinstance(answer, Unread):
        return answer
    value = answer.get(field)
    return value if isinstance(value, kind) else unread(call, f"the answer has no {field}")


def moment(call: ApiCall, answer: Response | Unread, field: str) -> Instant | Unread:
    """The time an answer gives in one field; `Unread` where it leaves the field out."""
    if isinstance(answer, Unread):
        return answer
    written = answer.get(field)
    return unread(call, f"the answer has no {field}") if written is None else instant(written)


def document(call: ApiCall, text: str) -> Response | Unread:
    """A JSON object that an answer carries as text, such as a policy."""
    try:
        parsed: Response = msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError:
        return unread(call, "the answer holds no JSON object")
    return parsed


def whole(parts: Iterable[T | Unread]) -> tuple[T, ...] | Unread:
    """All parts of one property, or the first that could not be read."""
    read: list[T] = []
    for part in parts:
        if isinstance(part, Unread):
            return part
        read.append(part)
    return tuple(read)


def instant(value: str | float) -> Instant:
    """Read a time as AWS writes it: ISO 8601, RFC 9110, or seconds since 1970.

    Raises:
        ValueError: the text is none of the three.
    """
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = datetime.strptime(value, "%a, %d %b %Y %H:%M:%S %Z").replace(tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _every_page(
    call: ApiCall, page: Callable[..., Response], arguments: Arguments
) -> Iterator[Response]:
    """Turn the pages by the rules of botocore's paginator model, each asked on its own."""
    rules = _paging(call.service, call.operation)
    if rules is None:
        yield page(**arguments)
        return
    asked = {**rules.largest, **arguments}
    while True:
        response = page(**asked)
        yield response
        tokens = [rules.read(path, response) for path in rules.output_tokens]
        goes_on = rules.read(rules.more_results, response) if rules.more_results else any(tokens)
        if not goes_on:
            return
        following = {
            name: token for name, token in zip(rules.input_tokens, tokens, strict=False) if token
        }
        if not following or following.items() <= asked.items():
            raise CannotList(f"{call}: truncated without a marker")
        asked |= following


class _Paging(msgspec.Struct, frozen=True):
    input_tokens: tuple[str, ...]
    output_tokens: tuple[str, ...]
    more_results: str | None
    largest: dict[str, int]

    @staticmethod
    def read(path: str, response: Response) -> Any:
        import jmespath  # noqa: PLC0415 - only when AWS is read: importing is free

        return jmespath.search(path, response)


@cache
def _paging(service: str, operation: str) -> _Paging | None:
    """How the operation is paged, by botocore's paginator or by its model; `None` for one page.

    The page size is the largest the service's model allows; a model without a limit is
    asked without one, because some services then answer in one page.
    """
    from botocore.exceptions import (  # noqa: PLC0415 - only when AWS is read: importing is free
        DataNotFoundError,
    )

    session = described()
    model = session.get_service_model(service).operation_model(operation)
    try:
        rules = session.get_paginator_model(service).get_paginator(operation)
    except (ValueError, DataNotFoundError):  # botocore turns no page of it
        rules = _by_model(model)
    if rules is None:
        return None
    shape, limit = model.input_shape, rules.get("limit_key")
    most = shape.members[limit].metadata.get("max") if shape and limit else None
    return _Paging(
        input_tokens=_several(rules["input_token"]),
        output_tokens=_several(rules["output_token"]),
        more_results=rules.get("more_results"),
        largest={limit: most} if most else {},
    )


def _by_model(model: Any) -> Mapping[str, Any] | None:
    """The rules of an operation that takes and gives a token, and that botocore does not page.

    Athena's workgroups and WAF's lists are of that kind: their second page would be missed.
    """
    taken, given = (
        frozenset(shape.members) if shape else frozenset()
        for shape in (model.input_shape, model.output_shape)
    )
    for token in TOKENS:
        if token in taken & given:
            limit = next((name for name in LIMITS if name in taken), None)
            return {"input_token": token, "output_token": token, "limit_key": limit}
    return None


def _several(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
