"""The command line: the only place, with the schedule, that reads the clock."""

import os
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from agent import decisions, signing_in
from agent.exports import commands as export_commands
from agent.listing import DEFAULT_CONFIG, Config, Json
from agent.listings import LISTINGS
from agent.package import commands as package_commands
from agent.reports import commands as report_commands
from agent.version import VERSION

if TYPE_CHECKING:
    from agent.cycle import Report
    from agent.estate import Estate

INCOMPLETE = 3
SOMETHING_NEW = 2
COULD_NOT_RUN = 1
MOST_CONTROLS = 6
DAYS = ["%Y-%m-%d"]

app = typer.Typer(
    name="gapwatch",
    help="A continuous SOC 2 gap assessment: what could not be read never counts as passed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def gapwatch(
    *,
    version: Annotated[bool, typer.Option("--version", help="Say which version this is.")] = False,
) -> None:
    """A continuous SOC 2 gap assessment: what could not be read never counts as passed."""
    if version:  # alone on the command line it was answered before anything was loaded
        typer.echo(f"gapwatch {VERSION}")
        raise typer.Exit


@app.command(short_help="Run one cycle now: collect, keep, assess, compare, tell.")
def run(
    config: Config = DEFAULT_CONFIG,
    source: Annotated[
        str | None, typer.Option(help="Read only this source: aws, gcp, github, documents.")
    ] = None,
    scope: Annotated[
        str | None, typer.Option(help="Read only this scope, such as aws:123456789012/eu-west-1.")
    ] = None,
    control: Annotated[
        str | None, typer.Option(help="Only the checks that test this control, such as NET-02.")
    ] = None,
    check: Annotated[str | None, typer.Option(help="Only this check.")] = None,
    *,
    json: Json = False,
) -> None:
    """Run one cycle now: collect, keep, assess, compare, announce.

    Only the calls that the selected checks need are made. Exit status: 0 no new gap,
    2 a new gap or a control that became deficient, 3 evidence incomplete (2 wins),
    1 could not run.
    """
    from agent.console import print_json, set_up_logs
    from agent.estate import Selection
    from agent.service import announce, run_cycle
    from agent.telling import tell
    from agent.ticketing import keep_tickets

    set_up_logs()
    company = estate(config)
    selection = Selection(source=source, scope=scope, control=control, check=check)
    _refuse_bad_registers(company)
    company.plan(selection)  # refused before anything is written
    store = company.store(create=True)
    report = run_cycle(company, store, selection, trigger="command")
    announce(company, store)
    keep_tickets(company, store)
    if scope and not report.snapshots:
        raise CannotRun(f"nothing has the scope {scope}: `gapwatch evidence` lists those there are")
    if json:
        print_json([report])
    else:
        tell(company.reading(store), report)
    raise typer.Exit(exit_status(report))


@app.command(short_help="Run cycles on their schedule, and show the page.")
def serve(config: Config = DEFAULT_CONFIG) -> None:
    """Run cycles on their schedule and show the page, until SIGTERM or Ctrl-C."""
    from agent.console import set_up_logs
    from agent.schedule import serve as serve_forever

    set_up_logs(verbose=True)
    company = estate(config)
    _refuse_bad_registers(company)
    if not serve_forever(company):
        os._exit(0)  # the threads of the abandoned cycle would keep the process waiting


@app.command(short_help="Watch a small company on this machine drift.")
def demo(
    *,
    once: Annotated[
        bool, typer.Option("--once", help="End after the second cycle instead of serving.")
    ] = False,
    folder: Annotated[
        Path | None, typer.Option(help="Where to keep the demo's files; default: a new folder.")
    ] = None,
) -> None:
    """Start a small estate on this machine, run a cycle, let something drift, run another.

    Nothing leaves this machine. The configuration differs from a real one only in its
    endpoints.
    """
    from agent.console import set_up_logs
    from agent.demo.show import show

    set_up_logs()
    show(folder, once=once)


@app.command(short_help="Write a configuration to start from, and a key.")
def init(
    config: Config = DEFAULT_CONFIG,
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
    new_key: Annotated[
        bool,
        typer.Option("--new-key", help="Only replace the signing key of an existing store."),
    ] = False,
) -> None:
    """Write an annotated configuration to start from, and the key that signs the log.

    With --new-key the log's key is replaced: the old key signs the new one's introduction,
    and stays beside it in a file of its own.
    """
    from agent.console import say
    from agent.settings.loading import annotated_example

    if new_key:
        from agent.rotation import rotate

        company = estate(config)
        new = rotate(company, company.store())
        say(f"the log is signed from now on with {new.verifier.encode()}")
        return
    from agent.connections.signing import first_key

    if config.exists() and not force:
        raise CannotRun(f"{config} exists already: --force replaces it")
    config.write_text(annotated_example(), encoding="utf-8")
    public = first_key(config.absolute().parent)
    say(f"{config} is written. Edit it, then: gapwatch doctor --config {config}")
    say(f"The log will be signed; keep its public key where the store cannot reach it: {public}")


