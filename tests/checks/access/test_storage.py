"""Who can reach stored data."""

import pytest

from checks.access.storage import (
    s3_account_public_access_blocked,
    s3_public_access_blocked,
    storage_bucket_not_public,
)
from checks.contract import Outcome
from collectors.evidence.aws.s3 import ACLS_DISABLED, PublicAccessBlock, S3Account, S3Bucket
from collectors.evidence.gcp import Bucket
from tests.evidence import DENIED


def block(*, acls=True, policies=True):
    return PublicAccessBlock(
        block_public_acls=acls,
        ignore_public_acls=acls,
        block_public_policy=policies,
        restrict_public_buckets=policies,
    )


def bucket(
    *,
    bucket_block=None,
    account_block=None,
    object_ownership=None,
    policy_is_public=None,
    public_grants=frozenset(),
):
    return S3Bucket(
        id="arn:aws:s3:::invoices",
        name="invoices",
        account_id="123456789012",
        bucket_block=bucket_block,
        account_block=account_block,
        object_ownership=object_ownership,
        policy_is_public=policy_is_public,
        public_grants=public_grants,
    )


@pytest.mark.parametrize(
    ("account_block", "outcome"),
    [
        pytest.param(block(), Outcome.PASSED, id="all four on"),
        pytest.param(block(policies=False), Outcome.FAILED, id="public policies left open"),
        pytest.param(None, Outcome.FAILED, id="never configured"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="denied"),
    ],
)
def test_s3_account_public_access_blocked(account_block, outcome):
    subject = S3Account(id="123456789012", name="123456789012", block=account_block)
    assert s3_account_public_access_blocked(subject).outcome is outcome


@pytest.mark.parametrize(
    ("bucket_block", "account_block", "outcome"),
    [
        pytest.param(block(), None, Outcome.PASSED, id="bucket blocks everything"),
        pytest.param(None, block(), Outcome.PASSED, id="account blocks everything"),
        pytest.param(
            block(acls=False), block(policies=False), Outcome.PASSED, id="each covers the other"
        ),
        pytest.param(DENIED, block(), Outcome.PASSED, id="bucket denied, account settles it"),
        pytest.param(None, None, Outcome.FAILED, id="nothing configured"),
        pytest.param(block(acls=False), None, Outcome.FAILED, id="ACLs left open"),
        pytest.param(DENIED, None, Outcome.UNDETERMINED, id="bucket denied"),
        pytest.param(None, DENIED, Outcome.UNDETERMINED, id="account denied"),
    ],
)
def test_s3_public_access_blocked(bucket_block, account_block, outcome):
    subject = bucket(bucket_block=bucket_block, account_block=account_block)
    assert s3_public_access_blocked(subject).outcome is outcome


@pytest.mark.parametrize(
    ("bucket_block", "ownership", "outcome"),
    [
        pytest.param(block(acls=False), ACLS_DISABLED, Outcome.PASSED, id="lists disabled"),
        pytest.param(block(policies=False), ACLS_DISABLED, Outcome.FAILED, id="policies open"),
        pytest.param(block(acls=False), "BucketOwnerPreferred", Outcome.FAILED, id="in force"),
        pytest.param(block(acls=False), "SomethingNew", Outcome.FAILED, id="unknown ownership"),
        pytest.param(block(acls=False), DENIED, Outcome.UNDETERMINED, id="ownership denied"),
        pytest.param(None, DENIED, Outcome.FAILED, id="ownership denied, policies open anyhow"),
    ],
)
def test_disabled_access_lists_need_no_block(bucket_block, ownership, outcome):
    subject = bucket(bucket_block=bucket_block, object_ownership=ownership)
    assert s3_public_access_blocked(subject).outcome is outcome


