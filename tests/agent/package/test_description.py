"""The material for a system description says what is known, and of the rest that it is missing."""

import csv
import io
import zipfile
from dataclasses import replace

import pytest

from agent.package.description import tables
from agent.package.description.declared import DECLARED, Declared
from agent.package.history import History, Source
from agent.settings.description import DescriptionSettings
from agent.settings.words import BadConfiguration
from agent.store import queries
from agent.store.keys import create_key_file
from agent.store.store import Store
from tests.agent.house import JOINS, Clock, Estate, cycle, visits
from tests.agent.house import rules as rules_of
from tests.agent.package.half_year import (
    DAILY,
    DENIED,
    DOOR_ADDED,
    NEW_HOUSE,
    SIGNER,
    WINDOW,
    HalfYear,
    live,
    prove,
    units,
)
from tests.agent.package.test_tampering import contents, resealed
from tests.agent.proof.company import company

CONTROL = {"id": "UE-01", "text": "Guests shut doors.", "criteria": ["CC6.1", "CC6.2"]}
SAID = {
    "boundary": "The house, <script>not the attic</script>",
    "subservice": [{"name": "=Locks", "service": "keys for all", "method": "carve-out"}],
    "user_entity_controls": [CONTROL],
}


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    folder = tmp_path_factory.mktemp("described")
    store = Store.open(f"sqlite:///{folder}/gapwatch.db", folder / "evidence", create=True)
    return live(folder, store)


@pytest.fixture(scope="module")
def described(lived):
    return lived.hand("described.zip")[0]


def rows(path, name):
    content = zipfile.ZipFile(path).read(f"description/{name}.csv").decode()
    return list(csv.DictReader(io.StringIO(content)))


def told(path):
    return zipfile.ZipFile(path).read("description/description.md").decode()


def test_components_are_counted_from_the_newest_evidence_of_each_scope(described):
    counted = {
        (row["scope"], row["collector"], row["resource"]): (row["count"], row["listed"])
        for row in rows(described, "components")
        if row["what"] == "counted"
    }
    assert counted == {
        ("test:home", "test.doors", "test.house.door"): ("4", "whole"),
        ("test:office", "test.doors", "test.house.door"): ("1", "whole"),
    }


def test_a_connection_that_is_configured_and_was_never_seen_is_named_as_such(described):
    (row,) = [one for one in rows(described, "components") if one["what"] == "configured"]
    assert row["connection"] == "documents:acme"
    assert "no evidence of it was seen" in row["told"]


def test_a_scope_and_a_door_that_came_are_changes_of_their_day(described):
    found = {
        (row["what"], row["scope"], row["subject"], row["at"][:10])
        for row in rows(described, "changes")
    }
    assert ("new scope", "test:office", "", str(NEW_HOUSE)) in found
    assert ("component appeared", "test:home", "garden", str(DOOR_ADDED)) in found
    whats = [row["what"] for row in rows(described, "changes")]
    assert "wording or mapping of criteria, controls and checks" in whats


def test_what_was_refused_for_a_day_did_not_leave(described):
    changes = rows(described, "changes")
    assert not [row for row in changes if row["what"] == "component left"]
    assert not [row for row in changes if row["at"].startswith(str(DENIED)) and row["subject"]]


def test_what_nobody_declared_or_read_is_said_to_be_missing(described):
    (incident,) = rows(described, "incidents")
    assert "no register of incidents was read" in incident["told"]
    assert [bool(row["told"]) for row in rows(described, "subservice")] == [True, True]
    (control,) = rows(described, "user_entity_controls")
    assert control["told"].startswith("missing")
    assert "no register of incidents was read" in told(described).lower()
    assert told(described).lower().count("missing: the company wrote none") == 3


def test_a_door_left_on_the_day_all_doors_were_listed_without_it(tmp_path):
    gone = life(tmp_path, [{}, {"denied": {"ListDoors"}}, {"doors": {"front": "shut"}}])
    path, _ = gone.hand()
    (row,) = [one for one in rows(path, "changes") if one["what"].startswith("component")]
    assert (row["what"], row["subject"], row["at"][:10]) == ("component left", "back", "2026-10-03")


def test_a_connection_that_only_tells_of_events_was_seen(tmp_path):
    with_events = life(tmp_path, [{"visits": [True]}])
    with with_events.store.reading() as connection:
        source = Source(
            connection=connection,
            blobs=with_events.store.blobs,
            size=queries.last_number(connection),
            at=with_events.clock(),
            checks={},
            collectors={"test.doors": visits, "test.visits": visits},
            joins=units(JOINS),
        )
        said = Declared(
            company="Acme", service="x", sources=("test:home",), description=DescriptionSettings()
        )
        found = list(tables.component_rows(History.read(source, WINDOW), said))
    assert [(row[0], row[3], row[-1]) for row in found] == [("configured", "test:home", None)]


