"""What the catalogue promises and what the program does are the same."""

import re

import msgspec
import pytest

from agent.alerts.routing import ALERTS
from agent.catalogue import REQUIRED_DOCUMENTS, config_folder, load_catalogue
from agent.gaps import events
from agent.registry import all_checks
from agent.settings.loading import annotated_example, load_settings
from collectors.strict_yaml import load

CATALOGUE = load_catalogue()
NEVER_SAID = re.compile(r"\b(compliant|certified)\b", re.IGNORECASE)


@pytest.mark.parametrize("check", all_checks().values(), ids=lambda check: check.id)
def test_every_implemented_check_is_on_the_worklist_as_it_is(check):
    planned = CATALOGUE.checks[check.id]

    assert set(check.controls) == set(planned.controls)
    assert check.severity is planned.severity
    assert check.empty is planned.empty
    assert {n: msgspec.to_builtins(t.default) for n, t in check.thresholds.items()} == {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in planned.thresholds.items()
    }


def test_the_catalogue_is_whole():
    assert len(CATALOGUE.criteria) == 61
    assert len(CATALOGUE.controls) == 71


@pytest.mark.parametrize("criterion", CATALOGUE.criteria.values(), ids=lambda c: c.id)
def test_a_criterion_belongs_to_the_series_of_its_id(criterion):
    assert criterion.series.partition(" ")[0] == criterion.id.partition(".")[0]


@pytest.mark.parametrize("control", CATALOGUE.controls.values(), ids=lambda c: c.id)
def test_a_control_that_nothing_tests_asks_for_a_document_or_a_population(control):
    assert control.checks
    assert control.evidence.documents or control.evidence.populations


def test_the_check_of_documents_tests_whoever_asks_for_one():
    asking = {c.id for c in CATALOGUE.controls.values() if c.evidence.documents}

    assert set(CATALOGUE.checks[REQUIRED_DOCUMENTS].controls) == asking


def test_every_register_of_a_population_exists():
    file = config_folder() / "registers.yaml"
    known = {register["name"] for register in load(file.read_text(), file=str(file))["registers"]}
    named = {
        register
        for control in CATALOGUE.controls.values()
        for population in control.evidence.populations
        for register in population.registers
    }
    called = {
        call.removeprefix("register:")
        for check in CATALOGUE.checks.values()
        for call in check.calls
        if call.startswith("register:")
    }

    assert named | called <= known


@pytest.mark.parametrize("name", ["criteria.yaml", "controls.yaml", "checks.yaml", "example.yaml"])
def test_the_catalogue_never_says_what_only_an_auditor_may(name):
    words = re.sub(r"devices\.compliant-and-assigned", "", (config_folder() / name).read_text())

    assert NEVER_SAID.findall(words) == []


def test_a_route_can_ask_only_for_what_the_log_can_hold():
    kinds = {
        kind.__struct_config__.tag
        for kind in vars(events).values()
        if isinstance(kind, type) and issubclass(kind, events.Happened)
    }

    assert set(ALERTS) <= kinds


def test_the_annotated_example_names_checks_there_are(tmp_path):
    path = tmp_path / "gapwatch.yaml"
    path.write_text(annotated_example())

    assert load_settings(path, all_checks())
