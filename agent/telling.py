"""What a cycle brought, told to a person at a terminal."""

from collections.abc import Sequence

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from agent.console import cell, plain
from agent.cycle import Report
from agent.gaps.origins import who_and_when
from agent.reading import Reading
from agent.views import DriftView, EvidenceView, GapView
from checks.contract import Verdict

MOST_ROWS = 40
MOST_NAMES = 3


def tell(reading: Reading, report: Report) -> None:
    """New gaps, drifts with the values before and after, and what stayed blind."""
    console = Console()
    if report.new_gaps:
        worst = reading.worst(report.new_gaps, most=MOST_ROWS)
        console.print(_gap_table(worst, of=len(report.new_gaps)))
    for drift in reading.drifts(since_cycle=report.cycle):
        console.print(_drift_panel(drift))
    blind = reading.blind(most=MOST_ROWS)
    if blind:
        console.print(_blind_table(blind))
    new = f"{len(report.new_gaps)} new gaps ({reading.open_gaps()} open)"
    console.print(
        f"Cycle {report.cycle}: {report.snapshots} snapshots by {report.calls} calls, "
        f"{new}, {len(report.drifted)} controls drifted, "
        f"{report.incomplete} snapshots incomplete.",
        highlight=False,
    )


def _gap_table(gaps: Sequence[GapView], *, of: int) -> Table:
    table = Table(title="New gaps", title_justify="left", header_style="bold")
    for heading in ("#", "severity", "control", "issue", "subjects", "due"):
        table.add_column(heading, overflow="fold")
    for gap in gaps:
        names = [plain(name) for name in gap.names[:MOST_NAMES]]
        more = len(gap.names) - len(names)
        table.add_row(
            Text(f"G-{gap.number}"),
            cell(gap.severity),
            cell(gap.control),
            cell(gap.issue),
            Text("\n".join([*names, *([f"and {more} more"] if more > 0 else [])])),
            cell(gap.due),
        )
    if of > len(gaps):
        table.caption = f"and {of - len(gaps)} more: gapwatch gaps"
    return table


def _drift_panel(drift: DriftView) -> Panel:
    lines = [
        Text.assemble(
            cell(drift.before), " → ", cell(drift.after), f"   serves {', '.join(drift.criteria)}"
        )
    ]
    for cause in drift.causes[:MOST_ROWS]:
        lines.append(Text(f"{plain(cause.name)}  ({cause.check})", style="bold"))
        lines.append(Text(f"  before: {_verdict(cause.before)}"))
        lines.append(Text(f"  now:    {_verdict(cause.after)}"))
        if cause.origin:
            lines.append(Text(f"  {plain(who_and_when(cause.origin))}"))
    return Panel(
        Group(*lines),
        title=Text(f"{drift.control} drifted: {drift.title}"),
        title_align="left",
        border_style="red" if drift.after == "deficient" else "yellow",
    )


def _verdict(verdict: Verdict | None) -> str:
    if verdict is None:
        return "not there"
    observed = ", ".join(f"{name}={plain(value)}" for name, value in verdict.observed.items())
    return plain(
        f"{verdict.outcome.value}: {verdict.reason}" + (f" [{observed}]" if observed else "")
    )


def _blind_table(rows: Sequence[EvidenceView]) -> Table:
    table = Table(title="Could not be read", title_justify="left", header_style="bold")
    for heading in ("collector", "scope", "why"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(cell(getattr(row, name)) for name in ("collector", "scope", "omissions")))
    return table
