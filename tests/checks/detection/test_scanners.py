"""Whether leaked secrets, weak dependencies and weak code would be found."""

from datetime import timedelta

import pytest

from checks.contract import Outcome
from checks.detection.scanners import code_scanning_recent, dependabot_on, secret_scanning_on
from collectors.evidence.github.repositories import Analysis, CodeScanning
from tests.checks.github_repositories import repository
from tests.evidence import DENIED, NOW

PASSED, FAILED, UNKNOWN = Outcome.PASSED, Outcome.FAILED, Outcome.UNDETERMINED


@pytest.mark.parametrize(
    ("scanning", "protection", "outcome"),
    [
        pytest.param(True, True, PASSED, id="both on"),
        pytest.param(False, True, FAILED, id="no scanning"),
        pytest.param(True, False, FAILED, id="no push protection"),
        pytest.param(DENIED, False, FAILED, id="one off, one not read"),
        pytest.param(DENIED, True, UNKNOWN, id="scanning not read"),
        pytest.param(True, DENIED, UNKNOWN, id="protection not read"),
    ],
)
def test_secret_scanning_on(scanning, protection, outcome):
    subject = repository(secret_scanning=scanning, push_protection=protection)
    assert secret_scanning_on(subject).outcome is outcome


@pytest.mark.parametrize(
    ("on", "outcome"),
    [(True, PASSED), (False, FAILED), pytest.param(DENIED, UNKNOWN, id="not read")],
)
def test_dependabot_on(on, outcome):
    assert dependabot_on(repository(dependency_alerts=on)).outcome is outcome


@pytest.mark.parametrize("check", [secret_scanning_on, dependabot_on])
def test_archived_repositories_are_left_out(check):
    subject = repository(archived=True, secret_scanning=False, dependency_alerts=False)
    assert check(subject).outcome is Outcome.NOT_APPLICABLE


def analysis(category="/language:python", *, days=1, has_error=False):
    return Analysis(category=category, created_at=NOW - timedelta(days=days), has_error=has_error)


def scanning(*analyses, languages=("python",), archived=False):
    return CodeScanning(
        id="R_1",
        name="acme/web",
        archived=archived,
        languages=languages if languages is DENIED else frozenset(languages),
        analyses=DENIED if analyses == (DENIED,) else analyses,
    )


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(scanning(analysis()), PASSED, id="lately"),
        pytest.param(scanning(analysis(days=14)), PASSED, id="two weeks to the second"),
        pytest.param(scanning(analysis(days=14.01)), FAILED, id="a little older"),
        pytest.param(scanning(analysis(has_error=True)), FAILED, id="with an error"),
        pytest.param(scanning(), FAILED, id="never"),
        pytest.param(scanning(analysis("own")), PASSED, id="one for all languages"),
        pytest.param(scanning(analysis("/language:go")), FAILED, id="another language"),
        pytest.param(
            scanning(analysis("/language:javascript"), languages=("javascript-typescript",)),
            PASSED,
            id="half of a joined name",
        ),
        pytest.param(
            scanning(analysis(), languages=("python", "go")), FAILED, id="one of two languages"
        ),
        pytest.param(scanning(languages=()), Outcome.NOT_APPLICABLE, id="nothing to scan"),
        pytest.param(scanning(archived=True), Outcome.NOT_APPLICABLE, id="archived"),
        pytest.param(scanning(DENIED), UNKNOWN, id="analyses not read"),
        pytest.param(scanning(languages=DENIED), UNKNOWN, id="languages not read"),
    ],
)
def test_code_scanning_recent(subject, outcome):
    assert code_scanning_recent(subject, as_of=NOW).outcome is outcome
