"""The command that exports."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from agent.listing import DEFAULT_CONFIG, Config


def export(
    format: Annotated[Literal["oscal", "ocsf", "asff", "csv"], typer.Argument(help="Which.")],
    out: Annotated[Path, typer.Option(help="A folder; for ocsf a file, an event a line.")],
    config: Config = DEFAULT_CONFIG,
    *,
    account: Annotated[
        str | None, typer.Option(help="For asff: the account of the Security Hub.")
    ] = None,
    region: Annotated[str | None, typer.Option(help="For asff: its region.")] = None,
    by: Annotated[
        str | None, typer.Option(help="Who takes the export out of the store, for the log.")
    ] = None,
) -> None:
    """Write what other machines read: OSCAL, OCSF, ASFF or CSV.

    oscal: catalogues of criteria and controls with their mapping, components, assessment plan and
    results, plan of action. ocsf: Compliance Findings, one for each event of a gap or control.
    asff: batches for Security Hub. csv: the lists of the command line. The same store gives the
    same bytes; that it was exported is an entry of the log.
    """
    from agent.cli import estate
    from agent.console import print_line
    from agent.exports.writing import export as written
    from agent.package.commands import whoever

    company = estate(config)
    options = {"account": account, "region": region}
    files = written(company, company.store(), format, out, by=by or whoever(), **options)
    for path in files:
        print_line(str(path))


def register(app: typer.Typer) -> None:
    """Give the command line this command."""
    app.command(short_help="Write OSCAL, OCSF, ASFF or CSV for other machines.")(export)
