"""What is generated from the code and committed; `make generated` writes it, a test holds it."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import typer
from typer.testing import CliRunner

from agent.catalogue import load_catalogue
from agent.cli import app
from agent.deployment_aws import cloudformation, organization_policy, terraform
from agent.permissions import Collectors, optional, written
from agent.reference import reference
from agent.registry import all_collectors, all_tracers

ROOT = Path(__file__).parent.parent
LINE_LENGTH = 100
COMMANDS = """\
# Commands

Generated from the program's own help by `make generated`.
"""


def commands() -> str:
    """The help of every command, as a terminal of a fixed width shows it."""
    return COMMANDS + "".join(
        f"\n## {' '.join(path)}\n\n```text\n{_help(path)}```\n"
        for path in _paths(("gapwatch",), typer.main.get_command(app))
    )


def checks() -> str:
    """Everything that is published of every check."""
    return reference(load_catalogue())


def permissions(source: str) -> str:
    """What one source has to allow for every collector there is."""
    return written(source, tuple(all_collectors().values()))


def tracing(source: str) -> str:
    """What one source may allow as well, so that a drift names who did it."""
    return optional(source, tuple(all_tracers().values()))


def role(template: Callable[[Collectors], str]) -> str:
    """The role for an AWS account, in one of the languages that make it."""
    return template(tuple(all_collectors().values()))


GENERATED: Mapping[str, Callable[[], str]] = {
    "config/COMMANDS.md": commands,
    "config/REFERENCE.md": checks,
    "deploy/aws/read-only-policy.json": partial(permissions, "aws"),
    "deploy/aws/organization-policy.json": organization_policy,
    "deploy/aws/role.tf": partial(role, terraform),
    "deploy/aws/role.yaml": partial(role, cloudformation),
    "deploy/aws/optional-policy.json": partial(tracing, "aws"),
    "deploy/gcp/optional-role.yaml": partial(tracing, "gcp"),
    "deploy/github/optional-permissions.md": partial(tracing, "github"),
    "deploy/gcp/read-only-role.yaml": partial(permissions, "gcp"),
    "deploy/github/permissions.md": partial(permissions, "github"),
}


def write(root: Path) -> None:
    """Write every file anew."""
    for name, content in GENERATED.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content(), encoding="utf-8")


def _paths(path: tuple[str, ...], command: Any) -> Iterator[tuple[str, ...]]:
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from _paths((*path, name), inner)


def _help(path: tuple[str, ...]) -> str:
    program, *names = path
    shown = CliRunner().invoke(
        app, [*names, "--help"], prog_name=program, terminal_width=LINE_LENGTH
    )
    return shown.output.strip("\n") + "\n"


if __name__ == "__main__":
    write(ROOT)
