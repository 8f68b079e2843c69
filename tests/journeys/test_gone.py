"""What is deleted is gone; what cannot be listed is not."""

import pytest

from tests.journeys.faultproxy import cut_short, denied_by_aws, dropped

CHECK = "aws.dynamodb.point-in-time-recovery-on"
LISTING = r"DynamoDB_\d+\.ListTables "
TABLE = "forgotten"


@pytest.fixture
def dynamodb(estate):
    return estate.aws.client("dynamodb")


@pytest.fixture
def table(dynamodb):
    """A table without backups, gone after the test."""
    dynamodb.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    yield
    if TABLE in dynamodb.list_tables()["TableNames"]:
        dynamodb.delete_table(TableName=TABLE)


def finding(company):
    """State of the finding, and how it closed."""
    (row,) = company.rows("findings", "--where", f"name={TABLE}", "--where", f"check={CHECK}")
    return row["state"], row["how_closed"]


@pytest.mark.usefixtures("table")
def test_a_finding_closes_as_gone_when_its_subject_is_deleted(company, dynamodb):
    company.run("--check", CHECK)
    assert finding(company) == ("open", None)
    dynamodb.delete_table(TableName=TABLE)
    company.run("--check", CHECK)

    assert finding(company) == ("closed", "gone")


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(denied_by_aws, id="denied"),
        pytest.param(cut_short, id="cut short"),
        pytest.param(dropped, id="dropped"),
    ],
)
def test_nothing_closes_when_the_list_cannot_be_read(company, before_aws, fault):
    company.run("--check", CHECK)
    with before_aws.planted(LISTING, fault):
        answer = company.run("--check", CHECK)

    assert finding(company) == ("open", None)
    assert company.log("finding_closed", "gap_closed", "scope_left") == []
    assert answer.status == 3
