"""Who left, and what is left of them."""

from checks.business_days import business_days_after
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
from collectors.evidence.people import Identity, Leaver
from collectors.evidence.record import Instant

SATURDAY = 5


@check(
    id="derived.leaver.no-identity-left",
    title="Nobody who left can still sign in",
    controls=("ACC-05",),
    severity=Severity.CRITICAL,
    remediation="Remove the identity and record the delay.",
    empty=Outcome.NOT_APPLICABLE,
)
def leaver_has_no_identity_left(
    leaver: Leaver, *, as_of: Instant, business_days: int = 1
) -> Verdict:
    """Nobody watches the account of somebody who is gone, and some of them hold a grudge.

    Every enabled identity of every source counts once the business days after the last day
    are over; Saturdays and Sundays are none, holidays are. An identity whose owner could not
    be read may be anybody's: as long as it is enabled, nobody's access is known to be gone.
    """
    remove_by = business_days_after(leaver.left_on, business_days)
    left = tuple(i for i in leaver.theirs if i.enabled is True)
    unsure = tuple(i for i in leaver.theirs if not isinstance(i.enabled, bool))
    unsure += tuple(i for i in leaver.perhaps_theirs if i.enabled is not False)
    days = {"left_on": leaver.left_on.isoformat(), "remove_by": remove_by.isoformat()}

    if as_of.date() <= remove_by and (left or unsure):
        return not_applicable(f"access may be removed until the end of {remove_by}", **days)
    if left:
        return failed(f"still enabled: {_counted(left)}", **days, identities=_called(left))
    if unsure:
        reason = f"may still be theirs and enabled: {_counted(unsure)}"
        return undetermined(reason, **days, identities=_called(unsure))
    return passed("no enabled identity is left", **days)


def _counted(some: tuple[Identity, ...]) -> str:
    return "1 identity" if len(some) == 1 else f"{len(some)} identities"


def _called(identities: tuple[Identity, ...]) -> tuple[str, ...]:
    return tuple(sorted(f"{identity.source}:{identity.login}" for identity in identities))
