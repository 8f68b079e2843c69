"""What moves by itself and nobody reads is not kept, for whoever says so and for nobody else."""

from collectors.contract import ApiCall
from collectors.transcript import Cache, Recorder, Replay
from tests.collectors.test_conditional import Vendor

CALL = ApiCall("rds", "DescribeDBInstances", "rds:DescribeDBInstances", redact=("All.Secret",))
SETTLED = CALL.without("All.Latest", "All.Tags.When")
ANSWER = {
    "All": [{"Name": "a", "Secret": "hush", "Latest": 1, "Tags": [{"When": 2, "Why": 3}]}],
    "Latest": "another field of that name",
}


def test_one_question_serves_both_and_each_keeps_what_it_reads():
    vendor, cache = Vendor(answer=ANSWER), Cache()
    settled, whole = Recorder(vendor, b"key", cache), Recorder(vendor, b"key", cache)

    left = settled(SETTLED, {}).response
    assert left["All"][0].keys() == {"Name", "Secret", "Tags"}
    assert left["All"][0]["Tags"] == [{"Why": 3}]
    assert left["Latest"] == ANSWER["Latest"]
    assert whole(CALL, {}).response["All"][0]["Latest"] == 1
    assert len(vendor.asked) == 1
    assert "hush" not in str(settled.transcript)


def test_two_answers_that_differ_only_in_it_are_kept_as_the_same():
    kept = []
    for latest in (1, 2):
        vendor = Vendor(answer={"All": [{"Name": "a", "Latest": latest}]})
        recorder = Recorder(vendor, b"key")
        recorder(SETTLED, {})
        kept.append(recorder.transcript)

    assert kept[0] == kept[1]
    assert Replay(kept[0])(SETTLED, {}) == kept[0].exchanges[0]
