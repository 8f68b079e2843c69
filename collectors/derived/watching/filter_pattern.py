"""Metric filters of CloudWatch Logs: does a pattern match a log event in JSON?

The syntax is that of the CloudWatch Logs user guide, "Filter pattern syntax", for JSON events:
selectors, comparisons of text (`*` stands for anything), numbers and regular expressions
(`%...%`), `IS NULL|TRUE|FALSE`, `EXISTS`, `NOT EXISTS`, `&&`, `||` and parentheses.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from collectors.derived.watching.pattern import NotUnderstood

Event = Mapping[str, Any]
Test = Callable[[Event], bool]

TOKEN = re.compile(
    r"""\s*(?:
        (?P<sign>&&|\|\||!=|<=|>=|[=<>()])
      | (?P<text>"(?:[^"\\]|\\.)*")
      | (?P<regex>%[^%]*%)
      | (?P<selector>\$(?:\.[\w-]+|\.?\[\s*(?:\d+|\*|'[^']*'|"[^"]*")\s*\])*)
      | (?P<word>[^\s()=<>!&|"]+)
    )""",
    re.VERBOSE,
)
STEP = re.compile(r"\.?([\w-]+)|\.?\[\s*(?:(\d+)|(\*)|'([^']*)'|\"([^\"]*)\")\s*\]")
ORDER: Mapping[str, Callable[[float, float], bool]] = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}
STATES: Mapping[str, Callable[[Any], bool]] = {
    "NULL": lambda value: value is None,
    "TRUE": lambda value: value is True,
    "FALSE": lambda value: value is False,
}


def matches(pattern: str, event: Event) -> bool:
    """Whether a pattern matches an event; an empty one matches every event.

    A comparison with a field that the event does not have fails, `!=` included.

    Raises:
        NotUnderstood: the pattern is not one for JSON, or not one we can read.
    """
    inner = pattern.strip()
    if not inner:
        return True
    if not (inner.startswith("{") and inner.endswith("}")):
        message = "not a pattern for JSON"
        raise NotUnderstood(message)
    return _Reader(inner[1:-1]).whole()(event)


def catches(pattern: str, event: Event) -> bool | None:
    """The same; `None` for a pattern that we cannot read: it may match."""
    try:
        return matches(pattern, event)
    except NotUnderstood:
        return None


class _Reader:
    """Reads one expression from left to right; `&&` binds closer than `||`."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0

    def whole(self) -> Test:
        test = self._either()
        if self._at != len(self._tokens):
            raise NotUnderstood(f"not understood from {self._tokens[self._at][1]}")
        return test

    def _either(self) -> Test:
        tests = [self._both()]
        while self._skipped("||"):
            tests.append(self._both())
        return lambda event: any(test(event) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._skipped("&&"):
            tests.append(self._one())
        return lambda event: all(test(event) for test in tests)

    def _one(self) -> Test:
        if self._skipped("("):
            test = self._either()
            self._expected(")")
            return test
        kind, selector = self._next()
        if kind != "selector":
            raise NotUnderstood(f"a field is expected, not {selector}")
        return self._about(selector)

    def _about(self, selector: str) -> Test:
        kind, operator = self._next()
        word = operator.upper()
        if kind == "word" and word == "EXISTS":
            return lambda event: bool(_values(selector, event))
        if kind == "word" and word == "NOT":
            self._expected("EXISTS")
            return lambda event: not _values(selector, event)
        if kind == "word" and word == "IS":
            _, state = self._next()
            is_so = STATES.get(state.upper())
            if is_so is None:
                raise NotUnderstood(f"not a state: {state}")
            return lambda event: any(is_so(value) for value in _values(selector, event))
        if kind == "sign":
            compare = _comparison(operator, *self._next())
            return lambda event: any(compare(value) for value in _values(selector, event))
        raise NotUnderstood(f"not an operator: {operator}")

    def _next(self) -> tuple[str, str]:
        if self._at == len(self._tokens):
            message = "the pattern ends too early"
            raise NotUnderstood(message)
        self._at += 1
        return self._tokens[self._at - 1]

    def _skipped(self, sign: str) -> bool:
        found = self._at < len(self._tokens) and self._tokens[self._at] == ("sign", sign)
        self._at += found
        return found

    def _expected(self, text: str) -> None:
        _, found = self._next()
        if found.upper() != text:
            raise NotUnderstood(f"{text} is expected, not {found}")


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    stripped = text.rstrip()
    while at < len(stripped):
        match = TOKEN.match(stripped, at)
        if match is None or match.lastgroup is None:
            raise NotUnderstood(f"not understood from {stripped[at:]}")
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


def _comparison(operator: str, kind: str, written: str) -> Callable[[Any], bool]:
    if operator in ORDER:
        limit, in_order = _number(written), ORDER[operator]
        return lambda value: _is_number(value) and in_order(value, limit)
    if operator not in {"=", "!="} or kind not in {"text", "word", "regex"}:
        raise NotUnderstood(f"not a comparison: {operator} {written}")
    equal = _equality(kind, written)
    return equal if operator == "=" else lambda value: not equal(value)


def _equality(kind: str, written: str) -> Callable[[Any], bool]:
    if kind == "regex":
        searched = _regex(written[1:-1])
        return lambda value: isinstance(value, str) and searched.search(value) is not None
    text = re.sub(r"\\(.)", r"\1", written[1:-1]) if kind == "text" else written
    whole = re.compile(".*".join(map(re.escape, text.split("*"))), re.DOTALL)
    return lambda value: whole.fullmatch(_text(value)) is not None


def _regex(written: str) -> re.Pattern[str]:
    """Groups are not in the syntax, and what cannot be nested cannot take for ever."""
    if "(" in written or ")" in written:
        message = "a regular expression with a group"
        raise NotUnderstood(message)
    try:
        return re.compile(written)
    except re.error as error:
        raise NotUnderstood(str(error)) from error


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(written: str) -> float:
    try:
        return float(written)
    except ValueError as error:
        raise NotUnderstood(f"not a number: {written}") from error


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _values(selector: str, event: Event) -> list[Any]:
    """What a selector leads to: nothing, one value, or several where it says `[*]`."""
    found: list[Any] = [event]
    for name, number, star, *quoted in STEP.findall(selector[1:]):
        key = name or next(filter(None, quoted), "")
        found = [inner for value in found for inner in _inner(value, key, number, every=bool(star))]
    return found


def _inner(value: Any, key: str, number: str, *, every: bool) -> list[Any]:
    if isinstance(value, Mapping):
        return [value[key]] if key in value else []
    if not isinstance(value, list):
        return []
    if every:
        return value
    return value[int(number) : int(number) + 1] if number else []
