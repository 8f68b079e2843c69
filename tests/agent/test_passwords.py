"""A password becomes a hash that a file may hold, and the doctor says who can sign in."""

import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from agent.doctor import examine
from agent.passwords import SHORTEST, fits, is_hash
from tests.agent.web.kept import estate
from tests.agent.web.people import EVERYBODY, HASH, PASSWORD


def made(folder, *options, given=f"{PASSWORD}\n"):
    command = [sys.executable, "-m", "agent", "password", *options]
    return subprocess.run(
        command,
        input=given,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )


def test_the_hash_is_all_that_is_told(tmp_path):
    done = made(tmp_path)
    (told,) = done.stdout.splitlines()
    assert (done.returncode, is_hash(told), fits(PASSWORD, told)) == (0, True, True)
    assert PASSWORD not in done.stdout + done.stderr
    assert not fits(PASSWORD + "x", told)


def test_two_people_of_one_password_have_different_hashes(tmp_path):
    assert made(tmp_path).stdout != made(tmp_path).stdout


def test_a_file_of_it_is_its_owners_alone_and_is_replaced_by_the_next(tmp_path):
    path = tmp_path / "anna"
    for password in (PASSWORD, "another long password"):
        done = made(tmp_path, "--out", str(path), given=f"{password}\n")
        assert done.returncode == 0, done.stderr
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert fits(password, path.read_text().strip())
        assert f"file:{path}" in done.stderr


@pytest.mark.parametrize(
    ("options", "given", "why"),
    [
        ([], "x" * (SHORTEST - 1) + "\n", "the password is too short: take 12 characters or more"),
        ([], "", "the password is too short"),
        (["--out", "notes"], f"{PASSWORD}\n", "notes holds something else than a password's hash"),
        (["--out", "none/anna"], f"{PASSWORD}\n", "none/anna cannot be written (No such file"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence_and_spoils_nothing(
    tmp_path, options, given, why
):
    (tmp_path / "notes").write_text("dear diary")
    done = made(tmp_path, *options, given=given)
    assert (done.returncode, done.stdout) == (1, "")
    assert why in " ".join(done.stderr.split())
    assert (tmp_path / "notes").read_text() == "dear diary"


@pytest.mark.parametrize(
    ("environment", "state", "told"),
    [
        ({"HASH": HASH}, "passed", "may sign in as viewer"),
        ({"HASH": PASSWORD}, "failed", "the password is no hash: `gapwatch password` makes one"),
        ({}, "failed", "the environment variable HASH is not set: set it"),
    ],
)
def test_the_doctor_says_of_everybody_whether_they_can_sign_in(tmp_path, environment, state, told):
    company = replace(estate(tmp_path, people=EVERYBODY[:1]), environment=environment)
    found = list(examine(company, lambda **_: None))
    (one,) = [one for one in found if one.what.startswith("web.people")]
    assert (one.what, one.state, one.told) == ("web.people[0] viewer@acme.test", state, told)
