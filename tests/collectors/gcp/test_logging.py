"""What is logged and where it goes is read for the project and for everything above it."""

from agent.demo.gcp_state import Bucket
from collectors.evidence.gcp import AuditConfig
from collectors.evidence.record import Unread
from collectors.gcp.logging import audit, sinks
from collectors.transcript import Transcript
from tests.faults import Denied, Pages

OUT = "logging.googleapis.com/projects/acme-logs/locations/global/buckets/audit"


def only(snapshot):
    (record,) = snapshot.records
    return record


def test_audit_settings_of_every_layer_are_read(google):
    google.project.policy.record("storage.googleapis.com", "DATA_READ", exempt=["user:a@acme.test"])
    google.organization.policy.record("allServices", "ADMIN_READ", "DATA_WRITE")
    snapshot, _ = google.snapshot(audit)

    record = only(snapshot)
    assert (record.id, record.name) == (
        "//cloudresourcemanager.googleapis.com/projects/1001",
        "acme-prod",
    )
    assert {layer.node: layer.configs for layer in record.layers} == {
        "projects/1001": (
            AuditConfig(
                service="storage.googleapis.com",
                log_type="DATA_READ",
                exempted=frozenset({"user:a@acme.test"}),
            ),
        ),
        "folders/500": (),
        "organizations/900": (
            AuditConfig(service="allServices", log_type="ADMIN_READ", exempted=frozenset()),
            AuditConfig(service="allServices", log_type="DATA_WRITE", exempted=frozenset()),
        ),
    }
    assert record.unseen is None


def test_a_project_outside_any_organisation_has_one_layer(google):
    google.project.parent = None
    google.units = list(google.connection(organization=None).units())
    record = only(google.snapshot(audit)[0])

    assert [layer.node for layer in record.layers] == ["projects/1001"]
    assert record.unseen is None


def test_a_hierarchy_we_may_not_follow_is_said_to_go_on(google):
    google.server.deny("cloudresourcemanager.folders.get")
    record = only(google.snapshot(audit)[0])

    assert [layer.node for layer in record.layers] == ["projects/1001", "folders/500"]
    assert record.unseen == Unread(why="cloudresourcemanager:folders.get: PERMISSION_DENIED")


def test_a_denied_policy_is_unread_in_its_own_layer(google):
    google.server.deny("cloudresourcemanager.organizations.getIamPolicy")
    *below, top = only(google.snapshot(audit)[0]).layers

    assert [layer.configs for layer in below] == [(), ()]
    assert top.configs == Unread(
        why="cloudresourcemanager:organizations.getIamPolicy: PERMISSION_DENIED"
    )


def test_sinks_of_every_layer_are_read_with_what_google_leaves_out(google):
    google.project.sinks.append({"name": "own", "destination": OUT})
    google.organization.sinks.append(
        {
            "name": "all",
            "destination": "pubsub.googleapis.com/projects/acme-logs/topics/audit",
            "filter": "severity>=ERROR",
            "disabled": True,
            "includeChildren": True,
            "exclusions": [
                {"name": "noise", "filter": "a"},
                {"name": "old", "filter": "b", "disabled": True},
            ],
        }
    )
    record = only(google.snapshot(sinks)[0])

    (own,) = record.layers[0].sinks
    assert (own.filter, own.disabled, own.include_children, own.exclusions) == (
        None,
        False,
        False,
        (),
    )
    assert own.destination_owner == "projects/acme-logs"
    (every,) = record.layers[2].sinks
    assert (every.filter, every.disabled, every.include_children, every.exclusions) == (
        "severity>=ERROR",
        True,
        True,
        ("a",),
    )
    assert (record.project_id, record.unseen) == ("acme-prod", None)


def test_a_bucket_is_asked_whose_it_is(google):
    logs = google.server.project("1002", "acme-logs", parent=google.folder)
    logs.buckets["archive"] = Bucket("archive")
    google.project.sinks.append({"name": "a", "destination": "storage.googleapis.com/archive"})
    google.project.sinks.append({"name": "b", "destination": "storage.googleapis.com/gone"})
    found, lost = only(google.snapshot(sinks)[0]).layers[0].sinks

    assert found.destination_owner == "projects/1002"
    assert lost.destination_owner == Unread(why="storage:buckets.get: notFound")


def test_denied_sinks_are_unread_in_their_own_layer(google):
    record = only(google.snapshot(sinks, {"logging:sinks.list": Denied(first=3)})[0])

    assert [layer.sinks for layer in record.layers] == [
        (),
        (),
        Unread(why="logging:sinks.list: AccessDenied"),
    ]


def test_a_sink_that_does_not_say_where_it_leads_is_no_sink_at_all(google):
    broken = Pages(({"sinks": [{"name": "own"}]},))
    snapshot, _ = google.snapshot(sinks, {"logging:sinks.list": broken})

    assert snapshot.omissions[0].why == "logging:sinks.list: the answer has no destination"


def test_sinks_of_a_second_page_are_read(google):
    google.project.sinks += [{"name": f"s{n:04}", "destination": OUT} for n in range(1001)]
    record = only(google.snapshot(sinks)[0])

    assert len(record.layers[0].sinks) == 1001


def test_a_replay_reads_what_was_read_and_no_more(google):
    google.project.sinks.append({"name": "own", "destination": OUT})
    google.project.policy.record("allServices", "DATA_READ")
    for collector in (audit, sinks):
        snapshot, transcript = google.snapshot(collector)
        assert google.again(collector, transcript) == snapshot
    nothing = only(google.again(sinks, Transcript(())))
    assert nothing.layers[0].sinks == Unread(why="logging:sinks.list: not collected")
    assert nothing.unseen == Unread(why="cloudresourcemanager:projects.get: not collected")
