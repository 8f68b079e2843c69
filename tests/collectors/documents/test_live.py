"""Files and history as they are, and every way in which they cannot be read."""

import hashlib
import os

import pytest

from collectors.documents.folder import (
    LAST_CHANGE,
    LIST_FILES,
    LIST_QUARTERS,
    LIST_REQUIRED,
    READ_FILE,
    READ_FRONT_MATTER,
)
from collectors.documents.live import identity, live
from tests.collectors.documents.conftest import REQUIRED
from tests.evidence import NOW


@pytest.fixture
def ask(folder):
    folders = {name: folder.path / name for name in ("policies", "registers")}
    answers = live(folders, REQUIRED, lambda: NOW, largest_file=200, most_files=5)

    def ask(call, **arguments):
        exchange = answers(call, arguments)
        return exchange.code or exchange.response

    return ask


def front_matter(ask, path):
    return ask(READ_FRONT_MATTER, path=path, fields=["owner", "title"])


def test_files_are_listed_at_every_depth_and_hidden_ones_are_not(folder, ask):
    for name in ("b.md", "a.md", "deep/er/c.md", ".hidden.md", ".git/config"):
        folder.policy(name)

    listed = ask(LIST_FILES, path="policies")
    assert listed == {"files": ["policies/a.md", "policies/b.md", "policies/deep/er/c.md"]}


def test_more_files_than_are_read_are_a_refusal_and_not_a_shorter_list(folder, ask):
    for number in range(6):
        folder.policy(f"{number}.md")
    assert ask(LIST_FILES, path="policies") == "TooManyFiles"


def test_a_folder_that_is_not_there_is_missing_and_not_empty(folder, ask):
    (folder.path / "policies").rmdir()
    assert ask(LIST_FILES, path="policies") == "Missing"


def test_a_link_to_a_folder_is_listed_so_that_what_is_behind_it_is_not_lost(folder, ask):
    (folder.path / "elsewhere").mkdir()
    (folder.path / "policies/more").symlink_to(folder.path / "elsewhere")

    assert ask(LIST_FILES, path="policies") == {"files": ["policies/more"]}
    assert front_matter(ask, "policies/more") == "LeavesTheFolder"


@pytest.mark.parametrize(
    "path",
    [
        "policies/../secret.md",
        "policies/deep/../../secret.md",
        "policies/linked.md",
        "policies/../../../../../../etc/passwd",
    ],
)
def test_no_path_leads_out_of_the_folder(folder, ask, path):
    folder.policy("deep/a.md")
    secret = folder.write("secret.md", "secret")
    (folder.path / "policies/linked.md").symlink_to(secret)

    assert front_matter(ask, path) == "LeavesTheFolder"


def test_an_absolute_path_leads_nowhere(ask):
    assert front_matter(ask, "/etc/passwd") == "Missing"


def test_a_link_within_the_folder_is_followed(folder, ask):
    target = folder.policy("a.md", "owner: ada")
    (folder.path / "policies/b.md").symlink_to(target)

    assert front_matter(ask, "policies/b.md")["front_matter"] == {"owner": "ada"}


def test_what_is_no_plain_readable_text_is_refused(folder, ask):
    folder.policy("exact.md", body="x" * 200)
    folder.policy("large.md", body="x" * 201)
    folder.policy("folder.md/inside.md")
    (folder.path / "policies/latin.md").write_bytes("café".encode("latin-1"))
    (folder.path / "policies/loop.md").symlink_to("loop.md")
    os.mkfifo(folder.path / "policies/pipe.md")

    assert front_matter(ask, "policies/exact.md")["front_matter"] is None
    assert front_matter(ask, "policies/large.md") == "TooLarge"
    assert front_matter(ask, "policies/folder.md") == "NotAFile"
    assert front_matter(ask, "policies/latin.md") == "NotUtf8"
    assert front_matter(ask, "policies/loop.md") == "LeavesTheFolder"
    assert front_matter(ask, "policies/pipe.md") == "NotAFile"
    assert front_matter(ask, "policies/none.md") == "Missing"


@pytest.fixture
def as_somebody_else(folder):
    """Permissions do not bind root, so root becomes nobody for the test."""
    for path in (folder.path / "policies/a.md", folder.path / "registers/people.csv"):
        path.write_text("x")
        path.chmod(0)
    for name in ("policies", "registers"):
        (folder.path / name / "closed").mkdir(mode=0)
    parents = [folder.path, *folder.path.parents][:-2]
    modes = {parent: parent.stat().st_mode for parent in parents}
    root = os.geteuid() == 0
    if root:
        for parent, mode in modes.items():
            parent.chmod(mode | 0o055)
        os.seteuid(65534)
    yield
    if root:
        os.seteuid(0)
        for parent, mode in modes.items():
            parent.chmod(mode)
    for name in ("policies", "registers"):
        (folder.path / name / "closed").chmod(0o700)


@pytest.mark.usefixtures("as_somebody_else")
def test_denied_is_not_missing_and_a_closed_folder_shortens_no_list(ask):
    assert front_matter(ask, "policies/a.md") == "PermissionDenied"
    assert front_matter(ask, "policies/closed/b.md") == "PermissionDenied"
    assert ask(READ_FILE, path="registers/people", fields=[]) == "PermissionDenied"
    assert ask(READ_FILE, path="registers/closed/people", fields=[]) == "PermissionDenied"
    assert ask(LIST_FILES, path="policies") == "PermissionDenied"


def test_front_matter_is_read_without_what_nobody_asked_for(folder, ask):
    folder.policy("a.md", "owner: ada\nsalary: 100000", body="# Text\n")

    assert front_matter(ask, "policies/a.md") == {
        "front_matter": {"owner": "ada"},
        "body_sha256": hashlib.sha256(b"# Text\n").hexdigest(),
    }


