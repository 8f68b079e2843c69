"""Evidence in a bucket: the same promises as in a folder, and a lock that nobody opens."""

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

import botocore.exceptions
import pytest
from botocore.stub import Stubber

from agent.store.blobs import BlobDamaged, BlobMissing, FolderBlobs
from agent.store.faults import StoreUnusable
from agent.store.s3_blobs import NEEDS, BucketUnusable, S3Blobs
from agent.store.store import Store
from agent.store.verification import verify
from tests.agent.house import Clock, Estate, cycle
from tests.agent.store.buckets import days, ministack, moto, redaction_key
from tests.agent.store.years import Years, whole
from tests.journeys.faultproxy import FaultProxy, cut_short

CONTENT = b'{"Buckets":[{"Name":"invoices"},{"Name":"letters"}]}' * 20
DIGEST = hashlib.sha256(CONTENT).hexdigest()
NAME = f"gapwatch/{DIGEST[:2]}/{DIGEST[2:]}.zst"
COMPLIANCE = ("compliance", 400)
GOVERNANCE = ("governance", 400)


@pytest.fixture(scope="module", params=[moto, ministack], ids=["moto", "ministack"])
def either(request):
    with request.param() as running:
        yield running


@pytest.fixture(scope="module")
def server():
    with moto() as running:
        yield running


@pytest.fixture(scope="module")
def stricter():
    """The server that refuses what AWS refuses of retention."""
    with ministack() as running:
        yield running


def now():
    return datetime.now(UTC)


class Calendar:
    """The real clock, and days that go by when a test says so."""

    def __init__(self):
        self.passed = days(0)

    def __call__(self):
        return now() + self.passed


# as in a folder


@pytest.mark.parametrize("lock", [None, COMPLIANCE, GOVERNANCE], ids=str)
def test_what_was_kept_comes_back_under_its_own_hash(either, lock):
    blobs = either.blobs(either.bucket(lock=bool(lock)), lock=lock, clock=now)
    assert blobs.put(CONTENT) == DIGEST
    assert blobs.get(DIGEST) == CONTENT
    assert list(blobs.digests()) == [DIGEST]


def test_an_object_is_what_a_file_would_be(server, tmp_path):
    bucket = server.bucket()
    server.blobs(bucket).put(CONTENT)
    folder = FolderBlobs(tmp_path)
    folder.put(CONTENT)
    (file,) = tmp_path.rglob("*.zst")
    assert server.s3.get_object(Bucket=bucket, Key=NAME)["Body"].read() == file.read_bytes()
    assert f"gapwatch/{file.relative_to(tmp_path)}" == NAME


@pytest.mark.parametrize("lock", [None, COMPLIANCE], ids=str)
def test_equal_content_is_written_once(either, lock):
    bucket = either.bucket(lock=bool(lock))
    blobs = either.blobs(bucket, lock=lock, clock=now)
    assert blobs.put(CONTENT) == blobs.put(CONTENT) == DIGEST
    assert len(either.versions(bucket)) == 1


def test_whoever_is_quicker_wrote_the_same(server):
    """Both looked, nothing was there: the second to write is told so, and content."""
    bucket = server.bucket()
    server.blobs(bucket).put(CONTENT)
    first = server.s3.list_objects_v2(Bucket=bucket)["Contents"]
    blobs = server.blobs(bucket)
    blobs._write(NAME, b"would be another object")
    assert server.s3.list_objects_v2(Bucket=bucket)["Contents"] == first
    assert blobs.get(DIGEST) == CONTENT


def test_many_threads_that_keep_the_same_leave_one_object(server):
    bucket = server.bucket(lock=True)
    blobs = server.blobs(bucket, lock=COMPLIANCE, clock=now)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(blobs.put, [CONTENT] * 24)) == {DIGEST}
    assert len(server.versions(bucket)) == 1


def test_every_page_of_a_listing_is_turned(either):
    bucket = either.bucket()
    blobs = either.blobs(bucket)
    kept = {blobs.put(str(number).encode()) for number in range(7)}
    either.s3.put_object(Bucket=bucket, Key="gapwatch/notes.txt", Body=b"somebody else's")
    either.s3.put_object(Bucket=bucket, Key=f"gapwatch-2/{DIGEST[:2]}/{DIGEST[2:]}.zst", Body=b"")
    narrow = S3Blobs(
        bucket=bucket,
        prefix="gapwatch/",
        client=blobs.client,
        key=blobs.key,
        clock=now,
        page=2,
    )
    assert list(narrow.digests()) == sorted(kept)


