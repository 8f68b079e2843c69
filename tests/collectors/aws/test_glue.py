"""Data jobs are read with the encryption of what they write."""

import json

import pytest

from collectors.aws.glue import job_encryption
from collectors.evidence.record import Unread
from tests.collectors.aws.shaped import said
from tests.faults import Denied

CONFIGURATIONS = "glue:GetSecurityConfigurations"
CODED = {"S3EncryptionMode": "SSE-KMS"}
PLAIN = {"S3EncryptionMode": "DISABLED"}


def by_name(snapshot):
    return {record.name: record for record in snapshot.records}


@pytest.fixture
def jobs(aws):
    glue = aws.client("glue")
    command = {"Name": "glueetl", "ScriptLocation": "s3://acme/job.py"}
    glue.create_security_configuration(
        Name="coded",
        EncryptionConfiguration={
            "S3Encryption": [CODED],
            "CloudWatchEncryption": {"CloudWatchEncryptionMode": "SSE-KMS"},
        },
    )
    glue.create_job(Name="bare", Role="r", Command=command)
    glue.create_job(
        Name="kept",
        Role="r",
        Command=command,
        SecurityConfiguration="coded",
        DefaultArguments={"--db-password": "canary-of-the-job"},
    )
    return aws


def test_jobs_are_read_with_their_configuration(jobs):
    snapshot, transcript = jobs.snapshot(job_encryption)

    found = by_name(snapshot)
    bare, kept = found["bare"], found["kept"]
    assert (bare.configuration, bare.outputs, bare.logs) == (None, None, None)
    assert (kept.configuration, kept.outputs, kept.logs) == ("coded", "SSE-KMS", "SSE-KMS")
    assert kept.id == "arn:aws:glue:eu-west-1:123456789012:job/kept"
    assert "canary" not in json.dumps([e.response for e in transcript.exchanges])
    assert jobs.again(job_encryption, transcript) == snapshot


@pytest.mark.parametrize(
    ("encryption", "outputs", "logs"),
    [
        ({}, None, None),
        ({"S3Encryption": [PLAIN]}, None, None),
        ({"S3Encryption": [CODED, PLAIN]}, None, None),
        ({"S3Encryption": [CODED]}, "SSE-KMS", None),
        (
            {"CloudWatchEncryption": {"CloudWatchEncryptionMode": "DISABLED"}},
            None,
            None,
        ),
    ],
)
def test_what_a_configuration_does_not_name_is_plain(jobs, encryption, outputs, logs):
    named = {"Name": "coded", "EncryptionConfiguration": encryption}
    faults = said(CONFIGURATIONS, {"SecurityConfigurations": [named]})
    kept = by_name(jobs.snapshot(job_encryption, faults)[0])["kept"]

    assert (kept.outputs, kept.logs) == (outputs, logs)


def test_denied_configurations_are_unread_where_one_is_named(jobs):
    found = by_name(jobs.snapshot(job_encryption, {CONFIGURATIONS: Denied()})[0])

    assert found["kept"].outputs == Unread(why=f"{CONFIGURATIONS}: AccessDenied")
    assert found["bare"].outputs is None


def test_a_configuration_that_is_gone_is_unread(jobs):
    found = by_name(
        jobs.snapshot(job_encryption, said(CONFIGURATIONS, {"SecurityConfigurations": []}))[0]
    )

    assert isinstance(found["kept"].logs, Unread)
