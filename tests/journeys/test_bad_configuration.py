"""A configuration that cannot be used stops the program: one line, and nothing is written."""

import pytest


def files(company):
    """Everything that lies in the company's folder, with its content."""
    return {
        str(path.relative_to(company.folder)): path.read_bytes()
        for path in company.folder.rglob("*")
        if path.is_file()
    }


def refused(company, *arguments, **environment):
    """The one line on standard error, if the command did nothing else at all."""
    before = files(company)
    answer = company.gapwatch(*arguments, **environment)

    assert answer.status == 1
    assert answer.out == ""
    assert files(company) == before
    (line,) = answer.told.splitlines()
    return line


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(
            {"sorces": {}},
            "$.sorces: unknown key: did you mean `sources`?",
            id="unknown key",
        ),
        pytest.param(
            {"thresholds": {"aws.s3.public-acces-blocked": {}}},
            "$.thresholds.aws.s3.public-acces-blocked: unknown check: "
            "did you mean `aws.s3.public-access-blocked`?",
            id="unknown check",
        ),
        pytest.param(
            {"thresholds": {"aws.iam.access-key-rotated": {"max_age": 60}}},
            "$.thresholds.aws.iam.access-key-rotated.max_age: unknown threshold: "
            "this check has `max_age_days`",
            id="unknown threshold",
        ),
        pytest.param(
            {"schedule": {"default": "soon"}},
            "$.schedule.default: must be a number with its unit, such as 90s, 15m, 1h or 1d",
            id="bad interval",
        ),
        pytest.param(
            {"schedule": {"asw": "1h"}},
            "$.schedule.asw: unknown source or collector: did you mean `aws`?",
            id="interval of nothing",
        ),
        pytest.param(
            {"owners": {"ACCC-01": "ada@acme.test"}},
            "$.owners.ACCC-01: unknown control, area or promise: did you mean `ACC-01`?",
            id="unknown control",
        ),
        pytest.param(
            {"alerts": [{"to": "json://user:pass@127.0.0.1/"}]},
            "$.alerts[0].to: may hold credentials: write env:NAME or file:PATH",
            id="secret in the open",
        ),
    ],
)
def test_a_bad_value_is_told_with_file_path_and_remedy(fresh, change, told):
    with fresh.settings() as settings:
        settings.update(change)

    assert refused(fresh, "run") == f"gapwatch: {fresh.configuration}: {told}"


@pytest.mark.parametrize("command", ["run", "serve"])
def test_a_missing_secret_is_told_with_the_place_that_refers_to_it(fresh, command):
    assert refused(fresh, command, DEMO_GITHUB_TOKEN=None) == (
        f"gapwatch: {fresh.configuration}: $.sources.github[0].token: "
        "the environment variable DEMO_GITHUB_TOKEN is not set: set it"
    )


@pytest.mark.parametrize("command", ["run", "serve"])
def test_a_malformed_register_row_is_told_with_its_line(fresh, command):
    register = fresh.folder / "documents/registers/people.csv"
    lines = len(register.read_text().splitlines())
    with register.open("a") as file:
        file.write("p99,ada@acme.test,employee,soon,,\n")

    assert refused(fresh, command) == (
        f"gapwatch: documents:company: registers/people.csv, line {lines + 1}, start_date: "
        "write a date such as 2026-10-01"
    )


def test_a_file_that_is_no_yaml_is_told_with_its_line(fresh):
    fresh.configuration.write_text("company: {name: Acme\n")
    assert refused(fresh, "run").startswith(f"gapwatch: {fresh.configuration}, line 2: ")


@pytest.mark.parametrize("command", ["run", "serve", "status", "verify", "verdicts"])
def test_a_missing_file_is_told_with_the_command_that_writes_one(fresh, command):
    nowhere = str(fresh.folder / "nowhere.yaml")
    assert refused(fresh, command, GAPWATCH_CONFIG=nowhere) == (
        f"gapwatch: {nowhere}: there is no such file: `gapwatch init` writes one"
    )


@pytest.mark.parametrize("command", ["status", "verify", "gaps", "rebuild"])
def test_a_store_that_is_not_there_yet_is_told_and_not_made(fresh, command):
    assert refused(fresh, command) == (
        f"gapwatch: there is no store at {fresh.database} yet: `gapwatch run` makes the first cycle"
    )


def test_a_selection_of_nothing_is_told(fresh):
    assert refused(fresh, "run", "--check", "aws.s3.nothing").startswith(
        "gapwatch: no check is left"
    )


def test_a_scope_that_nothing_has_is_told_and_is_no_success(company):
    answer = company.run("--source", "documents", "--scope", "documents:compnay")

    assert (answer.status, answer.out) == (1, "")
    assert "gapwatch: nothing has the scope documents:compnay: " in answer.told
