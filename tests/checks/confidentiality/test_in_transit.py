"""Is data encrypted on its way?"""

import pytest

from checks.confidentiality.in_transit import rds_tls_required, s3_tls_required
from checks.contract import Outcome
from collectors.evidence.aws.database_tls import DatabaseTls, Parameter
from collectors.evidence.aws.s3 import PolicyCondition, PolicyStatement, S3BucketPolicy
from tests.evidence import DENIED

BUCKET = "arn:aws:s3:::invoices"
OBJECTS = "arn:aws:s3:::invoices/*"


def condition(key="aws:SecureTransport", value="false", operator="Bool"):
    return PolicyCondition(operator=operator, key=key, values=frozenset({value}))


PLAIN = condition()


def deny(
    *,
    effect="Deny",
    principals=("*",),
    actions=("s3:*",),
    resources=(BUCKET, OBJECTS),
    conditions=(PLAIN,),
):
    return PolicyStatement(
        effect=effect,
        principals=None if principals is None else frozenset(principals),
        actions=None if actions is None else frozenset(actions),
        resources=None if resources is None else frozenset(resources),
        conditions=conditions,
    )


def verdict(*statements):
    return s3_tls_required(
        S3BucketPolicy(id=BUCKET, name="invoices", account_id="123456789012", statements=statements)
    )


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param((deny(),), id="one statement"),
        pytest.param((deny(principals=("AWS:*",)),), id="everybody in the long form"),
        pytest.param((deny(actions=("*",)),), id="every action of every service"),
        pytest.param((deny(actions=("S3:*",)),), id="actions have no case"),
        pytest.param((deny(resources=(f"{BUCKET}*",)),), id="one pattern for both"),
        pytest.param((deny(resources=("*",)),), id="every resource"),
        pytest.param((deny(resources=(BUCKET,)), deny(resources=(OBJECTS,))), id="two statements"),
        pytest.param(
            (deny(conditions=(condition(key="AWS:securetransport", operator="bool"),)),),
            id="keys and operators have no case",
        ),
        pytest.param((deny(conditions=(condition(operator="BoolIfExists"),)),), id="if exists"),
        pytest.param((deny(effect="Allow", conditions=()), deny()), id="beside another statement"),
    ],
)
def test_unencrypted_requests_are_denied(statements):
    assert verdict(*statements).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(deny(effect="Allow"), id="allowed, not denied"),
        pytest.param(deny(principals=("AWS:arn:aws:iam::1:root",)), id="one account only"),
        pytest.param(deny(principals=("Service:*",)), id="services only"),
        pytest.param(deny(principals=None), id="all but some"),
        pytest.param(deny(actions=("s3:GetObject",)), id="one action only"),
        pytest.param(deny(actions=("s3:Get*", "s3:Put*")), id="some actions"),
        pytest.param(deny(actions=None), id="all actions but some"),
        pytest.param(deny(resources=None), id="all resources but some"),
        pytest.param(deny(resources=(BUCKET,)), id="bucket only"),
        pytest.param(deny(resources=(OBJECTS,)), id="objects only"),
        pytest.param(deny(resources=(BUCKET, f"{BUCKET}/in/*")), id="one folder only"),
        pytest.param(deny(resources=(BUCKET, f"{BUCKET}/*.pdf")), id="some objects"),
        pytest.param(deny(resources=("arn:aws:s3:::inv", "arn:aws:s3:::inv/*")), id="another's"),
        pytest.param(deny(resources=(BUCKET, f"{BUCKET}/?*")), id="a pattern we do not judge"),
        pytest.param(deny(conditions=(condition(value="true"),)), id="denies encrypted ones"),
        pytest.param(deny(conditions=(condition(operator="StringEquals"),)), id="operator"),
        pytest.param(deny(conditions=(condition(key="s3:TlsVersion"),)), id="another condition"),
        pytest.param(
            deny(conditions=(PLAIN, condition(key="aws:SourceIp", value="10.0.0.0/8"))),
            id="narrowed by an address",
        ),
    ],
)
def test_a_statement_that_leaves_a_way_does_not_count(statement):
    assert verdict(statement).outcome is Outcome.FAILED


def test_what_is_not_covered_is_named():
    assert verdict(deny(resources=(BUCKET,))).observed == {"not_covered": ("objects",)}


@pytest.mark.parametrize(
    ("statements", "outcome"),
    [
        pytest.param(None, Outcome.FAILED, id="no policy"),
        pytest.param((), Outcome.FAILED, id="empty policy"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="denied"),
    ],
)
def test_without_statements(statements, outcome):
    subject = S3BucketPolicy(
        id=BUCKET, name="invoices", account_id="123456789012", statements=statements
    )
    assert s3_tls_required(subject).outcome is outcome


def database(engine="postgres", value="1", **changes):
    fields = {
        "form": "instance",
        "version": "16.4",
        "member_of": None,
        "parameter": Parameter(name="of the engine", value=value),
        "pending": False,
    }
    return DatabaseTls(id="arn:orders", name="orders", engine=engine, **fields | changes)


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(database(), Outcome.PASSED, id="required"),
        pytest.param(database(value="0"), Outcome.FAILED, id="not required"),
        pytest.param(database(value=None), Outcome.FAILED, id="left to the engine"),
        pytest.param(database("mysql", "ON"), Outcome.PASSED, id="MySQL"),
        pytest.param(database("mysql", "OFF"), Outcome.FAILED, id="MySQL, off"),
        pytest.param(database("docdb", "tls1.2+"), Outcome.PASSED, id="DocumentDB"),
        pytest.param(database("docdb", "disabled"), Outcome.FAILED, id="DocumentDB, off"),
        pytest.param(database("docdb", None), Outcome.PASSED, id="DocumentDB's own default"),
        pytest.param(
            database("mariadb", None, version="11.8.3"), Outcome.PASSED, id="MariaDB's own default"
        ),
        pytest.param(
            database("mariadb", None, version="11.4.9"), Outcome.FAILED, id="an older MariaDB's"
        ),
        pytest.param(
            database("mariadb", None, version=DENIED), Outcome.UNDETERMINED, id="which MariaDB?"
        ),
        pytest.param(database("redshift", "true"), Outcome.PASSED, id="warehouse"),
        pytest.param(database("redshift", "false"), Outcome.FAILED, id="warehouse, off"),
        pytest.param(database("neptune", parameter=None), Outcome.PASSED, id="always"),
        pytest.param(
            database("oracle-ee", parameter=None), Outcome.UNDETERMINED, id="no parameter"
        ),
        pytest.param(database(parameter=DENIED), Outcome.UNDETERMINED, id="parameter unread"),
        pytest.param(database(DENIED), Outcome.UNDETERMINED, id="engine unread"),
        pytest.param(database(pending=True), Outcome.UNDETERMINED, id="after a restart"),
        pytest.param(database(value="0", pending=True), Outcome.FAILED, id="not even then"),
        pytest.param(
            database(member_of="sales", parameter=None), Outcome.NOT_APPLICABLE, id="member"
        ),
    ],
)
def test_rds_tls_required(subject, outcome):
    assert rds_tls_required(subject).outcome is outcome