def test_more_objects_than_one_page_of_s3_holds(server):
    bucket = server.bucket()
    blobs = server.blobs(bucket)
    with ThreadPoolExecutor(4) as pool:
        kept = set(pool.map(lambda number: blobs.put(str(number).encode()), range(1_003)))
    assert set(blobs.digests()) == kept
    assert len(kept) == 1_003


def test_a_blob_that_is_not_there_is_missing(either):
    blobs = either.blobs(either.bucket())
    with pytest.raises(BlobMissing, match=f"evidence {DIGEST}: missing$"):
        blobs.get(DIGEST)


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        pytest.param(lambda body: body[:-1], "its file was changed", id="cut short"),
        pytest.param(lambda _: b"", "its file was changed", id="emptied"),
        pytest.param(lambda body: body + b"\0", "its file was changed", id="one byte longer"),
        pytest.param(
            lambda body: body[:4] + bytes([body[4] ^ 16]) + body[5:],
            "its file was changed",
            id="a bit that zstd ignores",
        ),
    ],
)
def test_a_changed_object_is_never_given_out(either, damage, why):
    bucket = either.bucket()
    blobs = either.blobs(bucket)
    blobs.put(CONTENT)
    body = either.s3.get_object(Bucket=bucket, Key=NAME)["Body"].read()
    either.s3.put_object(Bucket=bucket, Key=NAME, Body=damage(body))
    with pytest.raises(BlobDamaged, match=f"evidence {DIGEST}: {why}$"):
        blobs.get(DIGEST)


def test_another_blobs_object_is_not_given_out(server):
    bucket = server.bucket()
    blobs = server.blobs(bucket)
    blobs.put(CONTENT)
    other = blobs.put(b"something else")
    source = {"Bucket": bucket, "Key": f"gapwatch/{other[:2]}/{other[2:]}.zst"}
    server.s3.copy_object(Bucket=bucket, Key=NAME, CopySource=source)
    with pytest.raises(BlobDamaged, match="its content was changed"):
        blobs.get(DIGEST)


def test_a_blob_is_removed_with_everything_that_lies_over_it(either):
    bucket = either.bucket(lock=True)  # which turns on versions
    blobs = either.blobs(bucket)
    blobs.put(CONTENT)
    either.s3.put_object(Bucket=bucket, Key=NAME, Body=b"over it")
    either.s3.delete_object(Bucket=bucket, Key=NAME)
    beside = blobs.put(b"beside it")
    assert not blobs.locked(DIGEST)
    blobs.remove(DIGEST)
    blobs.remove(DIGEST)
    assert list(blobs.digests()) == [beside]
    assert len(either.versions(bucket)) == 1


# the lock


@pytest.mark.parametrize("lock", [COMPLIANCE, GOVERNANCE], ids=str)
def test_a_locked_blob_is_not_removed(either, lock):
    bucket = either.bucket(lock=True)
    blobs = either.blobs(bucket, lock=lock, clock=now)
    blobs.put(CONTENT)
    assert blobs.locked(DIGEST)
    with pytest.raises(BucketUnusable, match=r"delete_object: AccessDenied.*not locked"):
        blobs.remove(DIGEST)
    assert blobs.get(DIGEST) == CONTENT


def test_an_administrator_cannot_remove_a_version_under_compliance(either):
    bucket = either.bucket(lock=True)
    either.blobs(bucket, lock=COMPLIANCE, clock=now).put(CONTENT)
    (version,) = either.versions(bucket)
    with pytest.raises(botocore.exceptions.ClientError, match="AccessDenied"):
        either.s3.delete_object(
            Bucket=bucket,
            Key=NAME,
            VersionId=version["VersionId"],
            BypassGovernanceRetention=True,
        )


def test_compliance_cannot_be_shortened_and_can_be_prolonged(stricter):
    bucket = stricter.bucket(lock=True)
    blobs = stricter.blobs(bucket, lock=COMPLIANCE, clock=now)
    blobs.put(CONTENT)
    for mode, until in [("COMPLIANCE", days(399)), ("GOVERNANCE", days(500))]:
        retention = {"Mode": mode, "RetainUntilDate": now() + until}
        with pytest.raises(botocore.exceptions.ClientError, match="AccessDenied"):
            stricter.s3.put_object_retention(
                Bucket=bucket, Key=NAME, Retention=retention, BypassGovernanceRetention=True
            )
    retention = {"Mode": "COMPLIANCE", "RetainUntilDate": now() + days(500)}
    stricter.s3.put_object_retention(Bucket=bucket, Key=NAME, Retention=retention)
    assert retained(stricter, bucket) > now() + days(499)


