"""Machines: who can reach them, who may copy them, and what they tell of themselves."""

import pytest

from checks.access.machines import (
    ec2_image_and_snapshot_private,
    ec2_instance_without_public_address,
    ec2_metadata_token_required,
    ec2_no_automatic_public_address,
    ec2_public_snapshots_blocked,
)
from checks.contract import Outcome
from collectors.evidence.aws.ec2_instances import (
    AddressGiver,
    Instance,
    Shared,
    SharedStorage,
    SharingBlocks,
)
from tests.evidence import DENIED


def instance(*, tokens="required", endpoint="enabled", addresses=()):
    return Instance(
        id="arn:aws:ec2:eu-west-1:123456789012:instance/i-1",
        name="web",
        account_id="123456789012",
        state="running",
        tags={},
        tokens=tokens,
        endpoint=endpoint,
        addresses=addresses,
    )


@pytest.mark.parametrize(
    ("tokens", "endpoint", "outcome"),
    [
        pytest.param("required", "enabled", Outcome.PASSED, id="required"),
        pytest.param("optional", "disabled", Outcome.PASSED, id="off"),
        pytest.param(DENIED, "disabled", Outcome.PASSED, id="off settles it"),
        pytest.param("required", DENIED, Outcome.PASSED, id="required settles it"),
        pytest.param("optional", "enabled", Outcome.FAILED, id="optional"),
        pytest.param("optional", DENIED, Outcome.UNDETERMINED, id="on or off"),
        pytest.param(DENIED, "enabled", Outcome.UNDETERMINED, id="unread"),
    ],
)
def test_ec2_metadata_token_required(tokens, endpoint, outcome):
    subject = instance(tokens=tokens, endpoint=endpoint)
    assert ec2_metadata_token_required(subject).outcome is outcome


@pytest.mark.parametrize(
    ("addresses", "approved", "outcome"),
    [
        pytest.param((), (), Outcome.PASSED, id="none"),
        pytest.param(("203.0.113.7",), (), Outcome.FAILED, id="one"),
        pytest.param(("203.0.113.7",), ("web",), Outcome.PASSED, id="approved by name"),
        pytest.param(("203.0.113.7",), ("i-1",), Outcome.PASSED, id="approved by id"),
        pytest.param(("203.0.113.7",), ("i-10",), Outcome.FAILED, id="another is approved"),
        pytest.param(DENIED, ("web",), Outcome.UNDETERMINED, id="unread"),
    ],
)
def test_ec2_instance_without_public_address(addresses, approved, outcome):
    subject = instance(addresses=addresses)
    verdict = ec2_instance_without_public_address(subject, approved_instances=approved)
    assert verdict.outcome is outcome


@pytest.mark.parametrize(
    ("snapshots", "images", "outcome"),
    [
        pytest.param("block-all-sharing", "block-new-sharing", Outcome.PASSED, id="both"),
        pytest.param("block-new-sharing", "block-new-sharing", Outcome.FAILED, id="old ones open"),
        pytest.param("unblocked", "block-new-sharing", Outcome.FAILED, id="snapshots"),
        pytest.param("block-all-sharing", "unblocked", Outcome.FAILED, id="images"),
        pytest.param(DENIED, "unblocked", Outcome.FAILED, id="images, whatever the snapshots"),
        pytest.param(DENIED, "block-new-sharing", Outcome.UNDETERMINED, id="snapshots unread"),
        pytest.param("block-all-sharing", DENIED, Outcome.UNDETERMINED, id="images unread"),
    ],
)
def test_ec2_public_snapshots_blocked(snapshots, images, outcome):
    region = SharingBlocks(
        id="arn:aws:ec2:eu-west-1:123456789012:public-sharing",
        name="123456789012/eu-west-1",
        snapshots=snapshots,
        images=images,
    )
    assert ec2_public_snapshots_blocked(region).outcome is outcome


def shared(*accounts, everybody=False):
    return Shared(everybody=everybody, accounts=frozenset(accounts))


@pytest.mark.parametrize(
    ("whom", "approved", "outcome"),
    [
        pytest.param(shared(), (), Outcome.PASSED, id="nobody"),
        pytest.param(shared("210987654321"), (), Outcome.FAILED, id="an account"),
        pytest.param(shared("210987654321"), ("210987654321",), Outcome.PASSED, id="approved"),
        pytest.param(
            shared("210987654321", everybody=True),
            ("210987654321",),
            Outcome.FAILED,
            id="everybody",
        ),
        pytest.param(DENIED, (), Outcome.UNDETERMINED, id="unread"),
    ],
)
def test_ec2_image_and_snapshot_private(whom, approved, outcome):
    subject = SharedStorage(
        id="arn:aws:ec2:eu-west-1::image/ami-1", name="web", form="image", shared=whom
    )
    verdict = ec2_image_and_snapshot_private(subject, approved_accounts=approved)
    assert verdict.outcome is outcome


@pytest.mark.parametrize(
    ("gives", "is_default", "in_use", "outcome"),
    [
        pytest.param((), DENIED, DENIED, Outcome.PASSED, id="nothing"),
        pytest.param(("IPv4",), False, False, Outcome.FAILED, id="own, empty"),
        pytest.param(("IPv6",), True, True, Outcome.FAILED, id="AWS's, in use"),
        pytest.param(("IPv4",), True, False, Outcome.NOT_APPLICABLE, id="AWS's, empty"),
        pytest.param(("IPv4",), DENIED, True, Outcome.FAILED, id="in use settles it"),
        pytest.param(("IPv4",), True, DENIED, Outcome.UNDETERMINED, id="in use or not"),
        pytest.param(("IPv4",), DENIED, False, Outcome.UNDETERMINED, id="whose"),
        pytest.param(DENIED, False, True, Outcome.UNDETERMINED, id="unread"),
    ],
)
def test_ec2_no_automatic_public_address(gives, is_default, in_use, outcome):
    subject = AddressGiver(
        id="arn:aws:ec2:eu-west-1:123456789012:subnet/subnet-1",
        name="subnet-1",
        form="subnet",
        gives=gives,
        is_default=is_default,
        in_use=in_use,
    )
    assert ec2_no_automatic_public_address(subject).outcome is outcome
