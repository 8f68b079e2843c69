"""Whether repositories are known, looked after, and say how to report a weakness."""

from datetime import timedelta

import pytest

from checks.contract import Outcome
from checks.governance.repositories import (
    repository_code_owners_valid,
    repository_disclosure_policy,
    repository_inactive_archived,
    repository_scope_declared,
)
from collectors.evidence.github.repositories import CodeOwners, Property
from tests.checks.github_repositories import repository
from tests.evidence import DENIED, NOW

PASSED, FAILED, UNKNOWN = Outcome.PASSED, Outcome.FAILED, Outcome.UNDETERMINED


def ago(days):
    return NOW - timedelta(days=days)


@pytest.mark.parametrize(
    ("properties", "outcome"),
    [
        pytest.param((Property(name="scope", value="in"),), PASSED, id="in scope"),
        pytest.param((Property(name="soc2-scope", value="out"),), PASSED, id="a longer name"),
        pytest.param((Property(name="microscope", value="yes"),), FAILED, id="another word"),
        pytest.param((), FAILED, id="nothing"),
        pytest.param(DENIED, UNKNOWN, id="denied"),
    ],
)
def test_repository_scope_declared(properties, outcome):
    assert repository_scope_declared(repository(properties=properties)).outcome is outcome


@pytest.mark.parametrize(
    ("says", "outcome"),
    [
        pytest.param({"pushed_at": ago(365)}, PASSED, id="a year to the day"),
        pytest.param({"pushed_at": ago(365.01)}, FAILED, id="a little longer"),
        pytest.param({"pushed_at": ago(900), "archived": True}, PASSED, id="archived"),
        pytest.param({"pushed_at": None}, Outcome.NOT_APPLICABLE, id="never pushed"),
        pytest.param({"pushed_at": DENIED}, UNKNOWN, id="push not read"),
        pytest.param({"pushed_at": ago(900), "archived": DENIED}, UNKNOWN, id="perhaps archived"),
        pytest.param({"pushed_at": ago(1), "archived": DENIED}, PASSED, id="worked on"),
    ],
)
def test_repository_inactive_archived(says, outcome):
    assert repository_inactive_archived(repository(**says), as_of=NOW).outcome is outcome


@pytest.mark.parametrize(
    ("says", "outcome"),
    [
        pytest.param({}, PASSED, id="a policy, and private reports"),
        pytest.param({"has_security_policy": False}, FAILED, id="no policy"),
        pytest.param({"private_reporting": False}, FAILED, id="no private reports"),
        pytest.param({"private": True}, Outcome.NOT_APPLICABLE, id="private"),
        pytest.param({"has_security_policy": DENIED}, UNKNOWN, id="policy not read"),
        pytest.param({"private_reporting": DENIED}, UNKNOWN, id="reports not read"),
        pytest.param(
            {"private_reporting": DENIED, "has_security_policy": False}, FAILED, id="in any case"
        ),
    ],
)
def test_repository_disclosure_policy(says, outcome):
    public = {"private": False, "private_reporting": True}
    assert repository_disclosure_policy(repository(**(public | says))).outcome is outcome


def owners(*patterns, path=".github/CODEOWNERS", errors=(), archived=False):
    return CodeOwners(
        id="R_1",
        name="acme/web",
        archived=archived,
        path=path,
        patterns=patterns if patterns != (DENIED,) else DENIED,
        errors=errors,
    )


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(owners("*"), PASSED, id="everything"),
        pytest.param(owners("/.github/"), PASSED, id="the folder the file lies in"),
        pytest.param(owners(".github/*", path="CODEOWNERS"), FAILED, id="not the file itself"),
        pytest.param(
            owners(".github/*", "CODEOWNERS", path="CODEOWNERS"), PASSED, id="both of them"
        ),
        pytest.param(owners("*.py"), FAILED, id="only some files"),
        pytest.param(owners("/docs/"), FAILED, id="another folder"),
        pytest.param(owners(), FAILED, id="nobody"),
        pytest.param(owners("*", errors=("Unknown owner in line 1",)), FAILED, id="an error"),
        pytest.param(owners(path=None), FAILED, id="no file"),
        pytest.param(owners(archived=True), Outcome.NOT_APPLICABLE, id="archived"),
        pytest.param(owners(path=DENIED), UNKNOWN, id="file not read"),
        pytest.param(owners(DENIED), UNKNOWN, id="patterns not read"),
        pytest.param(owners("*", errors=DENIED), UNKNOWN, id="errors not read"),
        pytest.param(owners("/docs/", errors=DENIED), FAILED, id="bare in any case"),
    ],
)
def test_repository_code_owners_valid(subject, outcome):
    assert repository_code_owners_valid(subject).outcome is outcome
