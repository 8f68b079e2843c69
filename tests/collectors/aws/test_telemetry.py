"""Log groups are read with their keys, and every way by which others see metrics and logs."""

import json

from collectors.aws.logs_protection import protected_log_groups
from collectors.aws.telemetry_sharing import observability_access, sharing_role
from tests.collectors.aws.estates import ANSWERS
from tests.collectors.aws.shaped import said

OTHER = "210987654321"


def test_a_group_is_read_with_its_key_and_its_class(aws):
    key = aws.client("kms").create_key()["KeyMetadata"]
    logs = aws.client("logs")
    logs.create_log_group(logGroupName="plain")
    logs.create_log_group(logGroupName="own", kmsKeyId=key["Arn"])
    aws.client("kms").disable_key(KeyId=key["KeyId"])
    tagged = {
        "ResourceARN": "arn:aws:logs:eu-west-1:123456789012:log-group:own",
        "Tags": [{"Key": "classification", "Value": "confidential"}],
    }
    told = said("resourcegroupstaggingapi:GetResources", {"ResourceTagMappingList": [tagged]})
    snapshot, transcript = aws.snapshot(protected_log_groups, told)

    groups = {group.name: group for group in snapshot.records}
    assert (groups["plain"].key, groups["plain"].key_state) == (None, None)
    assert (groups["own"].key, groups["own"].key_state) == (key["Arn"], "Disabled")
    assert (groups["own"].classification, groups["plain"].classification) == ("confidential", None)
    assert aws.again(protected_log_groups, transcript) == snapshot


def test_an_account_without_the_sharing_role_shares_nothing_by_it(aws):
    snapshot, _ = aws.snapshot(sharing_role)

    assert (snapshot.records, snapshot.complete) == ((), True)


def test_the_sharing_role_is_read_with_its_trust_and_without_its_external_id(aws):
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{OTHER}:root"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "canary"}},
    }
    aws.client("iam").create_role(
        RoleName="CloudWatch-CrossAccountSharingRole",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )
    snapshot, transcript = aws.snapshot(sharing_role)

    (role,) = snapshot.records
    assert role.statements[0].principals == {f"AWS:arn:aws:iam::{OTHER}:root"}
    assert "canary" not in json.dumps([e.response for e in transcript.exchanges])


def test_links_are_read_with_the_account_they_lead_to_and_sinks_with_their_policy(aws):
    statement = {"Effect": "Allow", "Principal": {"AWS": OTHER}, "Action": "oam:CreateLink"}
    told = said("oam:GetSinkPolicy", {"Policy": json.dumps({"Statement": [statement]})})
    snapshot, _ = aws.snapshot(observability_access, ANSWERS[observability_access.id] | told)

    records = {one.name: one for one in snapshot.records}
    assert records["link-1"].shared_with == OTHER
    assert records["own"].statements[0].principals == {f"AWS:{OTHER}"}
