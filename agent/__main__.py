"""The entry of `gapwatch`; the version is told before anything else is loaded."""

import sys

from agent.version import VERSION


def main() -> None:
    """Run the command line."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"gapwatch {VERSION}\n")
        return
    from agent.cli import main as command_line  # noqa: PLC0415 - `--version` needs nothing of it

    command_line()


if __name__ == "__main__":
    main()
