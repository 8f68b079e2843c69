"""Who changed something in AWS, asked of a real server's history through the real client."""

import json
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from urllib.request import urlopen

import boto3
import pytest

from agent.connections.aws import AwsConnection
from agent.connections.unit import Unit
from agent.demo.local_aws import free_port
from collectors.aws.account import EventHistory
from collectors.aws.event_history import LOOKUP, cloudtrail_deeds, resource
from collectors.evidence.record import Unread
from collectors.evidence.trails import Deed, Sought, as_text
from collectors.reader import take_snapshot
from collectors.tracing import MOST_ENTRIES, MOST_SUBJECTS, SOUGHT
from collectors.transcript import Recorder, Replay
from tests.evidence import NOW
from tests.faults import Denied, Pages, faulty

HOME = "eu-west-1"
KEYS = {"aws_access_key_id": "seed", "aws_secret_access_key": "seed"}
USER = "arn:aws:iam::123456789012:user/ada"
BUCKET = "arn:aws:s3:::invoices"


@pytest.fixture(scope="module")
def url():
    """AWS with a trail, as the demo has it."""
    port = free_port()
    command = [sys.executable, "-m", "agent.demo.aws_server", str(port)]
    url = f"http://localhost:{port}"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        for _ in range(300):
            with suppress(OSError):
                urlopen(url)
                break
            time.sleep(0.1)
        yield url
        server.terminate()


def client(url, service, region=HOME, **keys):
    return boto3.client(service, region_name=region, endpoint_url=url, **(keys or KEYS))


def sought(id, name="x", *, minutes=60):
    now = datetime.now(UTC)
    return Sought(id=id, name=name, after=now - timedelta(minutes=minutes), before=now)


def histories(url):
    connection = AwsConnection(
        name="test", regions=(HOME,), endpoint_url=url, access_key="k", secret_key="s", attempts=1
    )
    return {unit.scope: unit for unit in connection.histories()}


def asked(unit, *subjects, faults=None):
    recorder = Recorder(faulty(unit.live, faults or {}), b"key")
    given = {**unit.given, SOUGHT: as_text(subjects)}
    reader = EventHistory(unit.scope, recorder, cloudtrail_deeds.calls, given=given)
    return take_snapshot(cloudtrail_deeds, reader, now=NOW), recorder.transcript, given


def event(name, **told):
    record = {"userIdentity": {"arn": USER}, **told.pop("record", {})}
    return {
        "EventName": name,
        "EventTime": "2026-11-23T09:12:00Z",
        "CloudTrailEvent": json.dumps(record),
        **told,
    }


def answer(*events):
    return {str(LOOKUP): Pages(({"Events": [*events]},))}


def unit_without_a_server():
    return Unit(scope=f"aws:123456789012/{HOME}", reads=EventHistory, identity="", live=None)


def test_it_names_call_principal_and_time_newest_first(url):
    iam = client(url, "iam")
    iam.create_role(RoleName="Operations", AssumeRolePolicyDocument="{}")
    role = client(url, "sts").assume_role(
        RoleArn="arn:aws:iam::123456789012:role/Operations", RoleSessionName="ben"
    )["Credentials"]
    bens = {
        "aws_access_key_id": role["AccessKeyId"],
        "aws_secret_access_key": role["SecretAccessKey"],
        "aws_session_token": role["SessionToken"],
    }
    client(url, "s3").create_bucket(
        Bucket="invoices", CreateBucketConfiguration={"LocationConstraint": HOME}
    )
    client(url, "s3", **bens).put_public_access_block(
        Bucket="invoices", PublicAccessBlockConfiguration={"BlockPublicAcls": False}
    )
    client(url, "s3", **bens).list_objects_v2(Bucket="invoices")

    snapshot, *_ = asked(histories(url)[f"aws:123456789012/{HOME}"], sought(BUCKET))

    (trail,) = snapshot.records
    assert snapshot.complete
    assert [deed.call for deed in trail.deeds] == ["PutBucketPublicAccessBlock", "CreateBucket"]
    assert trail.deeds[0].principal == "arn:aws:sts::123456789012:assumed-role/Operations/ben"
    assert abs(trail.deeds[0].at - datetime.now(UTC)) < timedelta(minutes=1)


def test_what_is_done_to_users_is_found_where_aws_keeps_global_events(url):
    client(url, "iam").create_user(UserName="ada")
    units = histories(url)

    here, *_ = asked(units[f"aws:123456789012/{HOME}"], sought(USER))
    there, *_ = asked(units["aws:123456789012/us-east-1"], sought(USER))

    assert here.records[0].deeds == ()
    assert [deed.call for deed in there.records[0].deeds] == ["CreateUser"]


