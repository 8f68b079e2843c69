"""Names, reasons and values made safe to show: whoever names a resource writes into alerts."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC

from agent.gaps.events import Origin
from agent.gaps.origins import who_and_when
from checks.contract import Observed, Verdict
from collectors.evidence.record import Instant

NAME = 100
SENTENCE = 200
VALUES = 160
WHO = 300
VALUES_NAMED = 5
THOUSAND = 1000

FULLWIDTH = 0xFEE0
"""How far in Unicode an ASCII character stands from its fullwidth twin."""
INERT = {ord(character): ord(character) + FULLWIDTH for character in "<>[]`*~|\\&#"}
"""Markup's characters and their fullwidth twins, which look alike and mean nothing to it."""
MENTION = re.compile(r"(?<!\w)@")
EMPHASIS = re.compile(r"(?<![^\W_])_+|_+(?![^\W_])")
PRINCIPAL = re.compile(r"arn:aws[a-z-]*:(iam|sts)::(?P<account>\d+):(?P<name>.+)")
SCOPE_PARTS = re.compile("[:/]")
LINK = re.compile(r"://|(?<=\bwww)\.", re.IGNORECASE)
HIDDEN = "\N{REPLACEMENT CHARACTER}"
HIDDEN_RUN = re.compile(f"{HIDDEN}+")


def plain(text: str, limit: int = SENTENCE) -> str:
    """One line without control characters, markup, mentions or links, of a sane length.

    What could not be seen (line breaks, bidirectional overrides, zero-width characters)
    becomes a visible sign, because leaving it out would make two names look like one.
    """
    inert = shortened(" ".join(visible(text).split()), limit).translate(INERT)
    for live in (MENTION, EMPHASIS, LINK):
        inert = live.sub(_fullwidth, inert)
    return inert


def visible(text: str) -> str:
    """The text with a sign for whatever could not be seen; markup stays as it is."""
    return HIDDEN_RUN.sub(HIDDEN, "".join(_visible(character) for character in text))


def shortened(text: str, limit: int) -> str:
    """Cut in the middle: the end of an ARN tells more than its beginning."""
    if len(text) <= limit:
        return text
    tail = limit // 2
    return f"{text[: limit - tail - 1]}…{text[-tail:]}"


def named(subject: str, name: str, scope: str) -> str:
    """The subject as people call it, with its id and its scope unless they say the same."""
    known_as = plain(subject, NAME)
    if name not in subject:
        known_as = f"{plain(name, NAME)} ({known_as})"
    account_and_region = SCOPE_PARTS.split(scope.partition(":")[2] or scope)
    said_already = all(part in subject for part in account_and_region)
    return known_as if said_already else f"{known_as} in {plain(scope, NAME)}"


def utc(moment: Instant) -> str:
    """A moment as it is read aloud, to the minute."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def size(count: int) -> str:
    """Bytes as people say them."""
    amount = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if abs(amount) < THOUSAND:
            return f"{amount:.0f} {unit}"
        amount /= THOUSAND
    return f"{amount:.1f} TB"


def who(origin: Origin | None, scope: str) -> str | None:
    """Who changed something in a scope and when, as far as it was traced.

    The account of a principal is left out where it is the scope's own: the subject names it.
    """

    def known_as(principal: str) -> str:
        found = PRINCIPAL.fullmatch(principal)
        return found["name"] if found and found["account"] in scope else principal

    return plain(who_and_when(origin, known_as), WHO) if origin else None


def said(verdict: Verdict) -> str:
    """The verdict's reason, and the values it rests on."""
    reason = plain(verdict.reason)
    return f"{reason} ({observed(verdict.observed)})" if verdict.observed else reason


def observed(values: Mapping[str, Observed]) -> str:
    """What was seen, in one line."""
    seen = (f"{name.replace('_', ' ')}: {_value(value)}" for name, value in values.items())
    return plain("; ".join(seen), VALUES)


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    return HIDDEN if category.startswith("C") or category in {"Zl", "Zp"} else character


def _fullwidth(found: re.Match[str]) -> str:
    return "".join(chr(ord(character) + FULLWIDTH) for character in found.group())


def _value(value: Observed) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, tuple):
        return str(value)
    more = len(value) - VALUES_NAMED
    first = [str(member) for member in value[:VALUES_NAMED]]
    return ", ".join([*first, f"and {more} more"] if more > 0 else first) or "none"
