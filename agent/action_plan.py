"""What a line of the action plan asks for: action, people, effort, and when it is done.

The check and the catalogue say it; the operator's `plan` says it better where it differs.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec

from agent.catalogue import Catalogue, Control, Effort
from agent.duties import Duties
from agent.gaps import silence
from agent.gaps.acceptances import Limits, is_tolerated
from agent.gaps.deadlines import due
from agent.gaps.origins import Origins, who_and_when
from agent.gaps.states import Acceptance, Finding, Gap
from agent.settings.configuration import Settings, words_of
from agent.settings.planning import PlanLine
from agent.views import GapView
from checks.contract import Check
from collectors.evidence.record import Instant

PERSON_DAYS = {
    Effort.SMALL: "up to 2 person-days",
    Effort.MEDIUM: "up to 10 person-days",
    Effort.LARGE: "more than 10 person-days",
}
NOTHING = PlanLine()


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What closing a gap takes."""

    recommended_action: str
    effort: str
    """`S`, `M` or `L`, as the catalogue explains them; empty for a control it has no more."""
    owner_role: str
    resources: str
    acceptance_criteria: str


@dataclass(frozen=True, kw_only=True)
class ActionPlan:
    """The gaps as people work on them, by the company's configuration and catalogue."""

    settings: Settings
    catalogue: Catalogue
    checks: Mapping[str, Check[Any, Any]]
    now: Instant

    @cached_property
    def duties(self) -> Duties:
        """By when, for how long at most, and who."""
        return Duties(
            deadlines=self.settings.deadlines,
            remind=self.settings.plan.remind,
            limits=Limits(longest=self.settings.acceptances.longest),
            owners=self.settings.owners,
            words={name: words_of(one) for name, one in self.catalogue.controls.items()},
        )

    def line(
        self,
        gap: Gap,
        left: Sequence[Finding],
        counts: Counter[str],
        acceptances: Mapping[int, Acceptance],
        origins: Origins,
        *,
        is_new: bool,
        ticket: str | None = None,
    ) -> GapView:
        """One gap with everything a person needs to act on it.

        Args:
            gap: The gap.
            left: What is not over of its findings, as of now.
            counts: How many findings it has of each state, as the store tells them.
            acceptances: All acceptances by number.
            origins: Who brought findings about, as far as that was traced.
            is_new: Whether the newest cycle over its source was the first to report it.
            ticket: Where its ticket is; `None` if it has none.
        """
        control = self.catalogue.controls.get(gap.control)  # one that was retired keeps its gaps
        check = self.checks.get(gap.check) if gap.check else None
        takes = asked(gap, check, control, self.settings.plan.lines)
        in_force = self._in_force(gap, left, acceptances)
        tolerated = bool(in_force) and is_tolerated(gap, left)
        day = due(gap, self.settings.deadlines)
        accepted = sum(finding.state == "accepted" for finding in left)
        total, done = counts.total(), counts.total() - len(left)
        return GapView(
            number=gap.number,
            control=gap.control,
            criteria=control.criteria if control else (),
            check=gap.check,
            scope=gap.scope,
            issue=gap.issue,
            subjects=tuple(finding.subject for finding in left),
            names=tuple(finding.name for finding in left),
            who_and_when=tuple(_who_and_when(finding, origins) for finding in left),
            severity=gap.severity,
            recommended_action=takes.recommended_action,
            owner=self.duties.owner(gap, left),
            owner_role=takes.owner_role,
            effort=takes.effort,
            resources=takes.resources,
            acceptance_criteria=takes.acceptance_criteria,
            due=day,
            overdue=gap.state == "open" and not tolerated and day < self.now.date(),
            state="accepted" if tolerated else gap.state,
            subjects_total=total,
            subjects_done=done,
            subjects_accepted=accepted,
            progress=_progress(total, done, accepted),
            note=gap.note,
            acceptances=tuple(one.number for one in in_force),
            accepted_until=min((one.until for one in in_force), default=None),
            opened_at=gap.opened_at,
            since=gap.since,
            closed_at=gap.closed_at,
            is_new=is_new and gap.state == "open" and not tolerated,
            ticket=ticket,
        )

    def _in_force(
        self, gap: Gap, left: Iterable[Finding], acceptances: Mapping[int, Acceptance]
    ) -> list[Acceptance]:
        numbers = {finding.acceptance for finding in left} | {gap.acceptance}
        known = (acceptances[number] for number in sorted(filter(None, numbers)))
        return [one for one in known if not one.over(self.now)]


def _who_and_when(finding: Finding, origins: Origins) -> str | None:
    origin = origins.get((finding.check, finding.scope, finding.subject))
    return who_and_when(origin) if origin else None


def _progress(total: int, done: int, accepted: int) -> str:
    if not total:
        return "nothing is evidenced yet"
    put_off = f", {accepted} accepted" if accepted else ""
    return f"{done} of {total} done{put_off}"


def asked(
    gap: Gap,
    check: Check[Any, Any] | None,
    control: Control | None,
    lines: Mapping[str, PlanLine],
) -> Asked:
    """What a gap takes: as its check or its control has it in the configuration, else as usual.

    Args:
        gap: The gap.
        check: Its check; `None` if there is none, or this version does not carry it out.
        control: Its control; `None` if the catalogue has it no more.
        lines: The configured differences, by check or control.
    """

    def said(field: str, otherwise: str) -> str:
        by_check = getattr(lines.get(gap.check or "", NOTHING), field)
        return by_check or getattr(lines.get(gap.control, NOTHING), field) or otherwise

    effort = said("effort", control.effort if control else "")
    role = control.owner_role if control else ""
    return Asked(
        recommended_action=said(
            "recommended_action",
            silence.ACTION if gap.check == silence.CHECK else recommended_action(check, control),
        ),
        effort=effort,
        owner_role=role,
        resources=said("resources", _resources(role, effort)),
        acceptance_criteria=said("acceptance_criteria", _acceptance_criteria(gap, check, control)),
    )


def recommended_action(check: Check[Any, Any] | None, control: Control | None) -> str:
    """What to do: the check knows best, the control in general."""
    if check is not None:
        return check.remediation
    return control.recommended_action if control else ""


def _resources(role: str, effort: str) -> str:
    days = PERSON_DAYS[Effort(effort)] if effort else ""
    return ": ".join(part for part in (role, days) if part)


def _acceptance_criteria(gap: Gap, check: Check[Any, Any] | None, control: Control | None) -> str:
    """When the gap closes, in words an auditor can hold it to."""
    if gap.check == silence.CHECK:
        return silence.DONE_WHEN
    if gap.check is None:
        return _evidence_of(control) if control else ""
    about = gap.subject or f"every subject in {gap.scope}"
    title = f'"{check.title}"' if check else gap.check
    if check is not None and check.kind == "occurrence":
        return f"A named person has explained each deviation from {title}, and none is added."
    return (
        f"{title} ({gap.check}) passes for {about}, in evidence that was read whole, "
        "or what it failed on is proven gone."
    )


def _evidence_of(control: Control) -> str:
    """What the catalogue wants to see of a control that nothing evidences."""
    documents = [f"{one.name} ({one.cadence})" for one in control.evidence.documents]
    wanted = [
        *([f"approved documents: {', '.join(documents)}"] if documents else []),
        *(f"{' and '.join(one.registers)}: {one.test}" for one in control.evidence.populations),
        *(
            [f"passed by {', '.join(control.evidence.automated)}"]
            if control.evidence.automated
            else []
        ),
    ]
    return "The control is evidenced. " + "; ".join(wanted) + "." if wanted else ""
