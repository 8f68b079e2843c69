"""The commands of the auditor's package."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from agent.listing import DEFAULT_CONFIG, Config, Json

DAYS = ["%Y-%m-%d"]
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
    json: Json = False,
) -> None:
    """Write the auditor's package of some days: evidence, populations, samples, and their proofs.

    Without --from and --to it is of the configured window. Freeze first, without --seed; hand the
    hashes to the auditor; then give the seed they choose. Everything for which auditors sent
    packages back is told, a line each, and stops nothing.
    """
    from agent.cli import estate
    from agent.console import print_json, print_line, say
    from agent.package.handover import Handover, window_of

    company = estate(config)
    window = window_of(start and start.date(), end and end.date(), company)
    handover = Handover(
        company=company, store=company.store(), window=window, by=by or whoever(), seed=seed
    )
    found = handover.hand(out)
    if json:
        print_json(found)
    else:
        for doubt in found:
            print_line(f"{doubt.reason}: {doubt.about}: {doubt.why}")
    say(f"{out}: the package of {window}, {len(found)} reasons an auditor may send it back for")


def whoever() -> str:
    """The account that runs the command, as its machine knows it."""
    import getpass

    return getpass.getuser()


def register(app: typer.Typer) -> None:
    """Give the command line these commands."""
    app.command(short_help="Write the auditor's package of a window.")(package)
