"""Who owns an organisation's code, how its people sign in, and who comes from outside."""

import pytest

from checks.access.organisation import (
    organisation_owners_few_and_known,
    organisation_two_factor_required,
    outside_collaborator_approved,
)
from checks.contract import Outcome
from collectors.evidence.github.organisation import GithubOrganisation, OutsideCollaborator
from tests.evidence import DENIED

NOBODY = frozenset()


def organisation(*, required=True, owners=NOBODY, members=NOBODY, outsiders=NOBODY):
    return GithubOrganisation(
        id="O_1",
        name="acme",
        two_factor_required=required,
        owners=owners,
        members_without_two_factor=members,
        outsiders_without_two_factor=outsiders,
    )


def people(number):
    return frozenset(f"owner{n}" for n in range(number))


@pytest.mark.parametrize(
    ("required", "members", "outsiders", "outcome"),
    [
        pytest.param(True, NOBODY, NOBODY, Outcome.PASSED, id="required, and nobody without"),
        pytest.param(False, NOBODY, NOBODY, Outcome.FAILED, id="not required"),
        pytest.param(False, DENIED, DENIED, Outcome.FAILED, id="not required, people denied"),
        pytest.param(True, {"mia"}, NOBODY, Outcome.FAILED, id="a member without"),
        pytest.param(True, NOBODY, {"finn"}, Outcome.FAILED, id="an outsider without"),
        pytest.param(DENIED, {"mia"}, NOBODY, Outcome.FAILED, id="setting denied, one without"),
        pytest.param(DENIED, NOBODY, NOBODY, Outcome.UNDETERMINED, id="setting denied"),
        pytest.param(True, DENIED, NOBODY, Outcome.UNDETERMINED, id="members denied"),
        pytest.param(True, NOBODY, DENIED, Outcome.UNDETERMINED, id="outsiders denied"),
    ],
)
def test_organisation_two_factor_required(required, members, outsiders, outcome):
    members, outsiders = (frozenset(p) if isinstance(p, set) else p for p in (members, outsiders))
    subject = organisation(required=required, members=members, outsiders=outsiders)
    assert organisation_two_factor_required(subject).outcome is outcome


@pytest.mark.parametrize(
    ("owners", "approved", "outcome"),
    [
        pytest.param(people(1), people(1), Outcome.FAILED, id="one is too few"),
        pytest.param(people(2), people(2), Outcome.PASSED, id="two"),
        pytest.param(people(5), people(5), Outcome.PASSED, id="five"),
        pytest.param(people(6), people(6), Outcome.FAILED, id="six are too many"),
        pytest.param(people(3), people(2), Outcome.FAILED, id="one is not approved"),
        pytest.param(people(2), people(3), Outcome.PASSED, id="one approved is no owner"),
        pytest.param(people(2), ("OWNER0", "Owner1"), Outcome.PASSED, id="case means nothing"),
        pytest.param(people(2), (), Outcome.UNDETERMINED, id="nobody wrote down who is approved"),
        pytest.param(people(6), (), Outcome.FAILED, id="too many, approved or not"),
        pytest.param(DENIED, people(2), Outcome.UNDETERMINED, id="owners denied"),
    ],
)
def test_organisation_owners_few_and_known(owners, approved, outcome):
    verdict = organisation_owners_few_and_known(
        organisation(owners=owners), approved_owners=tuple(approved)
    )
    assert verdict.outcome is outcome


def test_the_limits_of_the_number_of_owners_can_be_set():
    subject = organisation(owners=people(1))
    verdict = organisation_owners_few_and_known(
        subject, min_owners=1, max_owners=1, approved_owners=("owner0",)
    )
    assert verdict.outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("approved", "outcome"),
    [
        pytest.param(("finn",), Outcome.PASSED, id="approved"),
        pytest.param(("Finn",), Outcome.PASSED, id="case means nothing"),
        pytest.param(("fin",), Outcome.FAILED, id="somebody else is approved"),
        pytest.param((), Outcome.FAILED, id="nobody is approved"),
    ],
)
def test_outside_collaborator_approved(approved, outcome):
    subject = OutsideCollaborator(id="U_1", name="finn", login="finn")
    assert outside_collaborator_approved(subject, approved=approved).outcome is outcome
