"""What AWS's own scanners say, and what it means that one is off."""

import json

import pytest

from collectors.aws.account import NOT_TURNED_ON
from collectors.aws.analyzer_findings import outside_access
from collectors.aws.guardduty_findings import threat_findings
from collectors.aws.health import provider_events
from collectors.aws.inspector import vulnerability_scanning
from collectors.aws.macie import data_discovery
from collectors.aws.security_hub import posture_management
from collectors.evidence.aws.inspector import ScanType
from collectors.evidence.aws.security_hub import Standard
from collectors.evidence.record import Omission, Unread
from tests.collectors.aws.estates import ANSWERS, access, threat, trouble
from tests.collectors.aws.shaped import said
from tests.faults import Denied, Pages

REGION = "aws:123456789012/eu-west-1"


def only(snapshot):
    (record,) = snapshot.records
    return record


def kept(transcript):
    return json.dumps([exchange.response for exchange in transcript.exchanges])


def test_a_region_without_a_detector_is_an_omission_and_no_empty_list(aws):
    snapshot, _ = aws.snapshot(threat_findings)

    why = "guardduty:ListDetectors: no detector watches the region"
    assert (snapshot.records, snapshot.omissions) == ((), (Omission(where=REGION, why=why),))


def test_a_finding_that_is_listed_and_not_told_is_an_omission(aws):
    told = said("guardduty:GetFindings", {"Findings": [threat("a")]})
    snapshot, _ = aws.snapshot(threat_findings, ANSWERS[threat_findings.id] | told)

    why = "guardduty:GetFindings: the answer lacks findings that are listed"
    assert snapshot.omissions == (Omission(where=REGION, why=why),)


def test_findings_are_asked_for_fifty_at_a_time(aws):
    names = [f"{number:03}" for number in range(51)]
    told = said("guardduty:ListFindings", {"FindingIds": names}) | said(
        "guardduty:GetFindings",
        {"Findings": [threat(name) for name in names[:50]]},
        {"Findings": [threat("050")]},
    )
    snapshot, transcript = aws.snapshot(threat_findings, ANSWERS[threat_findings.id] | told)

    assert len(snapshot.records) == 51
    asked = [e.arguments["FindingIds"] for e in transcript.exchanges if "FindingIds" in e.arguments]
    assert sorted(map(len, asked)) == [1, 50]


def test_of_a_threat_neither_addresses_nor_words_are_kept_nor_what_moves(aws):
    action = {"AwsApiCallAction": {"RemoteIpDetails": {"IpAddressV4": "192.0.2.7"}}}
    service = {"Archived": False, "Count": 4711, "Action": action}
    finding = threat("a") | {"Title": "canary", "UpdatedAt": "moved", "Service": service}
    told = said("guardduty:ListFindings", {"FindingIds": ["a"]}) | said(
        "guardduty:GetFindings", {"Findings": [finding]}
    )
    _, transcript = aws.snapshot(threat_findings, ANSWERS[threat_findings.id] | told)

    assert not {"192.0.2.7", "canary", "moved", "4711"} & {*kept(transcript).split('"')}
    assert "192.0.2.7" not in kept(transcript)
    assert "4711" not in kept(transcript)


def test_a_region_that_nothing_analyzes_is_an_omission_and_no_empty_list(aws):
    unused = {
        "arn": "arn:aws:access-analyzer:eu-west-1:123456789012:analyzer/u",
        "name": "u",
        "type": "ACCOUNT_UNUSED_ACCESS",
        "createdAt": "2026-01-01T00:00:00Z",
        "status": "ACTIVE",
    }
    told = said("accessanalyzer:ListAnalyzers", {"analyzers": [unused]})
    snapshot, _ = aws.snapshot(outside_access, told)

    why = "accessanalyzer:ListAnalyzers: no analyzer looks at the region"
    assert (snapshot.records, snapshot.omissions) == ((), (Omission(where=REGION, why=why),))


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        pytest.param({"resource": {"eq": ["arn:aws:s3:::x"]}}, True, id="the resource"),
        pytest.param({"resource": {"eq": ["arn:aws:s3:::z"]}}, False, id="another resource"),
        pytest.param({"resource": {"contains": ["s3"]}}, True, id="a part of it"),
        pytest.param({"resource": {"contains": ["sqs"]}}, False, id="no part of it"),
        pytest.param({"resourceType": {"neq": ["AWS::S3::Bucket"]}}, False, id="all but its kind"),
        pytest.param({"resourceType": {"neq": ["AWS::KMS::Key"]}}, True, id="all but another"),
        pytest.param({"error": {"exists": True}}, False, id="those with an error"),
        pytest.param({"error": {"exists": False}}, True, id="those without"),
        pytest.param({"principal.AWS": {"eq": ["1"]}}, True, id="more than the list tells"),
        pytest.param(
            {"principal.AWS": {"eq": ["1"]}, "resource": {"eq": ["arn:aws:s3:::z"]}},
            False,
            id="more than the list tells, of another resource",
        ),
    ],
)
def test_an_archived_finding_is_held_against_the_archive_rules(aws, asked, fits):
    when = "2026-01-01T00:00:00Z"
    rule = {"ruleName": "known", "filter": asked, "createdAt": when, "updatedAt": when}
    told = said("accessanalyzer:ListFindingsV2", {"findings": [access("x", "ARCHIVED")]}) | said(
        "accessanalyzer:ListArchiveRules", {"archiveRules": [rule]}
    )
    snapshot, _ = aws.snapshot(outside_access, ANSWERS[outside_access.id] | told)

    assert only(snapshot).archived_by == (("known",) if fits else ())