def test_a_count_that_was_refused_is_in_part(tmp_path):
    path, _ = life(tmp_path, [{}, {"denied": {"ListDoors"}}]).hand()
    (row,) = [one for one in rows(path, "components") if one["what"] == "counted"]
    assert (row["count"], row["listed"]) == ("0", "in part")
    assert "ListDoors" in row["told"]


def test_a_register_that_is_read_is_quoted_with_its_evidence(lived, monkeypatch):
    for register in ("INCIDENT_REGISTER", "VENDOR_REGISTER"):
        monkeypatch.setattr(tables, register, "test.doors")
    path, _ = lived.hand("registers.zip")
    kept = {row["name"] for row in rows(path, "incidents") if row["name"]}
    assert kept >= {"door front", "door garden", "door main"}
    assert all(row["evidence"] for row in rows(path, "incidents") if row["name"])
    assert kept <= {row["name"] for row in rows(path, "subservice")}
    refused = [row["told"] for row in rows(path, "incidents") if row["told"]]
    assert refused
    assert all(one.startswith("not all was read") for one in refused)
    assert prove(path)[0] == []


def life(folder, days):
    """A store of a house that is otherwise on each day."""
    store = Store.open(f"sqlite:///{folder}/gapwatch.db", folder / "evidence", create=True)
    create_key_file(folder / "gapwatch.key", SIGNER)
    clock = Clock()
    for number, otherwise in enumerate(days):
        clock.moment = WINDOW.first + number * DAILY
        cycle(store, Estate(**otherwise), clock=clock, signer=SIGNER, rules=rules_of(DAILY))
    return HalfYear(folder, store, clock)


@pytest.fixture(scope="module")
def declaring(lived):
    """The same store, of a company that wrote what it has to say."""
    return replace(lived, sections={"description": SAID})


def test_what_the_company_declared_stands_in_its_words(declaring):
    path, _ = declaring.hand("declared.zip")
    (control,) = rows(path, "user_entity_controls")
    assert control == {**CONTROL, "criteria": "CC6.1; CC6.2", "told": ""}
    declared, unread = rows(path, "subservice")
    assert (declared["name"], declared["method"]) == ("'=Locks", "carve-out")
    assert "no register of vendors was read" in unread["told"]
    assert "Guests shut doors." in told(path)
    assert "<script>" not in told(path)
    assert prove(path)[0] == []


def test_a_redacted_edition_has_none_of_the_words(declaring):
    path, _ = declaring.hand("hidden.zip", redacted=True)
    content = b"".join(contents(path).values())
    for words in (b"Guests shut", b"=Locks", b"keys for all", b"attic", b"garden"):
        assert words not in content
    assert rows(path, "user_entity_controls")[0]["text"].startswith("withheld-")


@pytest.mark.parametrize(
    "name",
    [
        *(f"{name}.csv" for name in ("components", "changes", "incidents", "subservice")),
        *("user_entity_controls.csv", "description.md"),
    ],
)
def test_a_file_that_was_written_otherwise_and_signed_is_told(described, tmp_path, name):
    path = f"description/{name}"
    files = contents(described)
    forged = resealed(tmp_path, {**files, path: files[path] + b"more\n"})
    assert path in {one.entry for one in prove(forged)[0]}


@pytest.mark.parametrize("content", [None, b"{}", b"junk"])
def test_a_package_that_does_not_say_what_was_declared_is_told(described, tmp_path, content):
    files = contents(described)
    del files[DECLARED]
    forged = resealed(tmp_path, files if content is None else {**files, DECLARED: content})
    assert DECLARED in {one.entry for one in prove(forged)[0]}


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ({"boundary": " "}, "description.boundary: must not be empty"),
        ({"borders": "x"}, "borders"),
        (
            {"user_entity_controls": [CONTROL, {**CONTROL, "criteria": ["A1.2"]}]},
            r"\[1\].id: `UE-01` is taken",
        ),
        ({"user_entity_controls": [{**CONTROL, "criteria": ["6"]}]}, "no criterion such as CC6.1"),
        ({"user_entity_controls": [{**CONTROL, "criteria": []}]}, "names no criterion"),
        ({"subservice": [{"name": "AWS", "service": "x", "method": "none"}]}, "method"),
        ({"subservice": [{"name": "AWS"}]}, "`service` is missing"),
    ],
)
def test_what_is_written_wrongly_is_refused_with_its_place(tmp_path, written, remedy):
    with pytest.raises(BadConfiguration, match=remedy):
        company(tmp_path, description=written)
