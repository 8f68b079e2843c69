"""Which tests a default branch demands before anything lands on it."""

from collections.abc import Iterable, Sequence

from checks.change.guards import first_unread, layers_of, settled
from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from collectors.evidence.github.branches import DefaultBranch, Guard
from collectors.evidence.record import Unread


@check(
    id="github.branch.tests-required",
    title="Default branches require the tests to succeed",
    controls=("CHG-03", "CHG-01", "PIN-02"),
    severity=Severity.HIGH,
    remediation="Require the test job as a status check, and fix the app it has to come from.",
    empty=Outcome.FAILED,
)
def branch_tests_required(
    branch: DefaultBranch, *, strict: bool = False, test_job: tuple[str, ...] = ("test",)
) -> Verdict:
    """A required check that never runs, or that anybody can report, proves nothing.

    One of the required checks has to be a test job, alone or as a part of a matrix
    (`test (3.11)`), come from one app, and have run on the newest merged pull requests. A
    workflow that a ruleset requires is run by GitHub itself and is enough.
    """
    idle = settled(branch)
    if idle:
        return idle
    layers, gap = layers_of(branch)
    workflows = _every(layer.workflows for layer in layers)
    if workflows:
        return passed("a ruleset runs a workflow before anything lands", workflows=workflows)
    unknown = gap or first_unread(layer.workflows for layer in layers)
    required = _tests_among((layer.required_checks for layer in layers), test_job)
    if not required:
        others = _every(layer.required_checks for layer in layers)
        why = "no test job is among the required checks"
        return _unless(unknown or _gap(layers, "required_checks"), failed(why, required=others))
    fixed = _tests_among((layer.fixed_checks for layer in layers), test_job)
    if not fixed:
        why = "anybody who can write may report the required tests"
        return _unless(unknown or _gap(layers, "fixed_checks"), failed(why, required=required))
    if strict and True not in [layer.checks_are_strict for layer in layers]:
        why = "the tests may have run on an older state of the branch"
        return _unless(unknown or _gap(layers, "checks_are_strict"), failed(why, required=fixed))
    return _reported(branch, fixed)


def _reported(branch: DefaultBranch, required: tuple[str, ...]) -> Verdict:
    """Whether one of the tests ran lately; nothing merged yet is nothing against it."""
    reported = branch.reported_checks
    if isinstance(reported, Unread):
        return undetermined(reported, required=required)
    if reported is not None and not reported.intersection(required):
        return failed("the required tests did not run on recent changes", required=required)
    return passed("the tests have to succeed before anything lands", required=required)


def _tests_among(
    layers: Iterable[frozenset[str] | Unread], test_job: Sequence[str]
) -> tuple[str, ...]:
    """The test jobs among some checks; GitHub puts a matrix's values in brackets."""
    return tuple(name for name in _every(layers) if name.partition(" (")[0] in test_job)


def _every(layers: Iterable[frozenset[str] | Unread]) -> tuple[str, ...]:
    names = (name for layer in layers if isinstance(layer, frozenset) for name in layer)
    return tuple(sorted(set(names)))


def _gap(layers: Iterable[Guard], name: str) -> Unread | None:
    return first_unread(getattr(layer, name) for layer in layers)


def _unless(gap: Unread | None, verdict: Verdict) -> Verdict:
    return undetermined(gap) if gap else verdict
