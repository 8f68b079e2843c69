"""Workflows are read for the actions they name and for what a stranger could use."""

from datetime import timedelta

import pytest

from collectors.evidence.record import Omission, Unread
from collectors.github.workflows import action_uses, workflow_files
from tests.evidence import NOW

OLD = NOW - timedelta(days=300)
HASH = "a" * 40
DENIED = "graphql:RepositoryWorkflows: FORBIDDEN"


@pytest.fixture
def web(github):
    github.state.add_repository("web", at=OLD)
    return github


def put(web, text, name="ci.yaml"):
    web.state.repositories["web"].files[f".github/workflows/{name}"] = text


def uses(web, text):
    put(web, text)
    snapshot, _ = web.snapshot(action_uses)
    assert snapshot.complete
    return {found.uses: found.pinned for found in snapshot.records}


def dangers(web, text):
    put(web, text)
    (found,) = web.snapshot(workflow_files)[0].records
    return found.dangers


@pytest.mark.parametrize(
    ("line", "found"),
    [
        pytest.param("- uses: actions/checkout@v4", {"actions/checkout@v4": False}, id="a tag"),
        pytest.param(f"- uses: a/b@{HASH} # v4", {f"a/b@{HASH}": True}, id="a hash"),
        pytest.param(f"- uses: a/b@{HASH[1:]}", {f"a/b@{HASH[1:]}": False}, id="too short a hash"),
        pytest.param('- uses: "a/b@v1"', {"a/b@v1": False}, id="quoted"),
        pytest.param("- {uses: a/b@v1}", {"a/b@v1": False}, id="in one line"),
        pytest.param("uses: a/b/.github/workflows/c.yml@v1",
                     {"a/b/.github/workflows/c.yml@v1": False}, id="another's workflow"),
        pytest.param("- uses: docker://alpine:3", {"docker://alpine:3": False}, id="an image"),
        pytest.param(f"- uses: docker://alpine@sha256:{'b' * 64}",
                     {f"docker://alpine@sha256:{'b' * 64}": True}, id="an image by its digest"),
        pytest.param("- uses: ./local", {}, id="the repository's own"),
        pytest.param("- uses: Acme/shared@main", {}, id="the organisation's own"),
        pytest.param("# - uses: a/b@v1", {}, id="a comment"),
        pytest.param("- run: |\n    uses: a/b@v1", {}, id="a script that speaks of it"),
        pytest.param("- run: |\n    echo\n- uses: a/b@v1", {"a/b@v1": False}, id="after a script"),
    ],
)  # fmt: skip
def test_an_outside_action_is_known_by_how_it_is_named(web, line, found):
    assert uses(web, line) == found


def test_whether_pins_are_required_comes_with_each_use(web):
    web.state.pages["actions/permissions"] = {
        "enabled_repositories": "all",
        "allowed_actions": "all",
        "sha_pinning_required": True,
    }
    put(web, "- uses: a/b@v1")
    (found,) = web.snapshot(action_uses)[0].records

    assert found.pins_required is True
    assert found.name == "acme/web ci.yaml a/b@v1"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            "on: pull_request_target\n    ref: ${{ github.event.pull_request.head.sha }}",
            ("runs a stranger's code with secrets",),
            id="checkout of the proposed code",
        ),
        pytest.param(
            "on: pull_request\n    ref: ${{ github.event.pull_request.head.sha }}", (), id="alone"
        ),
        pytest.param("on: pull_request_target\n- uses: actions/labeler@v5", (), id="no checkout"),
        pytest.param(
            '- run: echo "${{ github.event.issue.title }}"',
            ("puts a stranger's words into a shell",),
            id="a title in a shell",
        ),
        pytest.param(
            "- run: |\n    set -e\n\n    echo ${{ github.head_ref }}",
            ("puts a stranger's words into a shell",),
            id="a branch's name, further down",
        ),
        pytest.param(
            "- env:\n    TITLE: ${{ github.event.issue.title }}\n  run: echo $TITLE",
            (),
            id="by the environment",
        ),
        pytest.param(
            "- run: echo\n  with:\n    title: ${{ github.event.issue.title }}",
            (),
            id="beside the script",
        ),
        pytest.param("- run: echo ${{ github.sha }}", (), id="a hash"),
        pytest.param(
            "    secrets: inherit", ("hands all secrets to another workflow",), id="all secrets"
        ),
        pytest.param("    # secrets: inherit", (), id="a comment"),
    ],
)
def test_a_danger_is_told_and_what_only_resembles_one_is_not(web, text, found):
    assert dangers(web, text) == found


def test_other_files_and_empty_folders_are_no_workflows(web):
    assert web.snapshot(workflow_files)[0].records == ()

    put(web, "- uses: a/b@v1", name="README.md")
    assert web.snapshot(workflow_files)[0].records == ()


def test_folders_that_are_denied_are_omissions_and_not_empty(web):
    web.server.deny("Repository.object")
    for collector in (action_uses, workflow_files):
        snapshot, _ = web.snapshot(collector)
        assert snapshot.records == ()
        assert snapshot.omissions == (Omission(where="github:acme/web", why=DENIED),)


def test_a_file_whose_text_is_denied_is_in_doubt(web):
    put(web, "- uses: a/b@v1")
    web.server.deny("Blob.text")
    (found,) = web.snapshot(workflow_files)[0].records

    assert found.dangers == Unread(why=DENIED)
    omissions = web.snapshot(action_uses)[0].omissions
    assert omissions == (Omission(where="github:acme/web ci.yaml", why=DENIED),)
