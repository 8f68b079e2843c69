"""Who looked at evidence on the page stands in the access log of the auditor's package."""

import csv
import io
from zipfile import ZipFile

from agent.store.store import Store
from agent.web.door import Visit
from agent.web.witness import Witness
from tests.agent.package.half_year import live, prove
from tests.agent.web.people import person


def test_a_look_and_a_report_taken_away_are_rows_of_the_access_log(tmp_path):
    store = Store.open(f"sqlite:///{tmp_path}/gapwatch.db", tmp_path / "evidence", create=True)
    house = live(tmp_path, store, days=3)
    witness = Witness(house.company, store)
    visit = Visit(person=person("auditor"))
    witness.saw(visit, "evidence 3")
    witness.took(visit, "report roadmap.pdf")

    path, _ = house.hand()

    with ZipFile(path) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("access_log.csv").decode())))
    told = [(row["what"], row["by"]) for row in rows]
    assert ("viewed", "auditor@acme.test") in told
    assert ("exported", "auditor@acme.test") in told
    (look,) = [row for row in rows if row["what"] == "viewed"]
    assert "evidence 3" in look["told"]
    assert prove(path)[0] == []