def test_a_block_settles_it_whatever_else_is_denied():
    subject = bucket(
        account_block=block(),
        bucket_block=DENIED,
        object_ownership=DENIED,
        policy_is_public=DENIED,
        public_grants=DENIED,
    )
    assert s3_public_access_blocked(subject).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("subject", "open_through"),
    [
        pytest.param(bucket(policy_is_public=True), ("policy",), id="policy"),
        pytest.param(bucket(public_grants=frozenset({"READ"})), ("access list",), id="grant"),
        pytest.param(
            bucket(policy_is_public=True, public_grants=frozenset({"READ"})),
            ("policy", "access list"),
            id="both",
        ),
        pytest.param(
            bucket(public_grants=frozenset({"READ"}), object_ownership=ACLS_DISABLED),
            None,
            id="grant without force",
        ),
        pytest.param(
            bucket(policy_is_public=True, bucket_block=block(acls=False)), None, id="restricted"
        ),
        pytest.param(
            bucket(policy_is_public=DENIED, public_grants=DENIED), None, id="not read, not claimed"
        ),
    ],
)
def test_what_stands_open_now_is_said(subject, open_through):
    verdict = s3_public_access_blocked(subject)
    assert verdict.outcome is Outcome.FAILED
    assert verdict.observed.get("open_through") == open_through


def test_an_approved_bucket_may_be_public():
    subject = bucket(policy_is_public=True)
    approve = ("invoices",)
    approved = s3_public_access_blocked(subject, approved_buckets=approve)
    assert approved.outcome is Outcome.NOT_APPLICABLE
    assert s3_public_access_blocked(subject, approved_buckets=("inv",)).outcome is Outcome.FAILED


def google_bucket(
    *, prevention="inherited", inherited=False, uniform=True, bindings=frozenset(), entries=None
):
    return Bucket(
        id="//storage.googleapis.com/invoices",
        name="invoices",
        public_access_prevention=prevention,
        prevention_inherited=inherited,
        uniform_access=uniform,
        public_bindings=bindings,
        public_entries=entries,
    )


OPEN = frozenset({"roles/storage.objectViewer: allUsers"})
OPEN_LIST = frozenset({"acl: allUsers"})


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(google_bucket(), Outcome.PASSED, id="nobody public in it"),
        pytest.param(google_bucket(bindings=OPEN), Outcome.FAILED, id="public by its policy"),
        pytest.param(
            google_bucket(uniform=False, entries=OPEN_LIST), Outcome.FAILED, id="public by its list"
        ),
        pytest.param(
            google_bucket(prevention="enforced", bindings=OPEN), Outcome.PASSED, id="prevented"
        ),
        pytest.param(google_bucket(inherited=True, bindings=OPEN), Outcome.PASSED, id="from above"),
        pytest.param(
            google_bucket(inherited=DENIED, prevention="enforced", bindings=DENIED),
            Outcome.PASSED,
            id="denied, prevention settles it",
        ),
        pytest.param(
            google_bucket(inherited=DENIED, bindings=OPEN),
            Outcome.UNDETERMINED,
            id="public, unless the organisation prevents it",
        ),
        pytest.param(
            google_bucket(prevention=DENIED, bindings=OPEN),
            Outcome.UNDETERMINED,
            id="public, unless the bucket prevents it",
        ),
        pytest.param(google_bucket(inherited=DENIED), Outcome.PASSED, id="closed anyway"),
        pytest.param(google_bucket(bindings=DENIED), Outcome.UNDETERMINED, id="policy denied"),
        pytest.param(
            google_bucket(uniform=False, entries=DENIED), Outcome.UNDETERMINED, id="list denied"
        ),
        pytest.param(
            google_bucket(uniform=DENIED, entries=frozenset()),
            Outcome.UNDETERMINED,
            id="uniform or not is unread",
        ),
        pytest.param(
            google_bucket(uniform=False, entries=frozenset()),
            Outcome.UNDETERMINED,
            id="its objects have lists of their own",
        ),
    ],
)
def test_storage_bucket_not_public(subject, outcome):
    assert storage_bucket_not_public(subject).outcome is outcome


def test_a_google_bucket_may_be_approved_to_be_public():
    approved = {"approved_buckets": ("invoices",)}
    public = storage_bucket_not_public(google_bucket(bindings=OPEN), **approved)
    closed = storage_bucket_not_public(google_bucket(), **approved)

    assert (public.outcome, closed.outcome) == (Outcome.NOT_APPLICABLE, Outcome.PASSED)
    assert public.observed == {"public": ("roles/storage.objectViewer: allUsers",)}
