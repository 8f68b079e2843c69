"""What was asked and what came back: recorded once, answered again any time."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from threading import Lock
from typing import Any, Protocol

import msgspec

from collectors.contract import ApiCall
from collectors.evidence.record import Instant
from collectors.forms import answers
from collectors.recognition import recognised
from collectors.sifting import sifted

Arguments = Mapping[str, Any]
"""Plain JSON values; keys are the vendor's own parameter names."""


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """One question to a vendor and its answer as it came, less what is redacted."""

    service: str
    operation: str
    arguments: dict[str, Any]
    status: int | None
    """The HTTP status; `None` when no answer came at all."""
    code: str | None
    """Why it was refused, in the vendor's own word; `None` for a good answer."""
    request_id: str | None
    server_date: str | None
    """The `Date` header as it came (RFC 9110, section 6.6.1)."""
    started_at: Instant
    ended_at: Instant
    response: Any
    """Plain JSON values; bytes are base64, times are the vendor's strings or ISO 8601."""
    etag: str | None = None
    """The vendor's name for this state of the answer (RFC 9110, section 8.8.3)."""
    redaction: str | None = None
    """Where there is an `etag`: what was cut out and by which key, as one keyed hash."""
    unchanged: bool = False
    """The vendor answered 304: the response is the one that was kept before, of this `etag`."""


AS_JSON = "(json)"
"""A step of a redacted path: from here on it leads into JSON that the answer holds as text."""

Live = Callable[[ApiCall, Arguments], Exchange]
"""Asks the vendor one question; whatever happens comes back as an exchange."""


class Conditional(Protocol):
    """Asks the vendor, or asks whether the answer of an `etag` holds (RFC 9110, section 13.1.2)."""

    def __call__(
        self, call: ApiCall, arguments: Arguments, unless: str | None = None, /
    ) -> Exchange:
        """Whatever happens comes back as an exchange."""
        ...


class Transcript(msgspec.Struct, frozen=True):
    """All exchanges one snapshot rests on, in an order that does not depend on threads."""

    exchanges: tuple[Exchange, ...]


def question(call: ApiCall, arguments: Arguments) -> str:
    """The identity of a question: equal text, equal question."""
    asked = json.dumps(arguments, sort_keys=True, separators=(",", ":"))
    return f"{call.service} {call.operation} {asked}"


class Cache:
    """One cycle's answers of one connection: each question goes to the vendor once."""

    def __init__(self) -> None:
        self._answers: dict[str, Future[Exchange]] = {}
        self._lock = Lock()

    def ask(self, key: str, live: Callable[[], Exchange]) -> Exchange:
        """Answer from memory; the first to ask goes out, all others wait for its answer."""
        with self._lock:
            answer = self._answers.get(key)
            first = answer is None
            if answer is None:
                answer = self._answers[key] = Future()
        if first:
            try:
                answer.set_result(live())
            except BaseException as error:
                answer.set_exception(error)
                raise
        return answer.result()


class Earlier:
    """The answers of the last cycle, for a vendor that says when one still holds.

    They are looked up when the first question is asked, and only then.
    """

    def __init__(
        self, unless: Conditional, transcripts: Callable[[], Iterable[Transcript]]
    ) -> None:
        self._unless = unless
        self._transcripts = transcripts
        self._lock = Lock()
        self._answers: dict[str, Exchange] | None = None

    def confirmed(self, call: ApiCall, arguments: Arguments, redaction: str) -> Exchange | None:
        """The answer as it is now, already redacted if it is the earlier one.

        `None` if there is no earlier answer to ask about; one from which other fields were
        cut out than are today is none.
        """
        known = self._known().get(question(call, arguments))
        if known is None or known.etag is None or known.redaction != redaction:
            return None
        exchange = self._unless(call, arguments, known.etag)
        if not exchange.unchanged:
            return exchange
        return msgspec.structs.replace(
            exchange,
            status=known.status,
            response=known.response,
            etag=known.etag,
            redaction=redaction,
        )

    def _known(self) -> Mapping[str, Exchange]:
        with self._lock:
            if self._answers is None:
                self._answers = {
                    key: exchange
                    for transcript in self._transcripts()
                    for key, exchange in _by_question(transcript.exchanges)
                    if exchange.etag and not exchange.code
                }
            return self._answers


