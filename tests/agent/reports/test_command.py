"""`gapwatch report`: a file, an entry of the log, and one sentence for whatever is wrong."""

import json

import pytest

from tests.agent.reports.conftest import fill
from tests.agent.web.kept import CONFIGURATION
from tests.journeys.company import Company


@pytest.fixture
def acme(tmp_path, kept):
    fill(kept, 2)
    (tmp_path / "gapwatch.yaml").write_text(CONFIGURATION)
    return Company(folder=tmp_path)


def test_a_deliverable_is_written_and_stands_in_the_log(acme):
    file = acme.folder / "plan.json"
    answer = acme.gapwatch("report", "action-plan", "--out", str(file))
    assert (answer.status, answer.out) == (0, "")
    assert [action["number"] for action in json.loads(file.read_bytes())["actions"]] == [1, 2]
    (made,) = acme.log("report_made")
    assert (made["report"], made["format"], made["cycle"]) == ("action-plan", "json", 0)
    assert acme.gapwatch("rebuild").status == 0


WRONG = {
    "no format": (
        ("gap-analysis", "--out", "report.docx"),
        "its ending names no format: add --format, one of html, pdf, xlsx, json",
    ),
    "a day ahead": (
        ("gap-analysis", "--out", "a.html", "--as-of", "2999-01-01"),
        "--as-of 2999-01-01 lies ahead",
    ),
    "a day before everything": (
        ("roadmap", "--out", "a.html", "--as-of", "2001-01-01"),
        "the store knows nothing as of 2001-01-01",
    ),
    "no such folder": (("roadmap", "--out", "nowhere/a.html"), "cannot be written"),
    "no such report": (("poem", "--out", "a.html"), "'poem' is not one of"),
}


@pytest.mark.parametrize(("arguments", "why"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_in_one_sentence(acme, arguments, why):
    answer = acme.gapwatch("report", *arguments)
    assert answer.status == 1
    assert why in " ".join(answer.told.split())
    assert "Traceback" not in answer.told
    assert acme.log("report_made") == []


BAD = {
    "no time": ("{capacity: {default: 0}}", "$.roadmap.capacity.default: must lie between"),
    "no work": ("{effort: {S: 0}}", "$.roadmap.effort.S: must be at least"),
    "no such effort": ("{effort: {XL: 3}}", "unknown `XL`"),
}


@pytest.mark.parametrize(("section", "why"), BAD.values(), ids=BAD)
def test_a_roadmap_that_cannot_be_planned_is_refused_in_the_configuration(acme, section, why):
    with acme.configuration.open("a") as file:
        file.write(f"roadmap: {section}\n")
    answer = acme.gapwatch("report", "roadmap", "--out", "a.html")
    assert answer.status == 1
    assert why in answer.told