@app.command(short_help="Check that everything a cycle needs is there.")
def doctor(
    config: Config = DEFAULT_CONFIG,
    *,
    send_test: Annotated[
        bool, typer.Option("--send-test", help="Send a test message on every alert route.")
    ] = False,
    json: Json = False,
) -> None:
    """Check credentials, permissions, clock, store, registers and alert routes.

    Everything is read once, as a cycle would, and nothing is kept: what is refused is named
    with its call. Alert routes are looked at without sending, but for --send-test. Exit status
    1 if anything is missing.
    """
    from agent.console import print_json, print_table, progress, set_up_logs
    from agent.doctor import examine

    set_up_logs()
    with progress("examining") as told:
        found = list(examine(estate(config), told, send_test=send_test))
    if json:
        print_json(found)
    else:
        columns = [
            ("what", lambda row: row.what),
            ("state", lambda row: row.state),
            ("told", lambda row: row.told),
        ]
        print_table("doctor", columns, found)
    if any(row.state == "failed" for row in found):
        raise typer.Exit(COULD_NOT_RUN)


@app.command(short_help="The state of the service itself, in one look.")
def status(config: Config = DEFAULT_CONFIG, *, json: Json = False) -> None:
    """What the service last did, what is blind, stale or undelivered, and how much is open."""
    from agent.console import print_json, print_one
    from agent.status import status_of

    company = estate(config)
    told = status_of(company, company.store())
    if json:
        print_json([told])
    else:
        print_one("status", told)


@app.command(short_help="Every check this version carries out.")
def checks(*, json: Json = False) -> None:
    """Every check this version carries out, with the controls and criteria it serves."""
    from agent.catalogue import load_catalogue
    from agent.checklist import check_views
    from agent.console import print_json, print_table

    found = check_views(load_catalogue())
    if json:
        print_json(found)
        return
    columns = [
        ("check", lambda row: row.id),
        ("severity", lambda row: row.severity),
        ("controls", lambda row: row.controls[:MOST_CONTROLS]),
        ("asks", lambda row: row.title),
    ]
    print_table(f"checks: {len(found)}", columns, found)


@app.command(short_help="The least that a source has to allow.")
def permissions(
    source: Annotated[Literal["aws", "gcp", "github"], typer.Argument(help="Whose permissions.")],
    *,
    optional: Annotated[
        bool, typer.Option("--optional", help="What names who did it, and no verdict needs.")
    ] = False,
    json: Json = False,
) -> None:
    """The least that a source has to allow: AWS's policy, Google's role, GitHub's settings.

    With --optional what it may allow as well, so that a drift names who did it.
    """
    from agent import permissions as of
    from agent.console import print_json
    from agent.registry import all_collectors, all_tracers

    units = tuple((all_tracers() if optional else all_collectors()).values())
    if json:
        print_json((of.needed_to_trace if optional else of.needed)(source, units))
    else:
        typer.echo((of.optional if optional else of.written)(source, units), nl=False)


