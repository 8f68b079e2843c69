"""The catalogue is read strictly, and a part that contradicts another stops the program."""

import shutil

import pytest

from agent import catalogue as module
from agent.catalogue import (
    REQUIRED_DOCUMENTS,
    BadCatalogue,
    Cadence,
    Document,
    config_folder,
    load_catalogue,
)


@pytest.fixture
def edited(tmp_path):
    """A copy of the catalogue with one text replaced by another."""

    def edited(name, old, new):
        for file in module.FILES:
            shutil.copy(config_folder() / file, tmp_path)
        text = (tmp_path / name).read_text()
        assert old in text
        (tmp_path / name).write_text(text.replace(old, new, 1))
        return tmp_path

    return edited


def test_key_and_supporting_controls_follow_from_the_controls():
    catalogue = load_catalogue()

    assert [c.id for c in catalogue.key_controls("CC6.2")] == ["ACC-04", "ACC-05", "ACC-06"]
    assert [c.id for c in catalogue.supporting_controls("CC6.2")] == ["ACC-01", "ACC-08"]
    assert catalogue.criteria_of(("ACC-02", "ACC-04")) == ("CC6.1", "CC6.2", "CC6.3", "CC6.6")


def test_a_control_knows_all_its_checks_and_what_it_promises():
    control = load_catalogue().controls["GOV-04"]

    assert control.checks == (
        "github.policy.approved-by-owner",
        "documents.policy.approved-on-schedule",
        "people.acknowledgement.policies-current",
        REQUIRED_DOCUMENTS,
    )
    assert control.promise == "governance"


@pytest.mark.parametrize(
    ("control", "promise"),
    [
        ("CC1.4", "governance"),
        ("CC6.1", "access"),
        ("PI1.3", "processing_integrity"),
        ("P6.1", "privacy"),
    ],
)
def test_a_promise_is_named_after_the_series_of_its_first_criterion(control, promise):
    controls = load_catalogue().controls.values()

    assert {c.promise for c in controls if c.key_for[0] == control} == {promise}


def test_a_document_may_be_due_besides_its_cadence():
    documents = load_catalogue().controls["GOV-03"].evidence.documents

    assert documents[0] == Document(
        name="Organisation chart", cadence=Cadence.QUARTERLY, also="on change"
    )


@pytest.mark.parametrize(
    ("name", "old", "new", "complaint"),
    [
        pytest.param(
            "controls.yaml",
            "criteria: [CC1.1, CC1.5]",
            "criteria: [CC1.1, CC1.9]",
            "GOV-01 serves CC1.9, which is no criterion",
            id="unknown criterion",
        ),
        pytest.param(
            "controls.yaml",
            "criteria: [CC1.1, CC1.5]",
            "criteria: [CC1.5]",
            "GOV-01 is key for CC1.1, but does not serve it",
            id="key for what it does not serve",
        ),
        pytest.param(
            "controls.yaml",
            "key_for: [CC1.1]",
            "key_for: [CC1.5]",
            "no control chiefly answers CC1.1",
            id="criterion left alone",
        ),
        pytest.param(
            "controls.yaml",
            "automated: [documents.nil-return.signed]",
            "automated: [documents.nil-return.sealed]",
            "GOV-01 names documents.nil-return.sealed, which is not on the worklist\n"
            "documents.nil-return.signed tests GOV-01, which does not name it",
            id="unknown check",
        ),
        pytest.param(
            "checks.yaml",
            "controls: [ACC-02, ACC-03]",
            "controls: [ACC-02]",
            "ACC-03 names aws.account.root-mfa-on, which does not name ACC-03",
            id="check that knows nothing of its control",
        ),
        pytest.param(
            "checks.yaml",
            "controls: [ACC-02, ACC-03]",
            "controls: [ACC-02, ACC-03, ACC-99]",
            "aws.account.root-mfa-on tests ACC-99, which is no control",
            id="unknown control",
        ),
        pytest.param(
            "checks.yaml",
            "controls: [ACC-02, ACC-03]",
            "controls: [ACC-02, ACC-03, ACC-04]",
            "aws.account.root-mfa-on tests ACC-04, which does not name it",
            id="control that knows nothing of its check",
        ),
        pytest.param(
            "controls.yaml",
            "after: [IR-01]",
            "after: [IR-99]",
            "IR-02 comes after IR-99, which is no control",
            id="comes after nothing",
        ),
        pytest.param(
            "controls.yaml",
            "after: [GOV-03]",
            "after: [GOV-09]",
            "GOV-02 comes after GOV-09, which belongs to a later phase",
            id="comes after a later phase",
        ),
        pytest.param(
            "controls.yaml",
            "after: [DAT-01]",
            "after: [VEN-02]",
            "these controls come after each other in a circle: VEN-01, VEN-02",
            id="circle of controls",
        ),
        pytest.param(
            "criteria.yaml",
            "id: CC1.2",
            "id: CC1.1",
            "CC1.1 stands in the catalogue twice",
            id="one id twice",
        ),
    ],
)
def test_each_contradiction_is_one_line(edited, name, old, new, complaint):
    with pytest.raises(BadCatalogue) as refused:
        load_catalogue(edited(name, old, new))

    assert str(refused.value) == complaint


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        pytest.param("criteria.yaml", "  title:", "  tittle:", id="unknown key"),
        pytest.param("controls.yaml", "effort: S", "effort: XL", id="unknown effort"),
        pytest.param("controls.yaml", "cadence: annual", "cadence: anual", id="unknown cadence"),
        pytest.param("controls.yaml", "key_for: [CC1.1]", "key_for: []", id="key for nothing"),
        pytest.param("checks.yaml", "severity: critical", "severity: urgent", id="severity"),
        pytest.param("checks.yaml", "checks:", "checks: [", id="no YAML"),
    ],
)
def test_what_is_not_as_declared_is_refused_with_its_file(edited, name, old, new):
    with pytest.raises(BadCatalogue, match=name):
        load_catalogue(edited(name, old, new))


def test_a_changed_mapping_has_another_digest(edited):
    before = load_catalogue().digest

    assert load_catalogue(edited("controls.yaml", "phase: 1", "phase: 2")).digest != before


def test_the_catalogue_is_found_in_the_installed_package_and_in_the_sources(tmp_path, monkeypatch):
    package = tmp_path / "agent"
    monkeypatch.setattr(module, "__file__", str(package / "catalogue.py"))
    (tmp_path / "config").mkdir()
    assert config_folder() == tmp_path / "config"

    (package / "config").mkdir(parents=True)
    assert config_folder() == package / "config"
