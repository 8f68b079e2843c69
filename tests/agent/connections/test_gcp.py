"""A connection is divided into what Google says there is, and into what we could not see."""

import json

import pytest
from google.auth.credentials import AnonymousCredentials

from agent.connections import gcp
from agent.connections.gcp import GcpConnection
from agent.connections.unit import Unreachable
from agent.demo.gcp_server import GoogleCloud
from collectors.gcp.project import Organization, Project
from tests.evidence import NOW


@pytest.fixture
def server():
    with GoogleCloud() as server:
        organization = server.organization("900")
        server.project("1001", "acme-prod", parent=organization)
        folder = server.folder("500", parent=organization)
        server.project("1002", "acme-data", parent=server.folder("501", parent=folder))
        server.project("1003", "acme-old", parent=folder).state = "DELETE_REQUESTED"
        yield server


def units(server, **settings):
    connection = GcpConnection(
        name="test",
        endpoint_url=server.url,
        attempts=1,
        pause=lambda _: None,
        clock=lambda: NOW,
        **settings,
    )
    return list(connection.units())


def scopes(units):
    return [(unit.scope, unit.reads) for unit in units]


def test_an_organisation_is_read_with_all_its_projects_at_any_depth(server):
    assert scopes(units(server, organization="900")) == [
        ("gcp:organizations/900", Organization),
        ("gcp:projects/1001", Project),
        ("gcp:projects/1002", Project),
    ]


def test_projects_are_named_by_id_and_read_by_number(server):
    assert scopes(units(server, projects=("acme-data", "1001"))) == [
        ("gcp:projects/1002", Project),
        ("gcp:projects/1001", Project),
    ]


def test_without_a_choice_all_that_can_be_seen_is_read(server):
    assert scopes(units(server)) == [
        ("gcp:projects/1001", Project),
        ("gcp:projects/1002", Project),
    ]


def test_a_project_named_twice_is_read_once(server):
    found = units(server, organization="900", projects=("acme-prod",))
    assert len([unit for unit in found if unit.scope == "gcp:projects/1001"]) == 1


def test_a_project_that_is_closed_to_us_is_unreachable_and_the_others_are_read(server):
    assert units(server, projects=("acme-secret", "acme-prod"))[0] == Unreachable(
        scope="gcp:projects/acme-secret",
        reads=(Project,),
        why="cloudresourcemanager:projects.get: PERMISSION_DENIED",
    )
    assert len(units(server, projects=("acme-secret", "acme-prod"))) == 2


def test_an_organisation_whose_folders_are_closed_to_us_keeps_its_own_projects(server):
    server.deny("cloudresourcemanager.folders.list")
    *seen, closed = units(server, organization="900")

    assert [scope for scope, _ in scopes(seen)] == ["gcp:organizations/900", "gcp:projects/1001"]
    assert closed == Unreachable(
        scope="gcp:organizations/900",
        reads=(Project,),
        why="cloudresourcemanager:folders.list: PERMISSION_DENIED",
    )


def test_a_search_that_is_refused_is_unreachable(server):
    server.deny("cloudresourcemanager.projects.search")
    assert units(server) == [
        Unreachable(
            scope="gcp:test",
            reads=(Project,),
            why="cloudresourcemanager:projects.search: PERMISSION_DENIED",
        )
    ]


def test_nobody_signs_in_on_this_machine(server):
    assert {unit.identity for unit in units(server)} == {"anonymous"}


def test_a_key_file_that_is_not_there_makes_the_connection_unreachable(tmp_path):
    connection = GcpConnection(
        name="data", organization="900", key_file=str(tmp_path / "none.json"), clock=lambda: NOW
    )
    assert list(connection.units()) == [
        Unreachable(
            scope="gcp:data",
            reads=(Organization, Project),
            why="credentials: FileNotFoundError",
        )
    ]


@pytest.mark.parametrize("text", ["", "{}", '{"type": "service_account"}'])
def test_a_key_file_that_holds_no_key_makes_the_connection_unreachable(tmp_path, text):
    key = tmp_path / "key.json"
    key.write_text(text)
    connection = GcpConnection(name="data", key_file=str(key), clock=lambda: NOW)

    assert [unit.why for unit in connection.units()] == ["credentials: MalformedError"]


def test_a_machine_without_credentials_makes_the_connection_unreachable(monkeypatch, tmp_path):
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
    connection = GcpConnection(name="data", clock=lambda: NOW)

    assert [unit.why for unit in connection.units()] == ["credentials: DefaultCredentialsError"]


def test_credentials_that_the_machine_has_name_their_person(monkeypatch, tmp_path):
    login = tmp_path / "login.json"
    fields = ("client_id", "client_secret", "refresh_token")
    person = {"type": "authorized_user", "account": "ada@acme.test", **dict.fromkeys(fields, "x")}
    login.write_text(json.dumps(person))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(login))
    credentials = GcpConnection(name="data", clock=lambda: NOW)._credentials()

    assert gcp._email(credentials) == "ada@acme.test"
    assert gcp._email(AnonymousCredentials()) == "anonymous"
