"""Which secrets workflows carry."""

from datetime import timedelta

import pytest

from checks.access.github_secrets import actions_cloud_access_federated
from checks.contract import Outcome
from collectors.evidence.github.actions import ActionsSecret
from tests.evidence import DENIED, NOW


def secret(called="DEPLOY_TOKEN", *, days=1.0, updated_at=None):
    return ActionsSecret(
        id="s", name=called, called=called, updated_at=updated_at or NOW - timedelta(days=days)
    )


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(secret(), Outcome.PASSED, id="another secret"),
        pytest.param(secret("AWS_SECRET_ACCESS_KEY"), Outcome.FAILED, id="a cloud key"),
        pytest.param(secret("PROD_AWS_ACCESS_KEY_ID"), Outcome.FAILED, id="with words around"),
        pytest.param(secret("gcp_sa_key"), Outcome.FAILED, id="in small letters"),
        pytest.param(
            secret("GCP_SA_KEY", updated_at=DENIED), Outcome.FAILED, id="a key of unknown age"
        ),
        pytest.param(secret(days=365), Outcome.PASSED, id="a year to the day"),
        pytest.param(secret(days=365.01), Outcome.FAILED, id="a little older"),
        pytest.param(secret(updated_at=DENIED), Outcome.UNDETERMINED, id="age not told"),
    ],
)
def test_actions_cloud_access_federated(subject, outcome):
    assert actions_cloud_access_federated(subject, as_of=NOW).outcome is outcome