@pytest.mark.parametrize(
    ("passed", "prolonged"),
    [
        pytest.param(0, False, id="just kept"),
        pytest.param(39, False, id="within the margin"),
        pytest.param(41, True, id="beyond the margin"),
        pytest.param(500, True, id="after the lock was over"),
    ],
)
def test_evidence_in_use_stays_locked_and_not_in_every_cycle_anew(either, passed, prolonged):
    bucket, calendar = either.bucket(lock=True), Calendar()
    blobs = either.blobs(bucket, lock=COMPLIANCE, clock=calendar)
    blobs.put(CONTENT)
    first = retained(either, bucket)
    assert days(439) < first - now() < days(441)
    calendar.passed = days(passed)
    blobs.put(CONTENT)
    assert (retained(either, bucket) > first) == prolonged
    assert retained(either, bucket) >= calendar() + days(400) - days(0.01)


def test_what_lay_there_unlocked_is_locked_when_it_is_kept_again(stricter):
    bucket = stricter.bucket(lock=True)
    stricter.blobs(bucket).put(CONTENT)
    blobs = stricter.blobs(bucket, lock=GOVERNANCE, clock=now)
    assert not blobs.locked(DIGEST)
    blobs.put(CONTENT)
    assert blobs.locked(DIGEST)


def test_a_legal_hold_set_in_s3_is_a_lock(either):
    bucket, calendar = either.bucket(lock=True), Calendar()
    blobs = either.blobs(bucket, lock=COMPLIANCE, clock=calendar)
    blobs.put(CONTENT)
    calendar.passed = days(1000)
    assert not blobs.locked(DIGEST)
    either.s3.put_object_legal_hold(Bucket=bucket, Key=NAME, LegalHold={"Status": "ON"})
    assert blobs.locked(DIGEST)


def retained(server, bucket):
    return server.s3.head_object(Bucket=bucket, Key=NAME)["ObjectLockRetainUntilDate"]


@pytest.mark.parametrize("cover", ["a delete marker", "another object"])
def test_what_is_covered_is_named_with_the_remedy(either, cover):
    bucket = either.bucket(lock=True)
    blobs = either.blobs(bucket, lock=COMPLIANCE, clock=now)
    blobs.put(CONTENT)
    if cover == "a delete marker":
        either.s3.delete_object(Bucket=bucket, Key=NAME)
    else:
        either.s3.put_object(Bucket=bucket, Key=NAME, Body=b"something else")
    with pytest.raises(BlobDamaged, match=f"earlier version lies under it.*{NAME}") as told:
        blobs.get(DIGEST)
    assert isinstance(told.value, BlobMissing) == (cover == "a delete marker")


def test_what_lies_under_a_delete_marker_is_kept_anew(either):
    bucket = either.bucket(lock=True)
    blobs = either.blobs(bucket, lock=COMPLIANCE, clock=now)
    blobs.put(CONTENT)
    either.s3.delete_object(Bucket=bucket, Key=NAME)
    blobs.put(CONTENT)
    assert blobs.get(DIGEST) == CONTENT


# what goes wrong


def test_a_bucket_without_object_lock_takes_no_evidence_that_is_to_be_locked(either):
    bucket = either.bucket()
    blobs = either.blobs(bucket, lock=COMPLIANCE)
    with pytest.raises(BucketUnusable) as told:
        blobs.put(CONTENT)
    assert str(told.value) == (
        f"the bucket {bucket} has no Object Lock: turn it on (versioning first), "
        "or remove `store.evidence_options.lock`"
    )
    assert either.versions(bucket) == []


@pytest.mark.parametrize("lock", [None, COMPLIANCE], ids=str)
def test_a_missing_bucket_is_told_with_the_remedy(either, lock):
    blobs = either.blobs("evidence-nowhere", lock=lock)
    doing = (
        lambda: blobs.put(CONTENT),
        lambda: blobs.get(DIGEST),
        lambda: list(blobs.digests()),
        lambda: blobs.remove(DIGEST),
    )
    for do in doing:
        with pytest.raises(BucketUnusable) as told:
            do()
        assert "the bucket evidence-nowhere cannot be used" in str(told.value)
        assert str(told.value).endswith("NoSuchBucket): create it, or correct `store.evidence`")


