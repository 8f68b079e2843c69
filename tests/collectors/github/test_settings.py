"""The organisation's settings are read, and what only owners see is unread to others."""

from agent.demo.github.rest.view import Viewer
from collectors.evidence.github.organisation import GithubOrganisation, SignOn
from collectors.evidence.github.plan import NotOffered
from collectors.evidence.record import Omission, Unread
from collectors.github.settings import organisation_settings
from collectors.transcript import Transcript

MEMBERS = "github:GET /orgs/{org}/members"
OUTSIDERS = "github:GET /orgs/{org}/outside_collaborators"
ORGANISATION = "github:GET /orgs/{org}"


def test_owners_and_people_without_a_second_factor_are_named(github):
    github.state.add_member("max", two_factor=False)
    github.state.add_outside_collaborator("finn", two_factor=False)
    snapshot, _ = github.snapshot(organisation_settings)

    assert snapshot.records == (
        GithubOrganisation(
            id=github.state.node_id,
            name="acme",
            two_factor_required=True,
            owners=frozenset({"olga", "otto"}),
            members_without_two_factor=frozenset({"max"}),
            outsiders_without_two_factor=frozenset({"finn"}),
            managers=frozenset(),
            sign_on=None,
            base_permission="read",
            members_may_create=frozenset({"private", "internal"}),
            administrators_may=frozenset(),
            members_may_fork=False,
            is_verified=True,
        ),
    )
    assert snapshot.complete


def test_what_github_shows_to_owners_only_is_unread_and_not_off(github):
    github.server.viewer = Viewer(owns=False)
    (organisation,) = github.snapshot(organisation_settings)[0].records

    hidden = Unread(why=f"{ORGANISATION}: the answer has no two_factor_requirement_enabled")
    assert organisation.two_factor_required == hidden
    refused = "422 Unprocessable"
    assert organisation.members_without_two_factor.why.startswith(f"{MEMBERS}: {refused}")
    assert organisation.outsiders_without_two_factor.why.startswith(f"{OUTSIDERS}: {refused}")
    assert organisation.owners == {"olga", "otto"}


def test_a_denied_member_list_is_unread_and_not_nobody(github):
    github.server.deny("GET /orgs/{org}/members")
    (organisation,) = github.snapshot(organisation_settings)[0].records

    assert organisation.owners == Unread(why=f"{MEMBERS}: 403 Forbidden")
    assert organisation.outsiders_without_two_factor == frozenset()


def test_an_organisation_that_is_denied_is_an_omission(github):
    (unit,) = github.units()
    github.server.deny("GET /orgs/{org}")
    github.units = lambda: [unit]
    snapshot, _ = github.snapshot(organisation_settings)

    assert snapshot.records == ()
    assert snapshot.omissions == (
        Omission(where="github:acme", why=f"{ORGANISATION}: 403 Forbidden"),
    )


def test_owners_of_a_second_page_are_read(github):
    github.server.page_limit = 1
    (organisation,) = github.snapshot(organisation_settings)[0].records

    assert organisation.owners == {"olga", "otto"}


def test_the_billing_address_is_never_kept(github):
    _, transcript = github.snapshot(organisation_settings)

    assert "billing@acme.test" not in str(transcript)


def test_a_replay_reads_what_was_read_and_no_more(github):
    snapshot, transcript = github.snapshot(organisation_settings)

    assert github.again(organisation_settings, transcript) == snapshot
    kept = Transcript(tuple(e for e in transcript.exchanges if e.operation == "GET /orgs/{org}"))
    (organisation,) = github.again(organisation_settings, kept).records
    assert organisation.owners == Unread(why=f"{MEMBERS}: not collected")


def read(github):
    (organisation,) = github.snapshot(organisation_settings)[0].records
    return organisation


def test_what_members_may_do_is_read(github):
    github.state.profile |= {
        "default_repository_permission": "write",
        "members_can_create_public_repositories": True,
        "members_can_change_repo_visibility": True,
        "members_can_fork_private_repositories": True,
        "is_verified": False,
    }
    organisation = read(github)

    assert organisation.base_permission == "write"
    assert organisation.members_may_create == {"public", "private", "internal"}
    assert organisation.administrators_may == {"change their visibility"}
    assert (organisation.members_may_fork, organisation.is_verified) == (True, False)


def test_one_privilege_that_is_hidden_leaves_them_all_in_doubt(github):
    del github.state.profile["members_can_delete_repositories"]

    hidden = "the answer has no members_can_delete_repositories"
    assert read(github).administrators_may == Unread(why=f"{ORGANISATION}: {hidden}")


def test_holders_of_roles_that_manage_are_named_and_those_that_read_are_not(github):
    github.state.pages |= {
        "organization-roles": {
            "roles": [
                role(1, "auditor", "read_audit_logs"),
                role(2, "hooks", "read_audit_logs", "manage_organization_webhooks"),
                role(3, "security_manager"),
            ]
        },
        "organization-roles/1/users": [{"login": "aud"}],
        "organization-roles/2/users": [{"login": "hub"}],
        "organization-roles/3/users": [{"login": "sec"}],
    }
    assert read(github).managers == {"hub", "sec"}


def role(number, name, *permissions):
    return {"id": number, "name": name, "permissions": list(permissions)}


def test_roles_that_are_denied_are_not_nobody(github):
    github.server.deny("GET /orgs/{org}/organization-roles")

    roles = "github:GET /orgs/{org}/organization-roles"
    assert read(github).managers == Unread(why=f"{roles}: 403 Forbidden")


def test_members_without_a_linked_identity_are_named(github):
    github.state.single_sign_on = {"olga": "olga@acme.test", "otto": "otto@acme.test"}

    assert read(github).sign_on == SignOn(unlinked=frozenset({"mia"}))


def test_a_plan_below_the_enterprises_has_no_single_sign_on(github):
    github.state.profile["plan"] = {"name": "team"}
    assert read(github).sign_on == NotOffered(why=f"{ORGANISATION}: the plan is team")

    del github.state.profile["plan"]
    assert read(github).sign_on == Unread(why=f"{ORGANISATION}: the answer has no plan.name")
