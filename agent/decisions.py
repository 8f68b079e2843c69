"""The commands by which people decide: accept, withdraw, explain, assign."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from agent.listing import DEFAULT_CONFIG, Config, Json

if TYPE_CHECKING:
    from pathlib import Path

    from agent.deciding import Desk
    from agent.gaps.events import Happened

DAYS = ["%Y-%m-%d"]
By = Annotated[str, typer.Option(help="The person who decides it.")]
Reason = Annotated[str, typer.Option(help="Why, in a sentence an auditor understands.")]


def register(app: typer.Typer) -> None:
    """Add the commands to a command line."""
    app.command(short_help="Tolerate what fails until the end of a day.")(accept)
    app.command(short_help="End an acceptance before its time.")(withdraw)
    app.command(short_help="Explain something that happened and cannot be repaired.")(explain)
    app.command(short_help="Say who answers for a gap, by when, and how far it is.")(assign)


def accept(
    finding: Annotated[
        str | None, typer.Argument(help="One finding, such as F-3KX...; or one of the options.")
    ] = None,
    *,
    config: Config = DEFAULT_CONFIG,
    gap: Annotated[int | None, typer.Option(help="Everything under this gap.")] = None,
    check: Annotated[
        str | None, typer.Option(help="Whatever this check fails on; a pattern, as the next two.")
    ] = None,
    scope: Annotated[str | None, typer.Option(help="Only here: aws:123456789012/*.")] = None,
    subject: Annotated[
        str | None, typer.Option(help="Only subjects whose id or name fits: acme-web*.")
    ] = None,
    by: Annotated[str, typer.Option(help="The person who tolerates it.")],
    approved_by: Annotated[
        str, typer.Option(help="Who agreed: neither that person nor the gap's owner.")
    ],
    until: Annotated[datetime, typer.Option(formats=DAYS, help="The last day, in UTC.")],
    reason: Reason,
    compensating: Annotated[
        str, typer.Option(help="What limits the risk meanwhile: a control, or in words.")
    ],
    json: Json = False,
) -> None:
    """Tolerate what fails until the end of a day, in UTC; then it reopens, and alerts.

    No verdict changes by it: what is accepted is shown as accepted, never as passed. What
    comes to fit a pattern later is accepted too. How long is possible depends on the
    severity: acceptances.longest in the configuration.
    """
    from agent.gaps.acceptances import Declared, covered
    from agent.gaps.events import Covered

    patterns = (check, scope, subject)
    if sum((finding is not None, gap is not None, any(patterns))) != 1:
        raise typer.BadParameter("give one of FINDING, --gap, and a pattern")
    given = _desk(config).accept(
        Declared(
            covers=Covered(finding=finding, gap=gap, check=check, scope=scope, subject=subject),
            by=_said("--by", by),
            approver=_said("--approved-by", approved_by),
            reason=_said("--reason", reason),
            compensating=_said("--compensating", compensating),
            until=until.date(),
        )
    )
    what = covered(given.covers)
    count = f" ({_counted(given.findings)})" if given.findings else ""
    _tell(given, f"A-{given.number}: {what}{count} is accepted until {given.until}", json=json)


def withdraw(
    acceptance: Annotated[
        int, typer.Argument(help="Its number, as `gapwatch acceptances` has it.")
    ],
    *,
    config: Config = DEFAULT_CONFIG,
    by: By,
    reason: Reason,
    json: Json = False,
) -> None:
    """End an acceptance before its time; what it covered and still fails is open again."""
    ended = _desk(config).withdraw(
        acceptance, by=_said("--by", by), reason=_said("--reason", reason)
    )
    _tell(ended, f"A-{acceptance} is withdrawn: {_counted(ended.findings)} open again", json=json)


def explain(
    finding: Annotated[str, typer.Argument(help="An occurrence, as `gapwatch findings` has it.")],
    *,
    config: Config = DEFAULT_CONFIG,
    by: By,
    reason: Reason,
    json: Json = False,
) -> None:
    """Explain something that happened; it stays a deviation of the window, with its explanation."""
    told = _desk(config).explain(finding, by=_said("--by", by), reason=_said("--reason", reason))
    _tell(told, f"{finding} is explained by {told.by}", json=json)


def assign(
    gap: Annotated[int, typer.Argument(help="The number of the gap.")],
    *,
    config: Config = DEFAULT_CONFIG,
    by: By,
    owner: Annotated[str | None, typer.Option(help="Who answers for it from now on.")] = None,
    due: Annotated[
        datetime | None, typer.Option(formats=DAYS, help="The day by which it must be closed.")
    ] = None,
    note: Annotated[str | None, typer.Option(help="How far it is, for the action plan.")] = None,
    json: Json = False,
) -> None:
    """Say who answers for a gap, by when, and how far it is; what is not given stays as it is."""
    assigned = _desk(config).assign(
        gap,
        by=_said("--by", by),
        owner=owner and _said("--owner", owner),
        due=due.date() if due else None,
        note=note and _said("--note", note),
    )
    said = {"owner": assigned.owner, "due": assigned.due, "note": assigned.note}
    told = ", ".join(f"{name} {value}" for name, value in said.items() if value is not None)
    _tell(assigned, f"G-{gap}: {told}", json=json)


def _desk(config: "Path") -> "Desk":
    from agent.cli import estate

    company = estate(config)
    return company.desk(company.store())


def _counted(findings: tuple[str, ...]) -> str:
    return f"{len(findings)} finding{'' if len(findings) == 1 else 's'}"


def _said(option: str, value: str) -> str:
    if not value.strip():
        raise typer.BadParameter(f"{option} must not be empty")
    return value.strip()


def _tell(event: "Happened", sentence: str, *, json: bool) -> None:
    from agent.console import plain, print_json, say

    if json:
        print_json([event])
    else:
        say(plain(sentence))
