"""File systems and warehouses are read with their encryption, file systems with their backups."""

from datetime import UTC, datetime

import pytest

from collectors.aws.efs import file_system_backups, store_encryption
from collectors.evidence.record import Omission, Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied

PROTECTED = "backup:ListProtectedResources"
LAST_NIGHT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def by_name(snapshot):
    return {record.name: record for record in snapshot.records}


@pytest.fixture
def efs(aws):
    made = aws.client("efs")
    for name, encrypted in (("home", True), ("scratch", False)):
        made.create_file_system(
            CreationToken=name,
            Encrypted=encrypted,
            Backup=encrypted,
            Tags=[{"Key": "Name", "Value": name}],
        )
    return made


@pytest.mark.usefixtures("efs")
def test_stores_are_read_with_their_encryption(aws):
    aws.client("redshift").create_cluster(
        ClusterIdentifier="facts",
        NodeType="ra3.large",
        MasterUsername="root",
        MasterUserPassword="Not-a-secret-0f-anyone",
        Encrypted=True,
    )
    snapshot, transcript = aws.snapshot(store_encryption)

    assert {name: (r.form, r.encrypted) for name, r in by_name(snapshot).items()} == {
        "home": ("file system", True),
        "scratch": ("file system", False),
        "facts": ("warehouse", True),
    }
    assert aws.again(store_encryption, transcript) == snapshot


def protected(aws, name, **more):
    (arn,) = (r.id for r in aws.snapshot(store_encryption)[0].records if r.name == name)
    return said(PROTECTED, {"Results": [{"ResourceArn": arn} | more]})


@pytest.mark.usefixtures("efs")
def test_file_systems_are_read_with_both_kinds_of_backups(aws):
    faults = protected(aws, "scratch", LastBackupTime=LAST_NIGHT.isoformat())
    snapshot, transcript = aws.snapshot(file_system_backups, faults)

    found = by_name(snapshot)
    assert (found["home"].automatic, found["home"].backed_up_at) == ("ENABLED", None)
    assert (found["scratch"].automatic, found["scratch"].backed_up_at) == (None, LAST_NIGHT)
    assert aws.again(file_system_backups, transcript) == snapshot


@pytest.mark.usefixtures("efs")
@pytest.mark.parametrize(
    ("denied", "part"),
    [("efs:DescribeBackupPolicy", "automatic"), (PROTECTED, "backed_up_at")],
)
def test_a_denied_part_is_unread_and_every_file_system_stays(aws, denied, part):
    faults = said(PROTECTED, {"Results": []}) | {denied: Denied()}
    snapshot, _ = aws.snapshot(file_system_backups, faults)

    assert [getattr(r, part) for r in snapshot.records] == [
        Unread(why=f"{denied}: AccessDenied")
    ] * 2


@pytest.mark.usefixtures("efs")
def test_a_denied_listing_harms_no_other(aws):
    snapshot, _ = aws.snapshot(store_encryption, {"redshift:DescribeClusters": Denied()})

    why = "redshift:DescribeClusters: AccessDenied"
    assert snapshot.omissions == (Omission(where="aws:123456789012/eu-west-1", why=why),)
    assert len(snapshot.records) == 2
