"""What a check declares, and the verdict it gives."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Concatenate, Generic, Literal, ParamSpec, TypeVar, get_type_hints

import msgspec

from collectors.evidence.record import Occurrence, Record, Unread

R = TypeVar("R", bound=Record)
P = ParamSpec("P")

Observed = str | int | float | bool | None | tuple[str | int, ...]
"""A value a verdict rests on; never an age, a countdown or a vendor's free text."""


class Outcome(StrEnum):
    """What a check can say of one subject, or an assessment of its population."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not_applicable"
    UNDETERMINED = "undetermined"


class Severity(StrEnum):
    """How much a failure matters, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Verdict(msgspec.Struct, frozen=True):
    """The answer for one subject, with the values it rests on."""

    outcome: Outcome
    reason: str
    observed: Mapping[str, Observed] = {}


def passed(reason: str, **observed: Observed) -> Verdict:
    """The promise holds for this subject."""
    return Verdict(Outcome.PASSED, reason, observed)


def failed(reason: str, **observed: Observed) -> Verdict:
    """The promise is broken for this subject."""
    return Verdict(Outcome.FAILED, reason, observed)


def not_applicable(reason: str, **observed: Observed) -> Verdict:
    """The promise was never made for such a subject; the reason says why."""
    return Verdict(Outcome.NOT_APPLICABLE, reason, observed)


def undetermined(cause: Unread | str, **observed: Observed) -> Verdict:
    """We do not know; the cause names the call that was refused."""
    reason = cause.why if isinstance(cause, Unread) else cause
    return Verdict(Outcome.UNDETERMINED, reason, observed)


@dataclass(frozen=True)
class Threshold:
    """A value the operator may set under `thresholds:`."""

    type: Any
    default: object


@dataclass(frozen=True, kw_only=True)
class Check(Generic[R, P]):
    """A question asked of every record of one kind; call it to ask it of one."""

    id: str
    title: str
    controls: tuple[str, ...]
    controls_of: Callable[[R], tuple[str, ...]] | None
    """Which of the controls one subject is about, where not every subject is about all."""
    severity: Severity
    remediation: str
    empty: Outcome
    """What it means that there is nothing to judge."""
    each_subject_is_a_gap: bool
    """Whether every subject needs an action of its own (a document), not one for its scope."""
    subject: type[R]
    rationale: str
    thresholds: Mapping[str, Threshold]
    dated: bool
    """Whether the verdict depends on when the evidence was collected."""
    judge: Callable[Concatenate[R, P], Verdict]

    @property
    def kind(self) -> Literal["condition", "occurrence"]:
        """A condition can be repaired; an occurrence can only be explained."""
        return "occurrence" if issubclass(self.subject, Occurrence) else "condition"

    @property
    def source(self) -> str:
        """The first word of the id."""
        return self.id.partition(".")[0]

    def __call__(self, subject: R, /, *args: P.args, **kwargs: P.kwargs) -> Verdict:
        """Ask the question of one subject."""
        return self.judge(subject, *args, **kwargs)


def check(
    *,
    id: str,
    title: str,
    controls: tuple[str, ...],
    severity: Severity,
    remediation: str,
    empty: Outcome,
    each_subject_is_a_gap: bool = False,
    controls_of: Callable[[R], tuple[str, ...]] | None = None,
) -> Callable[[Callable[Concatenate[R, P], Verdict]], Check[R, P]]:
    """Make a check of a function from one record to one verdict.

    Parameter type, docstring and keyword-only defaults are read off the function: the
    population, the published rationale, the thresholds. It registers nothing.

    Raises:
        TypeError: without a docstring, without a control, or with a parameter that is
            neither the subject, nor `as_of`, nor a threshold with a default.
    """

    def declare(judge: Callable[Concatenate[R, P], Verdict]) -> Check[R, P]:
        rationale = inspect.getdoc(judge)
        if not rationale or not controls:
            message = f"{id} needs a docstring (its rationale) and at least one control"
            raise TypeError(message)
        hints = get_type_hints(judge)
        first, *others = inspect.signature(judge).parameters.values()
        dated = any(parameter.name == "as_of" for parameter in others)
        settable = [parameter for parameter in others if parameter.name != "as_of"]
        if any(p.kind is not p.KEYWORD_ONLY or p.default is p.empty for p in settable):
            message = f"{id}: a threshold is keyword-only and has a default"
            raise TypeError(message)
        return Check(
            id=id,
            title=title,
            controls=controls,
            controls_of=controls_of,
            severity=severity,
            remediation=remediation,
            empty=empty,
            each_subject_is_a_gap=each_subject_is_a_gap,
            subject=hints[first.name],
            rationale=rationale,
            thresholds={p.name: Threshold(hints[p.name], p.default) for p in settable},
            dated=dated,
            judge=judge,
        )

    return declare
