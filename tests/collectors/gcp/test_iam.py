"""Every role is read wherever it is held, and every principal the project's policy names."""

from agent.demo.gcp_state import Policy
from collectors.evidence.record import Omission, Unread
from collectors.gcp.iam import bindings, identities, inherited_bindings
from collectors.transcript import Transcript
from tests.faults import Denied, Pages

PROJECT = "//cloudresourcemanager.googleapis.com/projects/1001"


def test_roles_on_the_project_and_on_resources_in_it_are_read(google):
    google.project.policy.grant("roles/viewer", "user:alice@acme.test", "group:ops@acme.test")
    topic = Policy()
    topic.grant("roles/pubsub.publisher", "allUsers")
    name = "//pubsub.googleapis.com/projects/acme-prod/topics/orders"
    google.project.others[name] = ("pubsub.googleapis.com/Topic", topic)
    google.organization.policy.grant("roles/owner", "user:root@acme.test")
    snapshot, _ = google.snapshot(bindings)

    held = {(b.resource, b.resource_type, b.role, b.members) for b in snapshot.records}
    assert held == {
        (
            PROJECT,
            "cloudresourcemanager.googleapis.com/Project",
            "roles/viewer",
            frozenset({"user:alice@acme.test", "group:ops@acme.test"}),
        ),
        (name, "pubsub.googleapis.com/Topic", "roles/pubsub.publisher", frozenset({"allUsers"})),
    }
    assert snapshot.complete


def test_a_condition_is_kept_and_tells_two_bindings_apart(google):
    until = {"title": "expires", "expression": "request.time < timestamp('2027-01-01T00:00:00Z')"}
    google.project.policy.grant("roles/viewer", "user:alice@acme.test")
    google.project.policy.grant("roles/viewer", "user:bob@acme.test", condition=until)
    snapshot, _ = google.snapshot(bindings)

    always, limited = snapshot.records
    assert always.id == f"{PROJECT} roles/viewer"
    assert (always.condition, limited.condition) == (None, until["expression"])


def test_what_projects_inherit_is_read_once_for_the_organisation(google):
    google.organization.policy.grant("roles/owner", "user:root@acme.test")
    google.folder.policy.grant("roles/editor", "group:dev@acme.test")
    google.project.policy.grant("roles/viewer", "user:alice@acme.test")
    snapshot, _ = google.snapshot(inherited_bindings)

    assert snapshot.scope == "gcp:organizations/900"
    assert {b.name for b in snapshot.records} == {"roles/owner on 900", "roles/editor on 500"}


def test_an_inventory_that_is_off_is_an_omission_and_told_from_a_denial(google):
    google.server.deny("cloudasset.searchAllIamPolicies", reason="SERVICE_DISABLED")
    off, _ = google.snapshot(bindings)
    google.server.deny("cloudasset.searchAllIamPolicies")
    denied, _ = google.snapshot(bindings)

    assert [snapshot.omissions[0].why for snapshot in (off, denied)] == [
        "cloudasset:searchAllIamPolicies: SERVICE_DISABLED",
        "cloudasset:searchAllIamPolicies: PERMISSION_DENIED",
    ]


def test_a_denied_second_page_keeps_the_first_and_is_an_omission(google):
    for number in range(501):
        policy = Policy()
        policy.grant("roles/pubsub.viewer", "user:alice@acme.test")
        google.project.others[f"//pubsub.googleapis.com/t{number:03}"] = ("Topic", policy)
    snapshot, _ = google.snapshot(bindings, {"cloudasset:searchAllIamPolicies": Denied(first=2)})
    whole, _ = google.snapshot(bindings)

    assert (len(snapshot.records), snapshot.complete) == (500, False)
    assert (len(whole.records), whole.complete) == (501, True)


def test_a_result_without_a_resource_breaks_the_list_off(google):
    nameless = Pages(({"results": [{"policy": {"bindings": [{"role": "roles/viewer"}]}}]},))
    snapshot, _ = google.snapshot(bindings, {"cloudasset:searchAllIamPolicies": nameless})

    assert snapshot.omissions[0].why == (
        "cloudasset:searchAllIamPolicies: the answer has no resource"
    )


def test_people_and_machines_are_identities(google):
    robot = "deploy@acme-prod.iam.gserviceaccount.com"
    google.project.policy.grant("roles/viewer", "user:alice@acme.test", f"serviceAccount:{robot}")
    google.project.policy.grant("roles/browser", "user:alice@acme.test", "allUsers")
    google.project.policy.grant("roles/browser", "deleted:user:bob@acme.test?uid=12")
    snapshot, _ = google.snapshot(identities)

    seen = {i.id: (i.email, i.is_machine) for i in snapshot.records}
    assert seen == {
        "user:alice@acme.test": ("alice@acme.test", False),
        f"serviceAccount:{robot}": (robot, True),
        "deleted:user:bob@acme.test?uid=12": ("bob@acme.test", False),
    }
    enabled = {i.login: i.enabled for i in snapshot.records}
    assert enabled["bob@acme.test"] is False
    assert isinstance(enabled["alice@acme.test"], Unread)
    assert snapshot.complete


def test_the_policy_is_asked_for_with_its_conditions(google):
    _, transcript = google.snapshot(identities)

    assert transcript.exchanges[0].response["version"] == 3


def test_a_federated_principal_may_be_anybodys(google):
    pools = "//iam.googleapis.com/locations/global/workforcePools/staff/subject/alice"
    google.project.policy.grant("roles/viewer", f"principal:{pools}")
    snapshot, _ = google.snapshot(identities)

    (identity,) = snapshot.records
    assert isinstance(identity.email, Unread)
    assert identity.is_machine is False


def test_whom_a_group_stands_for_is_an_omission(google):
    google.project.policy.grant("roles/viewer", "group:ops@acme.test", "user:alice@acme.test")
    snapshot, _ = google.snapshot(identities)

    assert [i.login for i in snapshot.records] == ["alice@acme.test"]
    assert snapshot.omissions == (
        Omission(
            where="gcp:projects/1001/group:ops@acme.test",
            why="cloudresourcemanager:projects.getIamPolicy: names no members",
        ),
    )


def test_a_denied_policy_is_an_omission_and_not_a_project_without_people(google):
    google.project.policy.grant("roles/viewer", "user:alice@acme.test")
    google.server.deny("cloudresourcemanager.projects.getIamPolicy")
    snapshot, _ = google.snapshot(identities)

    assert snapshot.omissions[0].why == (
        "cloudresourcemanager:projects.getIamPolicy: PERMISSION_DENIED"
    )


def test_a_replay_reads_what_was_read_and_no_more(google):
    google.project.policy.grant("roles/viewer", "user:alice@acme.test")
    for collector in (bindings, identities):
        snapshot, transcript = google.snapshot(collector)
        assert google.again(collector, transcript) == snapshot
        assert google.again(collector, Transcript(())).omissions[0].why.endswith("not collected")
