"""Search domains are read with policy, encryption and audit log."""

import json

import pytest

from collectors.aws.opensearch import search_domains
from collectors.evidence.record import Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied

ARN = "arn:aws:es:eu-west-1:123456789012:domain/papers"
CALL = "opensearch:DescribeDomains"


@pytest.fixture
def domain(aws):
    client = aws.client("opensearch")

    def make(name="papers", **options):
        return client.create_domain(DomainName=name, **options)

    return make


def only(snapshot):
    (record,) = snapshot.records
    return record


def test_domains_are_read(aws, domain):
    statement = {"Effect": "Allow", "Principal": "*", "Action": "es:*", "Resource": f"{ARN}/*"}
    domain(
        AccessPolicies=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        DomainEndpointOptions={
            "EnforceHTTPS": True,
            "TLSSecurityPolicy": "Policy-Min-TLS-1-2-2019-07",
        },
        NodeToNodeEncryptionOptions={"Enabled": True},
        EncryptionAtRestOptions={"Enabled": True},
        AdvancedSecurityOptions={"Enabled": True},
        LogPublishingOptions={
            "AUDIT_LOGS": {
                "CloudWatchLogsLogGroupArn": "arn:aws:logs:eu-west-1:123456789012:log-group:x",
                "Enabled": True,
            }
        },
    )
    snapshot, transcript = aws.snapshot(search_domains)

    record = only(snapshot)
    assert (record.id, record.name, record.in_vpc) == (ARN, "papers", False)
    assert record.statements[0].principals == {"*"}
    assert (record.https_only, record.between_nodes, record.at_rest) == (True, True, True)
    assert record.tls_policy == "Policy-Min-TLS-1-2-2019-07"
    assert (record.fine_grained, record.audited) == (True, True)
    assert aws.again(search_domains, transcript) == snapshot


LISTED = said("opensearch:ListDomainNames", {"DomainNames": [{"DomainName": "papers"}]})
BARE = {
    "DomainId": "123456789012/papers",
    "DomainName": "papers",
    "ARN": ARN,
    "ClusterConfig": {},
}


@pytest.mark.parametrize(
    ("fields", "in_vpc", "audited"),
    [
        ({}, False, False),
        ({"VPCOptions": {}}, False, False),
        ({"VPCOptions": {"VPCId": "vpc-1"}}, True, False),
        ({"LogPublishingOptions": {"AUDIT_LOGS": {"Enabled": False}}}, False, False),
        ({"LogPublishingOptions": {"ES_APPLICATION_LOGS": {"Enabled": True}}}, False, False),
    ],
)
def test_what_aws_leaves_out_is_known_or_unread(aws, fields, in_vpc, audited):
    faults = LISTED | said(CALL, {"DomainStatusList": [BARE | fields]})
    snapshot, _ = aws.snapshot(search_domains, faults)

    record = only(snapshot)
    assert (record.in_vpc, record.audited, record.statements) == (in_vpc, audited, None)
    assert record.at_rest == Unread(why=f"{CALL}: the answer has no EncryptionAtRestOptions")


def test_a_domain_that_is_being_deleted_is_left_out(aws):
    faults = LISTED | said(CALL, {"DomainStatusList": [BARE | {"Deleted": True}]})
    snapshot, _ = aws.snapshot(search_domains, faults)

    assert (snapshot.records, snapshot.complete) == ((), True)


def test_domains_are_described_five_at_once(aws, domain):
    for number in range(6):
        domain(f"papers-{number}")
    snapshot, transcript = aws.snapshot(search_domains)

    asked = [e.arguments["DomainNames"] for e in transcript.exchanges if e.arguments]
    assert sorted(map(len, asked)) == [1, 5]
    assert len(snapshot.records) == 6


def test_denied_domains_stay(aws):
    snapshot, _ = aws.snapshot(search_domains, LISTED | {CALL: Denied()})

    record, unread = only(snapshot), Unread(why=f"{CALL}: AccessDenied")
    assert (record.id, record.in_vpc, record.statements) == (ARN, unread, unread)
    assert (record.audited, record.fine_grained, record.tls_policy) == (unread,) * 3


@pytest.mark.parametrize("code", ["AccessDenied", "ThrottlingException"])
def test_denied_names_are_an_omission(aws, code):
    snapshot, _ = aws.snapshot(search_domains, {"opensearch:ListDomainNames": Denied(code)})

    assert [each.why for each in snapshot.omissions] == [f"opensearch:ListDomainNames: {code}"]