def test_the_hash_is_of_the_text_and_changes_with_it_alone(folder, ask):
    def body(name, *what):
        folder.policy(name, *what)
        return front_matter(ask, f"policies/{name}")["body_sha256"]

    first = body("a.md", "owner: ada", "# Text\r\n\x0c more\n")
    assert body("a.md", "owner: ben\ntitle: T", "# Text\r\n\x0c more\n") == first
    assert body("a.md", "owner: ben\ntitle: T", "# Text\n\x0c more\n") != first


def test_broken_front_matter_names_file_line_and_remedy(folder):
    def problem(front, body=""):
        path = folder.policy("a.md", front, body)
        if not body:
            path.write_text(f"---\n{front}\n")
        response = live({"policies": folder.path / "policies"}, (), lambda: NOW)
        exchange = response(READ_FRONT_MATTER, {"path": "policies/a.md", "fields": ["owner"]})
        return exchange.code, exchange.response["problem"]

    twice = "policies/a.md, line 4, owner: is given twice, first on line 2: remove one of the two"
    assert problem("owner: a\ntitle: b\nowner: c", "x") == ("Malformed", twice)
    never = "policies/a.md, line 1: close the front matter with a line ---"
    assert problem("owner: a") == ("Malformed", never)
    listed = "policies/a.md, line 1: front matter is fields by name"
    assert problem("- owner", "x") == ("Malformed", listed)


def test_what_is_said_of_a_file_without_front_matter_stands_beside_it(folder, ask):
    (folder.path / "policies/report.pdf").write_bytes(b"%PDF \xff")
    assert front_matter(ask, "policies/report.pdf")["front_matter"] is None

    folder.write("policies/report.pdf.yaml", "owner: ada")
    said = front_matter(ask, "policies/report.pdf")
    assert said["front_matter"] == {"owner": "ada"}
    assert said["body_sha256"] == hashlib.sha256(b"%PDF \xff").hexdigest()


def test_a_register_is_found_in_its_format_and_only_asked_fields_are_read(folder, ask):
    def register():
        return ask(READ_FILE, path="registers/people", fields=["email"])

    assert register() == "NotKept"
    path = folder.register("people.csv", "email,salary", "a@b.c,100000")
    assert register() == {
        "file": "registers/people.csv",
        "columns": {"email": "line 1", "salary": "line 1"},
        "lines": [{"at": "line 2", "values": {"email": "a@b.c"}}],
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    folder.register("people.json", "[]")
    assert register() == "Ambiguous"


def test_requirements_and_quarters_are_part_of_what_is_recorded(ask):
    assert ask(LIST_REQUIRED)["documents"][0] == {
        "document": "Access control policy",
        "control": "ACC-01",
        "cadence": "annual",
    }
    assert ask(LIST_QUARTERS) == {
        "quarters": ["2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    }


def test_history_names_the_last_change_and_everyone_who_wrote(folder, ask):
    folder.policy("a.md", body="one")
    folder.commit("ada@acme.test")
    folder.policy("a.md", body="two")
    folder.policy("b.md", body="other")
    folder.commit("ben@acme.test")
    head = folder.git("rev-parse", "HEAD")

    change = ask(LAST_CHANGE, path="policies/a.md")
    assert change["commit"] == head
    assert change["author"] == "ben@acme.test"
    assert change["authors"] == ["ada@acme.test", "ben@acme.test"]
    assert ask(LAST_CHANGE, path="policies/b.md")["authors"] == ["ben@acme.test"]


def test_a_renamed_file_keeps_its_authors(folder, ask):
    folder.policy("a.md", body="a text long enough to be recognised\n" * 4)
    folder.commit("ada@acme.test")
    folder.git("mv", "policies/a.md", "policies/z.md")
    folder.commit("ben@acme.test")

    authors = ask(LAST_CHANGE, path="policies/z.md")["authors"]
    assert authors == ["ada@acme.test", "ben@acme.test"]


def test_history_that_does_not_tell_of_this_text_is_refused(folder, ask):
    folder.policy("a.md", body="one")
    assert ask(LAST_CHANGE, path="policies/a.md") == "NoHistory"
    folder.commit("ada@acme.test")
    folder.policy("b.md")
    folder.policy("a.md", body="two")

    assert ask(LAST_CHANGE, path="policies/a.md") == "NotCommitted"
    assert ask(LAST_CHANGE, path="policies/b.md") == "NotCommitted"
    folder.write(".git/shallow", folder.git("rev-parse", "HEAD") + "\n")
    assert ask(LAST_CHANGE, path="policies/a.md") == "HistoryCutShort"


def test_a_machine_without_git_is_not_a_folder_without_history(folder, ask, monkeypatch):
    folder.policy("a.md")
    monkeypatch.setenv("PATH", str(folder.path))

    assert ask(LAST_CHANGE, path="policies/a.md") == "NoGit"


def test_a_hook_that_runs_us_does_not_lend_us_its_history(folder, ask, monkeypatch):
    folder.policy("a.md")
    other = folder.path / "other"
    folder.write("other/x", "x")
    folder.git("init", "-q", str(other))
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))

    assert ask(LAST_CHANGE, path="policies/a.md") == "NoHistory"


def test_identity_says_which_state_was_read_and_not_where(folder):
    policies = folder.path / "policies"
    assert identity(policies) == "file system of a folder"
    folder.policy("a.md")
    folder.commit("ada@acme.test")
    head = folder.git("rev-parse", "HEAD")
    assert identity(policies) == f"file system of git {head}"
    folder.policy("b.md")
    assert identity(policies) == f"file system of git {head}, with changes not committed"
