"""What other machines read: held against the validators of others, and against ourselves."""

import copy
import csv
import io
import json
from dataclasses import replace
from uuid import UUID

import pytest
from botocore.session import get_session
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding
from trestle.oscal.assessment_plan import AssessmentPlan
from trestle.oscal.assessment_results import AssessmentResults
from trestle.oscal.catalog import Catalog
from trestle.oscal.component import ComponentDefinition
from trestle.oscal.mapping import MappingCollection
from trestle.oscal.poam import PlanOfActionAndMilestones

from agent.exports.asff import NoAccount, batches
from agent.exports.material import NothingToExport, material
from agent.exports.ocsf import compliance_findings
from agent.exports.oscal.references import contradictions
from agent.exports.text import line, marked, token
from agent.exports.writing import export, oscal
from agent.store import queries
from checks.contract import Outcome
from tests.acceptance.oscal_schemas import validator
from tests.agent.proof.company import company as small_company

TRESTLE = {
    "assessment-plan": AssessmentPlan,
    "assessment-results": AssessmentResults,
    "catalog": Catalog,
    "component-definition": ComponentDefinition,
    "mapping-collection": MappingCollection,
    "plan-of-action-and-milestones": PlanOfActionAndMilestones,
}
FILES = (
    *("criteria-catalog.json", "controls-catalog.json", "component-definition.json"),
    *("mapping-collection.json", "assessment-plan.json", "assessment-results.json", "poam.json"),
)
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="session")
def told(estate):
    company, store, _ = estate
    return material(company.reading(store), log="gapwatch/demo")


@pytest.fixture(scope="session")
def documents(told):
    return oscal(told)


@pytest.fixture(scope="session")
def schema():
    return validator()


@pytest.mark.parametrize("file", FILES)
def test_nists_schema_takes_every_document(documents, schema, file):
    found = schema.iter_errors(documents[file])
    assert [f"{error.instance_path}: {error.message[:300]}" for error in found] == []


@pytest.mark.parametrize("file", FILES)
def test_trestle_takes_every_document(documents, file):
    ((root, content),) = documents[file].items()
    assert str(TRESTLE[root].parse_obj(content).uuid) == content["uuid"]


def test_identities_are_made_from_names_so_the_same_store_gives_the_same_bytes(told, estate):
    company, store, _ = estate
    again = material(company.reading(store), log="gapwatch/demo")
    assert json.dumps(oscal(told)) == json.dumps(oscal(again))
    other = material(company.reading(store), log="gapwatch/another")
    assert oscal(told)["poam.json"] != oscal(other)["poam.json"]
    assert {UUID(one).version for one in _uuids(oscal(told))} == {5}


def test_nothing_points_nowhere(documents):
    assert list(contradictions(documents)) == []


POINTING = ("observation-uuid", "risk-uuid", "activity-uuid", "subject-uuid", "control-id", "href")


@pytest.mark.parametrize("field", [*POINTING, "target-id", "id-ref", "party-uuids", "methods"])
def test_a_pointer_to_nowhere_is_told_by_us_and_by_nobody_else(documents, schema, field):
    """Each kind of pointer is bent once; the validators of others take most of them."""
    bent, file = _bent(documents, field)
    told = list(contradictions(bent))
    assert len(told) == 1
    assert told[0].startswith(f"{file}: ")
    assert schema.is_valid(bent[file])


def test_an_identity_given_twice_is_told(documents):
    bent = copy.deepcopy(documents)
    (result,) = bent["assessment-results.json"]["assessment-results"]["results"]
    result["risks"].append(result["risks"][0])
    assert all("is given 2 times" in one for one in contradictions(bent))
    assert list(contradictions(bent))


def test_a_control_is_satisfied_only_if_it_is_effective(documents, told):
    (result,) = documents["assessment-results.json"]["assessment-results"]["results"]
    states = {control.id: control.state.value for control in told.controls}
    assert len(result["findings"]) == len(states)
    for finding in result["findings"]:
        control = finding["target"]["target-id"].removesuffix("_smt")
        satisfied = finding["target"]["status"]["state"] == "satisfied"
        assert satisfied == (states[control] == "effective")
    assert {"deficient", "undetermined", "not_evidenced"} & set(states.values())


def test_ocsf_takes_every_finding_and_its_life_is_told(told):
    events = list(compliance_findings(told))
    for event in events:
        ComplianceFinding.model_validate(event)
        assert event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]
    lives = {}
    for event in events:
        lives.setdefault(event["finding_info"]["uid"], []).append(event["activity_id"])
    assert all(life[0] == 1 and 1 not in life[1:] for life in lives.values())
    assert len({event["metadata"]["uid"] for event in events}) == len(events)
    newest = {event["finding_info"]["uid"]: event for event in events}
    for control in told.controls:
        status = newest[told.uuid("control", control.id)]["compliance"]["status_id"]
        expected = {"effective": 1, "deficient": 3, "accepted": 3}
        assert status == expected.get(control.state.value, 0)


