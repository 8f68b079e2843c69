"""Whether releases are described, and stay what they were when they were published."""

import pytest

from checks.change.releases import release_described_and_fixed
from checks.contract import Outcome
from collectors.evidence.github.releases import Release
from tests.evidence import DENIED, NOW

KEPT = frozenset({"DELETION", "UPDATE", "CREATION"})


def release(**says):
    careful = {
        "commit": "0123",
        "has_notes": True,
        "immutable": True,
        "tag_rules": frozenset(),
        "from_branch": "main",
    }
    return Release(
        id="RE_1",
        name="acme/web v1",
        occurred_at=NOW,
        repository="acme/web",
        tag="v1",
        **(careful | says),
    )


TABLE = [
    ("described and immutable", {}, "passed"),
    ("without notes", {"has_notes": False}, "failed"),
    ("on no protected branch", {"from_branch": None}, "failed"),
    ("its tag is kept by rulesets", {"immutable": False, "tag_rules": KEPT}, "passed"),
    ("its tag may be moved", {"immutable": False, "tag_rules": KEPT - {"UPDATE"}}, "failed"),
    ("its tag may be deleted", {"immutable": False, "tag_rules": KEPT - {"DELETION"}}, "failed"),
    ("its tag is gone", {"immutable": False, "tag_rules": None}, "failed"),
    ("not known whether immutable", {"immutable": DENIED}, "undetermined"),
    ("rulesets settle what is not known", {"immutable": DENIED, "tag_rules": KEPT}, "passed"),
    ("immutable settles what is not known", {"tag_rules": DENIED}, "passed"),
    (
        "rules not known and not immutable",
        {"immutable": False, "tag_rules": DENIED},
        "undetermined",
    ),
    ("notes not known", {"has_notes": DENIED}, "undetermined"),
    ("branch not known", {"from_branch": DENIED}, "undetermined"),
    ("failed whatever else is not known", {"from_branch": DENIED, "has_notes": False}, "failed"),
]


@pytest.mark.parametrize(("says", "outcome"), [pytest.param(s, o, id=n) for n, s, o in TABLE])
def test_a_release_is_described_and_fixed(says, outcome):
    assert release_described_and_fixed(release(**says)).outcome == Outcome(outcome)


def test_every_fault_is_named():
    told = release_described_and_fixed(release(has_notes=False, from_branch=None)).reason

    assert told == "it has no notes and its tag lies on no protected branch"
