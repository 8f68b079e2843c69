"""What a deployment to production has to pass."""

from checks.contract import (
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    undetermined,
)
from collectors.evidence.github.actions import Environment
from collectors.evidence.record import Unread


@check(
    id="github.environment.release-guarded",
    title="Deployments to production wait for somebody else",
    controls=("CHG-04", "ACC-09"),
    severity=Severity.HIGH,
    remediation="Add reviewers who cannot approve their own run, and a branch policy.",
    empty=Outcome.FAILED,
)
def environment_release_guarded(
    environment: Environment, *, production_names: tuple[str, ...] = ("production", "prod")
) -> Verdict:
    """What reaches production should be what was reviewed, let through by somebody else.

    A production environment needs reviewers who cannot review their own run, or a rule of
    an app that decides; only protected or named branches may be deployed, and
    administrators cannot go around it.
    """
    if environment.called.casefold() not in {name.casefold() for name in production_names}:
        return not_applicable("no production environment")
    reviewed = environment.has_reviewers is True and environment.prevents_self_review is True
    guarded = reviewed or environment.has_other_rules is True
    lacking = [
        what
        for what, lacks in (
            ("nobody else has to approve", not guarded and not _hidden_guards(environment)),
            ("every branch may be deployed", _deploys_everything(environment)),
            ("administrators go around it", environment.administrators_bypass is True),
        )
        if lacks
    ]
    if lacking:
        return failed(", ".join(lacking), lacking=tuple(lacking))
    unknown = None if guarded else _hidden_guards(environment)
    for part in (unknown, environment.branches, environment.administrators_bypass):
        if isinstance(part, Unread):
            return undetermined(part)
    return passed("somebody else lets chosen branches through")


def _hidden_guards(environment: Environment) -> Unread | None:
    """Why it is not known that nobody else has to approve."""
    guards = (environment.has_other_rules, environment.has_reviewers)
    if environment.has_reviewers is True:
        guards = (environment.has_other_rules, environment.prevents_self_review)
    return next((guard for guard in guards if isinstance(guard, Unread)), None)


def _deploys_everything(environment: Environment) -> bool:
    everything = {"*", "**", "**/*"}
    patterns = environment.patterns if isinstance(environment.patterns, frozenset) else frozenset()
    return environment.branches is None or bool(patterns & everything)
