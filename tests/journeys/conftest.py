"""The real command on a real estate: servers on loopback, one estate for each worker."""

import pytest

from agent.cli import SOMETHING_NEW
from agent.demo.receiver import Receiver
from agent.demo.show import local_estate
from tests.journeys.company import Company
from tests.journeys.faultproxy import FaultProxy


@pytest.fixture(scope="session")
def estate(tmp_path_factory):
    """Everything there is to read; a test that changes it puts it back."""
    with local_estate(tmp_path_factory.mktemp("estate")) as running:
        yield running


@pytest.fixture(scope="session")
def after_one_cycle(estate, tmp_path_factory):
    """The company after its first cycle, and what the command answered; copied, never used."""
    company = Company(folder=estate.folder).copy(tmp_path_factory.mktemp("company"))
    with company.settings() as settings:  # a slow machine is no silence
        settings["schedule"] = {"default": "1d"}
    answer = company.run()
    assert answer.status == SOMETHING_NEW, answer.told
    return company, answer


@pytest.fixture
def company(after_one_cycle, tmp_path):
    """The company after its first cycle, in a folder of the test's own."""
    return after_one_cycle[0].copy(tmp_path)


@pytest.fixture
def fresh(estate, tmp_path):
    """The company before its first cycle."""
    return Company(folder=estate.folder).copy(tmp_path)


@pytest.fixture
def told(company):
    """Receives the company's alerts, from now on."""
    with Receiver() as receiver:
        with company.settings() as settings:
            settings["alerts"] = [{"to": receiver.url}]
        yield receiver.received


@pytest.fixture
def before_aws(estate, company):
    """A proxy between the company and AWS."""
    with FaultProxy(estate.aws.url) as proxy:
        company.reach(aws=proxy.url)
        yield proxy
