"""What the package has for each request of the auditor's list, and what it does not have.

A request is matched by the controls it names, else by the criteria it names, else by the registers
and documents that its words name; the last is a guess, and says so. What is matched by nothing is
said to be so: no request is answered with something else.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.catalogue import Control
from agent.gaps.events import ControlState
from agent.package.lint import Doubt
from agent.package.populations import Population
from agent.package.request_list import Request
from agent.views import ControlView, CriterionView

ANSWERS = ("request", "text", "reference", "matched_by", "controls", "status", "why", "artefacts")
CONTROL = re.compile(r"\b[A-Z]{2,4}-[0-9]{2}\b")
CRITERION = re.compile(r"\b(?:CC[1-9]|A1|C1|PI1|P[1-8])\.[0-9]{1,2}\b")
OTHER_WORDS: Mapping[str, str] = {
    "employee": "people",
    "staff": "people",
    "personnel": "people",
    "supplier": "vendor",
    "subservice": "vendor",
    "subprocessor": "vendor",
    "pull": "change",
}
"""What auditors call what is in our registers."""
LONG = 3
"""Letters: shorter words say nothing, and have no plural to be cut."""
ANSWERED, PART, NOTHING, UNMATCHED = (
    *("answered", "answered in part"),
    *("nothing in the package", "not matched"),
)
UNSEEN = (ControlState.UNDETERMINED, ControlState.NOT_EVIDENCED)


@dataclass(frozen=True)
class Matched:
    """Which controls a request is about, and how one can tell."""

    by: str
    controls: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    """What it names that is neither a control nor a criterion in scope."""


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Answers requests from what is filed in one package."""

    controls: Mapping[str, ControlView]
    criteria: Mapping[str, CriterionView]
    catalogue: Mapping[str, Control]
    filed: Sequence[Sequence[Any]]
    """The rows of the index of evidence."""
    populations: Sequence[Population]
    samples: frozenset[str]
    """The files of samples there are."""

    def rows(self, requests: Iterable[Request]) -> Iterator[tuple[Any, ...]]:
        """A line for each request, in the auditor's order."""
        for request in requests:
            match = self.matched(request)
            artefacts = [path for name in match.controls for path in self._artefacts(name)]
            status, why = self._status(match, artefacts)
            yield (
                *(request.number, request.text, request.reference, match.by, match.controls),
                *(status, why, tuple(dict.fromkeys(artefacts))),
            )

    def matched(self, request: Request) -> Matched:
        """The controls a request is about."""
        words = f"{request.reference} {request.text}"
        named = (*CONTROL.findall(words), *CRITERION.findall(words))
        unknown = tuple(n for n in named if n not in self.controls and n not in self.criteria)
        controls = _once(name for name in named if name in self.controls)
        if controls:
            return Matched("control", controls, unknown)
        serving = _once(
            control
            for name in named
            if name in self.criteria
            for control in self.criteria[name].controls
            if control in self.controls
        )
        if serving:
            return Matched("criterion", serving, unknown)
        found = tuple(name for name in self.controls if _speaks_of(words, self.catalogue[name]))
        return Matched("words" if found else "", found, unknown)

    def _status(self, match: Matched, artefacts: Sequence[str]) -> tuple[str, tuple[str, ...]]:
        unknown = tuple(f"{name} is no control or criterion in scope" for name in match.unknown)
        if not match.controls:
            return UNMATCHED, (*unknown, "no control, criterion, register or document is named")
        guessed = ("found by its words: somebody has to confirm it",) if match.by == "words" else ()
        missing = tuple(why for name in match.controls for why in self._missing(name))
        if not artefacts:
            return NOTHING, (*unknown, *guessed, *missing)
        status = PART if missing or unknown or guessed else ANSWERED
        return status, (*unknown, *guessed, *missing)

    def _missing(self, control: str) -> Iterator[str]:
        """What of the evidence of a control is not there."""
        for part in self.controls[control].evidence:
            if part.planned:
                yield f"{control}: not carried out by this version: {', '.join(part.planned)}"
            if part.state in UNSEEN and part.checks:
                yield f"{control}: {part.kind} {part.state.value.replace('_', ' ')}"
        if not any(control in row[2] and row[1] for row in self.filed):
            yield f"{control}: nothing in the window evidences it"

    def _artefacts(self, control: str) -> Iterator[str]:
        """The index of its evidence, its populations, and their samples."""
        rows = [row for row in self.filed if control in row[2] and row[1]]
        if rows:
            yield f"evidence/{control}/index.csv"
        units = {(row[3], row[4]) for row in rows}
        for one in self.populations:
            if (one.collector, one.scope) in units:
                yield one.path
                sample = one.path.replace("populations/", "samples/", 1)
                if sample in self.samples:
                    yield sample


def unanswered(rows: Iterable[Sequence[Any]]) -> Iterator[Doubt]:
    """The requests for which the package has nothing."""
    for number, _, _, _, _, status, why, _ in rows:
        if status in (UNMATCHED, NOTHING):
            about = f"request {number}"
            told = f"{status}: {'; '.join(why)}"
            yield Doubt(reason="request without an answer", about=about, why=told)


def _speaks_of(text: str, control: Control) -> bool:
    """Whether the words name one of the registers or documents that evidence a control."""
    words = _stems(text)
    registers = (name for part in control.evidence.populations for name in part.registers)
    documents = (document.name for document in control.evidence.documents)
    return any(_stems(name) <= words for name in registers) or any(
        len(stems) > 1 and stems <= words for stems in map(_stems, documents)
    )


def _stems(text: str) -> frozenset[str]:
    """The words of a text, without what makes them plural."""
    found = (_stem(word) for word in re.findall(r"[a-z]+", text.replace("_", " ").casefold()))
    return frozenset(OTHER_WORDS.get(word, word) for word in found if len(word) >= LONG)


def _stem(word: str) -> str:
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and len(word) > LONG + 1 else word


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
