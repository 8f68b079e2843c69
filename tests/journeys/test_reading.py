"""The commands that read: the same words for programs in every version, and nothing else."""

import json
import re
from functools import cache

import pytest

FIELDS = {
    "verdicts": {
        *("check", "controls", "criteria", "source", "scope", "subject", "outcome", "reason"),
        *("observed", "severity", "observed_at", "snapshot"),
    },
    "findings": {
        *("id", "check", "subject", "scope", "kind", "state", "opened_at", "closed_at"),
        *("times_opened", "gap"),
    },
    "gaps": {
        *("number", "control", "criteria", "issue", "subjects", "severity"),
        *("recommended_action", "owner", "effort", "due", "state", "opened_at", "is_new"),
    },
    "controls": {"id", "title", "criteria", "area", "state", "since", "checks", "evidence"},
    "criteria": {"id", "category", "title", "state", "coverage", "controls"},
    "evidence": {
        *("id", "collector", "scope", "observed_at", "records", "calls", "complete", "omissions"),
    },
    "checks": {"id", "title", "severity", "controls", "criteria"},
    "status": {"last_cycle", "open_gaps", "blind", "troubles"},
}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
IDENTIFIED_BY = {
    "gaps": "number",
    "findings": "id",
    "verdicts": "subject",
    "controls": "id",
    "criteria": "id",
    "evidence": "id",
}


@pytest.fixture(scope="module")
def company(after_one_cycle):
    """What reads writes nothing, so one company serves all tests; the last one compares it."""
    return after_one_cycle[0]


@pytest.fixture(scope="module")
def untouched(company):
    return company.database.read_bytes()


@pytest.fixture(scope="module")
def answers(company, untouched):  # noqa: ARG001 - the store is looked at before the first question
    """What each command answers, asked once."""
    return cache(lambda command: company.gapwatch(command, "--json"))


@pytest.mark.parametrize("command", FIELDS)
def test_json_is_an_array_of_objects_with_the_published_fields(answers, command):
    answer = answers(command)

    assert answer.status == 0
    assert answer.told == ""
    assert answer.rows
    for row in answer.rows:
        assert row.keys() >= FIELDS[command]


@pytest.mark.parametrize("command", FIELDS)
def test_times_are_iso_8601_in_utc(answers, command):
    moments = [
        value
        for row in answers(command).rows
        for name, value in row.items()
        if name.endswith("_at") and value is not None
    ]
    assert [value for value in moments if not MOMENT.fullmatch(value)] == []


@pytest.mark.parametrize("command", FIELDS)
def test_a_table_is_for_people(company, command):
    answer = company.gapwatch(command)

    assert answer.status == 0
    assert answer.told == ""
    assert command in answer.out
    with pytest.raises(ValueError, match="Expecting value"):
        json.loads(answer.out)


@pytest.mark.parametrize("command", IDENTIFIED_BY)
def test_show_gives_everything_of_one(company, answers, command):
    (*_, one) = answers(command).rows
    name = str(one[IDENTIFIED_BY[command]])
    answer = company.gapwatch(command, "show", name, "--json")

    assert answer.status == 0
    assert {str(row[IDENTIFIED_BY[command]]) for row in answer.rows} == {name}
    assert one in answer.rows or command == "evidence"  # which tells more of one than of many


def test_show_is_for_people_too(company):
    answer = company.gapwatch("gaps", "show", "1")

    assert answer.status == 0
    assert "recommended action" in answer.out


@pytest.mark.parametrize("command", IDENTIFIED_BY)
def test_an_unknown_id_is_refused_with_a_sentence(company, command):
    answer = company.gapwatch(command, "show", "nothing-like-it", "--json")

    assert answer.status == 1
    assert answer.out == ""
    assert f"there is no nothing-like-it: `gapwatch {command}` lists them" in answer.told


def test_where_narrows_by_a_field_and_all_conditions_hold(company, answers):
    every = answers("verdicts").rows
    some = company.rows("verdicts", "--where", "outcome=failed", "--where", "source=aws")

    assert some == [row for row in every if (row["outcome"], row["source"]) == ("failed", "aws")]
    assert 0 < len(some) < len(every)


def test_where_looks_into_sequences_and_at_yes_and_no(company, answers):
    about_networks = [row for row in answers("verdicts").rows if "NET-02" in row["controls"]]

    assert company.rows("verdicts", "--where", "controls=NET-02") == about_networks
    assert about_networks
    assert company.rows("gaps", "--where", "is_new=false") == []


def test_where_with_an_unknown_field_names_those_there_are(company):
    answer = company.gapwatch("gaps", "--where", "colour=red")

    assert answer.status == 1
    assert "recommended_action" in answer.told


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("gaps", "--config", "{file}", "--json"), id="after"),
        pytest.param(("gaps", "-c", "{file}", "--json"), id="short"),
        pytest.param(("gaps", "--config", "{file}", "show", "1", "--json"), id="before show"),
        pytest.param(("gaps", "show", "1", "--config", "{file}", "--json"), id="after show"),
    ],
)
def test_the_configuration_is_named_by_an_option(company, arguments):
    given = [argument.format(file=company.configuration) for argument in arguments]
    answer = company.gapwatch(*given, GAPWATCH_CONFIG=None)

    assert answer.status == 0, answer.told
    assert answer.rows[0]["number"] == 1


def test_the_option_outweighs_the_environment(company):
    answer = company.gapwatch(
        "gaps", "--json", "--config", str(company.configuration), GAPWATCH_CONFIG="nowhere.yaml"
    )
    assert answer.status == 0


@pytest.mark.parametrize("arguments", [("nonsense",), ("run", "--scoep", "x"), ("gaps", "show")])
def test_misuse_is_no_new_gap(company, arguments):
    answer = company.gapwatch(*arguments)

    assert answer.status == 1
    assert "Usage: " in answer.told


def test_reading_wrote_nothing(company, untouched):
    assert company.database.read_bytes() == untouched
