"""Log groups are read with their retention; none is told from a number."""

from collectors.aws.logs import log_groups
from collectors.evidence.aws.logs import LogGroup
from collectors.evidence.record import Omission
from collectors.transcript import Transcript
from tests.faults import Denied, Pages

ARN = "arn:aws:logs:eu-west-1:123456789012:log-group"


def seed(aws, **retentions):
    logs = aws.client("logs")
    for name, days in retentions.items():
        logs.create_log_group(logGroupName=name)
        if days:
            logs.put_retention_policy(logGroupName=name, retentionInDays=days)


def test_a_retention_is_read_and_a_group_without_one_keeps_for_ever(aws):
    seed(aws, app=30, audit=None)
    snapshot, _ = aws.snapshot(log_groups)

    assert snapshot.records == (
        LogGroup(id=f"{ARN}:app", name="app", retention_days=30, log_class=None),
        LogGroup(id=f"{ARN}:audit", name="audit", retention_days=None, log_class=None),
    )
    assert snapshot.complete


def test_the_class_is_kept_where_it_is_named(aws):
    group = {"logGroupName": "out", "arn": f"{ARN}:out:*", "logGroupClass": "DELIVERY"}
    pages = Pages(({"logGroups": [group]},))
    (record,) = aws.snapshot(log_groups, {"logs:DescribeLogGroups": pages})[0].records

    assert (record.id, record.log_class) == (f"{ARN}:out", "DELIVERY")


def test_groups_of_a_second_page_are_read(aws):
    names = [f"group-{number:02}" for number in range(51)]
    seed(aws, **dict.fromkeys(names))
    snapshot, transcript = aws.snapshot(log_groups)

    assert [group.name for group in snapshot.records] == names
    assert len(transcript.exchanges) == 2


def test_a_denied_list_is_an_omission(aws):
    seed(aws, app=30)
    snapshot, _ = aws.snapshot(
        log_groups, {"logs:DescribeLogGroups": Denied("AccessDeniedException")}
    )
    assert snapshot.records == ()
    assert snapshot.omissions == (
        Omission(
            where="aws:123456789012/eu-west-1",
            why="logs:DescribeLogGroups: AccessDeniedException",
        ),
    )


def test_a_replay_reads_what_was_read_and_no_more(aws):
    seed(aws, app=30)
    snapshot, transcript = aws.snapshot(log_groups)

    assert aws.again(log_groups, transcript) == snapshot
    assert not aws.again(log_groups, Transcript(())).complete
