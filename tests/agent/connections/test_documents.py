"""The folders of one entry are one scope, and their faults are named before a cycle."""

import pytest

from agent.connections.documents import DocumentsConnection
from collectors.documents.folder import Folder


@pytest.fixture
def connection(tmp_path):
    for name in ("policies", "registers"):
        (tmp_path / name).mkdir()
    return DocumentsConnection(
        name="acme",
        path=tmp_path / "policies",
        registers=tmp_path / "registers",
        required=(),
    )


def test_both_folders_are_one_unit_that_says_nothing_of_this_machine(connection):
    (unit,) = connection.units()

    assert (unit.scope, unit.reads) == ("documents:acme", Folder)
    assert unit.identity == "file system of a folder"


def test_registers_that_nobody_keeps_yet_are_no_problem(connection):
    assert list(connection.validate()) == []


def test_every_malformed_register_is_one_line(connection):
    (connection.registers / "people.csv").write_text("person_id\np1\n")
    (connection.registers / "training.json").write_text("[]")
    (connection.registers / "training.yaml").write_text("[]")
    (connection.registers / "scope.yaml").write_text("- {kind: system, id: NO}")

    people, training, scope = connection.validate()
    assert people == (
        "documents:acme: registers/people.csv, line 1, email: "
        "add this column; a cell may be empty where there is no value"
    )
    assert training == (
        "documents:acme: registers/training is there in more than one format: keep one"
    )
    assert scope.startswith(
        "documents:acme: registers/scope.yaml, line 1, [0].id: YAML reads this as true or false"
    )


def test_a_folder_that_is_not_there_is_named(connection):
    connection.registers.rmdir()

    assert list(connection.validate()) == [f"documents:acme: {connection.registers} is no folder"]
