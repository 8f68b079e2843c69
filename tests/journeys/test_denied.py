"""A missing permission makes verdicts undetermined, and nothing else."""

import pytest

from tests.journeys.company import Company, outcomes
from tests.journeys.faultproxy import (
    FaultProxy,
    denied_by_aws,
    denied_by_github,
    denied_by_google,
)

EVERYTHING = ""


@pytest.mark.parametrize(
    ("pattern", "reason", "affected"),
    [
        pytest.param(
            r"GET /[^/?]+\?encryption",
            "s3:GetBucketEncryption: AccessDenied",
            {"aws.s3.encryption-as-classified"},
            id="GetBucketEncryption",
        ),
        pytest.param(
            r"Action=ListUsers&",
            "iam:ListUsers: AccessDenied",
            {
                "aws.iam.access-key-rotated",
                "aws.iam.access-key-used",
                "aws.iam.console-password-used",
                "aws.iam.console-user-has-mfa",
                "aws.iam.password-policy-strong",
                "aws.identity-center.used-by-people",
                "aws.identity.grant-accounted-for",
                "derived.leaver.no-identity-left",
            },
            id="ListUsers",
        ),
        pytest.param(
            r"Action=DescribeSecurityGroups&",
            "ec2:DescribeSecurityGroups: UnauthorizedOperation",
            {
                "aws.ec2.admin-ports-closed",
                "aws.ec2.data-ports-closed",
                "aws.ec2.default-group-empty",
                "aws.ec2.open-ports-approved",
            },
            id="DescribeSecurityGroups",
        ),
    ],
)
def test_a_denied_call_costs_only_what_rests_on_it_and_is_named(
    company, before_aws, pattern, reason, affected
):
    before = company.verdicts()
    with before_aws.planted(pattern, denied_by_aws):
        answer = company.run()
    after = company.verdicts()

    changed = {key: told for key, told in after.items() if told[:1] != before.get(key, ())[:1]}
    assert {told[:2] for told in changed.values()} == {("undetermined", reason)}
    assert {check for check, *_ in changed} == affected
    assert {check for check, *_ in before.keys() - after.keys()} <= affected
    assert not [
        entry for entry in company.log("finding_opened", "finding_closed") if entry["cycle"] == 2
    ]
    assert answer.status == 3


def test_while_the_register_of_people_is_gone_nobody_is_a_stranger(company):
    before, findings = company.verdicts(), company.rows("findings")
    (company.folder / "documents" / "registers" / "people.csv").unlink()
    company.run("--source", "documents")
    after = company.verdicts()

    changed = {key: told for key, told in after.items() if told[:1] != before.get(key, ())[:1]}
    assert outcomes(changed).keys() == {"undetermined"}
    assert {"aws.identity.grant-accounted-for", "github.member.access-accounted-for"} <= {
        check for check, *_ in changed
    }
    assert company.rows("findings") == findings


def test_a_register_of_scope_that_cannot_be_read_opens_no_scope_as_unreviewed(company):
    """Nor does it declare any: who keeps none has declared nothing, and that is known."""
    register = company.folder / "documents" / "registers" / "scope.csv"
    before, findings = company.verdicts(), company.rows("findings")
    register.unlink()
    register.mkdir()
    company.run("--source", "documents")
    after = company.verdicts()

    changed = {key: told for key, told in after.items() if told[:1] != before.get(key, ())[:1]}
    assert changed
    assert outcomes(changed).keys() == {"undetermined"}
    assert company.rows("findings") == findings


@pytest.fixture
def closed_company(estate, fresh):
    """A company that is refused everything it asks for, before its first cycle."""
    with fresh.settings() as settings:
        del settings["sources"]["documents"]
    with (
        FaultProxy(estate.aws.url) as aws,
        FaultProxy(estate.gcp.url) as gcp,
        FaultProxy(estate.github.url) as github,
        aws.planted(EVERYTHING, denied_by_aws),
        gcp.planted(EVERYTHING, denied_by_google),
        github.planted(EVERYTHING, denied_by_github),
    ):
        fresh.reach(aws=aws.url, gcp=gcp.url, github=github.url)
        yield fresh


def test_everything_denied_passes_and_fails_nothing(closed_company: Company):
    first = closed_company.run()
    again = closed_company.run()

    assert outcomes(closed_company.verdicts()).keys() == {"undetermined"}
    assert closed_company.rows("findings") == []
    assert {row["check"] for row in closed_company.rows("gaps")} == {None}
    assert (first.status, again.status) == (2, 3)


def test_everything_denied_from_one_day_to_the_next_closes_nothing(company, before_aws):
    findings = company.rows("findings")
    with before_aws.planted(EVERYTHING, denied_by_aws):
        answer = company.run("--source", "aws")
    verdicts = company.verdicts()
    of_aws = {key: told for key, told in verdicts.items() if key[1].startswith("aws:")}

    assert outcomes(of_aws).keys() == {"undetermined"}
    assert company.rows("findings") == findings
    assert answer.status == 3
