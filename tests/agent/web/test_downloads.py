"""The deliverables can be taken from the page; nothing else can be asked for by that road."""

import pytest

from agent.reports.making import DELIVERABLES

BEGINS = {"pdf": b"%PDF-", "html": b"<!doctype html>", "xlsx": b"PK", "json": b"{"}


@pytest.mark.parametrize("format", BEGINS)
def test_each_format_is_taken_away_as_a_file(served, format):
    with served.kept.cycle(new_gaps=(1,)) as kept:
        kept.gap(1, "invoices")
    answer = served.ask(f"/reports/action-plan.{format}")
    assert answer.status == 200
    assert answer.body.lstrip().startswith(BEGINS[format])
    assert answer.headers["content-disposition"] == f'attachment; filename="action-plan.{format}"'
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_page_links_every_deliverable_and_every_link_leads_to_one(served):
    page = served.ask("/").text
    for report in DELIVERABLES:
        assert f'href="/reports/{report}.pdf"' in page
        assert served.ask(f"/reports/{report}.json").status == 200


@pytest.mark.parametrize("file", ["poem.pdf", "roadmap.docx", "roadmap", "..%2Fgapwatch.yaml"])
def test_anything_else_is_not_there(served, file):
    assert served.ask(f"/reports/{file}").status == 404
