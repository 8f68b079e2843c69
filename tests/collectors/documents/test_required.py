"""Every document that a control asks for is a record, whether there is one or not."""

from collectors.documents.required import required_documents
from collectors.evidence.record import Omission, Unread
from tests.faults import Denied


def test_a_document_that_nobody_wrote_is_a_record_too(folder):
    folder.policy("change.md", "document: change management POLICY")
    snapshot, _ = folder.snapshot(required_documents)

    found = {r.id: [revision.path for revision in r.found] for r in snapshot.records}
    assert found == {
        "ACC-01/Access control policy": [],
        "CHG-01/Change management policy": ["policies/change.md"],
        "CHG-02/Change management policy": ["policies/change.md"],
    }
    assert {record.unseen for record in snapshot.records} == {None}
    assert [record.control for record in snapshot.records] == ["ACC-01", "CHG-01", "CHG-02"]


def test_a_file_that_cannot_be_read_may_be_any_document(folder):
    folder.policy("broken.md", "owner: a\nowner: b")
    folder.policy("change.md", "document: Change management policy")
    snapshot, _ = folder.snapshot(required_documents)

    for record in snapshot.records:
        assert record.unseen is not None
        assert "policies/broken.md, line 3, owner: is given twice" in record.unseen.why
    assert snapshot.complete


def test_a_denied_folder_leaves_every_document_unseen(folder):
    denied = {"documents:ListFiles": Denied("PermissionDenied")}
    snapshot, _ = folder.snapshot(required_documents, denied)

    why = "documents:ListFiles: policies may not be read"
    assert [record.unseen for record in snapshot.records] == [Unread(why=why)] * 3


def test_without_the_list_of_what_is_required_there_is_no_population(folder):
    snapshot, _ = folder.snapshot(required_documents, {"documents:ListRequired": Denied("Lost")})

    assert snapshot.omissions == (
        Omission(where="documents:acme", why="documents:ListRequired: Lost"),
    )


def test_a_replay_needs_neither_folder_nor_catalogue(folder):
    folder.policy("change.md", "document: Change management policy")
    snapshot, transcript = folder.snapshot(required_documents)

    (folder.path / "policies/change.md").unlink()
    assert folder.again(required_documents, transcript) == snapshot
