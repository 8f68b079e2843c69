"""The commands that read the store: each a list, and `show` for one."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

if TYPE_CHECKING:
    from agent.reading import Reading

Config = Annotated[
    Path,
    typer.Option("--config", "-c", envvar="GAPWATCH_CONFIG", help="The configuration file."),
]
Json = Annotated[
    bool, typer.Option("--json", help="An array of objects on standard output, and nothing else.")
]
DEFAULT_CONFIG = Path("gapwatch.yaml")

One = Callable[["Reading", str], Any]
Rows = Callable[["Reading"], Iterable[Any]]


def listing(
    name: str,
    help: str,
    rows: Rows,
    columns: Sequence[tuple[str, str]],
    *,
    identified_by: str | None,
    one: One | None = None,
    narrowed_by: Sequence[str] = (),
) -> typer.Typer:
    """A command that lists rows of the store, and a `show` for one of them.

    Args:
        name: The command.
        help: What it lists.
        rows: How the store gives them.
        columns: Heading and field of each column of the table.
        identified_by: The field that `show` compares; `None` for a list without `show`.
        one: What `show` shows, where that is more than a row; it gets the id.
        narrowed_by: The fields that `--where FIELD=VALUE` is most useful for, for the help.
    """
    app = typer.Typer(name=name, help=help, invoke_without_command=True, no_args_is_help=False)
    fields = ", ".join(narrowed_by)
    Where = Annotated[  # noqa: N806 - a type
        list[str],
        typer.Option(
            "--where",
            "-w",
            metavar="FIELD=VALUE",
            help=f"Only rows whose field has this value, such as {fields}. May be repeated.",
        ),
    ]

    @app.callback()
    def list_rows(
        context: typer.Context,
        config: Config = DEFAULT_CONFIG,
        *,
        json: Json = False,
        where: Where = [],  # noqa: B006 - typer's own way to say "none given"
    ) -> None:
        if context.invoked_subcommand is not None:
            context.obj = config
            return
        from agent.console import print_json, print_table

        found = [row for row in rows(reading(config)) if _matches(row, where)]
        if json:
            print_json(found)
        else:
            print_table(
                f"{name}: {len(found)}",
                [(heading, _field(field)) for heading, field in columns],
                found,
            )

    if identified_by is not None:

        @app.command("show", help=f"Everything known of one; ID is its {identified_by}.")
        def show(
            context: typer.Context,
            id: str,
            config: Config = DEFAULT_CONFIG,
            *,
            json: Json = False,
        ) -> None:
            from agent.console import print_json, print_one

            seen = reading(config if config != DEFAULT_CONFIG else context.obj or config)
            found = [row for row in rows(seen) if str(getattr(row, identified_by)) == id]
            if one is not None:
                shown = one(seen, id)
                found = [shown] if shown is not None else []
            if not found:
                raise typer.BadParameter(f"there is no {id}: `gapwatch {name}` lists them")
            if json:
                print_json(found)
            else:
                for row in found:
                    print_one(f"{name} {id}", row)

    return app


def reading(config: Path) -> "Reading":
    """The store the configuration names, as of now."""
    from agent.cli import estate

    company = estate(config)
    return company.reading(company.store())


def _field(name: str) -> Callable[[Any], Any]:
    return lambda row: getattr(row, name)


def _matches(row: Any, where: Iterable[str]) -> bool:
    for condition in where:
        field, equals, value = condition.partition("=")
        if not equals or field not in row.__struct_fields__:
            known = ", ".join(row.__struct_fields__)
            raise typer.BadParameter(f"--where {condition}: write FIELD=VALUE; fields are {known}")
        given = msgspec.to_builtins(getattr(row, field))
        told = given if isinstance(given, list | tuple) else [given]
        if value not in {str(one).lower() if isinstance(one, bool) else str(one) for one in told}:
            return False
    return True
