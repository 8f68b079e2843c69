"""How quickly the command is there: the figures of the design, in processor time."""

import json
import resource
import statistics
import subprocess
import sys

import pytest

SDKS = {"boto3", "botocore", "google", "github", "requests"}
RUNS = 3


def processor_seconds(*arguments):
    """What the command costs a processor; the median of a few runs."""

    def once():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [sys.executable, "-m", "agent", *arguments], check=True, stdout=subprocess.DEVNULL
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return statistics.median(once() for _ in range(RUNS))


def loaded_by(*arguments):
    """Every package that the command has imported when it ends."""
    script = (
        "import atexit, json, sys\n"
        "atexit.register(lambda: json.dump(sorted(sys.modules), sys.stderr))\n"
        f"sys.argv = {['gapwatch', *arguments]!r}\n"
        "from agent.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
    return {module.partition(".")[0] for module in json.loads(done.stderr)}


@pytest.mark.parametrize(
    ("arguments", "most"),
    [
        pytest.param(("--version",), 0.25, id="version"),
        pytest.param(("checks",), 0.6, id="checks"),
        pytest.param(("--help",), 0.6, id="help"),
    ],
)
def test_the_command_is_there_at_once(arguments, most):
    assert processor_seconds(*arguments) < most


@pytest.mark.parametrize("arguments", [("--version",), ("checks", "--json"), ("--help",)])
def test_no_sdk_is_loaded_where_nothing_is_read(arguments):
    assert loaded_by(*arguments) & SDKS == set()
