"""Incidents that are kept as issues reach the material for a system description."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from agent.gaps.events import EvidenceKept
from agent.package.description.declared import Declared
from agent.package.description.tables import EMPTY, GONE, INCIDENTS, NO_INCIDENTS, incident_rows
from agent.package.description.text import text
from agent.package.history import History, Source
from agent.package.window import Window
from agent.registry import all_checks, all_collectors, all_joins
from agent.settings.description import DescriptionSettings
from agent.store import queries
from agent.store.evidence import keep_assessments, keep_records
from agent.store.store import Store
from collectors.evidence.documents import Incident
from collectors.evidence.github.registers import RegisterIssue
from collectors.evidence.record import Omission
from tests.agent.web.kept import Kept
from tests.evidence import DENIED, NOW

DAY = timedelta(days=1)
WINDOW = Window(date(2026, 11, 1), date(2026, 11, 30))
BEFORE, WITHIN = datetime(2026, 10, 20, tzinfo=UTC), datetime(2026, 11, 10, 12, tzinfo=UTC)
SAID = Declared(company="Acme", service="x", sources=(), description=DescriptionSettings())


@pytest.fixture
def kept(tmp_path, template_file):
    (tmp_path / "gapwatch.db").write_bytes(template_file.read_bytes())
    return Kept(Store.open(f"sqlite:///{tmp_path}/gapwatch.db", tmp_path / "evidence"))


def issue(number=1, register="incidents", **says):
    known = {"gone": False, "opened_at": WITHIN, "closed_at": None, "renamed_at": None}
    return RegisterIssue(
        id=f"{register}/I_{number}", name=f"acme/ops#{number}", register=register, **known | says
    )


def read(kept, *records, collector="github.register-issues", registers=("incidents",), lost=()):
    with kept.cycle():
        kept.append(
            EvidenceKept(
                **kept.when,
                connection="acme",
                collector=collector,
                scope=f"{collector.partition('.')[0]}:acme",
                identity="",
                observed_at=kept.at,
                records=len(records),
                records_digest=keep_records(kept.store.blobs, records),
                answers=(),
                circumstances="",
                calls=1,
                assessments=keep_assessments(kept.store.blobs, []),
                judged=(),
                omissions=lost,
                reached={f"{name} ops {name}": "1" for name in registers},
            )
        )


def told(kept):
    """The rows by their headings, and the same in the text."""
    with kept.store.reading() as connection:
        source = Source(
            connection=connection,
            blobs=kept.store.blobs,
            size=queries.last_number(connection),
            at=NOW,
            checks=all_checks(),
            collectors=all_collectors(),
            joins=all_joins(),
        )
        history = History.read(source, WINDOW)
        rows = [dict(zip(INCIDENTS, row, strict=True)) for row in incident_rows(history)]
        return rows, text(history, SAID).decode()


@pytest.mark.parametrize(
    ("one", "is_told"),
    [
        pytest.param(issue(), True, id="opened in the window"),
        pytest.param(issue(opened_at=BEFORE), True, id="opened before and still open"),
        pytest.param(issue(opened_at=BEFORE, closed_at=WITHIN), True, id="closed in the window"),
        pytest.param(issue(opened_at=BEFORE, closed_at=BEFORE + DAY), False, id="over before it"),
        pytest.param(issue(opened_at=WINDOW.last), False, id="opened after it"),
        pytest.param(issue(opened_at=DENIED), True, id="opened nobody knows when"),
        pytest.param(issue(opened_at=BEFORE, closed_at=DENIED), True, id="perhaps closed"),
        pytest.param(issue(register="risks"), False, id="of another register"),
    ],
)
def test_an_issue_is_an_incident_of_the_window_while_it_was_going_on(kept, one, is_told):
    read(kept, one, registers=("incidents", "risks"))
    rows, written = told(kept)

    assert [row["subject"] for row in rows if row["subject"]] == ([one.id] if is_told else [])
    assert ("acme/ops" in written.partition("## Incidents")[2]) is is_told
    if not is_told:
        assert [row["told"] for row in rows] == [EMPTY]


def test_its_row_is_that_of_an_incident_in_a_file(kept):
    in_a_file = Incident(
        id="INC-1",
        name="INC-1",
        occurred_at=WITHIN,
        severity="high",
        security=True,
        privacy=False,
        owner=None,
        declared_at=None,
        contained_at=None,
        resolved_at=None,
        reviewed_at=None,
        notified=(),
    )
    read(kept, in_a_file, collector="documents.incidents", registers=())
    read(kept, issue())
    rows, _ = told(kept)

    assert [(row["name"], row["occurred_at"]) for row in rows] == [
        ("INC-1", "2026-11-10T12:00:00Z"),
        ("acme/ops#1", "2026-11-10T12:00:00Z"),
    ]
    assert all(row["evidence"] and row["record"] and not row["told"] for row in rows)


def test_an_incident_whose_issue_is_gone_is_told_as_such(kept):
    read(kept, issue())
    read(kept, msgspec.structs.replace(issue(), gone=True, opened_at=DENIED))
    ((row,), written) = told(kept)

    assert (row["name"], row["told"]) == ("acme/ops#1", GONE)
    assert f"({GONE})" in written


def test_other_registers_are_no_register_of_incidents(kept):
    read(kept, issue(register="risks"), registers=("risks",))
    rows, _ = told(kept)

    assert [row["told"] for row in rows] == [NO_INCIDENTS]


def test_what_could_not_be_listed_is_said(kept):
    read(kept, issue(), lost=(Omission(where="acme/ops", why="github:GET: 403"),))
    rows, _ = told(kept)

    assert [bool(row["subject"]) for row in rows] == [True, False]
    assert "acme/ops: github:GET: 403" in rows[1]["told"]
