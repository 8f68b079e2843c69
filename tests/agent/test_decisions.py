"""The commands by which people decide: what they answer, and what they refuse."""

import json

import pytest

from agent.cli import main

CONFIGURATION = """
company: {name: Acme, service: Acme Cloud}
assessment:
  report: type-2
  criteria: [security]
  window: {start: 2026-10-01, end: 2027-03-31}
sources:
  documents: [{name: policies, path: ./policies, registers: ./registers}]
owners: {default: olga@acme.test}
acceptances: {longest: {critical: 9999d, high: 9999d, medium: 9999d, low: 9999d}}
"""
FOR_GOOD = "2040-12-31"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("acme")
    (folder / "policies").mkdir()
    (folder / "registers").mkdir()
    (folder / "gapwatch.yaml").write_text(CONFIGURATION)
    return folder


@pytest.fixture
def gapwatch(folder, monkeypatch, capsys):
    """Runs the command in a company's folder; gives status, answer and what was told."""

    def run(*arguments):
        monkeypatch.chdir(folder)
        monkeypatch.setattr("agent.console.set_up_logs", lambda **_: None)  # ours outlive the test
        monkeypatch.setattr("sys.argv", ["gapwatch", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        answer, told = capsys.readouterr()
        return ended.value.code or 0, answer, told

    return run


def accepting(*arguments, approver="anna@acme.test", until=FOR_GOOD):
    said = ("--reason", "it is moved", "--compensating", "a guard", "--by", "bert@acme.test")
    return ("accept", *arguments, *said, "--approved-by", approver, "--until", until)


def test_people_decide_and_everybody_sees_it(gapwatch):
    gapwatch("run")
    status, _, told = gapwatch(*accepting("--gap", "1", approver="olga@acme.test"))
    assert (status, "olga@acme.test owns the gap" in told) == (1, True)
    status, answer, _ = gapwatch(*accepting("--gap", "1"), "--json")
    assert (status, json.loads(answer)[0]["until"]) == (0, FOR_GOOD)
    status, _, _ = gapwatch("assign", "2", "--by", "boss", "--owner", "ann", "--due", FOR_GOOD)
    assert status == 0

    gaps = {gap["number"]: gap for gap in json.loads(gapwatch("gaps", "--json")[1])}
    assert (gaps[1]["state"], gaps[1]["accepted_until"]) == ("accepted", FOR_GOOD)
    assert (gaps[2]["owner"], gaps[2]["due"]) == ("ann", FOR_GOOD)
    (known,) = json.loads(gapwatch("acceptances", "--json")[1])
    assert (known["state"], known["covers"], known["by"]) == ("active", "G-1", "bert@acme.test")
    status = json.loads(gapwatch("status", "--json")[1])[0]
    assert status["accepted_gaps"] == 1
    assert status["accepted"] == [f"A-1 until {FOR_GOOD}: G-1 by bert@acme.test"]

    status, _, told = gapwatch("withdraw", "1", "--by", "anna@acme.test", "--reason", "too risky")
    assert (status, "A-1 is withdrawn: 1 finding open again" in told) == (0, True)
    assert json.loads(gapwatch("findings", "--json", "-w", "state=accepted")[1]) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (accepting(), "give one of FINDING, --gap, and a pattern"),
        (accepting("--gap", "9999"), "nothing that fails fits G-9999"),
        (accepting("F-NOBODY"), "nothing that fails fits F-NOBODY"),
        (accepting("--gap", "2", until="2020-01-01"), "2020-01-01 is over"),
        (("assign", "9999", "--by", "boss", "--owner", "ann"), "there is no G-9999"),
        (("assign", "2", "--by", "boss"), "nothing is said"),
        (("assign", "2", "--by", " ", "--owner", "ann"), "--by must not be empty"),
        (("withdraw", "77", "--by", "a", "--reason", "b"), "there is no A-77"),
        (("explain", "F-NOBODY", "--by", "a", "--reason", "b"), "there is no F-NOBODY"),
    ],
)
def test_what_cannot_be_decided_is_refused_with_a_sentence(gapwatch, arguments, told):
    gapwatch("run")
    status, _, said = gapwatch(*arguments)
    assert (status, told in " ".join(said.replace("│", " ").split())) == (1, True)
