"""An AWS that answers whatever is asked, in the shapes of botocore's service models.

What it says is invented, and every list has two members, so one question leads to the next and
none is left unasked, whatever local servers know. Each answer is held against the model as
botocore's Stubber does it; moto's serializers write it, and botocore reads it as if from AWS.
Invented values prove that a question is valid, that an answer is read to its last page, and what
a refusal hides. They prove no verdict.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import botocore.session
from botocore.validate import validate_parameters
from moto.core.model import ServiceModel
from moto.core.serialize import get_serializer_class

from collectors.contract import ApiCall
from collectors.transcript import Arguments
from tests.canned.known import ACCOUNT, LEFT_OUT, known
from tests.canned.pages import pages
from tests.journeys.faultproxy import Reply

Path = tuple[str, ...]
"""The structures around a value, and which member of each list it is in."""
SESSION = botocore.session.get_session()
WHEN = datetime(2026, 11, 1, 9, tzinfo=UTC)
LETTERS = "ab"
"""The members of a list, in the names of all that is in them."""
BY_NAME = {
    re.compile(r"(?<!acme)(owner|account)id$", re.IGNORECASE): ACCOUNT,
    re.compile(
        r"polic(y|ies)$|polic.*(document|text)$|^(document|content|replicationtasksettings)$"
        r"|pattern$|definition$",
        re.IGNORECASE,
    ): json.dumps({"Version": "2012-10-17", "Statement": []}),
    re.compile(r"(At|Date|Time)$"): WHEN.isoformat(),
}
"""Texts that are an account, JSON or a time, by the names of their members."""


@dataclass(frozen=True)
class Question:
    """What is asked, and where: enough to answer it the same each time."""

    call: ApiCall
    arguments: Arguments
    region: str

    @property
    def label(self) -> str:
        """Another for each other question, so that two answers never name the same thing."""
        asked = json.dumps([str(self.call), self.arguments, self.region], sort_keys=True)
        return hashlib.sha256(asked.encode()).hexdigest()[:6]


def reply(question: Question) -> Reply:
    """The answer as it comes over the wire."""
    model = _model(question.call.service)
    writer = get_serializer_class(question.call.service, model.resolved_protocol)
    sent = writer(model.operation_model(question.call.operation)).serialize(answer(question))
    body = sent["body"]
    headers = {name: str(value) for name, value in sent["headers"].items()}
    return Reply(sent["status_code"], headers, body.encode() if isinstance(body, str) else body)


def answer(question: Question) -> dict[str, Any]:
    """What is said.

    Raises:
        ParamValidationError: it is not of the shape that the model gives to the answer.
    """
    shape = _model(question.call.service).operation_model(question.call.operation).output_shape
    told = _structure(shape, "", question, ())
    for path, value in known(question.call, question.arguments).items():
        _say(told, path.split("."), value)
    paged = pages(str(question.call))
    told = paged.alone(told) if paged else told
    validate_parameters(told, shape)
    return told


@cache
def _model(service: str) -> ServiceModel:
    loader = SESSION.get_component("data_loader")
    return ServiceModel(loader.load_service_model(service, "service-2"), service)


def _invented(shape: Any, name: str, question: Question, path: Path) -> Any:
    """A value of the shape; `None` for what repeats itself inside itself."""
    kinds = {"structure": _structure, "list": _list, "map": _map, "string": _text}
    return kinds.get(shape.type_name, _plain)(shape, name, question, path)


def _structure(shape: Any, _: str, question: Question, path: Path) -> Any:
    if shape.name in path:
        return None
    ways = list(shape.members.items())[: 1 if shape.is_tagged_union else None]
    members = {n: _invented(inner, n, question, (*path, shape.name)) for n, inner in ways}
    told = {n: value for n, value in members.items() if value is not None}
    return None if set(shape.required_members) - told.keys() else told


def _list(shape: Any, name: str, question: Question, path: Path) -> Any:
    members = [_invented(shape.member, name, question, (*path, end)) for end in LETTERS]
    return None if None in members else members


def _map(shape: Any, _: str, question: Question, path: Path) -> Any:
    key = _text(shape.key, "key", question, path)
    return {key: _invented(shape.value, "value", question, path)}


def _plain(shape: Any, _: str, __: Question, path: Path) -> Any:
    number = max(1 + _is_second(path), shape.metadata.get("min", 1))
    known = {"boolean": not _is_second(path), "timestamp": WHEN, "blob": b""}
    return known.get(shape.type_name, number)


def _text(shape: Any, name: str, question: Question, path: Path) -> str:
    if shape.enum:
        return str(shape.enum[_is_second(path) and len(shape.enum) > 1])
    if isinstance(question.arguments.get(name), str):
        return str(question.arguments[name])
    for pattern, text in BY_NAME.items():
        if pattern.search(name):
            return text
    own = _own(name, question, path).ljust(shape.metadata.get("min", 0), "-")
    if name.lower().endswith("arn"):
        return f"arn:aws:{question.call.service}:{question.region}:{ACCOUNT}:{own}/{own}"
    return own


def _own(name: str, question: Question, path: Path) -> str:
    """A name that nothing else in the account has."""
    inside = next((step for step in reversed(path) if step not in LETTERS), "")
    return f"{name or 'member'}-{inside}-{question.label}-{_members(path)}"


def _members(path: Path) -> str:
    """Which member of each list around it."""
    return "".join(step for step in path if step in LETTERS)


def _is_second(path: Path) -> bool:
    """Whether it is in the second member of the innermost list around it."""
    return _members(path).endswith(LETTERS[-1])


def _say(told: Any, path: list[str], value: Any) -> None:
    """Put a value where a path leads to; of a list, each member takes its own of a pair."""
    if isinstance(told, list):
        for number, member in enumerate(told):
            _say(member, path, value[number] if isinstance(value, tuple) else value)
        return
    name, *rest = path
    if rest:
        _say(told[name], rest, value)
    elif value is LEFT_OUT:
        told.pop(name, None)
    else:
        told[name] = value