ALL = (
    *("s3:PutObject", "s3:PutObjectRetention", "s3:GetObject", "s3:GetObjectRetention"),
    *("s3:GetObjectLegalHold", "s3:GetBucketObjectLockConfiguration", "s3:ListBucket"),
    *("s3:ListBucketVersions", "s3:DeleteObjectVersion"),
)


@pytest.mark.parametrize(
    ("denied", "do"),
    [
        ("s3:PutObject", lambda blobs: blobs.put(b"new")),
        ("s3:GetObject", lambda blobs: blobs.put(b"new")),
        ("s3:GetObject", lambda blobs: blobs.get(DIGEST)),
        ("s3:ListBucket", lambda blobs: list(blobs.digests())),
        ("s3:ListBucketVersions", lambda blobs: blobs.remove(DIGEST)),
        ("s3:DeleteObjectVersion", lambda blobs: blobs.remove(DIGEST)),
    ],
)
def test_a_missing_permission_is_named_and_is_not_missing_evidence(server, denied, do):
    bucket = server.bucket()
    server.blobs(bucket).put(CONTENT)
    allowed = [action for action in ALL if action != denied]
    with server.judging(*allowed) as (key, secret):
        blobs = signed_in_as(server, bucket, key, secret)
        with pytest.raises(BucketUnusable) as told:
            do(blobs)
    assert f"the bucket {bucket} cannot be used" in str(told.value)
    assert denied in str(told.value)
    assert len(str(told.value).splitlines()) == 1


def test_the_permissions_that_are_told_are_enough(server):
    assert {action for told in NEEDS.values() for action in ALL if action in told} == set(ALL)
    bucket = server.bucket(lock=True)
    with server.judging(*ALL) as (key, secret):
        blobs = signed_in_as(server, bucket, key, secret, lock=GOVERNANCE)
        assert blobs.get(blobs.put(CONTENT)) == CONTENT
        assert blobs.put(CONTENT) in blobs.digests()
        assert blobs.locked(DIGEST)


def signed_in_as(server, bucket, key, secret, lock=None):
    blobs = server.blobs(bucket, lock=lock, clock=now)
    client = server.client("s3", key, secret)
    return S3Blobs(
        bucket=bucket,
        prefix=blobs.prefix,
        client=lambda: client,
        key=blobs.key,
        clock=now,
        lock=blobs.lock,
    )


def test_wrong_keys_are_told_with_the_remedy(server):
    bucket = server.bucket()
    with server.judging(*ALL) as (key, _):
        blobs = signed_in_as(server, bucket, key, "not the secret")
        with pytest.raises(BucketUnusable, match=r"SignatureDoesNotMatch\): correct the cred"):
            list(blobs.digests())


def test_a_server_that_is_not_there_is_told(server):
    blobs = server.blobs(
        "evidence", endpoint_url="http://127.0.0.1:1", profile=None, region="eu-west-1"
    )
    blobs.client().meta.config.retries["total_max_attempts"] = 1
    with pytest.raises(BucketUnusable, match=r"EndpointConnectionError.*can it be reached"):
        blobs.get(DIGEST)


def test_a_role_that_does_not_trust_us_is_not_mistaken_for_a_bucket_that_refuses(server):
    blobs = server.blobs("evidence")

    def refuse(**_):
        told = {"Error": {"Code": "AccessDenied"}, "ResponseMetadata": {"HTTPStatusCode": 403}}
        raise botocore.exceptions.ClientError(told, "AssumeRole")

    blobs.client().meta.events.register("before-parameter-build.s3.GetObject", refuse)
    with pytest.raises(BucketUnusable, match=r"AssumeRole: AccessDenied.*trusted by the role"):
        blobs.get(DIGEST)


def test_a_profile_that_is_not_there_is_told(server):
    blobs = server.blobs("evidence", profile="nobody-has-this")
    with pytest.raises(BucketUnusable, match=r"ProfileNotFound\): correct the credentials"):
        blobs.get(DIGEST)


