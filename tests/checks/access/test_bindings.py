"""Who holds which role on what."""

import pytest

from checks.access.bindings import iam_no_basic_roles, iam_no_public_principal
from checks.contract import Outcome
from collectors.evidence.gcp import Binding

TOPIC = "//pubsub.googleapis.com/projects/acme-prod/topics/orders"
AGENT = "serviceAccount:1001@cloudservices.gserviceaccount.com"
DEFAULT = "serviceAccount:1001-compute@developer.gserviceaccount.com"
LOOKALIKE = "serviceAccount:cloudservices@acme-prod.iam.gserviceaccount.com"
GLASS = "group:break-glass@acme.test"


def binding(role, *members, condition=None):
    return Binding(
        id=f"{TOPIC} {role}",
        name=role,
        resource=TOPIC,
        resource_type="pubsub.googleapis.com/Topic",
        role=role,
        members=frozenset(members),
        condition=condition,
    )


@pytest.mark.parametrize(
    ("members", "condition", "approved", "outcome"),
    [
        pytest.param(["user:alice@acme.test"], None, (), Outcome.PASSED, id="a person"),
        pytest.param([], None, (), Outcome.PASSED, id="nobody"),
        pytest.param(["group:allUsers@acme.test"], None, (), Outcome.PASSED, id="a group so named"),
        pytest.param(["allUsers"], None, (), Outcome.FAILED, id="everyone"),
        pytest.param(
            ["user:alice@acme.test", "allAuthenticatedUsers"],
            None,
            (),
            Outcome.FAILED,
            id="everyone signed in, among others",
        ),
        pytest.param(["allUsers"], "resource.name != ''", (), Outcome.FAILED, id="on a condition"),
        pytest.param(["allUsers"], None, (TOPIC,), Outcome.NOT_APPLICABLE, id="approved"),
        pytest.param(["allUsers"], None, (f"{TOPIC}s",), Outcome.FAILED, id="another approved"),
    ],
)
def test_iam_no_public_principal(members, condition, approved, outcome):
    subject = binding("roles/pubsub.publisher", *members, condition=condition)
    assert iam_no_public_principal(subject, approved_resources=approved).outcome is outcome


@pytest.mark.parametrize(
    ("role", "members", "approved", "outcome"),
    [
        pytest.param("roles/storage.admin", [GLASS], (), Outcome.PASSED, id="a predefined role"),
        pytest.param("roles/viewer", ["user:a@acme.test"], (), Outcome.PASSED, id="viewer"),
        pytest.param("roles/owner", ["user:a@acme.test"], (), Outcome.FAILED, id="owner"),
        pytest.param("roles/writer", ["user:a@acme.test"], (), Outcome.FAILED, id="writer"),
        pytest.param("roles/owner", [GLASS], (GLASS,), Outcome.PASSED, id="break-glass, approved"),
        pytest.param(
            "roles/owner", [GLASS, "user:a@acme.test"], (GLASS,), Outcome.FAILED, id="and one more"
        ),
        pytest.param("roles/editor", [AGENT], (), Outcome.PASSED, id="Google's own agent"),
        pytest.param("roles/editor", [AGENT, DEFAULT], (), Outcome.FAILED, id="default account"),
        pytest.param("roles/editor", [LOOKALIKE], (), Outcome.FAILED, id="named like the agent"),
    ],
)
def test_iam_no_basic_roles(role, members, approved, outcome):
    subject = binding(role, *members)
    assert iam_no_basic_roles(subject, approved_principals=approved).outcome is outcome


def test_the_verdict_names_the_holders_and_counts_who_is_left_out():
    verdict = iam_no_basic_roles(binding("roles/editor", AGENT, DEFAULT))
    assert verdict.observed == {
        "role": "roles/editor",
        "googles_own": 1,
        "holders": (DEFAULT,),
    }
