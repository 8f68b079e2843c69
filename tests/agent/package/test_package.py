"""What a package is: the same bytes for the same checkpoint, and each of its making is logged."""

import csv
import io
import zipfile
from io import BytesIO

import pytest

from agent.package.handover import Handover, NothingToHand
from agent.package.reopening import PackageUnreadable
from agent.package.sampling import sample_size
from agent.package.window import Window
from agent.store import queries
from agent.store.faults import StoreUnusable
from tests.agent.package.half_year import (
    COLLECTORS,
    HOSTILE,
    JOINS,
    SIGNER,
    START,
    WINDOW,
    prove,
    units,
)


def rows(path, name):
    with zipfile.ZipFile(path) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(name).decode())))


def named(path, start):
    with zipfile.ZipFile(path) as archive:
        return [name for name in archive.namelist() if name.startswith(start)]


def test_the_same_checkpoint_gives_the_same_bytes(month):
    handover = Handover(
        company=month.company,
        store=month.store,
        window=WINDOW,
        by="alice",
        seed="7",
        collectors=units(COLLECTORS),
        joins=units(JOINS),
    )
    logged = handover.log(SIGNER, "F.zip")
    written = []
    for _ in range(2):
        file = BytesIO()
        with month.store.reading() as connection:
            handover.contents(connection, SIGNER, logged).write(file)
        written.append(file.getvalue())
    assert written[0] == written[1]


def test_making_a_package_is_an_entry_of_the_package(month):
    path, _ = month.hand("mine.zip")
    told = rows(path, "access_log.csv")[-1]
    assert (told["what"], told["by"]) == ("exported", "alice")
    assert f"package mine.zip of {WINDOW}" in told["told"]


def test_no_cell_is_a_formula_and_the_item_can_still_be_told(handed):
    for name in named(handed, ""):
        if name.endswith(".csv"):
            cells = [cell for row in rows(handed, name) for cell in row.values() if cell]
            assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]
    (population,) = named(handed, "populations/test.doors/")
    assert f"'{HOSTILE}" in {row["item_id"] for row in rows(handed, population)}


def test_the_seed_is_taken_after_the_populations_were_frozen_and_signed(month):
    path, _ = month.hand("first.zip")
    first = rows(path, "samples/index.csv")
    assert {row["seed"] for row in first} == {""}
    path, told = month.hand("second.zip", seed="by the auditor")
    second = rows(path, "samples/index.csv")
    assert {row["frozen_in_entry"] for row in first} == {row["frozen_in_entry"] for row in second}
    assert all(int(row["frozen_in_entry"]) < int(row["seed_in_entry"]) for row in second)
    assert not [one for one in told if "same command" in one.why]


def test_a_seed_that_came_with_the_freezing_is_told(month):
    _, told = month.hand("hasty.zip", window=Window(START, START), seed="1")
    assert [one for one in told if "frozen by the same command" in one.why]


def test_another_seed_for_the_same_populations_is_told(month):
    month.hand("a.zip", seed="a")
    _, told = month.hand("b.zip", seed="b")
    assert [one for one in told if "other seeds were given" in one.why]


@pytest.mark.parametrize(
    ("items", "drawn"), [(0, 0), (5, 5), (6, 5), (50, 5), (51, 6), (250, 25), (251, 25)]
)
def test_the_planning_aid(items, drawn):
    assert sample_size(items) == drawn


def test_a_window_without_evidence_or_out_of_order_is_refused(month):
    with pytest.raises(NothingToHand, match="no evidence was seen"):
        month.hand(window=Window(START.replace(year=2020), START.replace(year=2020)))
    with pytest.raises(NothingToHand, match="is before"):
        month.hand(window=Window(WINDOW.end, WINDOW.start))
    assert not (month.folder / "F.zip").exists()


def test_a_place_that_cannot_be_written_is_refused_before_the_log_is_told(month):
    with month.store.reading() as connection:
        before = queries.last_number(connection)
    with pytest.raises(StoreUnusable, match=r"cannot be written .*: name another place"):
        month.hand("nowhere/F.zip")
    with month.store.reading() as connection:
        assert queries.last_number(connection) == before


def test_what_is_no_package_is_refused_with_its_name(tmp_path):
    (tmp_path / "junk.zip").write_bytes(b"junk")
    for name in ("junk.zip", "missing.zip"):
        with pytest.raises(PackageUnreadable, match=name):
            prove(tmp_path / name)
