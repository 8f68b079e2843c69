"""How verdicts add up: one check, one snapshot, one conclusion."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from checks.contract import Check, Outcome, Verdict, not_applicable, undetermined
from collectors.evidence.record import Instant, Omission, Record, Snapshot

CRASHED = "the check itself failed"

Excluded = Callable[[Record], str | None]
"""Why a record is out of scope, or `None` if it is in scope."""


class Result(msgspec.Struct, frozen=True):
    """One verdict, and the subject it is about."""

    subject: str
    name: str
    verdict: Verdict
    occurred_at: Instant | None = None
    """When it happened, for an occurrence."""
    controls: tuple[str, ...] = ()
    """The controls this subject is about; none named means all of the check's."""


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """All verdicts of one check on one snapshot, and their conclusion.

    It holds no moment, no age and no vendor's free text: an unchanged estate gives the
    same bytes.
    """

    check: str
    scope: str
    results: tuple[Result, ...]
    omissions: tuple[Omission, ...]
    conclusion: Outcome

    @property
    def by_control(self) -> Mapping[str, Outcome]:
        """The conclusion for each control, where subjects belong to controls of their own."""
        outcomes: dict[str, set[Outcome]] = {}
        for result in self.results:
            for control in result.controls:
                outcomes.setdefault(control, set()).add(result.verdict.outcome)
        return {c: conclude(found, whole=not self.omissions) for c, found in outcomes.items()}

    @property
    def incomplete(self) -> bool:
        """Whether anything is not known: a part that was not listed, a verdict not reached."""
        return bool(self.omissions) or any(
            result.verdict.outcome is Outcome.UNDETERMINED for result in self.results
        )

    @property
    def crashed(self) -> str | None:
        """How the check itself failed, if it did on any subject."""
        reasons = (result.verdict.reason for result in self.results)
        return next((reason for reason in reasons if reason.startswith(CRASHED)), None)


def nothing_excluded(_: Record) -> str | None:
    """The whole population is in scope."""
    return None


def assess(
    check: Check[Any, Any],
    snapshot: Snapshot[Record],
    thresholds: Mapping[str, object],
    *,
    excluded: Excluded = nothing_excluded,
) -> Assessment:
    """Ask the check of every record, and conclude on the whole population."""
    results = tuple(
        _result(check, record, snapshot, thresholds, excluded) for record in snapshot.records
    )
    if snapshot.complete and not results:
        nothing = Verdict(check.empty, "the population is empty")
        results = (Result(snapshot.scope, snapshot.scope, nothing),)
    return Assessment(
        check=check.id,
        scope=snapshot.scope,
        results=results,
        omissions=snapshot.omissions,
        conclusion=conclude(
            {result.verdict.outcome for result in results}, whole=snapshot.complete
        ),
    )


def conclude(outcomes: set[Outcome], *, whole: bool) -> Outcome:
    """Passed needs fresh evidence of the whole population, and a verdict on every member."""
    if Outcome.FAILED in outcomes:
        return Outcome.FAILED
    if not whole or Outcome.UNDETERMINED in outcomes:
        return Outcome.UNDETERMINED
    return Outcome.PASSED if Outcome.PASSED in outcomes else Outcome.NOT_APPLICABLE


def _result(
    check: Check[Any, Any],
    record: Record,
    snapshot: Snapshot[Record],
    thresholds: Mapping[str, object],
    excluded: Excluded,
) -> Result:
    reason = excluded(record)
    verdict = (
        not_applicable(f"out of scope: {reason}")
        if reason is not None
        else _lowered(_judge(check, record, snapshot.observed_at, thresholds), snapshot)
    )
    return Result(
        subject=record.id,
        name=record.name,
        verdict=verdict,
        occurred_at=getattr(record, "occurred_at", None),
        controls=check.controls_of(record) if check.controls_of else (),
    )


def _lowered(verdict: Verdict, snapshot: Snapshot[Record]) -> Verdict:
    """A record of a join rests on all its inputs: what one of them missed may concern it.

    "No identity is left" is not known while one source's identities could not be listed, nor
    "nobody knows them" while the register of people could not be read.
    """
    if snapshot.source != "derived":
        return verdict
    rests_on = {Outcome.PASSED: snapshot.omissions, Outcome.FAILED: snapshot.searched}
    missed = next(iter(rests_on.get(verdict.outcome, ())), None)
    if missed is None:
        return verdict
    return undetermined(f"{verdict.reason}, as far as could be read: {missed.why}")


def _judge(
    check: Check[Any, Any], record: Record, as_of: Instant, thresholds: Mapping[str, object]
) -> Verdict:
    date = {"as_of": as_of} if check.dated else {}
    try:
        return check(record, **thresholds, **date)
    except Exception as error:  # noqa: BLE001 - a faulty check costs one verdict, not the run
        return undetermined(f"{CRASHED}: {type(error).__name__}")
