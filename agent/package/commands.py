"""The commands of the auditor's package."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.listing import DEFAULT_CONFIG, Config, Json

if TYPE_CHECKING:
    from agent.package.lint import Doubt

DAYS = ["%Y-%m-%d"]
FEW = 3
"""Of each reason, so that all reasons are seen at once."""
Start = Annotated[
    datetime | None, typer.Option("--from", formats=DAYS, help="The first day, in UTC.")
]
End = Annotated[datetime | None, typer.Option("--to", formats=DAYS, help="The last day, in UTC.")]


def package(
    out: Annotated[Path, typer.Option(help="The archive to write.")],
    config: Config = DEFAULT_CONFIG,
    *,
    start: Start = None,
    end: End = None,
    seed: Annotated[
        str | None, typer.Option(help="The auditor's seed: samples are drawn by it.")
    ] = None,
    by: Annotated[
        str | None, typer.Option(help="Who takes the package out of the store, for the log.")
    ] = None,
    requests: Annotated[
        Path | None,
        typer.Option(help="The auditor's request list, CSV or XLSX: pbc/answers.csv answers it."),
    ] = None,
    redacted: Annotated[
        bool, typer.Option("--redacted", help="Withhold what may name a person or a thing.")
    ] = False,
    json: Json = False,
) -> None:
    """Write the auditor's package of some days: evidence, populations, samples, and their proofs.

    Without --from and --to it is of the configured window. Freeze first, without --seed; hand the
    hashes to the auditor; then give the seed they choose. Everything for which auditors sent
    packages back is told with its first instances and stops nothing; limits.csv lists every one.
    """
    from agent.cli import estate
    from agent.console import print_json, print_line, say
    from agent.package.handover import Handover, window_of
    from agent.package.request_list import read_requests

    company = estate(config)
    window = window_of(start and start.date(), end and end.date(), company)
    handover = Handover(
        company=company,
        store=company.store(),
        window=window,
        by=by or whoever(),
        seed=seed,
        redacted=redacted,
        asked=read_requests(requests) if requests else None,
    )
    found = handover.hand(out)
    if json:
        print_json(found)
    else:
        for line in told_briefly(found):
            print_line(line)
    say(f"{out}: the package of {window}, {len(found)} reasons an auditor may send it back for")


def told_briefly(found: Iterable["Doubt"]) -> Iterator[str]:
    """The reasons with their numbers, and the first few of each."""
    by_reason: dict[str, list[Doubt]] = {}
    for doubt in found:
        by_reason.setdefault(doubt.reason, []).append(doubt)
    for reason, doubts in by_reason.items():
        yield f"{reason}: {len(doubts)}"
        for doubt in doubts[:FEW]:
            yield f"  {doubt.about}: {doubt.why}"
        if len(doubts) > FEW:
            yield f"  and {len(doubts) - FEW} more, in the package's limits.csv"


def whoever() -> str:
    """The account that runs the command, as its machine knows it."""
    import getpass

    return getpass.getuser()


def register(app: typer.Typer) -> None:
    """Give the command line these commands."""
    app.command(short_help="Write the auditor's package of a window.")(package)
