"""Distributions are read with viewers, origins and the three ways to log."""

import pytest

from collectors.aws.cloudfront import distribution_logs, distributions
from collectors.evidence.record import Omission, Unread
from tests.collectors.aws.shaped import model
from tests.faults import Denied, Pages

ARN = "arn:aws:cloudfront::123456789012:distribution/E1"
CALL = "cloudfront:ListDistributions"
CONFIGURATION = "cloudfront:GetDistributionConfig"


def only(snapshot):
    (record,) = snapshot.records
    return record


@pytest.fixture
def distribution(aws):
    """A distribution of moto's, with an origin that is asked by HTTP alone."""
    settings = {
        "CallerReference": "1",
        "Comment": "for whom it is",
        "Enabled": True,
        "Origins": {
            "Quantity": 1,
            "Items": [
                {
                    "Id": "web",
                    "DomainName": "web.acme.test",
                    "CustomHeaders": {
                        "Quantity": 1,
                        "Items": [{"HeaderName": "x-verify", "HeaderValue": "hush"}],
                    },
                    "CustomOriginConfig": {
                        "HTTPPort": 80,
                        "HTTPSPort": 443,
                        "OriginProtocolPolicy": "http-only",
                    },
                }
            ],
        },
        "DefaultCacheBehavior": {
            "TargetOriginId": "web",
            "ViewerProtocolPolicy": "redirect-to-https",
            "MinTTL": 0,
            "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
        },
        "Logging": {"Enabled": True, "IncludeCookies": False, "Bucket": "logs", "Prefix": ""},
    }
    made = aws.client("cloudfront").create_distribution(DistributionConfig=settings)
    return made["Distribution"]


def test_distributions_are_read_without_what_origins_ask_for(aws, distribution):
    snapshot, transcript = aws.snapshot(distributions)

    record = only(snapshot)
    assert (record.id, record.enabled) == (distribution["ARN"], True)
    assert record.viewers == ("redirect-to-https",)
    assert record.plain_origins == ("web.acme.test",)
    assert "hush" not in str(transcript)
    assert "for whom" not in str(transcript)
    assert aws.again(distributions, transcript) == snapshot


def test_the_standard_log_to_a_bucket_is_read(aws, distribution):
    snapshot, transcript = aws.snapshot(distribution_logs)

    record = only(snapshot)
    assert record.id == distribution["ARN"]
    assert (record.realtime, record.to_bucket, record.delivered) == (False, True, False)
    assert aws.again(distribution_logs, transcript) == snapshot


def listed(*pages):
    """Answers of the fields that are read; the model demands many more of a distribution."""
    shape = model("cloudfront").operation_model("ListDistributions").output_shape
    known = shape.members["DistributionList"].members["Items"].member.members
    assert all(item.keys() <= known.keys() for page in pages for item in page)
    lists = [{"Items": page, "Quantity": len(page), "IsTruncated": False} for page in pages]
    for number, wrapped in enumerate(lists[:-1]):
        wrapped |= {"IsTruncated": True, "NextMarker": str(number)}
    return {CALL: Pages(tuple({"DistributionList": wrapped} for wrapped in lists))}


def answer(name="E1", **fields):
    settled = {
        "Id": name,
        "ARN": ARN[:-2] + name,
        "DomainName": f"{name}.cloudfront.net",
        "Enabled": True,
        "Origins": {"Quantity": 0, "Items": []},
        "DefaultCacheBehavior": {"ViewerProtocolPolicy": "https-only"},
        "ViewerCertificate": {"CloudFrontDefaultCertificate": True},
    }
    return settled | fields


@pytest.mark.parametrize(
    ("certificate", "default", "protocol"),
    [
        ({"CloudFrontDefaultCertificate": True, "MinimumProtocolVersion": "TLSv1"}, True, None),
        (
            {"CloudFrontDefaultCertificate": False, "MinimumProtocolVersion": "TLSv1.2_2021"},
            False,
            "TLSv1.2_2021",
        ),
        ({}, Unread(why=f"{CALL}: the answer has no CloudFrontDefaultCertificate"), None),
    ],
)
def test_the_minimum_protocol_is_read_of_own_certificates(aws, certificate, default, protocol):
    item = answer(
        ViewerCertificate=certificate, Aliases={"Quantity": 1, "Items": ["www.acme.test"]}
    )
    record = only(aws.snapshot(distributions, listed([item]))[0])

    assert record.name == "www.acme.test"
    assert (record.default_certificate, record.min_protocol) == (default, protocol)


