"""Evidence in a bucket, with the real command: kept under lock, proved, damaged, denied."""

import pytest

from agent.demo.show import ENVIRONMENT
from tests.agent.store.buckets import REGION, ministack, moto
from tests.journeys.company import Company

KEYS = {"EVIDENCE_KEY": "123456789012", "EVIDENCE_SECRET": "test"}


@pytest.fixture(scope="module", params=[moto, ministack], ids=["moto", "ministack"])
def servers(request):
    with request.param() as running:
        yield running


@pytest.fixture
def bucket(servers):
    return servers.bucket(lock=True)


@pytest.fixture
def company(estate, servers, bucket, tmp_path):
    """The company before its first cycle, whose evidence goes to a bucket under lock."""
    made = Company(folder=estate.folder).copy(tmp_path)
    with made.settings() as settings:
        settings["store"]["evidence"] = f"s3://{bucket}/gapwatch"
        settings["store"]["evidence_options"] = {
            "region": REGION,
            "endpoint_url": servers.url,
            "access_key": "env:EVIDENCE_KEY",
            "secret_key": "env:EVIDENCE_SECRET",
            "lock": {"mode": "governance", "days": 2},
        }
    return made


def ask(company, *arguments, **environment):
    return company.gapwatch(*arguments, **{**ENVIRONMENT, **KEYS, **environment})


def test_a_cycle_keeps_its_evidence_under_lock_and_the_store_verifies(company, servers, bucket):
    first = ask(company, "run", "--source", "documents", "--json")
    assert first.status in {2, 3}, first.told
    versions = servers.versions(bucket)
    heads = [servers.s3.head_object(Bucket=bucket, Key=each["Key"]) for each in versions]
    assert {head.get("ObjectLockMode") for head in heads} == {"GOVERNANCE"}
    assert not (company.folder / "evidence").exists()

    proven = ask(company, "verify")
    assert proven.status == 0, proven.told
    assert "all as written" in proven.out

    again = ask(company, "run", "--source", "documents", "--json")
    assert again.rows[0]["new_gaps"] == []
    assert {version["Key"] for version in versions} <= {
        version["Key"] for version in servers.versions(bucket)
    }
    assert len({v["Key"] for v in servers.versions(bucket)}) == len(servers.versions(bucket))


def test_a_piece_that_was_replaced_in_the_bucket_is_named(company, servers, bucket):
    ask(company, "run", "--source", "documents")
    largest = max(servers.versions(bucket), key=lambda version: version["Size"])["Key"]
    servers.s3.put_object(Bucket=bucket, Key=largest, Body=b"something else")

    told = ask(company, "verify")
    assert told.status == 1
    assert largest.rpartition("/")[2].removesuffix(".zst")[:40] in told.out


def test_a_bucket_that_is_not_there_stops_the_cycle_with_one_sentence(company):
    with company.settings() as settings:
        settings["store"]["evidence"] = "s3://nobody-made-this-one"
    told = ask(company, "run", "--source", "documents")
    assert told.status == 1
    last = told.told.splitlines()[-1]
    assert last.startswith("gapwatch: ")
    assert "nobody-made-this-one" in last
    assert "Traceback" not in told.told
    assert ask(company, "doctor").status == 1


def test_a_missing_credential_of_the_bucket_is_named_with_its_place(company):
    told = ask(company, "run", "--source", "documents", EVIDENCE_SECRET=None)
    assert told.status == 1
    assert "store.evidence_options.secret_key" in told.told
    assert "EVIDENCE_SECRET" in told.told
