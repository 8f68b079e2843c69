"""What workflows may run, and with which rights."""

import pytest

from checks.change.actions import (
    actions_cannot_approve,
    actions_fork_runs_approved,
    actions_source_restricted,
    actions_token_read_only,
)
from checks.contract import Outcome
from collectors.evidence.github.actions import ActionsPolicy, ChosenActions
from tests.evidence import DENIED


def chosen(*patterns, verified=False):
    return ChosenActions(
        of_github=True,
        of_verified_creators=verified,
        patterns=DENIED if patterns == (DENIED,) else frozenset(patterns),
    )


def policy(**says):
    careful = {
        "enabled": True,
        "allowed_actions": "selected",
        "chosen": chosen(),
        "pins_required": False,
        "default_permission": "read",
        "may_approve": False,
        "outside_runs_approved_for": "all_external_contributors",
        "forks_are_given": frozenset(),
    }
    return ActionsPolicy(id="O_1", name="acme", **(careful | says))


@pytest.mark.parametrize(
    ("says", "outcome"),
    [
        pytest.param({}, Outcome.PASSED, id="selected"),
        pytest.param({"allowed_actions": "local_only"}, Outcome.PASSED, id="own only"),
        pytest.param({"allowed_actions": "none"}, Outcome.PASSED, id="Actions are off"),
        pytest.param({"allowed_actions": "all"}, Outcome.FAILED, id="all"),
        pytest.param({"chosen": chosen("acme/*")}, Outcome.PASSED, id="a list"),
        pytest.param({"chosen": chosen("*/*")}, Outcome.FAILED, id="a list of everything"),
        pytest.param({"chosen": chosen(verified=True)}, Outcome.PASSED, id="verified creators"),
        pytest.param({"allowed_actions": DENIED}, Outcome.UNDETERMINED, id="denied"),
        pytest.param({"chosen": chosen(DENIED)}, Outcome.UNDETERMINED, id="list denied"),
        pytest.param(
            {"chosen": chosen(verified=DENIED)}, Outcome.UNDETERMINED, id="creators denied"
        ),
        pytest.param({"chosen": DENIED}, Outcome.UNDETERMINED, id="choice denied"),
    ],
)
def test_actions_source_restricted(says, outcome):
    assert actions_source_restricted(policy(**says)).outcome is outcome


@pytest.mark.parametrize(("verified", "outcome"), [(True, "failed"), (False, "passed")])
def test_verified_creators_can_be_refused(verified, outcome):
    subject = policy(chosen=chosen(verified=verified))
    assert actions_source_restricted(subject, verified_creators_allowed=False).outcome == outcome


@pytest.mark.parametrize(
    ("permission", "outcome"),
    [
        ("read", Outcome.PASSED),
        ("write", Outcome.FAILED),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="denied"),
    ],
)
def test_actions_token_read_only(permission, outcome):
    assert actions_token_read_only(policy(default_permission=permission)).outcome is outcome


@pytest.mark.parametrize(
    ("may", "outcome"),
    [
        (False, Outcome.PASSED),
        (True, Outcome.FAILED),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="denied"),
    ],
)
def test_actions_cannot_approve(may, outcome):
    assert actions_cannot_approve(policy(may_approve=may)).outcome is outcome


@pytest.mark.parametrize(
    ("outside", "given", "outcome"),
    [
        pytest.param("all_external_contributors", set(), Outcome.PASSED, id="all wait"),
        pytest.param("first_time_contributors", set(), Outcome.PASSED, id="newcomers wait"),
        pytest.param(
            "first_time_contributors_new_to_github", set(), Outcome.FAILED, id="hardly anybody"
        ),
        pytest.param(None, set(), Outcome.NOT_APPLICABLE, id="private"),
        pytest.param(None, {"secrets"}, Outcome.FAILED, id="forks get secrets"),
        pytest.param(DENIED, {"secrets"}, Outcome.FAILED, id="denied, forks get secrets"),
        pytest.param(DENIED, set(), Outcome.UNDETERMINED, id="approval denied"),
        pytest.param(None, DENIED, Outcome.UNDETERMINED, id="forks denied"),
    ],
)
def test_actions_fork_runs_approved(outside, given, outcome):
    given = given if given is DENIED else frozenset(given)
    subject = policy(outside_runs_approved_for=outside, forks_are_given=given)
    assert actions_fork_runs_approved(subject).outcome is outcome
