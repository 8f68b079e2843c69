"""More than an archive in the usual form holds is refused, and never written half."""

import zipfile

import pytest

from agent.package import archive, verifier
from agent.package.archive import TooLarge
from tests.agent.package.half_year import prove
from tests.agent.package.test_tampering import offline

LARGER_THAN_ANY_FILE = 75_000


def test_a_file_that_is_too_large_is_refused_by_name_and_nothing_is_left(month, monkeypatch):
    monkeypatch.setattr(archive, "MOST_BYTES", 40_000)
    with pytest.raises(TooLarge, match=r"^controls.csv would be larger .* --from and --to$"):
        month.hand("large.zip")
    left = [path.name for path in month.folder.iterdir()]
    assert not [name for name in left if name == "large.zip" or name.startswith(".new-")]


def test_the_bound_is_that_of_archives_in_the_usual_form():
    assert archive.MOST_BYTES == verifier.MOST_BYTES == zipfile.ZIP64_LIMIT


def test_an_archive_beyond_the_usual_form_is_proved_by_both(month, monkeypatch):
    """Many files that are small each: the directory takes the larger form, zip64."""
    for module, name in ((zipfile, "ZIP64_LIMIT"), (verifier, "MOST_BYTES")):
        monkeypatch.setattr(module, name, LARGER_THAN_ANY_FILE)
    path, _ = month.hand("zip64.zip")
    content = path.read_bytes()
    assert b"PK\x06\x06" in content  # zip64's end of the directory
    assert offline(path) == set()
    assert prove(path)[0] == []
    spoiled = content.replace(b"PK\x03\x04", b"PK\x03\x05", 2)
    path.write_bytes(spoiled)
    assert offline(path)
