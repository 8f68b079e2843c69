"""Acceptances from a file in Git: read strictly or not at all, with who committed it and when."""

import subprocess
from datetime import date

import pytest

from agent.reviewed import BadAcceptances, reviewed_file

ENTRY = """
  - id: website
    check: aws.s3.public-access-blocked
    subject: "arn:aws:s3:::acme-website"
    accepted_by: bert@acme.test
    approved_by: anna@acme.test
    reason: it is the public website
    compensating: nothing but published pages
    until: 2026-12-31
"""
GIT = ("git", "-c", "user.name=Rita", "-c", "user.email=rita@acme.test")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "acceptances.yaml"
    path.write_text(f"acceptances:{ENTRY}")
    return path


def git(path, *arguments):
    subprocess.run([*GIT, *arguments], cwd=path.parent, check=True, capture_output=True)


def committed(path):
    git(path, "init", "-q")
    git(path, "add", path.name)
    git(path, "commit", "-q", "-m", "The website is public")


def test_an_entry_says_what_it_covers_who_why_and_until_when(file):
    (entry,) = reviewed_file(file).entries
    assert (entry.covers.check, entry.covers.subject) == (
        "aws.s3.public-access-blocked",
        "arn:aws:s3:::acme-website",
    )
    assert (entry.by, entry.approver) == ("bert@acme.test", "anna@acme.test")
    assert entry.until == date(2026, 12, 31)


def test_outside_a_work_tree_nobody_is_named(file):
    read = reviewed_file(file)
    assert (read.author, read.entries[0].file.commit) == (None, None)


def test_in_a_work_tree_the_last_commit_is_named(file):
    committed(file)
    (entry,) = reviewed_file(file).entries
    assert entry.file.author == "rita@acme.test"
    assert len(entry.file.commit) == 40
    assert entry.file.committed_at.startswith("20")


def test_what_nobody_committed_nobody_reviewed(file):
    committed(file)
    file.write_text(file.read_text().replace("2026-12-31", "2027-12-31"))
    with pytest.raises(BadAcceptances, match="has changes that are not committed: commit them"):
        reviewed_file(file)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        pytest.param(
            "reason:", "reasons:", r"\$\.acceptances\[0\]\.reasons: unknown key", id="key"
        ),
        pytest.param("    until: 2026-12-31\n", "", "`until` is missing", id="no day"),
        pytest.param("2026-12-31", "soon", r"\.until: must be a date", id="no date"),
        pytest.param("anna@", "Bert@", "must be somebody else than `accepted_by`", id="alone"),
        pytest.param(
            "    check:",
            "    gap: 3\n    check:",
            "give one of `finding`, `gap` and",
            id="two ways",
        ),
        pytest.param("acceptances:", f"acceptances:{ENTRY}", "`website` is taken", id="twice"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_remedy(file, before, after, told):
    file.write_text(file.read_text().replace(before, after, 1))
    with pytest.raises(BadAcceptances, match=told) as refused:
        reviewed_file(file)
    assert str(refused.value).startswith(f"{file}: ")


def test_a_file_that_is_not_there_is_no_empty_file(tmp_path):
    with pytest.raises(BadAcceptances, match="cannot be read: No such file"):
        reviewed_file(tmp_path / "acceptances.yaml")
