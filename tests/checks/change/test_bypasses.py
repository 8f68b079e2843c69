"""Whether every change past the rules was written down."""

from datetime import timedelta

import pytest

from checks.change.bypasses import bypass_has_emergency_record
from checks.contract import Outcome
from collectors.evidence.github.bypasses import RecordedBypass
from tests.evidence import DENIED, NOW

LATER = timedelta(days=5)


def bypass(**says):
    known = {"how": "rulesets were bypassed", "records": ()}
    return RecordedBypass(id="x", name="acme/web#7", occurred_at=NOW, **(known | says))


@pytest.mark.parametrize(
    ("says", "after", "outcome"),
    [
        pytest.param({"records": ("#1",)}, LATER, "passed", id="one record"),
        pytest.param({"records": ("#1", "#2")}, LATER, "failed", id="two records"),
        pytest.param({}, LATER, "failed", id="none"),
        pytest.param({}, timedelta(days=3), "passed", id="none on the last day"),
        pytest.param({}, timedelta(days=4), "failed", id="none a day after"),
        pytest.param({"how": DENIED}, LATER, "undetermined", id="perhaps no bypass"),
        pytest.param({"how": DENIED, "records": ("#1",)}, LATER, "passed", id="and yet recorded"),
        pytest.param({"unclear": ("#2",)}, LATER, "undetermined", id="a record was not read"),
        pytest.param(
            {"unclear": ("#2",), "records": ("#1",)}, LATER, "undetermined", id="perhaps a second"
        ),
        pytest.param(
            {"unclear": ("#3",), "records": ("#1", "#2")}, LATER, "failed", id="a second anyway"
        ),
        pytest.param({"how": "", "names_nothing": True}, LATER, "failed", id="a record of nothing"),
        pytest.param(
            {"how": DENIED, "names_nothing": True}, LATER, "undetermined", id="of what, is unread"
        ),
    ],
)
def test_a_bypass_has_one_emergency_record(says, after, outcome):
    assert bypass_has_emergency_record(bypass(**says), as_of=NOW + after).outcome == Outcome(
        outcome
    )
