"""The root user's last uses are read from the report of credentials."""

from base64 import b64encode
from datetime import UTC, datetime

import pytest

from collectors.aws.root_use import root_use
from collectors.evidence.record import Unread
from tests.faults import Denied, Pages

COLUMNS = "user,password_last_used,access_key_1_last_used_date,access_key_2_last_used_date"
MAY, JUNE = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)


def report(*rows, columns=COLUMNS):
    """As an answer comes to a collector: botocore's bytes are base64 by then."""
    text = "\n".join([columns, *rows])
    return {"iam:GetCredentialReport": Pages(({"Content": b64encode(text.encode()).decode()},))}


def root(aws, *faults):
    snapshot, transcript = aws.snapshot(root_use, {k: v for f in faults for k, v in f.items()})
    assert aws.again(root_use, transcript) == snapshot
    (record,) = snapshot.records
    return record.password_used_at, record.keys_used_at


@pytest.mark.parametrize(
    ("row", "uses"),
    [
        ("<root_account>,no_information,N/A,N/A", (None, None)),
        ("<root_account>,2026-05-01T00:00:00+00:00,N/A,N/A", (MAY, None)),
        ("<root_account>,not_supported,N/A,2026-06-01T00:00:00+00:00", (None, JUNE)),
        (
            "<root_account>,N/A,2026-06-01T00:00:00+00:00,2026-05-01T00:00:00+00:00",
            (None, JUNE),
        ),
    ],
)
def test_the_last_uses_of_root_are_read(aws, row, uses):
    assert root(aws, report(row, "ada,2026-11-01T00:00:00+00:00,N/A,N/A")) == uses


def test_a_report_without_root_or_without_a_column_says_nothing(aws):
    no_root = Unread(why="iam:GetCredentialReport: the answer has no <root_account>")
    assert root(aws, report("ada,N/A,N/A,N/A")) == (no_root, no_root)

    no_column = Unread(why="iam:GetCredentialReport: the answer has no access_key_1_last_used_date")
    assert root(aws, report("<root_account>,N/A", columns="user,password_last_used")) == (
        None,
        no_column,
    )


def test_a_real_report_is_read(aws):
    """Moto's has users and no root."""
    aws.client("iam").create_user(UserName="ada")

    assert root(aws)[0] == Unread(why="iam:GetCredentialReport: the answer has no <root_account>")


@pytest.mark.parametrize("call", ["iam:GenerateCredentialReport", "iam:GetCredentialReport"])
@pytest.mark.parametrize("code", ["AccessDenied", "Throttling", "ReportInProgress"])
def test_a_refusal_leaves_both_unread(aws, call, code):
    refused = Unread(why=f"{call}: {code}")

    assert root(aws, {call: Denied(code)}) == (refused, refused)