def test_ocsf_opens_widens_and_closes_a_gap_under_one_identity(house):
    company = house.company
    told = material(company.reading(house.store), log="gapwatch.test/house")
    gap = next(gap for gap in told.gaps if gap.check == "test.door-shut" and gap.state == "closed")
    events = [
        event
        for event in compliance_findings(told)
        if event["finding_info"]["uid"] == told.uuid("gap", gap.number)
    ]
    assert [event["activity_name"] for event in events] == ["Create", "Close"]
    assert [event["compliance"]["status"] for event in events] == ["Fail", "Pass"]


def test_botocores_model_takes_every_batch(told):
    unread = [structs.replace(row, outcome=Outcome.UNDETERMINED) for row in told.verdicts[:150]]
    told = replace(told, verdicts=[*unread, *told.verdicts[150:]])
    model = get_session().get_service_model("securityhub")
    shape = model.operation_model("BatchImportFindings").input_shape
    found = list(batches(told, account="123456789012", region="eu-central-1"))
    assert found
    for batch in found:
        report = ParamValidator().validate(batch, shape)
        assert not report.has_errors(), report.generate_report()
        assert len(batch["Findings"]) <= 100
    findings = [finding for batch in found for finding in batch["Findings"]]
    statuses = _enumerated(shape)
    for finding in findings:
        assert finding["Compliance"]["Status"] in statuses
        assert len(json.dumps(finding).encode()) < 240_000
        assert len(finding["Title"]) <= 256
        assert len(finding["Description"]) <= 1024
    undetermined = [row for row in told.verdicts if row.outcome is Outcome.UNDETERMINED]
    unknown = [one for one in findings if one["Compliance"]["Status"] == "NOT_AVAILABLE"]
    assert len(unknown) == len(undetermined) > 0
    assert len({finding["Id"] for finding in findings}) == len(findings)


def test_without_an_account_security_hub_is_not_guessed_at(told):
    with pytest.raises(NoAccount, match=r"give --account: .*123456789012"):
        next(batches(told, account=None, region="eu-central-1"))
    with pytest.raises(NoAccount, match="give --region"):
        next(batches(told, account="123456789012", region=None))


@pytest.mark.parametrize("format", ["oscal", "ocsf", "asff", "csv"])
def test_every_format_is_written_and_the_log_is_told(estate, tmp_path, format):
    company, store, _ = estate
    out = tmp_path / "out"
    options = {"by": "alice", "account": "123456789012", "region": "eu-central-1"}
    files = export(company, store, format, out, **options)
    before = {path: path.read_bytes() for path in files}
    assert before
    export(company, store, format, out, **options)
    assert {path: path.read_bytes() for path in files} == before
    with store.reading() as connection:
        (_, newest) = next(queries.newest_entries(connection, kind="evidence_accessed"))
    assert (newest.action, newest.by) == ("exported", "alice")
    assert newest.what.startswith(format)


def test_the_lists_as_csv_have_the_fields_of_json(estate, tmp_path, told):
    company, store, _ = estate
    export(company, store, "csv", tmp_path, by="alice")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "gaps.csv").read_text())))
    assert [int(row["number"]) for row in rows] == [gap.number for gap in told.gaps]
    assert list(rows[0]) == list(told.gaps[0].__struct_fields__)


def test_before_the_first_cycle_there_is_nothing_to_export(tmp_path):
    acme = small_company(tmp_path)
    store = acme.store(create=True)
    with pytest.raises(NothingToExport, match="gapwatch run"):
        export(acme, store, "oscal", tmp_path / "out", by="alice")


@given(st.text())
def test_hostile_words_stay_one_visible_line_and_no_markup(text):
    assert line(text).isprintable()
    assert line(text) == line(text).strip() != ""
    for sign in "<[`*_":
        assert marked(text).count(sign) == marked(text).count(f"\\{sign}")
    assert token(f"a{text}").isascii()


def _bent(documents, field):
    """The same documents with one field of this name pointing nowhere, and the file's name."""
    nowhere = {
        "href": "#00000000-0000-5000-8000-000000000000",
        "methods": ["GUESS"],
        "party-uuids": ["00000000-0000-5000-8000-000000000000"],
    }
    value = nowhere.get(field)
    if value is None:
        value = "XXX-99" if field in ("control-id", "target-id", "id-ref") else nowhere["href"][1:]
    bent = copy.deepcopy(documents)
    for file, document in bent.items():
        if _bend(document, field, value):
            return bent, file
    raise AssertionError(field)


def _bend(value, field, to):
    if isinstance(value, dict):
        if field in value:
            value[field] = to
            return True
        return any(_bend(inner, field, to) for inner in value.values())
    return isinstance(value, list) and any(_bend(inner, field, to) for inner in value)


def _uuids(value):
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "uuid":
                yield inner
            yield from _uuids(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _uuids(inner)


def _enumerated(shape):
    return shape.members["Findings"].member.members["Compliance"].members["Status"].enum
