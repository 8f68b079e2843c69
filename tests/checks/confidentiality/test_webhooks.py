"""Whether what GitHub tells others goes to them alone."""

import pytest

from checks.confidentiality.webhooks import webhook_delivered_securely
from checks.contract import Outcome
from collectors.evidence.github.credentials import Webhook
from tests.evidence import DENIED


def hook(*, active=True, scheme="https", verifies=True, secret=True):
    return Webhook(
        id="h",
        name="acme webhook 1",
        active=active,
        scheme=scheme,
        verifies_certificate=verifies,
        has_secret=secret,
    )


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(hook(), Outcome.PASSED, id="encrypted, verified, signed"),
        pytest.param(hook(scheme="http"), Outcome.FAILED, id="not encrypted"),
        pytest.param(hook(verifies=False), Outcome.FAILED, id="not verified"),
        pytest.param(hook(secret=False), Outcome.FAILED, id="not signed"),
        pytest.param(hook(active=False, secret=False), Outcome.NOT_APPLICABLE, id="not active"),
        pytest.param(hook(active=DENIED, secret=False), Outcome.FAILED, id="perhaps active"),
        pytest.param(hook(scheme=DENIED), Outcome.UNDETERMINED, id="scheme not read"),
        pytest.param(hook(verifies=DENIED), Outcome.UNDETERMINED, id="verification not read"),
        pytest.param(hook(secret=DENIED), Outcome.UNDETERMINED, id="secret not read"),
        pytest.param(hook(secret=DENIED, scheme="http"), Outcome.FAILED, id="open in any case"),
    ],
)
def test_webhook_delivered_securely(subject, outcome):
    assert webhook_delivered_securely(subject).outcome is outcome