def test_a_region_tells_of_itself_and_one_region_of_users():
    def remembers(history, scope, subject):
        return EventHistory.remembers(f"aws:1/{history}", scope=scope, subject=subject)

    assert remembers("eu-west-1", "aws:1/eu-west-1", "arn:aws:ec2:eu-west-1:1:volume/v")
    assert not remembers("us-east-1", "aws:1/eu-west-1", "arn:aws:ec2:eu-west-1:1:volume/v")
    assert remembers("us-east-1", "aws:1", USER)
    assert not remembers("eu-west-1", "aws:1", USER)
    assert remembers("eu-west-1", "aws:1", BUCKET)
    assert not remembers("eu-west-1", "aws:2", BUCKET)


def test_a_refusal_is_unread_and_ends_the_asking():
    many = [sought(f"arn:aws:s3:::b{number}") for number in range(5)]
    snapshot, transcript, _ = asked(
        unit_without_a_server(), *many, faults={str(LOOKUP): Denied("AccessDeniedException")}
    )

    assert snapshot.complete
    assert {trail.deeds for trail in snapshot.records} == {
        Unread(why="cloudtrail:LookupEvents: AccessDeniedException")
    }
    assert len(transcript.exchanges) == 1


def test_no_more_is_asked_than_the_source_allows():
    many = [sought(f"arn:aws:s3:::b{number:03}") for number in range(MOST_SUBJECTS + 5)]
    nothing = Pages(({"Events": []},) * MOST_SUBJECTS)
    snapshot, transcript, _ = asked(unit_without_a_server(), *many, faults={str(LOOKUP): nothing})

    assert len(transcript.exchanges) == MOST_SUBJECTS
    assert sum(isinstance(trail.deeds, Unread) for trail in snapshot.records) == 5


def test_it_turns_the_page_and_stops_where_there_is_more_than_anybody_reads():
    full = [{"Events": [event("PutBucketAcl")] * 50, "NextToken": str(n)} for n in range(1, 9)]
    snapshot, transcript, _ = asked(
        unit_without_a_server(), sought(BUCKET), faults={str(LOOKUP): Pages(tuple(full))}
    )

    assert len(snapshot.records[0].deeds) == MOST_ENTRIES
    assert len(transcript.exchanges) == 2


def test_what_was_refused_or_only_read_changed_nothing():
    events = [
        event("DeleteBucket", record={"errorCode": "AccessDenied"}),
        event("GetBucketAcl", ReadOnly="true"),
        event("PutBucketAcl", ReadOnly="false"),
    ]
    snapshot, *_ = asked(unit_without_a_server(), sought(BUCKET), faults=answer(*events))

    assert snapshot.records[0].deeds == (
        Deed(call="PutBucketAcl", principal=USER, at=datetime(2026, 11, 23, 9, 12, tzinfo=UTC)),
    )


def test_addresses_parameters_and_keys_are_cut_out_of_the_text_inside():
    told = {"requestParameters": {"password": "s3cret"}, "sourceIPAddress": "192.0.2.1"}
    planted = event("PutBucketPolicy", record=told, AccessKeyId="AKIDEXAMPLE")
    _, transcript, _ = asked(
        unit_without_a_server(),
        sought(BUCKET),
        faults=answer(planted),
    )

    kept = json.dumps(transcript.exchanges[0].response)
    assert not [secret for secret in ("s3cret", "192.0.2.1", "AKIDEXAMPLE") if secret in kept]
    assert USER in kept


def test_text_that_should_be_json_and_is_not_goes_whole():
    planted = {**event("PutBucketPolicy"), "CloudTrailEvent": "password=s3cret", "Username": "ada"}
    snapshot, transcript, _ = asked(
        unit_without_a_server(),
        sought(BUCKET),
        faults=answer(planted),
    )

    assert "s3cret" not in json.dumps(transcript.exchanges[0].response)
    assert snapshot.records[0].deeds[0].principal == "ada"


def test_a_replay_finds_the_same(url):
    unit = histories(url)[f"aws:123456789012/{HOME}"]
    snapshot, transcript, given = asked(unit, sought(BUCKET))
    reader = EventHistory(unit.scope, Replay(transcript), cloudtrail_deeds.calls, given=given)

    assert take_snapshot(cloudtrail_deeds, reader, now=NOW) == snapshot


@pytest.mark.parametrize(
    ("id", "name"),
    [
        (BUCKET, "invoices"),
        (USER, "ada"),
        ("arn:aws:iam::1:user/division/ada", "ada"),
        ("arn:aws:iam::1:role/reader#inline", "reader"),
        ("arn:aws:ec2:eu-west-1:1:security-group/sg-1", "sg-1"),
        ("arn:aws:rds:eu-west-1:1:db:ledger", "ledger"),
        ("arn:aws:kms:eu-west-1:1:key/k-1", "arn:aws:kms:eu-west-1:1:key/k-1"),
        ("AKIDEXAMPLE", "AKIDEXAMPLE"),
    ],
)
def test_a_subject_is_asked_for_by_the_name_cloudtrail_knows(id, name):
    assert resource(sought(id)) == name