def test_nothing_is_asked_before_it_is_needed(server):
    with FaultProxy(server.url) as proxy:
        blobs = server.blobs("evidence-nowhere", endpoint_url=proxy.url, lock=COMPLIANCE)
        assert proxy.seen == []
        with pytest.raises(BucketUnusable):
            blobs.get(DIGEST)
        assert proxy.seen


# answers that are none


@pytest.fixture
def stubbed(server):
    """Blobs whose server answers what a test writes down."""
    blobs = server.blobs("evidence")
    with Stubber(blobs.client()) as answers:
        yield blobs, answers


ABSENT = {"service_error_code": "404", "http_status_code": 404}
ONE = {"ETag": '"1"'}


def test_a_conflict_is_tried_again(stubbed):
    blobs, answers = stubbed
    answers.add_client_error("head_object", **ABSENT)
    answers.add_client_error("put_object", "ConditionalRequestConflict", http_status_code=409)
    answers.add_response("put_object", ONE)
    assert blobs.put(CONTENT) == DIGEST
    answers.assert_no_pending_responses()


def test_a_conflict_without_end_is_told(stubbed):
    blobs, answers = stubbed
    answers.add_client_error("head_object", **ABSENT)
    for _ in range(3):
        answers.add_client_error("put_object", "ConditionalRequestConflict", http_status_code=409)
    with pytest.raises(BucketUnusable, match="ConditionalRequestConflict"):
        blobs.put(CONTENT)


@pytest.mark.parametrize("step", ["head_object", "put_object"])
def test_a_page_that_a_proxy_put_in_between_keeps_nothing(stubbed, step):
    blobs, answers = stubbed
    if step == "put_object":
        answers.add_client_error("head_object", **ABSENT)
    answers.add_response(step, {})
    with pytest.raises(BucketUnusable, match="what answers is not S3"):
        blobs.put(CONTENT)


def test_the_checksum_goes_with_the_object(stubbed):
    blobs, answers = stubbed
    answers.add_client_error("head_object", **ABSENT)
    sent = []
    blobs.client().meta.events.register(
        "provide-client-params.s3.PutObject", lambda params, **_: sent.append(dict(params))
    )
    answers.add_response("put_object", ONE)
    blobs.put(CONTENT)
    (put,) = sent
    expected = base64.b64encode(hashlib.sha256(put["Body"]).digest()).decode()
    assert (put["ChecksumSHA256"], put["IfNoneMatch"]) == (expected, "*")


@pytest.mark.parametrize("operation", ["list_objects_v2", "list_object_versions"])
def test_a_listing_cut_short_without_a_marker_is_no_listing(stubbed, operation):
    blobs, answers = stubbed
    answers.add_response(operation, {"IsTruncated": True})
    doing = {"list_objects_v2": lambda: list(blobs.digests())}
    with pytest.raises(BucketUnusable, match="truncated without a marker"):
        doing.get(operation, lambda: blobs.remove(DIGEST))()


def test_an_object_that_breaks_off_on_the_way_is_asked_for_again(server):
    bucket = server.bucket()
    server.blobs(bucket).put(CONTENT)
    fault = BreaksOff(times=2)
    with FaultProxy(server.url) as proxy, proxy.planted(f"GET /.*{NAME}", fault):
        assert server.blobs(bucket, endpoint_url=proxy.url).get(DIGEST) == CONTENT
    assert fault.times == 0


def test_an_object_that_always_breaks_off_is_the_buckets_fault_and_not_damage(server):
    bucket = server.bucket()
    server.blobs(bucket).put(CONTENT)
    with FaultProxy(server.url) as proxy, proxy.planted(f"GET /.*{NAME}", BreaksOff(times=100)):
        blobs = server.blobs(bucket, endpoint_url=proxy.url)
        with pytest.raises(BucketUnusable, match=r"get_object: .*can it be reached"):
            blobs.get(DIGEST)


@dataclass
class BreaksOff:
    """The first answers end half-way."""

    times: int

    def __call__(self, request, ask):
        if not self.times:
            return ask(request)
        self.times -= 1
        return cut_short(request, ask)


# the redaction key


def test_the_redaction_key_lies_beside_the_configuration_and_not_in_the_bucket(server, tmp_path):
    bucket, path = server.bucket(), redaction_key(tmp_path)
    key = server.blobs(bucket, key_file=path).redaction_key()
    assert (len(key), path.read_bytes(), path.stat().st_mode & 0o777) == (32, key, 0o600)
    assert server.blobs(bucket, key_file=path).redaction_key() == key
    assert server.versions(bucket) == []


