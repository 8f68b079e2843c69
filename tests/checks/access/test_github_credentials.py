"""What reaches an organisation without a person: keys, tokens and Apps."""

from datetime import timedelta

import pytest

from checks.access.github_credentials import (
    app_permissions_approved,
    deploy_key_read_only_and_young,
    organisation_tokens_approved,
)
from checks.contract import Outcome
from collectors.evidence.github.credentials import AccessToken, DeployKey, InstalledApp
from tests.evidence import DENIED, NOW

PASSED, FAILED, UNKNOWN = Outcome.PASSED, Outcome.FAILED, Outcome.UNDETERMINED


def ago(days):
    return NOW - timedelta(days=days) if isinstance(days, int | float) else days


def key(*, reads=True, age=10, idle=1):
    return DeployKey(
        id="k", name="acme/web ci", read_only=reads, created_at=ago(age), last_used_at=ago(idle)
    )


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(key(), PASSED, id="young, used, only reads"),
        pytest.param(key(reads=False), FAILED, id="it writes"),
        pytest.param(key(reads=False, age=DENIED), FAILED, id="it writes, age not read"),
        pytest.param(key(age=365), PASSED, id="a year to the day"),
        pytest.param(key(age=365.01), FAILED, id="a little older"),
        pytest.param(key(age=200, idle=90), PASSED, id="idle for ninety days"),
        pytest.param(key(age=200, idle=90.01), FAILED, id="idle a little longer"),
        pytest.param(key(age=89, idle=None), PASSED, id="never used, and new"),
        pytest.param(key(age=91, idle=None), FAILED, id="never used"),
        pytest.param(key(reads=DENIED), UNKNOWN, id="whether it writes not read"),
        pytest.param(key(age=DENIED), UNKNOWN, id="age not read"),
        pytest.param(key(idle=DENIED), UNKNOWN, id="use not read"),
    ],
)
def test_deploy_key_read_only_and_young(subject, outcome):
    assert deploy_key_read_only_and_young(subject, as_of=NOW).outcome is outcome


def token(*, fine=True, age=10, ends=-30, idle=1):
    return AccessToken(
        id="t",
        name="mia ci",
        owner="mia",
        fine_grained=fine,
        created_at=ago(age),
        expires_at=ago(ends),
        last_used_at=ago(idle),
    )


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(token(), PASSED, id="it ends, and is used"),
        pytest.param(token(ends=None), FAILED, id="it never ends"),
        pytest.param(token(fine=False, ends=None), PASSED, id="a classic one that is young"),
        pytest.param(
            token(fine=False, ends=None, age=366), PASSED, id="a classic one at its limit"
        ),
        pytest.param(token(fine=False, ends=None, age=366.01), FAILED, id="an old classic one"),
        pytest.param(token(age=0, ends=-366), PASSED, id="it lives as long as it may"),
        pytest.param(token(age=0, ends=-366.01), FAILED, id="it lives a little longer"),
        pytest.param(token(age=200, idle=90), PASSED, id="idle for ninety days"),
        pytest.param(token(age=200, idle=90.01), FAILED, id="idle a little longer"),
        pytest.param(token(idle=None), PASSED, id="never used, and new"),
        pytest.param(token(age=DENIED), UNKNOWN, id="age not read"),
        pytest.param(token(ends=DENIED), UNKNOWN, id="end not read"),
        pytest.param(token(idle=DENIED), UNKNOWN, id="use not read"),
    ],
)
def test_organisation_tokens_approved(subject, outcome):
    assert organisation_tokens_approved(subject, as_of=NOW).outcome is outcome


def app(*writes, hidden=None, suspended=False):
    return InstalledApp(
        id="i",
        name="acme ci-bot",
        slug="ci-bot",
        writes=hidden or frozenset(writes),
        suspended=suspended,
    )


@pytest.mark.parametrize(
    ("subject", "approved", "outcome"),
    [
        pytest.param(app(), (), PASSED, id="it only reads"),
        pytest.param(app("checks"), (), PASSED, id="it writes what is not watched"),
        pytest.param(app("contents"), (), FAILED, id="it writes code"),
        pytest.param(app("contents", suspended=True), (), FAILED, id="suspended, not removed"),
        pytest.param(app("contents"), ("ci-bot",), PASSED, id="approved"),
        pytest.param(app(hidden=DENIED), (), UNKNOWN, id="permissions not read"),
        pytest.param(app(hidden=DENIED), ("ci-bot",), PASSED, id="approved, whatever it may"),
    ],
)
def test_app_permissions_approved(subject, approved, outcome):
    assert app_permissions_approved(subject, approved_apps=approved).outcome is outcome
