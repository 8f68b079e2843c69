"""The wheel, installed in another environment and run from another folder."""

import subprocess
import sys
import venv
from dataclasses import replace
from pathlib import Path

import boto3
import pytest

import agent
from agent.version import VERSION

PROJECT = Path(agent.__file__).parents[1]
LIBRARIES = Path(boto3.__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = ("build", "--wheel", "--no-isolation", "--outdir", str(folder), str(PROJECT))
    subprocess.run([sys.executable, "-m", *build], check=True, capture_output=True, timeout=120)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def elsewhere(wheel, tmp_path_factory):
    """An environment with the wheel and the libraries, but without our source."""
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder)
    python = folder / "bin/python"
    pip = ("pip", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel))
    subprocess.run([sys.executable, "-m", *pip], check=True, capture_output=True, timeout=120)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "libraries.pth").write_text(f"{LIBRARIES}\n")
    return folder


@pytest.fixture
def installed(fresh, elsewhere):
    """The company, whose command is the installed one."""
    return replace(fresh, command=(str(elsewhere / "bin/gapwatch"),))


def test_the_environment_does_not_see_our_source(elsewhere):
    where = subprocess.run(
        [elsewhere / "bin/python", "-c", "import agent, checks, collectors; print(agent.__file__)"],
        check=True,
        capture_output=True,
        text=True,
        cwd=elsewhere,
    )
    assert Path(where.stdout).is_relative_to(elsewhere)


def test_it_says_its_version(installed):
    answer = installed.gapwatch("--version")
    assert (answer.status, answer.out) == (0, f"gapwatch {VERSION}\n")


def test_it_brings_its_catalogue_and_every_check(installed, fresh):
    assert installed.rows("checks") == fresh.rows("checks")


def test_it_writes_a_configuration_that_can_be_read(installed, tmp_path):
    written = tmp_path / "written.yaml"
    answer = installed.gapwatch("init", "--config", str(written))
    status = installed.gapwatch("status", "--config", str(written))

    assert answer.status == 0
    assert "there is no store" in status.told


def test_it_runs_a_cycle(installed):
    answer = installed.run()

    assert answer.status == 2, answer.told
    assert installed.rows("gaps")
    assert installed.gapwatch("verify").status == 0
