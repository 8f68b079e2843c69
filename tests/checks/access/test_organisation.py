"""Who owns an organisation's code, how its people sign in, and who comes from outside."""

import pytest

from checks.access.organisation import (
    organisation_base_permission_low,
    organisation_domain_verified,
    organisation_owners_few_and_known,
    organisation_repository_creation_limited,
    organisation_repository_removal_limited,
    organisation_single_sign_on,
    organisation_two_factor_required,
    outside_collaborator_approved,
)
from checks.contract import Outcome
from collectors.evidence.github.organisation import (
    GithubOrganisation,
    OutsideCollaborator,
    SignOn,
)
from collectors.evidence.github.plan import NotOffered
from tests.evidence import DENIED

NOBODY = frozenset()


def organisation(*, required=True, owners=NOBODY, members=NOBODY, outsiders=NOBODY, **more):
    return GithubOrganisation(
        id="O_1",
        name="acme",
        two_factor_required=required,
        owners=owners,
        members_without_two_factor=members,
        outsiders_without_two_factor=outsiders,
        **({"managers": NOBODY} | more),
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


@pytest.mark.parametrize(
    ("managers", "outcome"),
    [
        pytest.param(frozenset({"owner0"}), Outcome.PASSED, id="an owner is one as well"),
        pytest.param(frozenset({"mia"}), Outcome.FAILED, id="somebody unapproved manages"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="roles denied"),
    ],
)
def test_who_manages_counts_as_an_owner(managers, outcome):
    subject = organisation(owners=people(2), managers=managers)
    verdict = organisation_owners_few_and_known(subject, approved_owners=("owner0", "owner1"))
    assert verdict.outcome is outcome


@pytest.mark.parametrize(
    ("sign_on", "outcome"),
    [
        pytest.param(SignOn(unlinked=NOBODY), Outcome.PASSED, id="everybody is linked"),
        pytest.param(SignOn(unlinked=frozenset({"mia"})), Outcome.FAILED, id="one is not"),
        pytest.param(SignOn(unlinked=DENIED), Outcome.UNDETERMINED, id="members denied"),
        pytest.param(NotOffered(why="team"), Outcome.NOT_APPLICABLE, id="not in the plan"),
        pytest.param(None, Outcome.UNDETERMINED, id="perhaps the enterprise's"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="denied"),
    ],
)
def test_organisation_single_sign_on(sign_on, outcome):
    assert organisation_single_sign_on(organisation(sign_on=sign_on)).outcome is outcome


@pytest.mark.parametrize(
    ("base", "outcome"),
    [
        pytest.param("none", Outcome.PASSED, id="nothing"),
        pytest.param("read", Outcome.PASSED, id="read"),
        pytest.param("write", Outcome.FAILED, id="write"),
        pytest.param("admin", Outcome.FAILED, id="administer"),
        pytest.param(DENIED, Outcome.UNDETERMINED, id="denied"),
    ],
)
def test_organisation_base_permission_low(base, outcome):
    subject = organisation(base_permission=base)
    assert organisation_base_permission_low(subject).outcome is outcome


@pytest.mark.parametrize(
    ("kinds", "allowed", "outcome"),
    [
        pytest.param({"private"}, ("private", "internal"), Outcome.PASSED, id="private"),
        pytest.param(set(), ("private",), Outcome.PASSED, id="none at all"),
        pytest.param({"internal"}, ("private",), Outcome.FAILED, id="a kind not approved"),
        pytest.param({"public"}, ("public",), Outcome.FAILED, id="public is never approved"),
    ],
)
def test_organisation_repository_creation_limited(kinds, allowed, outcome):
    subject = organisation(members_may_create=frozenset(kinds))
    verdict = organisation_repository_creation_limited(subject, members_may_create=allowed)
    assert verdict.outcome is outcome


@pytest.mark.parametrize(
    ("may", "outcome"),
    [
        pytest.param(frozenset(), Outcome.PASSED, id="nothing"),
        pytest.param(frozenset({"invite outsiders"}), Outcome.FAILED, id="one thing"),
    ],
)
def test_organisation_repository_removal_limited(may, outcome):
    subject = organisation(administrators_may=may)
    assert organisation_repository_removal_limited(subject).outcome is outcome


@pytest.mark.parametrize(
    ("verified", "outcome"),
    [
        pytest.param(True, Outcome.PASSED, id="verified"),
        pytest.param(False, Outcome.FAILED, id="not verified"),
    ],
)
def test_organisation_domain_verified(verified, outcome):
    assert organisation_domain_verified(organisation(is_verified=verified)).outcome is outcome


@pytest.mark.parametrize(
    ("check", "name"),
    [
        (organisation_repository_creation_limited, "members_may_create"),
        (organisation_repository_removal_limited, "administrators_may"),
        (organisation_domain_verified, "is_verified"),
    ],
)
def test_a_privilege_that_was_not_read_is_in_doubt(check, name):
    assert check(organisation(**{name: DENIED})).outcome is Outcome.UNDETERMINED