def test_every_behaviour_is_read(aws):
    behaviours = {"Quantity": 1, "Items": [{"ViewerProtocolPolicy": "allow-all"}]}
    record = only(aws.snapshot(distributions, listed([answer(CacheBehaviors=behaviours)]))[0])

    assert record.viewers == ("https-only", "allow-all")


@pytest.mark.parametrize(("of_other", "realtime"), [("arn:other", True), (None, False)])
def test_a_real_time_log_counts_if_every_behaviour_has_it(aws, of_other, realtime):
    other = {"ViewerProtocolPolicy": "https-only"}
    other |= {"RealtimeLogConfigArn": of_other} if of_other else {}
    item = answer(
        DefaultCacheBehavior={
            "ViewerProtocolPolicy": "https-only",
            "RealtimeLogConfigArn": "arn:default",
        },
        CacheBehaviors={"Quantity": 1, "Items": [other]},
    )
    faults = listed([item]) | {CONFIGURATION: Denied()}
    snapshot, transcript = aws.snapshot(distribution_logs, faults)

    assert only(snapshot).realtime is realtime
    asked = {exchange.operation for exchange in transcript.exchanges}
    assert ("GetDistributionConfig" in asked) is not realtime


def test_a_log_that_is_delivered_is_found_by_the_distribution(aws):
    faults = listed([answer(), answer("E2")]) | {
        CONFIGURATION: Denied(),
        "logs:DescribeDeliverySources": Pages(
            ({"deliverySources": [{"name": "one", "resourceArns": [ARN]}]},)
        ),
        "logs:DescribeDeliveries": Pages(({"deliveries": [{"deliverySourceName": "one"}]},)),
    }
    snapshot, transcript = aws.snapshot(distribution_logs, faults)

    assert {record.name[:2]: record.delivered for record in snapshot.records} == {
        "E1": True,
        "E2": False,
    }
    unread = Unread(why=f"{CONFIGURATION}: AccessDenied")
    assert {record.to_bucket for record in snapshot.records} == {unread}
    assert [e.operation for e in transcript.exchanges].count("DescribeDeliveries") == 1


@pytest.mark.parametrize("call", ["logs:DescribeDeliverySources", "logs:DescribeDeliveries"])
def test_denied_deliveries_are_unread(aws, call):
    sources = {"deliverySources": [{"name": "one", "resourceArns": [ARN]}]}
    faults = {"logs:DescribeDeliverySources": Pages((sources,)), call: Denied()}
    snapshot, _ = aws.snapshot(
        distribution_logs, listed([answer()]) | {CONFIGURATION: Denied()} | faults
    )

    assert only(snapshot).delivered == Unread(why=f"{call}: AccessDenied")


@pytest.mark.parametrize("collector", [distributions, distribution_logs], ids=lambda one: one.id)
def test_pages_and_refusals_of_the_listing(aws, collector):
    faults = listed([answer()], [answer("E2")]) | {CONFIGURATION: Denied()}
    snapshot, transcript = aws.snapshot(collector, faults)
    assert [record.id[-2:] for record in snapshot.records] == ["E1", "E2"]
    assert aws.again(collector, transcript) == snapshot

    for code in ("AccessDenied", "Throttling"):
        snapshot, _ = aws.snapshot(collector, {CALL: Denied(code)})
        assert snapshot.omissions == (Omission(where=snapshot.scope, why=f"{CALL}: {code}"),)

    snapshot, _ = aws.snapshot(collector, {CALL: Pages(({},))})
    assert [each.why for each in snapshot.omissions] == [
        f"{CALL}: the answer has no DistributionList"
    ]
