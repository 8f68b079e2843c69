"""What the pages of the repository say is what the program does."""

import re
import shlex
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import typer

from agent.catalogue import load_catalogue
from agent.cli import COULD_NOT_RUN, INCOMPLETE, SOMETHING_NEW, app
from agent.registry import all_checks, all_collectors, all_joins
from agent.settings.loading import load_settings
from agent.version import VERSION
from collectors.strict_yaml import load

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
PICTURES = tuple(sorted((ROOT / "docs").glob("*.svg")))
PROGRAM = typer.main.get_command(app)
COMMANDS = PROGRAM.commands
CATALOGUE = load_catalogue()

FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+(?:\n[^`\n]+)?)`")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
A_PATH = re.compile(r"[\w.-]+(/[\w.-]+)*/?")
ENDINGS = (".md", ".py", ".yaml", ".toml", ".txt", ".svg", ".json")
THE_OPERATORS_OWN = {"gapwatch.yaml", "dist/"}
"""Files that a person has who uses the program: they are not in the repository."""
AN_ID = re.compile(
    r"(?<![\w/])(?:aws|gcp|github|documents|derived|people|backups)(?:\.[a-z0-9_-]+)+"
)
ONLY_AN_AUDITOR_MAY = re.compile(
    r"\b((non-?)?compliant|certif(y|ies|ied|ication)|audit-?ready|guarantee[sd]?)\b", re.IGNORECASE
)
ITS_NAME = "devices.compliant-and-assigned"
SMALLEST = {
    "company": "{name: Acme, service: Acme Cloud}",
    "assessment": "{report: type-2, criteria: [security], window: {start: 2026-10-01, end: "
    "2027-03-31}}",
    "sources": "{documents: [{name: policies, path: ./policies, registers: ./registers}]}",
}
"""What a fragment of a configuration is completed by."""


def text(page):
    return (ROOT / page).read_text(encoding="utf-8")


def code(page):
    """Every piece of a page that is set as code, a line each."""
    written = text(page)
    fenced = [
        line.strip() for _, body in FENCE.findall(written) for line in body.splitlines() if line
    ]
    return fenced + [" ".join(span.split()) for span in SPAN.findall(FENCE.sub("", written))]


def every(found):
    """Cases of each page: what was found there in its code."""
    return [
        pytest.param(case, id=f"{page} {case}")
        for page in PAGES
        for case in dict.fromkeys(match for piece in code(page) for match in found(piece))
    ]


def options_of(command):
    return {option for parameter in command.params for option in parameter.opts}


def invocations(piece):
    return [piece] if piece.startswith("gapwatch ") else []


def options(piece):
    return re.findall(r"^--[a-z]+", piece)


def targets(piece):
    return re.findall(r"^make ([a-z]+)", piece)


def paths(piece):
    rooted = "/" in piece and (ROOT / piece.partition("/")[0]).is_dir()
    named = A_PATH.fullmatch(piece) and (rooted or piece.endswith(ENDINGS))
    return [piece] if named and piece not in THE_OPERATORS_OWN else []


def yaml_examples():
    return [
        pytest.param(body, id=f"{page} example {number}")
        for page in PAGES
        for number, (language, body) in enumerate(FENCE.findall(text(page)), 1)
        if language == "yaml"
    ]


@pytest.mark.parametrize("invocation", every(invocations))
def test_every_command_named_exists_with_its_options(invocation):
    _, name, *arguments = shlex.split(invocation)
    if name == "--version":
        return
    given = {argument for argument in arguments if argument.startswith("-")}

    assert given <= options_of(COMMANDS[name])


@pytest.mark.parametrize("option", every(options))
def test_every_option_named_by_itself_is_one_of_some_command(option):
    assert any(option in options_of(command) for command in (PROGRAM, *COMMANDS.values()))


def test_the_table_of_commands_is_whole():
    listed = re.findall(r"^\| `gapwatch ([a-z]+)` \|", text("README.md"), re.MULTILINE)

    assert set(listed) == set(COMMANDS)
    assert len(set(listed)) == len(listed)


def test_the_table_of_exit_statuses_is_whole():
    listed = re.findall(r"^\| (\d) \|", text("README.md"), re.MULTILINE)

    assert sorted(map(int, listed)) == sorted((0, COULD_NOT_RUN, SOMETHING_NEW, INCOMPLETE))


def test_the_options_that_narrow_a_cycle_exist():
    (row,) = re.findall(r"^\| `gapwatch run` \|(.*)$", text("README.md"), re.MULTILINE)

    assert set(re.findall(r"--[a-z]+", row)) <= options_of(COMMANDS["run"])


@pytest.mark.parametrize("target", every(targets))
def test_every_target_of_make_named_exists(target):
    assert re.search(rf"^{target}:", text("Makefile"), re.MULTILINE)


@pytest.mark.parametrize("path", every(paths))
def test_every_file_named_exists(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_to_a_file(page):
    assert [target for target in LINK.findall(text(page)) if not (ROOT / target).exists()] == []


@pytest.mark.parametrize("name", every(AN_ID.findall))
def test_every_check_and_collector_named_exists(name):
    units = {*all_checks(), *all_collectors(), *all_joins(), *CATALOGUE.checks}

    assert name in units


@pytest.mark.parametrize("example", yaml_examples())
def test_every_example_of_a_configuration_loads(example, tmp_path):
    indent = len(example) - len(example.lstrip(" "))
    given = "\n".join(line[indent:] for line in example.splitlines())
    missing = SMALLEST.keys() - load(given, file="example").keys()
    path = tmp_path / "gapwatch.yaml"
    path.write_text(given + "".join(f"\n{key}: {SMALLEST[key]}" for key in sorted(missing)))

    assert load_settings(path, all_checks(), collectors=(*all_collectors(), *all_joins()))


def test_the_readme_claims_no_more_checks_than_there_are():
    said = " ".join(text("README.md").split())
    (claim,) = re.findall(r"More than (\d+) of some (\d+) checks on the worklist", said)
    carried_out, planned = map(int, claim)

    assert carried_out < len(all_checks())
    assert abs(planned - len(CATALOGUE.checks)) < 10


def test_every_version_says_what_it_does_to_verdicts():
    versions = re.split(r"^## ", text("CHANGELOG.md"), flags=re.MULTILINE)[1:]

    assert versions[0].startswith(f"[{VERSION}]")
    assert all("\n### Verdicts\n" in version for version in versions)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_every_picture_says_in_words_what_it_shows(picture):
    svg = "{http://www.w3.org/2000/svg}"
    root = ET.parse(picture).getroot()
    described_by = root.get("aria-labelledby", "").split()

    assert root.get("role") == "img"
    assert [root.find(f"{svg}{part}").get("id") for part in ("title", "desc")] == described_by
    assert all(root.find(f"{svg}{part}").text.strip() for part in ("title", "desc"))


WORDS = [
    *(ROOT / page for page in PAGES),
    *PICTURES,
    *sorted((ROOT / "config").glob("*.yaml")),
    *sorted((ROOT / "config").glob("*.md")),
    *sorted((ROOT / "deploy").rglob("*.*")),
    *sorted((ROOT / "agent").rglob("*.j2")),
]


@pytest.mark.parametrize("file", WORDS, ids=lambda file: str(file.relative_to(ROOT)))
def test_nothing_says_what_only_an_auditor_may(file):
    said = file.read_text(encoding="utf-8").replace(ITS_NAME, "")

    assert [found.group() for found in ONLY_AN_AUDITOR_MAY.finditer(said)] == []


@pytest.mark.parametrize("name", [None, *COMMANDS])
def test_no_help_says_what_only_an_auditor_may(name):
    command = COMMANDS[name] if name else PROGRAM
    context = typer.Context(command, info_name=name or "gapwatch")

    assert ONLY_AN_AUDITOR_MAY.search(command.get_help(context)) is None


@pytest.mark.parametrize("check", all_checks().values(), ids=lambda check: check.id)
def test_no_check_says_what_only_an_auditor_may(check):
    said = f"{check.title} {check.rationale} {check.remediation}"

    assert ONLY_AN_AUDITOR_MAY.search(said) is None
