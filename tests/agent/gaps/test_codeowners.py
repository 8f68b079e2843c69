"""Whose a repository or a file in it is: GitHub's own rules, by the examples of its manual."""

import pytest

from agent.gaps.codeowners import owners_of

ALL = ("*", ("@acme/core",))


def owner(path, *rules):
    """Who owns a file below `.github/`, as a workflow's finding names it."""
    return owners_of(f"R_1/{path}", "acme/web ci.yml", {"acme/web": rules})


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("*", ".github/workflows/ci.yml", True),
        ("*.yml", ".github/workflows/ci.yml", True),
        ("*.js", ".github/workflows/ci.yml", False),
        (".github/", ".github/workflows/ci.yml", True),
        ("/.github/", ".github/workflows/ci.yml", True),
        ("workflows/", ".github/workflows/ci.yml", True),
        ("/workflows/", ".github/workflows/ci.yml", False),
        ("workflows", ".github/workflows/ci.yml", True),
        (".github/*", ".github/workflows/ci.yml", False),
        (".github/*", ".github/dependabot.yml", True),
        ("**/workflows", ".github/workflows/ci.yml", True),
        ("/.github/**/*.yml", ".github/workflows/ci.yml", True),
        ("/.github/**", ".github/workflows/ci.yml", True),
        (".github/workflows/c?.yml", ".github/workflows/ci.yml", True),
        (".github/workflows/ci.yml", ".github/workflows/ci.yml", True),
        (".github/workflows/ci.yml", ".github/workflows/ci.yml.old", False),
        (".github/workflows/CI.yml", ".github/workflows/ci.yml", False),
        (".github/workflows/ciXyml", ".github/workflows/ci.yml", False),
    ],
)
def test_a_pattern_matches_as_in_a_gitignore(pattern, path, matches):
    assert bool(owner(path, (pattern, ("@ann",)))) is matches


def test_the_last_pattern_that_matches_wins_and_one_without_an_owner_takes_it_from_all():
    workflows = ("/.github/workflows/", ("@acme/platform", "@ann"))
    free = ("/.github/workflows/labels.yml", ())

    assert owner(".github/workflows/ci.yml", ALL, workflows, free) == ("@acme/platform", "@ann")
    assert owner(".github/workflows/labels.yml", ALL, workflows, free) == ()
    assert owner(".github/workflows/ci.yml", workflows, ALL) == ("@acme/core",)


@pytest.mark.parametrize(
    "name",
    ["acme/web", "acme/web main", "acme/web#12", "acme/web@0a1b2c to production"],
    ids=["a repository", "its branch", "a change", "a deployment"],
)
def test_what_is_about_a_whole_repository_belongs_to_who_owns_everything(name):
    rules = (ALL, ("/infra/", ("@acme/ops",)))

    assert owners_of("R_1", name, {"acme/web": rules}) == ("@acme/core",)
    assert owners_of("R_1", name, {"acme/web": rules[1:]}) == ()
    assert owners_of("R_1", name, {"acme/webshop": rules}) == ()


def test_people_and_whatever_is_called_otherwise_have_no_code_owner():
    known = {"acme/web": (ALL,)}

    assert owners_of("U_1", "ann", known) == ()
    assert owners_of("I_1", "invitation of acme/web", known) == ()


@pytest.mark.parametrize(
    "pattern", ["[", "[a]*", "(a+)+$", "\\", "!*", "*a" * 40 + "b", "**/" * 40 + "b", "a" * 9_000]
)
def test_a_hostile_pattern_matches_nothing_and_ends(pattern):
    assert owner(".github/workflows/" + "a" * 500, (pattern, ("@mallory",))) == ()