def test_nobody_asks_for_rules_where_nothing_is_archived(aws):
    told = said("accessanalyzer:ListFindingsV2", {"findings": [access("x")]})
    _, transcript = aws.snapshot(outside_access, ANSWERS[outside_access.id] | told)

    assert "ListArchiveRules" not in {exchange.operation for exchange in transcript.exchanges}


def test_what_there_is_to_scan_is_known_without_terminated_machines(aws):
    gone = {"InstanceId": "i-1", "State": {"Name": "terminated"}}
    told = said("ec2:DescribeInstances", {"Reservations": [{"Instances": [gone]}]}) | said(
        "ecr:DescribeRepositories", {"repositories": [{"repositoryName": "web"}]}
    )
    snapshot, _ = aws.snapshot(vulnerability_scanning, ANSWERS[vulnerability_scanning.id] | told)

    assert only(snapshot).types == (
        ScanType(name="EC2", status="ENABLED", present=False),
        ScanType(name="ECR", status="ENABLED", present=True),
        ScanType(name="LAMBDA", status="ENABLED", present=False),
    )


def test_each_kind_is_on_or_off_by_itself(aws):
    aws.client("inspector2").enable(accountIds=["123456789012"], resourceTypes=["EC2"])
    snapshot, _ = aws.snapshot(vulnerability_scanning)

    states = {each.name: each.status for each in only(snapshot).types}
    assert states == {"EC2": "ENABLED", "ECR": "DISABLED", "LAMBDA": "DISABLED"}


def test_an_answer_about_other_accounts_says_nothing_of_this_one(aws):
    told = said("inspector2:BatchGetAccountStatus", {"accounts": []})
    snapshot, _ = aws.snapshot(vulnerability_scanning, told)

    why = "inspector2:BatchGetAccountStatus: the answer does not speak of the account"
    assert {each.status for each in only(snapshot).types} == {Unread(why=why)}


def test_a_hub_and_its_standards_are_read(aws):
    aws.client("securityhub").enable_security_hub(EnableDefaultStandards=False)
    standard = {
        "StandardsSubscriptionArn": "arn:aws:securityhub:eu-west-1:123456789012:subscription/x",
        "StandardsArn": "arn:aws:securityhub:::standards/x",
        "StandardsInput": {},
        "StandardsStatus": "READY",
    }
    told = said("securityhub:GetEnabledStandards", {"StandardsSubscriptions": [standard]}) | said(
        "securityhub:ListEnabledProductsForImport", {"ProductSubscriptions": []}
    )
    snapshot, _ = aws.snapshot(posture_management, told)

    assert only(snapshot).hub == "arn:aws:securityhub:eu-west-1:123456789012:hub/default"
    assert only(snapshot).standards == (
        Standard(arn="arn:aws:securityhub:::standards/x", status="READY"),
    )


def test_an_account_that_never_subscribed_has_no_hub(aws):
    faults = {"securityhub:DescribeHub": Denied("InvalidAccessException")}
    snapshot, transcript = aws.snapshot(posture_management, faults)

    assert (only(snapshot).hub, only(snapshot).standards) == (None, ())
    assert [exchange.operation for exchange in transcript.exchanges] == ["DescribeHub"]


def test_macie_that_was_never_turned_on_is_told_from_a_missing_permission(aws):
    tagged = {"resourcegroupstaggingapi:GetResources": Pages(({"ResourceTagMappingList": []},))}
    off, _ = aws.snapshot(
        data_discovery, tagged | {"macie2:GetMacieSession": Denied(NOT_TURNED_ON)}
    )

    assert (only(off).session, only(off).automated) == (None, None)


def test_the_classes_are_those_of_the_regions_buckets(aws):
    s3 = aws.client("s3")
    for name, value in (("a", "confidential"), ("b", "public")):
        s3.create_bucket(
            Bucket=f"acme-{name}", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        tags = [{"Key": "classification", "Value": value}, {"Key": "team", "Value": "x"}]
        s3.put_bucket_tagging(Bucket=f"acme-{name}", Tagging={"TagSet": tags})
    snapshot, _ = aws.snapshot(data_discovery)

    assert only(snapshot).classes == {"confidential", "public"}


def test_an_event_for_the_account_alone_touches_it_without_naming_anything(aws):
    told = said("health:DescribeEvents", {"events": [trouble("OUTAGE", "ACCOUNT_SPECIFIC")]})
    snapshot, transcript = aws.snapshot(provider_events, told)

    assert only(snapshot).touches is True
    assert [exchange.operation for exchange in transcript.exchanges] == ["DescribeEvents"]


@pytest.mark.parametrize(
    ("fields", "of_security"),
    [({"service": "ABUSE"}, True), ({"personas": ["SECURITY"]}, True), ({}, False)],
)
def test_a_public_event_touches_whoever_has_a_resource_in_it(aws, fields, of_security):
    told = said("health:DescribeEvents", {"events": [trouble("OUTAGE") | fields]}) | said(
        "health:DescribeAffectedEntities", {"entities": [{"entityValue": "i-1"}]}
    )
    snapshot, _ = aws.snapshot(provider_events, told)

    assert (only(snapshot).touches, only(snapshot).about_security) == (True, of_security)
