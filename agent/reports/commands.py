"""The command that makes a deliverable."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from agent.listing import DEFAULT_CONFIG, Config

DAYS = ["%Y-%m-%d"]
Report = Literal[
    "gap-analysis", "action-plan", "implementation-plan", "roadmap", "operating-record"
]
Format = Literal["html", "pdf", "xlsx", "json"]


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(short_help="A deliverable of the assessment, as a file.")(report)


def report(
    report: Annotated[Report, typer.Argument(help="Which deliverable.", show_default=False)],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The file to write.", show_default=False)
    ],
    *,
    format: Annotated[
        Format | None,
        typer.Option("--format", "-f", help="Of the file; without it, by its ending."),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=DAYS, help="The day of which it speaks, in UTC; default: today."),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=DAYS, help="Tell what changed since; default: the last report."),
    ] = None,
    start: Annotated[
        datetime | None,
        typer.Option(
            "--from",
            formats=DAYS,
            help="Operating record: the first day; default: of the configured window.",
        ),
    ] = None,
    end: Annotated[
        datetime | None,
        typer.Option("--to", formats=DAYS, help="Operating record: the last day."),
    ] = None,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Make a deliverable of the assessment: the same store and day give the same bytes.

    A day of the past is told as the store knew it at that day's end. That a deliverable was
    made is written into the log, so that the next one tells what changed since.
    """
    from agent.cli import CannotRun, estate
    from agent.console import say
    from agent.reports.making import Order, make, note

    named = format or out.suffix.removeprefix(".").lower()
    if named not in Format.__args__:  # type: ignore[attr-defined]
        raise CannotRun(
            f"{out}: its ending names no format: add --format, one of {', '.join(Format.__args__)}"  # type: ignore[attr-defined]
        )
    company = estate(config)
    store = company.store()
    order = Order(
        report=report,
        format=named,
        as_of=as_of.date() if as_of else None,
        since=since.date() if since else None,
        start=start.date() if start else None,
        end=end.date() if end else None,
    )
    content = make(company, store, order)
    try:
        out.write_bytes(content)
    except OSError as error:
        raise CannotRun(f"{out} cannot be written: {error.strerror}") from None
    note(company, store, order)
    say(f"{out} is written: {len(content):,} bytes")