def test_several_machines_share_a_key_by_reference(server):
    hexadecimal = "0a" * 32
    blobs = server.blobs("evidence")
    of = lambda told: blobs.key.func("env:REDACTION", lambda _: told)  # noqa: E731 - said once
    assert of(hexadecimal) == bytes.fromhex(hexadecimal)
    with pytest.raises(StoreUnusable, match="env:REDACTION must hold 64 hexadecimal digits"):
        of("geheim")


# the whole house


@pytest.mark.parametrize("lock", [None, COMPLIANCE], ids=str)
def test_whole_cycles_keep_their_evidence_in_a_bucket(server, tmp_path, lock):
    bucket = server.bucket(lock=bool(lock))
    blobs = server.blobs(bucket, lock=lock, clock=now, key_file=redaction_key(tmp_path))
    store = Store.open(f"sqlite:///{tmp_path}/gapwatch.db", blobs, create=True)
    estate, clock = Estate(doors={"front": "open", "back": "shut"}, visits=[True, False]), Clock()
    first = cycle(store, estate, clock=clock)
    kept = len(server.versions(bucket))
    unchanged = cycle(store, estate, clock=clock)
    estate.doors["front"] = "shut"
    repaired = cycle(store, estate, clock=clock)

    assert first.new_gaps
    assert (unchanged.new_gaps, unchanged.drifted) == ((), ())
    assert "NET-01" in repaired.drifted
    assert kept < len(server.versions(bucket))
    assert list(verify(store)) == []
    assert not list(tmp_path.rglob("*.zst"))


def test_verify_names_the_entry_whose_object_is_gone(server, tmp_path):
    bucket = server.bucket()
    blobs = server.blobs(bucket, key_file=redaction_key(tmp_path))
    store = Store.open(f"sqlite:///{tmp_path}/gapwatch.db", blobs, create=True)
    cycle(store, Estate())
    gone = next(iter(blobs.digests()))
    server.s3.delete_object(Bucket=bucket, Key=f"gapwatch/{gone[:2]}/{gone[2:]}.zst")
    damages = list(verify(store))
    assert damages
    assert all(gone in damage.why and damage.entry.startswith("log entry") for damage in damages)


def test_verify_takes_a_bucket_that_refuses_for_no_evidence_of_anything(server, tmp_path):
    bucket = server.bucket()
    blobs = server.blobs(bucket, key_file=redaction_key(tmp_path))
    store = Store.open(f"sqlite:///{tmp_path}/gapwatch.db", blobs, create=True)
    cycle(store, Estate())
    with server.judging("s3:ListBucket") as (key, secret):
        store.blobs = signed_in_as(server, bucket, key, secret)
        (damage,) = verify(store)
    assert "and what follows" in damage.entry
    assert "gapwatch needs s3:GetObject" in damage.why


def test_what_expires_in_a_bucket_goes_with_all_its_versions(server, tmp_path):
    bucket = server.bucket(lock=True)  # which turns on versions
    blobs = server.blobs(bucket, key_file=redaction_key(tmp_path))
    years = Years(Store.open(f"sqlite:///{tmp_path}/gapwatch.db", blobs, create=True))
    years.watch(day=0)
    years.watch(day=300, front="shut")
    retained = years.retain(day=500)
    names = {f"gapwatch/{digest[:2]}/{digest[2:]}.zst" for digest in years.buried}
    assert retained.removed == len(names) > 0
    assert not names & {version["Key"] for version in server.versions(bucket)}
    assert whole(years.store) == []
    assert years.watch(day=501).new_gaps == ()


def test_what_is_locked_in_a_bucket_waits_for_the_end_of_its_lock(server, tmp_path):
    bucket = server.bucket(lock=True)
    blobs = server.blobs(bucket, lock=COMPLIANCE, clock=now, key_file=redaction_key(tmp_path))
    years = Years(Store.open(f"sqlite:///{tmp_path}/gapwatch.db", blobs, create=True))
    years.watch(day=0)
    years.watch(day=300, front="shut")
    before = years.blobs
    retained = years.retain(day=5000)
    assert retained.waiting > 0
    assert not years.evidence_of(years.kept("test.doors")[0]) & years.buried
    assert years.blobs == before
    assert whole(years.store) == []
