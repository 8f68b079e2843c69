"""How a terminal is spoken to: tables for people, JSON for programs, events for the log."""

import logging
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
import structlog
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table
from rich.text import Text

COLOURS = {
    "passed": "green",
    "effective": "green",
    "finished": "green",
    "complete": "green",
    "full": "green",
    "sent": "green",
    "failed": "red",
    "deficient": "red",
    "open": "red",
    "dead": "red",
    "critical": "bold red",
    "high": "red",
    "undetermined": "yellow",
    "partial": "yellow",
    "incomplete": "yellow",
    "medium": "yellow",
    "accepted": "cyan",
    "not_evidenced": "magenta",
    "not_assessed": "magenta",
    "NEW": "bold red",
}
"""Colour helps, it never tells alone: the word is always there."""

A_WORD = 10
"""A column of cells no longer than this, such as dates and states, is not broken into lines."""
WIDE = 140
"""Characters of a table that does not go to a terminal, which would have its own width."""

Column = tuple[str, Callable[[Any], Any]]
"""A heading, and how a row fills it."""


def print_json(rows: Iterable[msgspec.Struct]) -> None:
    """Write an array of objects to standard output, and nothing else."""
    encoded = msgspec.json.encode(list(rows), order=None)
    sys.stdout.write(msgspec.json.format(encoded, indent=2).decode() + "\n")


def print_table(title: str, columns: Sequence[Column], rows: Sequence[Any]) -> None:
    """Write a table for a person; what stands in it may be hostile, and stays text."""
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    lines = [[cell(value(row)) for _, value in columns] for row in rows]
    table = Table(title=title, title_justify="left", header_style="bold", expand=False)
    for place, (heading, _) in enumerate(columns):
        shortest = all(len(line[place]) <= A_WORD for line in lines)
        table.add_column(heading, overflow="fold", no_wrap=shortest)
    for line in lines:
        table.add_row(*line)
    console.print(table)


def print_one(title: str, view: msgspec.Struct) -> None:
    """Write everything that is known of one thing."""
    table = Table(title=escape(title), title_justify="left", show_header=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name in view.__struct_fields__:
        table.add_row(name.replace("_", " "), cell(getattr(view, name)))
    Console().print(table)


def cell(value: Any) -> Text:
    """One value as text: times to the second, sequences in lines, states in colour."""
    if value is None:
        return Text("-", style="dim")
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    if isinstance(value, tuple | list):
        return (
            Text("\n").join(cell(member) for member in value) if value else Text("-", style="dim")
        )
    if isinstance(value, dict):
        return Text("\n".join(f"{name}: {plain(inner)}" for name, inner in value.items()) or "-")
    if isinstance(value, msgspec.Struct):
        return Text(" · ".join(plain(getattr(value, name)) for name in value.__struct_fields__))
    text = plain(value)
    return Text(text, style=COLOURS.get(text, ""))


def plain(value: Any) -> str:
    """A value in one line of visible characters; a name cannot move the cursor."""
    if isinstance(value, tuple | list):
        return ", ".join(plain(member) for member in value)
    if hasattr(value, "strftime") and hasattr(value, "tzinfo"):
        return f"{value:%Y-%m-%d %H:%M:%S} UTC"
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(value))


def print_line(text: str) -> None:
    """One line of an answer, however long; what stands in it may be hostile, and stays text."""
    sys.stdout.write(plain(text) + "\n")


def say(text: str) -> None:
    """One line for a person, on standard error: standard output belongs to the answer.

    However long, it is not broken: what stands in it may be meant to be copied.
    """
    Console(stderr=True).print(text, highlight=False, markup=False, soft_wrap=True)


def set_up_logs(*, verbose: bool = False) -> None:
    """Events go to standard error: readable on a terminal, JSON lines everywhere else.

    What libraries have to say goes there as well, and so does what ends a thread.
    """
    on_terminal = sys.stderr.isatty()
    level = logging.INFO if verbose or not on_terminal else logging.WARNING
    renderer: Any = (
        structlog.dev.ConsoleRenderer() if on_terminal else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_the_place_of_an_error,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.basicConfig(handlers=[_Libraries()])
    threading.excepthook = _thread_ended


def _only_the_place_of_an_error(_: object, __: str, event: Any) -> Any:
    """An error's own text may quote an answer or a secret: its kind and its place are enough."""
    failure = event.pop("exc_info", None)
    if failure:
        event |= _place(failure if isinstance(failure, BaseException) else sys.exc_info()[1])
    return event


def _place(error: BaseException | None) -> Mapping[str, str]:
    """The kind of an error, and the line that raised it."""
    if error is None:
        return {}
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    kind = {"error": type(error).__name__}
    if trace is None:
        return kind
    return {**kind, "at": f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"}


class _Libraries(logging.Handler):
    """Hears what libraries warn of, and tells who it was and where, without their words."""

    def emit(self, record: logging.LogRecord) -> None:
        """Tell one of them as an event; its words may quote an address or an answer."""
        error = record.exc_info[1] if record.exc_info else None
        place = {"at": f"{record.pathname}:{record.lineno}", **_place(error)}
        structlog.get_logger().log(record.levelno, "library_told", library=record.name, **place)


def _thread_ended(ended: threading.ExceptHookArgs) -> None:
    name = ended.thread.name if ended.thread else None
    structlog.get_logger().error("thread_ended", thread=name, exc_info=ended.exc_value)


@contextmanager
def progress(title: str) -> Iterator[Callable[..., None]]:
    """Show every snapshot as it is taken: a moving line on a terminal, log lines elsewhere."""
    if not sys.stderr.isatty():
        log = structlog.get_logger()

        def tell(*, connection: str, scope: str, collector: str) -> None:
            log.info("snapshot_taken", connection=connection, scope=scope, collector=collector)

        yield tell
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(pulse_style="cyan"),
        MofNCompleteColumn(),
        TextColumn("{task.fields[current]}", style="dim"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(title, total=None, current="")

        def advance(*, connection: str, scope: str, collector: str) -> None:
            current = plain(f"{connection}: {collector} {scope}")
            shown.update(task, advance=1, current=current)

        yield advance
