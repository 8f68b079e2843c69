"""What a deployment to production has to pass."""

import pytest

from checks.change.environments import environment_release_guarded
from checks.contract import Outcome
from collectors.evidence.github.actions import Environment
from tests.evidence import DENIED


def environment(called="production", **says):
    careful = {
        "has_reviewers": True,
        "prevents_self_review": True,
        "has_other_rules": False,
        "branches": "protected",
        "patterns": frozenset(),
        "administrators_bypass": False,
    }
    return Environment(
        id="EN_1",
        name=f"acme/web {called}",
        repository="acme/web",
        called=called,
        **(careful | says),
    )


@pytest.mark.parametrize(
    ("says", "outcome"),
    [
        pytest.param({}, Outcome.PASSED, id="reviewed, protected branches"),
        pytest.param({"branches": "named", "patterns": {"v*"}}, Outcome.PASSED, id="named ones"),
        pytest.param({"branches": "named", "patterns": {"*"}}, Outcome.FAILED, id="any name"),
        pytest.param({"branches": None}, Outcome.FAILED, id="every branch"),
        pytest.param({"has_reviewers": False}, Outcome.FAILED, id="no reviewers"),
        pytest.param({"prevents_self_review": False}, Outcome.FAILED, id="self-review"),
        pytest.param({"administrators_bypass": True}, Outcome.FAILED, id="administrators"),
        pytest.param(
            {"has_reviewers": False, "has_other_rules": True}, Outcome.PASSED, id="an app decides"
        ),
        pytest.param(
            {"has_reviewers": False, "has_other_rules": DENIED},
            Outcome.UNDETERMINED,
            id="other rules denied",
        ),
        pytest.param({"has_reviewers": DENIED}, Outcome.UNDETERMINED, id="reviewers denied"),
        pytest.param(
            {"prevents_self_review": DENIED}, Outcome.UNDETERMINED, id="self-review denied"
        ),
        pytest.param({"branches": DENIED}, Outcome.UNDETERMINED, id="branches denied"),
        pytest.param(
            {"administrators_bypass": DENIED}, Outcome.UNDETERMINED, id="administrators denied"
        ),
        pytest.param(
            {"administrators_bypass": DENIED, "branches": None},
            Outcome.FAILED,
            id="administrators denied, every branch",
        ),
    ],
)
def test_environment_release_guarded(says, outcome):
    says = {n: frozenset(v) if isinstance(v, set) else v for n, v in says.items()}
    assert environment_release_guarded(environment(**says)).outcome is outcome


def test_other_environments_are_not_judged():
    subject = environment("staging", has_reviewers=False)
    assert environment_release_guarded(subject).outcome is Outcome.NOT_APPLICABLE


def test_the_names_of_production_can_be_set():
    subject = environment("Live", has_reviewers=False)
    assert environment_release_guarded(subject, production_names=("live",)).outcome == "failed"
