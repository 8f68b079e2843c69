"""From the configuration to the place where evidence is kept: nothing is asked on the way."""

from pathlib import Path

import pytest

from agent.connections.evidence_bucket import evidence
from agent.connections.secrets import MissingSecret, resolve
from agent.estate import Estate
from agent.registry import all_checks
from agent.settings.loading import load_settings
from agent.store.blobs import FolderBlobs
from agent.store.faults import StoreUnusable
from agent.store.s3_blobs import Lock, S3Blobs
from tests.evidence import NOW

SMALLEST = """
company: {name: Acme, service: Acme Cloud}
assessment:
  report: type-2
  criteria: [security]
  window: {start: 2026-10-01, end: 2027-03-31}
sources:
  documents: [{name: policies, path: ./policies, registers: ./registers}]
"""
KEYS = {"ID": "AKIA", "SECRET": "geheim", "REDACTION": "0a" * 32}


@pytest.fixture
def place(tmp_path):
    """Where evidence is kept by a configuration with this `store:`."""

    def place(store, environment=KEYS):
        path = tmp_path / "gapwatch.yaml"
        path.write_text(f"{SMALLEST}store: {store}\n")
        settings = load_settings(path, all_checks())

        def found(reference):
            return resolve(reference, environment, settings.places)

        return evidence(settings.store, found, clock=lambda: NOW)

    return place


def test_a_folder_is_a_folder(place, tmp_path):
    blobs = place("{evidence: ./kept}")
    assert isinstance(blobs, FolderBlobs)
    assert blobs.folder == tmp_path / "kept"


def test_a_bucket_is_a_bucket_with_everything_that_is_said_of_it(place):
    blobs = place(
        "{evidence: s3://acme-evidence/soc2/gapwatch/, evidence_options: {region: eu-west-1, "
        "access_key: env:ID, secret_key: env:SECRET, endpoint_url: 'http://127.0.0.1:9', "
        "lock: {mode: compliance, days: 400}}}"
    )
    assert isinstance(blobs, S3Blobs)
    assert (blobs.bucket, blobs.prefix) == ("acme-evidence", "soc2/gapwatch/")
    assert blobs.lock == Lock(mode="COMPLIANCE", days=400)
    client = blobs.client()
    assert client is blobs.client()
    assert (client.meta.region_name, client.meta.endpoint_url) == (
        "eu-west-1",
        "http://127.0.0.1:9",
    )
    keys = client._request_signer._credentials
    assert (keys.access_key, keys.secret_key) == ("AKIA", "geheim")


def test_a_whole_bucket_has_no_prefix(place):
    blobs = place("{evidence: s3://acme-evidence, evidence_options: {region: eu-west-1}}")
    assert (blobs.prefix, blobs.lock) == ("", None)


def test_a_role_is_assumed_before_anything_is_written(place):
    role = "arn:aws:iam::123456789012:role/GapwatchEvidence"
    blobs = place(
        "{evidence: s3://acme-evidence, evidence_options: {region: eu-west-1, "
        f"access_key: env:ID, secret_key: env:SECRET, role: '{role}'}}}}"
    )
    assert blobs.client()._request_signer._credentials.method == "assume-role"


def test_a_secret_that_is_not_there_is_told_with_its_place(place):
    with pytest.raises(MissingSecret, match=r"evidence_options.secret_key.*SECRET is not set"):
        place(
            "{evidence: s3://acme-evidence, evidence_options: {region: eu-west-1, "
            "access_key: env:ID, secret_key: env:SECRET}}",
            {"ID": "AKIA"},
        )


BUCKET = "{{evidence: s3://acme-evidence, evidence_options: {{region: eu-west-1{}}}}}"


def test_the_redaction_key_is_made_beside_the_configuration(place, tmp_path):
    key = place(BUCKET.format("")).redaction_key()
    path = tmp_path / "gapwatch-redaction.key"
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (key, 0o600)
    assert place(BUCKET.format("")).redaction_key() == key


def test_the_redaction_key_is_where_it_is_said_to_be(place, tmp_path):
    key = place(BUCKET.format(", redaction_key: file:keys/redaction")).redaction_key()
    assert (tmp_path / "keys/redaction").read_bytes() == key


def test_several_machines_share_a_redaction_key_by_reference(place, tmp_path):
    referred = BUCKET.format(", redaction_key: env:REDACTION")
    assert place(referred).redaction_key() == bytes.fromhex("0a" * 32)
    for told in ("geheim", "0a" * 31, "xy" * 32):
        with pytest.raises(StoreUnusable, match="env:REDACTION must hold 64 hexadecimal") as seen:
            place(referred, {"REDACTION": told}).redaction_key()
        assert told not in str(seen.value)
    with pytest.raises(MissingSecret, match=r"redaction_key.*REDACTION is not set"):
        place(referred, {}).redaction_key()
    assert [path.name for path in tmp_path.iterdir()] == ["gapwatch.yaml"]


def test_a_store_is_opened_without_asking_the_bucket(tmp_path):
    path = tmp_path / "gapwatch.yaml"
    store = BUCKET.format(", endpoint_url: 'http://127.0.0.1:1', profile: nobody-has-this")
    path.write_text(f"{SMALLEST}store: {store}\n")
    settings = load_settings(path, all_checks())
    company = Estate(settings=settings, environment={}, clock=lambda: NOW)
    blobs = company.store(create=True).blobs
    assert isinstance(blobs, S3Blobs)
    assert {found.name for found in Path(tmp_path).iterdir()} >= {"gapwatch.db"}
