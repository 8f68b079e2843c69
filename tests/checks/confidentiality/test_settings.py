"""Do settings that many can read hold what only few should know?"""

import pytest

from checks.confidentiality.settings import compute_settings_without_secrets
from checks.contract import Outcome
from collectors.evidence.aws.settings import PlainSettings, Setting
from tests.evidence import DENIED


def holder(*settings):
    given = tuple(Setting(name=name, resembles=resembles) for name, resembles in settings)
    return PlainSettings(id="arn:f", name="f", form="function", settings=given)


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(holder(), Outcome.PASSED, id="none"),
        pytest.param(holder(("STAGE", ())), Outcome.PASSED, id="a plain word"),
        pytest.param(holder(("STAGE", ("AWS access key",))), Outcome.FAILED, id="by its form"),
        pytest.param(holder(("DB_PASSWORD", ())), Outcome.FAILED, id="by its name"),
        pytest.param(holder(("dbPassword", ())), Outcome.FAILED, id="in camel case"),
        pytest.param(holder(("api-key", ())), Outcome.FAILED, id="with a hyphen"),
        pytest.param(holder(("/shop/db-password", ())), Outcome.FAILED, id="a parameter"),
        pytest.param(holder(("/secrets/stage", ())), Outcome.PASSED, id="only in its path"),
        pytest.param(
            holder(("DB_PASSWORD", ("address with a password", "reference"))),
            Outcome.FAILED,
            id="a reference with a password in it",
        ),
        *(
            pytest.param(holder(("DB_PASSWORD", (kind,))), Outcome.PASSED, id=kind)
            for kind in ("nothing", "on", "off", "number", "reference")
        ),
        pytest.param(holder(("DB_PASSWORD_FILE", ())), Outcome.PASSED, id="names a file"),
        pytest.param(holder(("STAGE", ()), ("TOKEN", ())), Outcome.FAILED, id="one of two"),
    ],
)
def test_compute_settings_without_secrets(subject, outcome):
    assert compute_settings_without_secrets(subject).outcome is outcome


def test_unread_settings_are_not_known_to_hold_none():
    subject = PlainSettings(id="arn:f", name="f", form="function", settings=DENIED)
    assert compute_settings_without_secrets(subject).outcome is Outcome.UNDETERMINED


def test_the_company_says_what_is_innocent_and_what_is_not():
    subject = holder(("PUBLIC_TOKEN", ()), ("PIN", ()))
    judge = compute_settings_without_secrets

    assert judge(subject).observed == {"shown": ("PUBLIC_TOKEN: by its name",)}
    assert judge(subject, innocent=("public_*",)).outcome is Outcome.PASSED
    assert judge(subject, secretive=("pin",)).observed == {"shown": ("PIN: by its name",)}
