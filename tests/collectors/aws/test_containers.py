"""Repositories are read with the registry's rules, clusters with logs and endpoint."""

import pytest

from collectors.aws.containers import image_repositories, kubernetes_clusters
from collectors.evidence.record import Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied


def only(snapshot):
    (record,) = snapshot.records
    return record


@pytest.fixture
def ecr(aws):
    made = aws.client("ecr")
    made.create_repository(
        repositoryName="shop/api",
        imageTagMutability="IMMUTABLE",
        imageScanningConfiguration={"scanOnPush": True},
    )
    return made


def test_repositories_are_read_with_the_rules_of_the_registry(aws, ecr):
    filters = [{"filter": "shop/*", "filterType": "WILDCARD"}]
    ecr.put_registry_scanning_configuration(
        scanType="ENHANCED",
        rules=[{"scanFrequency": "CONTINUOUS_SCAN", "repositoryFilters": filters}],
    )
    snapshot, transcript = aws.snapshot(image_repositories)

    record = only(snapshot)
    assert (record.mutability, record.scans_on_push) == ("IMMUTABLE", True)
    assert (record.excluded, record.registry_rules) == ((), ("shop/*",))
    assert aws.again(image_repositories, transcript) == snapshot


@pytest.mark.usefixtures("ecr")
def test_a_rule_that_scans_by_hand_does_not_count(aws):
    filters = [{"filter": "*", "filterType": "WILDCARD"}]
    rules = [{"scanFrequency": "MANUAL", "repositoryFilters": filters}]
    call = "ecr:GetRegistryScanningConfiguration"
    snapshot, _ = aws.snapshot(
        image_repositories, said(call, {"scanningConfiguration": {"rules": rules}})
    )
    assert only(snapshot).registry_rules == ()

    snapshot, _ = aws.snapshot(image_repositories, {call: Denied()})
    assert only(snapshot).registry_rules == Unread(why=f"{call}: AccessDenied")


def test_exclusions_of_tags_are_read(aws):
    excluded = [{"filter": "latest", "filterType": "WILDCARD"}]
    repository = {
        "repositoryArn": "arn:aws:ecr:eu-west-1:123456789012:repository/shop",
        "repositoryName": "shop",
        "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
        "imageTagMutabilityExclusionFilters": excluded,
    }
    faults = said("ecr:DescribeRepositories", {"repositories": [repository]})
    snapshot, _ = aws.snapshot(image_repositories, faults)

    assert only(snapshot).excluded == ("latest",)


LOGS = {"clusterLogging": [{"types": ["api", "audit"], "enabled": True}, {"types": ["scheduler"]}]}
NETWORK = {"endpointPublicAccess": True, "publicAccessCidrs": ["192.0.2.0/24"]}
LISTED = said("eks:ListClusters", {"clusters": ["shop"]})


@pytest.mark.parametrize(
    ("logging", "logged"), [({"logging": LOGS}, {"api", "audit"}), ({}, frozenset())]
)
def test_clusters_are_read_with_logs_and_endpoint(aws, logging, logged):
    cluster = {"resourcesVpcConfig": NETWORK} | logging
    faults = LISTED | said("eks:DescribeCluster", {"cluster": cluster})
    snapshot, transcript = aws.snapshot(kubernetes_clusters, faults)

    record = only(snapshot)
    assert record.id == "arn:aws:eks:eu-west-1:123456789012:cluster/shop"
    assert (record.logged, record.public) == (logged, True)
    assert record.admitted == ("192.0.2.0/24",)
    assert aws.again(kubernetes_clusters, transcript) == snapshot


def test_a_denied_cluster_stays(aws):
    snapshot, _ = aws.snapshot(kubernetes_clusters, LISTED | {"eks:DescribeCluster": Denied()})

    unread = Unread(why="eks:DescribeCluster: AccessDenied")
    assert (only(snapshot).logged, only(snapshot).public) == (unread, unread)
