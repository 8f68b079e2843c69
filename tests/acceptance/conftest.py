"""What an auditor is handed: half a year of a small house, and the demo's estate over the wire."""

from datetime import timedelta

import pytest

from agent.cli import now
from agent.demo.show import local_estate
from agent.estate import Selection
from agent.package.handover import Handover
from agent.package.reopening import PackageProof
from agent.package.window import Window
from agent.registry import all_checks, all_joins, all_that_read
from agent.service import run_cycle
from agent.store.store import Store
from tests.acceptance.auditor import Package
from tests.agent.package.half_year import SIGNER, live, prove


@pytest.fixture(scope="session")
def house(tmp_path_factory):
    """The house after half a year."""
    folder = tmp_path_factory.mktemp("half-year")
    store = Store.open(f"sqlite:///{folder}/gapwatch.db", folder / "evidence", create=True)
    return live(folder, store)


@pytest.fixture(scope="session")
def package(house):
    """The package of the half-year: frozen first, sampled by the auditor's seed afterwards."""
    house.hand("frozen.zip")
    path, told = house.hand("auditors.zip", seed="4711, said the auditor")
    return Package(path, told, lambda which: prove(which)[0], SIGNER.verifier)


@pytest.fixture(scope="session")
def estate(tmp_path_factory):
    """The demo's estate, read over the wire twice; its servers are gone, and nobody misses them."""
    folder = tmp_path_factory.mktemp("demo")
    with local_estate(folder) as local:
        company = local.company
        store = company.store(create=True)
        run_cycle(company, store, Selection(), trigger="demo")
        local.drift()
        run_cycle(company, store, Selection(), trigger="demo")
    return company, store, folder


@pytest.fixture(scope="session")
def demo(estate):
    """The package of these days."""
    company, store, folder = estate
    today = now().date()
    window = Window(today - timedelta(days=30), today)
    handover = Handover(company=company, store=store, window=window, by="alice", seed="1")
    path = folder / "demo.zip"
    told = handover.hand(path)
    return Package(path, told, lambda which: list(_proof(which).look()), None)


def _proof(path):
    return PackageProof(
        path=path,
        trusted=(),
        roots=(),
        checks=all_checks(),
        collectors=all_that_read(),
        joins=all_joins(),
    )
