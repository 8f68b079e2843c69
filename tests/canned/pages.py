"""How AWS divides what it lists into pages: by botocore's models, not by our reading of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import botocore.session
import msgspec
from botocore.exceptions import UnknownServiceError

SESSION = botocore.session.get_session()
SECOND = "the-second-page"
TOKENS = ("token", "marker")
"""How the name of a page's mark ends."""


@dataclass(frozen=True)
class Pages:
    """Of one operation: where its lists stand, and the mark of the next page."""

    lists: tuple[str, ...]
    asked: str
    """The argument that asks for the page of a mark."""
    told: str
    """Where an answer has the mark of the next page."""
    goes_on: str | None
    """Where an answer says that there is one, if it says so."""

    def first(self, response: Any) -> Any:
        """The first half, which goes on; of one member it is empty, as AWS allows itself."""
        return self._marked(self._part(response, lambda n: slice(n // 2)), SECOND)

    def second(self, response: Any) -> Any:
        """The rest."""
        return self._part(response, lambda n: slice(n // 2, None))

    def alone(self, response: Any) -> Any:
        """The same answer, as one that does not go on."""
        return self._marked(self._part(response, slice), None)

    def unmarked(self, response: Any) -> Any:
        """The first half, without the mark of the second."""
        half = self.first(response)
        _put(half, self.told, None)
        return half

    def _marked(self, response: Any, mark: str | None) -> Any:
        _put(response, self.told, mark)
        if self.goes_on:
            _put(response, self.goes_on, mark is not None)
        return response

    def _part(self, response: Any, part: Callable[[int], slice]) -> Any:
        copied = msgspec.to_builtins(response, builtin_types=(bytes, datetime))
        for path in self.lists:
            items = _inside(copied, path.split("."))
            if items is not None:
                _put(copied, path, items[part(len(items))])
        return copied


@cache
def pages(operation: str) -> Pages | None:
    """How an operation such as `iam:ListUsers` is paged; `None` if it answers all at once."""
    service, _, name = operation.partition(":")
    model = SESSION.get_service_model(service).operation_model(name)
    try:
        rules = SESSION.get_paginator_model(service).get_paginator(name)
    except (ValueError, UnknownServiceError):  # botocore turns no page of it
        return _alike(model)
    lists = rules["result_key"]
    return Pages(
        lists=(lists,) if isinstance(lists, str) else tuple(lists),
        asked=rules["input_token"],
        told=rules["output_token"],
        goes_on=rules.get("more_results"),
    )


def _alike(model: Any) -> Pages | None:
    """A mark that is taken and given under one name, beside the only lists there are."""
    shapes = (model.input_shape, model.output_shape)
    taken, given = (shape.members if shape else {} for shape in shapes)
    for name in taken.keys() & given.keys():
        if name.lower().endswith(TOKENS):
            lists = tuple(n for n, shape in given.items() if shape.type_name == "list")
            return Pages(lists=lists, asked=name, told=name, goes_on=None)
    return None


def divided(live, operation):
    """Ask as before; of what the operation lists, the second half stands on a second page."""
    rules = pages(operation)

    def ask(call, arguments):
        mark = arguments.get(rules.asked)
        if str(call) != operation or mark not in {None, SECOND}:
            return live(call, arguments)
        whole = live(call, {k: v for k, v in arguments.items() if k != rules.asked})
        part = rules.second if mark else rules.first
        response = whole.response if whole.code else part(whole.response)
        return msgspec.structs.replace(whole, arguments=dict(arguments), response=response)

    return ask


def _inside(response: Any, path: list[str]) -> Any:
    for name in path:
        response = (response or {}).get(name)
    return response


def _put(response: Any, path: str, value: object) -> None:
    """Put a value where a path leads to, if it leads anywhere; `None` takes away what is there."""
    *above, last = path.split(".")
    inside = _inside(response, above)
    if inside is None:
        return
    if value is None:
        inside.pop(last, None)
    else:
        inside[last] = value
