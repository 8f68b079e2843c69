"""What the demo's company does not use is answered as AWS answers it: there is none."""

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from agent.demo.aws_absent import UNUSED
from agent.demo.local_aws import LocalAws

NEEDED = {
    "accessanalyzer:ListFindingsV2": {"analyzerArn": "arn:aws:access-analyzer:a:1:analyzer/a"},
    "guardduty:ListFindings": {"DetectorId": "a"},
}


@pytest.fixture(scope="module")
def aws():
    with LocalAws() as aws:
        yield aws


def asked(aws, name, **needed):
    service, _, operation = name.partition(":")
    answer = getattr(aws.client(service), xform_name(operation))(**needed)
    return {key: value for key, value in answer.items() if key != "ResponseMetadata"}


@pytest.mark.parametrize("name", UNUSED)
def test_there_is_none(aws, name):
    (listed,) = asked(aws, name, **NEEDED.get(name, {})).values()
    assert listed == []


def test_an_analyzer_works_in_each_region_of_the_account_that_asks(aws):
    (analyzer,) = aws.client("accessanalyzer", "eu-central-1").list_analyzers()["analyzers"]
    assert analyzer["arn"] == ("arn:aws:access-analyzer:eu-central-1:123456789012:analyzer/outside")
    assert (analyzer["type"], analyzer["status"]) == ("ACCOUNT", "ACTIVE")


def test_what_is_not_named_is_still_refused(aws):
    with pytest.raises(ClientError, match="UnknownOperationException"):
        asked(aws, "health:DescribeEventTypes")


def test_what_moto_knows_of_the_same_service_is_left_to_it(aws):
    elasticache = aws.client("elasticache")
    elasticache.create_cache_cluster(
        CacheClusterId="alone", Engine="memcached", CacheNodeType="cache.t3.micro", NumCacheNodes=1
    )
    assert elasticache.describe_cache_clusters()["CacheClusters"] != []


def test_images_and_snapshots_are_shared_with_nobody(aws):
    ec2 = aws.client("ec2")
    images = ec2.get_image_block_public_access_state()
    snapshots = ec2.get_snapshot_block_public_access_state()
    assert images["ImageBlockPublicAccessState"] == "block-new-sharing"
    assert snapshots["State"] == "block-all-sharing"
