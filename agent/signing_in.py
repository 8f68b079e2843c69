"""The command by which a password for the dashboard becomes a hash that may stand in a file."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer


def password(
    out: Annotated[
        Path | None, typer.Option(help="Write it into this file, which only you can read.")
    ] = None,
) -> None:
    """Make the hash of a password by which a person signs in to the dashboard.

    The password is asked for twice, or read as one line of standard input. The hash goes where
    the `password:` of the person under web.people refers to; the password itself nowhere.
    """
    from agent.cli import CannotRun
    from agent.console import print_line, say
    from agent.passwords import SHORTEST, hashed

    given = _asked() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if len(given) < SHORTEST:
        raise CannotRun(f"the password is too short: take {SHORTEST} characters or more")
    made = hashed(given)
    if out is None:
        print_line(made)
        return
    try:
        _write(out, made)
    except OSError as error:
        message = f"{out} cannot be written ({error.strerror}): name another file with --out"
        raise CannotRun(message) from None
    say(f"{out} is written; in the configuration: password: file:{out}")


def register(app: typer.Typer) -> None:
    """Add the command to a command line."""
    app.command(short_help="Make the hash of a password for the dashboard.")(password)


def _asked() -> str:
    given: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return given


def _write(path: Path, made: str) -> None:
    """Replace what an earlier password left there, and nothing else.

    Raises:
        CannotRun: the file holds something that is no such hash.
        OSError: it cannot be written.
    """
    from agent.cli import CannotRun
    from agent.passwords import is_hash

    if path.exists() and not is_hash(path.read_text(encoding="utf-8", errors="replace").strip()):
        raise CannotRun(f"{path} holds something else than a password's hash: name another file")
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{made}\n")
