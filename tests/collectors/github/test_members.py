"""Everybody with access is read, and an address nobody shows is unread and not absent."""

from datetime import timedelta

import pytest

from agent.demo.github.rest.view import Viewer
from collectors.evidence.github.organisation import OutsideCollaborator
from collectors.evidence.record import Omission, Unread
from collectors.github.members import github_access, identities, outside_collaborators
from collectors.transcript import Transcript
from tests.evidence import NOW

OUTSIDERS = "github:GET /orgs/{org}/outside_collaborators"
NOT_PUBLIC = Unread(why="graphql:PublicAddresses: the address is not public")


def addresses(snapshot):
    return {identity.login: identity.email for identity in snapshot.records}


def test_members_and_outsiders_are_identities(github):
    github.state.add_outside_collaborator("finn", email="finn@partner.test")
    github.state.add_member("release", type="Bot")
    snapshot, _ = github.snapshot(identities)

    assert addresses(snapshot) == {
        "olga": "olga@acme.test",
        "otto": NOT_PUBLIC,
        "mia": NOT_PUBLIC,
        "finn": "finn@partner.test",
        "release": Unread(why="graphql:PublicAddresses: the answer has no email"),
    }
    assert {i.login for i in snapshot.records if i.is_machine} == {"release"}
    assert snapshot.complete


def test_single_sign_on_knows_the_companys_address(github):
    github.state.single_sign_on = {"olga": "olga@work.test", "mia": "mia@work.test"}
    snapshot, _ = github.snapshot(identities)

    assert addresses(snapshot) == {
        "olga": "olga@work.test",
        "otto": NOT_PUBLIC,
        "mia": "mia@work.test",
    }


def test_single_sign_on_that_cannot_be_read_leaves_hidden_addresses_unread(github):
    github.server.viewer = Viewer(owns=False)
    snapshot, _ = github.snapshot(identities)

    refused = Unread(why="graphql:SingleSignOn: FORBIDDEN")
    assert addresses(snapshot) == {"olga": "olga@acme.test", "otto": refused, "mia": refused}


def test_an_address_the_token_may_not_see_is_unread(github):
    github.server.deny("User.email")
    snapshot, _ = github.snapshot(identities)

    refused = Unread(why="graphql:PublicAddresses: FORBIDDEN")
    assert set(addresses(snapshot).values()) == {refused}


@pytest.mark.parametrize("collector", [identities, outside_collaborators])
def test_a_denied_list_is_an_omission_and_not_nobody(github, collector):
    github.server.deny("GET /orgs/{org}/outside_collaborators")
    snapshot, _ = github.snapshot(collector)

    assert snapshot.omissions == (Omission(where="github:acme", why=f"{OUTSIDERS}: 403 Forbidden"),)
    members = {"olga", "otto", "mia"} if collector is identities else set()
    assert {record.login for record in snapshot.records} == members


def test_people_of_a_second_page_are_read(github):
    github.server.page_limit = 1
    github.state.single_sign_on = {"olga": "olga@work.test", "mia": "mia@work.test"}
    github.state.add_outside_collaborator("finn")
    github.state.add_outside_collaborator("fred")

    assert addresses(github.snapshot(identities)[0])["mia"] == "mia@work.test"
    finn, fred = github.state.accounts["finn"], github.state.accounts["fred"]
    assert set(github.snapshot(outside_collaborators)[0].records) == {
        OutsideCollaborator(id=finn.node_id, name="finn", login="finn"),
        OutsideCollaborator(id=fred.node_id, name="fred", login="fred"),
    }


def test_more_people_than_one_question_may_name_are_asked_for_in_parts(github):
    for number in range(100):
        github.state.add_member(f"m{number}", email=f"m{number}@acme.test")
    snapshot, transcript = github.snapshot(identities)

    assert addresses(snapshot)["m99"] == "m99@acme.test"
    assert len([e for e in transcript.exchanges if e.operation == "PublicAddresses"]) == 2


def test_a_replay_reads_what_was_read_and_no_more(github):
    snapshot, transcript = github.snapshot(identities)

    assert github.again(identities, transcript) == snapshot
    lists = Transcript(tuple(e for e in transcript.exchanges if e.service == "github"))
    assert set(addresses(github.again(identities, lists)).values()) == {
        Unread(why="graphql:SingleSignOn: not collected")
    }


def test_everybody_who_reaches_the_organisation_is_read_with_the_road_they_took(github):
    github.state.add_outside_collaborator("finn", email="finn@partner.test")
    github.state.pages["invitations"] = [
        {"id": 1, "node_id": "I_1", "login": None, "email": "new@acme.test",
         "created_at": "2026-11-20T09:00:00Z"},
    ]  # fmt: skip
    snapshot, _ = github.snapshot(github_access)
    found = {one.name: one for one in snapshot.records}

    assert snapshot.complete
    assert {name: one.via for name, one in found.items()} == {
        "olga": "member",
        "otto": "member",
        "mia": "member",
        "finn": "outsider",
        "invitation of new@acme.test": "invitation",
    }
    assert found["finn"].email == "finn@partner.test"
    invited = found["invitation of new@acme.test"]
    assert (invited.login, invited.invited_at) == (None, NOW - timedelta(days=3))


def test_invitations_that_are_denied_are_an_omission(github):
    github.server.deny("GET /orgs/{org}/invitations")
    snapshot, _ = github.snapshot(github_access)

    why = "github:GET /orgs/{org}/invitations: 403 Forbidden"
    assert snapshot.omissions == (Omission(where="github:acme", why=why),)
    assert len(snapshot.records) == 3
