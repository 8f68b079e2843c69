"""Buckets are read with all that opens and closes them, and nothing is taken for granted."""

import pytest

from agent.demo.gcp_state import Bucket
from collectors.evidence.record import Omission, Unread
from collectors.gcp.storage import bucket_versions, buckets
from collectors.transcript import Transcript
from tests.faults import Denied, Pages

WHOLE = {
    "name": "invoices",
    "iamConfiguration": {
        "publicAccessPrevention": "inherited",
        "uniformBucketLevelAccess": {"enabled": False},
    },
    "acl": [{"entity": "project-owners-1001"}],
    "defaultObjectAcl": [{"entity": "project-owners-1001"}, {"entity": "allAuthenticatedUsers"}],
    "softDeletePolicy": {"retentionDurationSeconds": "604800"},
}


def seed(google, *names, **settings):
    for name in names:
        google.project.buckets[name] = Bucket(name, **settings)
    return google.project.buckets


def only(snapshot):
    (record,) = snapshot.records
    return record


def test_what_lets_the_public_in_and_what_holds_it_back_are_read(google):
    seed(google, "invoices")["invoices"].policy.grant(
        "roles/storage.objectViewer", "allUsers", "user:alice@acme.test"
    )
    google.project.enforced.add("storage.publicAccessPrevention")
    snapshot, _ = google.snapshot(buckets)

    bucket = only(snapshot)
    assert bucket.id == "//storage.googleapis.com/invoices"
    assert bucket.public_access_prevention == "inherited"
    assert bucket.prevention_inherited is True
    assert bucket.uniform_access is True
    assert bucket.public_bindings == {"roles/storage.objectViewer: allUsers"}
    assert bucket.public_entries is None
    assert snapshot.complete


def test_access_lists_are_read_where_they_are_in_force(google):
    seed(google, "invoices", uniform=False, entries=["allUsers", "user-alice@acme.test"])
    snapshot, _ = google.snapshot(buckets)

    assert only(snapshot).public_entries == {"acl: allUsers"}


def test_the_list_for_new_objects_counts_too(google):
    snapshot, _ = google.snapshot(buckets, {"storage:buckets.list": Pages(({"items": [WHOLE]},))})

    assert only(snapshot).public_entries == {"defaultObjectAcl: allAuthenticatedUsers"}


@pytest.mark.parametrize(
    ("field", "reads"),
    [
        ("iamConfiguration", "public_access_prevention"),
        ("iamConfiguration", "uniform_access"),
        ("acl", "public_entries"),
        ("defaultObjectAcl", "public_entries"),
    ],
)
def test_a_field_left_out_is_unread(google, field, reads):
    bucket = {name: value for name, value in WHOLE.items() if name != field}
    snapshot, _ = google.snapshot(buckets, {"storage:buckets.list": Pages(({"items": [bucket]},))})

    assert getattr(only(snapshot), reads) == Unread(
        why=f"storage:buckets.list: the answer has no {field}"
    )


def test_a_denied_policy_is_unread_and_the_bucket_stays(google):
    seed(google, "accounts", "billing")
    google.server.deny("orgpolicy.projects.policies.getEffectivePolicy")
    snapshot, _ = google.snapshot(buckets, {"storage:buckets.getIamPolicy": Denied(first=2)})

    a, b = snapshot.records
    assert a.public_bindings == frozenset()
    assert b.public_bindings == Unread(why="storage:buckets.getIamPolicy: AccessDenied")
    assert a.prevention_inherited == Unread(
        why="orgpolicy:projects.policies.getEffectivePolicy: PERMISSION_DENIED"
    )
    assert snapshot.complete


def test_a_policy_that_depends_on_tags_says_nothing_of_the_project(google):
    seed(google, "invoices")
    conditional = {"spec": {"rules": [{"enforce": True, "condition": {"expression": "x"}}]}}
    snapshot, _ = google.snapshot(
        buckets, {"orgpolicy:projects.policies.getEffectivePolicy": Pages((conditional,))}
    )

    assert "depends on tags" in only(snapshot).prevention_inherited.why


def test_a_denied_list_is_an_omission_and_not_an_empty_project(google):
    seed(google, "invoices")
    google.server.deny("storage.buckets.list")
    snapshot, _ = google.snapshot(buckets)

    assert snapshot.records == ()
    assert snapshot.omissions == (
        Omission(where="gcp:projects/1001", why="storage:buckets.list: forbidden"),
    )


def test_an_empty_project_is_complete(google):
    snapshot, _ = google.snapshot(buckets)

    assert (snapshot.records, snapshot.complete) == ((), True)


def test_buckets_of_a_second_page_are_read(google):
    seed(google, *(f"bucket-{number:04}" for number in range(1001)))
    snapshot, transcript = google.snapshot(bucket_versions)

    assert len(snapshot.records) == 1001
    assert {e.arguments.get("pageToken") for e in transcript.exchanges} == {None, "1000"}


def test_what_is_kept_of_objects_is_read(google):
    seed(google, "never")
    seed(google, "off", versioning=False, soft_delete_days=0)
    seed(google, "on", versioning=True, soft_delete_days=30)
    snapshot, _ = google.snapshot(bucket_versions)

    kept = {
        bucket.name: (bucket.versioning, bucket.soft_delete_seconds) for bucket in snapshot.records
    }
    assert kept == {"never": (None, 604800), "off": (False, 0), "on": (True, 2592000)}


def test_a_soft_delete_that_is_not_told_is_unread(google):
    listed = Pages(({"items": [{"name": "a"}, {"name": "b", "softDeletePolicy": {}}]},))
    snapshot, _ = google.snapshot(bucket_versions, {"storage:buckets.list": listed})

    assert [bucket.soft_delete_seconds.why for bucket in snapshot.records] == [
        "storage:buckets.list: the answer has no softDeletePolicy",
        "storage:buckets.list: the answer has no retentionDurationSeconds",
    ]


def test_a_region_that_did_not_answer_is_an_omission(google):
    listed = Pages(({"items": [WHOLE], "unreachable": ["projects/_/buckets/far"]},))
    snapshot, _ = google.snapshot(bucket_versions, {"storage:buckets.list": listed})

    assert snapshot.omissions == (
        Omission(
            where="gcp:projects/1001/projects/_/buckets/far",
            why="storage:buckets.list: unreachable",
        ),
    )


def test_a_page_that_repeats_itself_is_an_omission(google):
    stuck = {"items": [], "nextPageToken": "x"}
    snapshot, _ = google.snapshot(bucket_versions, {"storage:buckets.list": Pages((stuck, stuck))})

    assert snapshot.omissions[0].why == "storage:buckets.list: the next page is the same page"


def test_a_replay_reads_what_was_read_and_no_more(google):
    seed(google, "accounts", "billing")
    snapshot, transcript = google.snapshot(buckets)

    assert google.again(buckets, transcript) == snapshot
    lists = Transcript(tuple(e for e in transcript.exchanges if e.operation == "buckets.list"))
    assert {bucket.public_bindings.why for bucket in google.again(buckets, lists).records} == {
        "storage:buckets.getIamPolicy: not collected"
    }
