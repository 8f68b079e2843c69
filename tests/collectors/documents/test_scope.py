"""The register of scope as records, and none where nobody keeps it."""

from collectors.documents.scope import declared_places


def test_every_line_is_a_record(folder):
    folder.register(
        "scope.csv",
        "kind,id,in_scope,reason,since",
        "region,us-east-1,false,nothing runs there,2026-01-01",
        "system,aws,true,,2026-01-01",
    )
    snapshot, transcript = folder.snapshot(declared_places)

    assert [(p.what, p.called, p.in_scope, p.reason) for p in snapshot.records] == [
        ("region", "us-east-1", False, "nothing runs there"),
        ("system", "aws", True, None),
    ]
    assert folder.again(declared_places, transcript) == snapshot


def test_who_keeps_no_register_has_declared_nothing(folder):
    snapshot, transcript = folder.snapshot(declared_places)

    assert snapshot.complete
    assert snapshot.records == ()
    assert folder.again(declared_places, transcript) == snapshot


def test_without_its_folder_nobody_knows_what_was_declared(folder):
    (folder.path / "registers").rmdir()
    snapshot, _ = folder.snapshot(declared_places)

    assert not snapshot.complete


def test_a_register_that_cannot_be_read_is_an_omission(folder):
    folder.register("scope.csv", "kind,id,in_scope", "region,us-east-1,perhaps")
    snapshot, _ = folder.snapshot(declared_places)

    assert not snapshot.complete