class Recorder:
    """Ask each question once, and keep what came back.

    Collectors see only what is kept, so a replay shows them the same.
    """

    def __init__(
        self,
        live: Live,
        redaction_key: bytes,
        cache: Cache | None = None,
        earlier: Earlier | None = None,
    ) -> None:
        self._live = live
        self._redaction_key = redaction_key
        self._cache = cache or Cache()
        self._earlier = earlier
        self._kept: dict[str, Exchange] = {}

    def __call__(self, call: ApiCall, arguments: Arguments) -> Exchange:
        """Ask, cut out what is declared secret, keep, and answer."""
        key = question(call, arguments)
        kept = self._kept.get(key)
        if kept is None:
            answer = self._cache.ask(key, lambda: self._redacted(call, arguments))
            kept = self._kept[key] = _without(answer, call.passing)
        return kept

    def _redacted(self, call: ApiCall, arguments: Arguments) -> Exchange:
        redaction = _redaction(call, self._redaction_key)
        earlier = None if call.passing else self._earlier  # what it kept is not whole
        exchange = earlier.confirmed(call, arguments, redaction) if earlier else None
        if exchange is not None and exchange.unchanged:
            return exchange
        if exchange is None:
            exchange = self._live(call, arguments)
        return self._cut(call, exchange, redaction)

    def _cut(self, call: ApiCall, exchange: Exchange, redaction: str) -> Exchange:
        response = msgspec.to_builtins(exchange.response)
        for paths, beside in (
            (call.redact, _nothing),
            (call.sift, sifted),
            (call.recognise, recognised),
            (call.sections, partial(_answered, call.kept_headings)),
        ):
            for path in paths:
                response = _cut(response, path.split("."), self._redaction_key, beside)
        for path in call.scheme_only:
            response = _schemes(response, path.split("."))
        kept = redaction if exchange.etag else None
        return msgspec.structs.replace(exchange, response=response, redaction=kept)

    @property
    def transcript(self) -> Transcript:
        """What was asked so far, in the order of the questions' text."""
        return Transcript(tuple(self._kept[key] for key in sorted(self._kept)))


class Replay:
    """Answer from a stored transcript; `None` for what was never asked."""

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript
        self._kept = dict(_by_question(transcript.exchanges))

    def __call__(self, call: ApiCall, arguments: Arguments) -> Exchange | None:
        """The answer as it was given then."""
        return self._kept.get(question(call, arguments))

    @property
    def transcript(self) -> Transcript:
        """The stored exchanges, unchanged."""
        return self._transcript


def _by_question(exchanges: Iterable[Exchange]) -> Iterable[tuple[str, Exchange]]:
    for exchange in exchanges:
        call = ApiCall(exchange.service, exchange.operation, permission="")
        yield question(call, exchange.arguments), exchange


def _redaction(call: ApiCall, key: bytes) -> str:
    """What is cut out of an answer, and with which key: one short name for both."""
    ways = (call.redact, call.sift, call.scheme_only, call.recognise, call.sections)
    cut = json.dumps([*ways, call.kept_headings])
    return hmac.new(key, cut.encode(), hashlib.sha256).hexdigest()[:16]


def _without(exchange: Exchange, passing: Iterable[str]) -> Exchange:
    """The answer less what one collector does not read; others who asked keep theirs whole."""
    response = exchange.response
    for path in passing:
        response = _dropped(response, path.split("."))
    return msgspec.structs.replace(exchange, response=response) if passing else exchange


def _dropped(value: Any, path: list[str]) -> Any:
    """Leave out the field at `path`; lists stand for every member."""
    if isinstance(value, list):
        return [_dropped(member, path) for member in value]
    if not isinstance(value, dict):
        return value
    field, *rest = path
    if not rest:
        return {name: v for name, v in value.items() if name != field}
    return {name: _dropped(v, rest) if name == field else v for name, v in value.items()}


Beside = Callable[[Any], dict[str, Any]]
"""What is kept of a value beside its hash."""


def _nothing(_: Any) -> dict[str, Any]:
    return {}


def _answered(headings: Sequence[str], value: Any) -> dict[str, Any]:
    return {"answers": answers(value, headings)}


def _cut(value: Any, path: list[str], key: bytes, beside: Beside) -> Any:
    """Replace the field at `path` by a keyed hash; lists and `*` stand for every member.

    Case makes no difference: IAM reads `sts:externalid` as it reads `sts:ExternalId`. Of a
    field that is sifted, length and ticket-like names stay beside the hash; of one that is
    recognised, what it looks like; of a form, the answers that are asked for.
    """
    if isinstance(value, list):
        return [_cut(member, path, key, beside) for member in value]
    if not path:
        content = json.dumps(value, sort_keys=True).encode()
        return {"redacted": hmac.new(key, content, hashlib.sha256).hexdigest(), **beside(value)}
    if path[0] == AS_JSON:
        return _cut_inside(value, path[1:], key, beside)
    if isinstance(value, str):  # a document that was not decoded hides its fields
        return _cut(value, [], key, _nothing)
    if not isinstance(value, dict):
        return value
    field, *rest = path
    reached = [name for name in value if field in ("*", name) or field.lower() == name.lower()]
    return {name: _cut(v, rest, key, beside) if name in reached else v for name, v in value.items()}


def _cut_inside(value: Any, path: list[str], key: bytes, beside: Beside) -> Any:
    """Cut a field out of JSON that an answer carries as text; text that is none goes whole."""
    try:
        inside = json.loads(value)
    except (TypeError, ValueError):
        return _cut(value, [], key, _nothing)
    return json.dumps(_cut(inside, path, key, beside), sort_keys=True, separators=(",", ":"))


def _schemes(value: Any, path: list[str]) -> Any:
    """Replace the address at `path` by its scheme; lists stand for every member."""
    if isinstance(value, list):
        return [_schemes(member, path) for member in value]
    if not path:
        return str(value).partition("://")[0].casefold() if "://" in str(value) else "unknown"
    if not isinstance(value, dict):
        return value
    field, *rest = path
    return {name: _schemes(v, rest) if name == field else v for name, v in value.items()}
