"""A company with a few gaps or with thousands, and every deliverable made of it."""

from datetime import timedelta

import pytest

from agent.gaps.events import ControlState
from agent.reports.making import Order, make, prepared
from agent.store.store import Store
from checks.contract import Severity, failed
from collectors.evidence.record import Omission
from tests.agent.web.kept import CLOSED, HOSTILE, OPEN, Kept, cause, estate
from tests.evidence import NOW

CONTROLS = ("NET-02", "ACC-02", "CHG-02", "AVL-01", "CRY-02", "MON-01", "VUL-02", "IR-01")
FORMULA = '=HYPERLINK("https://elsewhere.test","click")'


@pytest.fixture
def kept(tmp_path, template_file):
    """An empty store, and how to fill it."""
    (tmp_path / "gapwatch.db").write_bytes(template_file.read_bytes())
    return Kept(Store.open(f"sqlite:///{tmp_path}/gapwatch.db", tmp_path / "evidence"))


@pytest.fixture
def company(tmp_path):
    return estate(tmp_path, now=NOW)


def fill(kept, gaps):
    """So many gaps; names are hostile, a list was refused, one control works."""
    with kept.cycle() as cycle:
        cycle.evidence(("invoices", CLOSED))
        cycle.state("NET-02", ControlState.EFFECTIVE)
    with kept.cycle(new_gaps=tuple(range(1, gaps + 1)), drifted=("NET-02",)) as cycle:
        refused = Omission(where="buckets", why="s3:ListBuckets: AccessDenied")
        cycle.evidence((HOSTILE, OPEN), omissions=(refused,))
        for number in range(1, gaps + 1):
            severity = tuple(Severity)[number % 4]
            verdict = failed(f"{number % 5} of 5 settings are off", named=FORMULA)
            cycle.gap(
                number,
                f"bucket-{number}",
                FORMULA,
                HOSTILE,
                control=CONTROLS[number % len(CONTROLS)],
                issue=f"Not met in account {number}: buckets refuse what is not encrypted",
                severity=severity,
                verdict=verdict,
            )
        cycle.state("NET-02", ControlState.DEFICIENT, ControlState.EFFECTIVE, cause())
    return kept.store


@pytest.fixture
def ten(kept):
    return fill(kept, 10)


@pytest.fixture
def two_thousand(kept):
    return fill(kept, 2_000)


def made(company, store, report, format, **order):
    return make(company, store, Order(report=report, format=format, **order))


def model(company, store, report, **order):
    """The deliverable before it is rendered."""
    return prepared(company, store, Order(report=report, format="json", **order))[0]


def document(company, store, report, **order):
    return prepared(company, store, Order(report=report, format="json", **order))[1]


YESTERDAY = NOW.date() - timedelta(days=1)
