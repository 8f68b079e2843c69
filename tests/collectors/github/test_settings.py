"""The organisation's settings are read, and what only owners see is unread to others."""

from agent.demo.github.rest.view import Viewer
from collectors.evidence.github.organisation import GithubOrganisation
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
