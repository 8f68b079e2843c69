"""Does the company know what it has, and whose it is?"""

import pytest

from checks.contract import Outcome
from checks.governance.inventory import inventory_index_complete, tags_store_classified
from collectors.evidence.aws.inventory import RegionIndex
from collectors.evidence.aws.tags import Tag, TaggedStore
from tests.evidence import DENIED

WHOLE = {"owner": "shop", "environment": "production", "classification": "internal"}


def store(tags, judged_at=None):
    given = tags if tags is DENIED else tuple(Tag(key=k, value=v) for k, v in tags.items())
    return TaggedStore(id="arn:s", name="s", form="bucket", judged_at=judged_at, tags=given)


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(store(WHOLE), Outcome.PASSED, id="all three"),
        pytest.param(
            store({"Owner": "shop", "Environment": "p", "Classification": "Internal"}),
            Outcome.PASSED,
            id="in capitals",
        ),
        pytest.param(store({}), Outcome.FAILED, id="none"),
        pytest.param(store(WHOLE | {"owner": " "}), Outcome.FAILED, id="without a value"),
        pytest.param(store(WHOLE | {"classification": "x"}), Outcome.FAILED, id="no such class"),
        pytest.param(store(DENIED), Outcome.UNDETERMINED, id="unread"),
        pytest.param(store({}, "sales"), Outcome.NOT_APPLICABLE, id="member"),
    ],
)
def test_tags_store_classified(subject, outcome):
    assert tags_store_classified(subject).outcome is outcome


def test_a_company_without_classes_asks_for_none():
    subject = store({"owner": "shop"})
    assert tags_store_classified(subject, tags=("owner",)).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("indexed", "recorded", "listed", "outcome"),
    [
        pytest.param(3, None, 3, Outcome.PASSED, id="an index"),
        pytest.param(None, 3, 3, Outcome.PASSED, id="a recorder"),
        pytest.param(4, None, 3, Outcome.PASSED, id="with what is gone"),
        pytest.param(0, None, 0, Outcome.PASSED, id="an empty region"),
        pytest.param(DENIED, 3, 3, Outcome.PASSED, id="the recorder settles it"),
        pytest.param(2, None, 3, Outcome.FAILED, id="an index that lacks one"),
        pytest.param(2, 2, 3, Outcome.FAILED, id="both lack one"),
        pytest.param(None, None, 0, Outcome.FAILED, id="nobody counts"),
        pytest.param(None, None, DENIED, Outcome.FAILED, id="nobody counts for sure"),
        pytest.param(DENIED, 2, 3, Outcome.UNDETERMINED, id="the index may have it"),
        pytest.param(None, DENIED, 3, Outcome.UNDETERMINED, id="recorder unread"),
        pytest.param(3, None, DENIED, Outcome.UNDETERMINED, id="listing unread"),
    ],
)
def test_inventory_index_complete(indexed, recorded, listed, outcome):
    region = RegionIndex(id="arn:r", name="r", indexed=indexed, recorded=recorded, listed=listed)
    assert inventory_index_complete(region).outcome is outcome