@app.command(short_help="Prove the store or a package: hashes, signatures, every verdict.")
def verify(
    package: Annotated[
        Path | None, typer.Argument(help="An auditor's package, or the folder it lies in.")
    ] = None,
    config: Config = DEFAULT_CONFIG,
    key: Annotated[
        list[str] | None,
        typer.Option(help="A public key known from elsewhere. May be repeated."),
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Prove the store, or a package: hashes, tree, signatures, time stamps, every verdict again.

    Names every entry that is not as it was written. Without --key the public half of the
    configured signing key is trusted. Exit status 0 only if all of it holds; verdicts that
    today's checks reach differently are told and do not fail the proof.
    """
    from agent.console import print_json, print_line
    from agent.proving import prove, prove_package

    keys = key or []
    proof = (
        prove_package(package, configured(config), keys) if package else prove(estate(config), keys)
    )
    found = []
    for told in proof.look():
        found.append(told)
        if not json:
            print_line(f"{told.kind.replace('_', ' ')}: {told.entry}: {told.why}")
    if json:
        print_json(found)
    else:
        print_line(proof.summary)
    if any(told.kind == "damage" for told in found):
        raise typer.Exit(COULD_NOT_RUN)


@app.command(short_help="Judge stored evidence again: then, beside now.")
def replay(
    config: Config = DEFAULT_CONFIG,
    start: Annotated[
        datetime | None, typer.Option("--from", formats=DAYS, help="The first day, in UTC.")
    ] = None,
    end: Annotated[
        datetime | None, typer.Option("--to", formats=DAYS, help="The last day, in UTC.")
    ] = None,
    check: Annotated[str | None, typer.Option(help="Only this check.")] = None,
    *,
    json: Json = False,
) -> None:
    """Judge stored evidence again: as known then, beside as judged now. Rewrites nothing.

    Checks that did not exist then are asked as well; what was not read then is unread. The
    table shows what differs, --json everything.
    """
    from agent.console import print_json, print_table
    from agent.proving import replayed

    rows = replayed(estate(config), start=start, end=end, check=check)
    if json:
        print_json(rows)
        return
    told = list(rows)
    differing = [row for row in told if row.differs]
    columns = [
        ("observed", lambda row: row.observed_at),
        ("check", lambda row: row.check),
        ("subject", lambda row: row.name),
        ("then", lambda row: row.then),
        ("now", lambda row: row.now),
        ("why now", lambda row: row.reason_now),
    ]
    print_table(f"judged differently: {len(differing)} of {len(told)}", columns, differing)


@app.command(short_help="Work out every current state again from the log.")
def rebuild(config: Config = DEFAULT_CONFIG) -> None:
    """Work out every current state again from the log; nothing in the log changes."""
    from agent.console import say

    store = estate(config).store()
    with store.exclusive():
        say(f"{store.rebuild()} log entries read, every state worked out again")


decisions.register(app)
signing_in.register(app)
for listed in LISTINGS:
    app.add_typer(listed)
package_commands.register(app)
report_commands.register(app)
export_commands.register(app)


class CannotRun(Exception):
    """The command cannot be carried out; the message says why and what to do."""


def estate(config: Path) -> "Estate":
    """The company that a configuration file describes."""
    from agent.estate import Estate
    from agent.registry import all_checks, all_collectors, all_joins
    from agent.settings.loading import load_settings

    collectors = (*all_collectors(), *all_joins())
    settings = load_settings(config, all_checks(), collectors=collectors)
    return Estate(settings=settings, environment=os.environ, clock=now)


def configured(config: Path) -> "Estate | None":
    """The company, or `None` where the usual configuration is not there: an auditor has none."""
    return None if config == DEFAULT_CONFIG and not config.exists() else estate(config)


def now() -> datetime:
    """The moment, in UTC and to the millisecond: what evidence keeps of it."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def exit_status(report: "Report") -> int:
    """What scripts read: 2 outweighs 3, 3 outweighs 0."""
    if report.new_gaps or report.worsened:
        return SOMETHING_NEW
    return INCOMPLETE if report.incomplete else 0


def _refuse_bad_registers(company: "Estate") -> None:
    problems = company.register_problems()
    if problems:
        raise CannotRun("\n".join(problems))
    company.duties()  # a file of acceptances that is wrong is refused before anything is written


def main() -> None:
    """Run the command; what a person can mend is told in a sentence, with exit status 1."""
    from agent.catalogue import BadCatalogue
    from agent.settings.words import BadConfiguration

    try:
        status = app(standalone_mode=False)
    except typer.TyperException as misuse:  # its own status, 2, is our word for a new gap
        misuse.show()  # type: ignore[attr-defined]  # each can, but what they share is not public
        status = COULD_NOT_RUN
    except typer.Abort:  # Ctrl-C
        status = COULD_NOT_RUN
    except (CannotRun, BadConfiguration, BadCatalogue) as problem:
        _complain(problem)
    except Exception as problem:  # noqa: BLE001 - Python would tell the error's own text
        tell = _complain if type(problem).__name__ in OPERATORS_PROBLEMS else _confess
        tell(problem)
    raise SystemExit(status)


OPERATORS_PROBLEMS = {
    "AddressTaken",
    "BadAcceptances",
    "BadRequests",
    "BlobDamaged",
    "BlobMissing",
    "BucketUnusable",
    "CannotDecide",
    "FalseTombstone",
    "MissingSecret",
    "NoAccount",
    "NothingToExport",
    "NothingToHand",
    "TooLarge",
    "NoSuchReport",
    "NothingSelected",
    "StoreUnusable",
    "KeyUnusable",
    "MalformedKey",
    "NoRoots",
    "PackageUnreadable",
}
"""Told by name: their modules are not loaded where no command needed them."""


def _confess(mistake: Exception) -> None:
    """Say where the program broke; the error's own text may quote an answer or a secret."""
    sys.stderr.writelines(traceback.format_tb(mistake.__traceback__))
    kind = type(mistake).__name__
    sys.stderr.write(f"gapwatch: it broke there with {kind}: please report these lines\n")
    raise SystemExit(COULD_NOT_RUN)


def _complain(problem: Exception) -> None:
    for line in str(problem).splitlines():
        sys.stderr.write(f"gapwatch: {line}\n")
    raise SystemExit(COULD_NOT_RUN)
