"""What people have to know."""

from datetime import timedelta

from checks.contract import (
    Observed,
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    undetermined,
)
from collectors.evidence.people import TrainedPerson
from collectors.evidence.record import Instant, Unread


@check(
    id="people.training.awareness-current",
    title="Everyone completed security awareness training when they joined and within the year",
    controls=("HR-02",),
    severity=Severity.MEDIUM,
    remediation="Assign the course.",
    empty=Outcome.FAILED,
)
def awareness_training_current(
    person: TrainedPerson,
    *,
    as_of: Instant,
    joiner_days: int = 30,
    max_age_days: int = 365,
    course: tuple[str, ...] = ("security-awareness",),
) -> Verdict:
    """People are attacked before machines are, and most of all those who are new.

    Everyone in the register of people counts, contractors included, from the first day to
    the last. In the first year the course is due within the days after joining; a course
    taken later than that is an exception, because the control promises the days. Any one of
    the courses counts.
    """
    today = as_of.date()
    employment = person.employment
    observed: dict[str, Observed] = {
        "started_on": employment.started_on.isoformat(),
        "left_on": employment.left_on.isoformat() if employment.left_on else None,
    }
    if not employment.holds_on(today):
        return not_applicable("does not work for the company on this day", **observed)
    if isinstance(person.completions, Unread):
        return undetermined(person.completions, **observed)

    days = sorted(each.completed_on for each in person.completions if each.course in course)
    first_due = employment.started_on + timedelta(days=joiner_days)
    observed["completed_on"] = tuple(day.isoformat() for day in days)
    observed["first_due"] = first_due.isoformat()
    if not days:
        newly_joined = today <= first_due
        judge = not_applicable if newly_joined else failed
        return judge(f"the course was not completed, and is due by {first_due}", **observed)
    if days[-1] > today:
        return undetermined("a completion is dated after the evidence", **observed)
    in_first_year = today <= employment.started_on + timedelta(days=max_age_days)
    if in_first_year and days[0] > first_due:
        return failed(f"the first course was due by {first_due}", **observed)
    due = days[-1] + timedelta(days=max_age_days)
    judge, verb = (passed, "is") if today <= due else (failed, "was")
    return judge(f"the course {verb} good until {due}", **observed, due=due.isoformat())
