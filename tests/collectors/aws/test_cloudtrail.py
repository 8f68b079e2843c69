"""Each region is read with every trail that covers it, and each trail once, at home."""

import pytest

from collectors.aws.cloudtrail import cloudtrail_coverage, cloudtrail_trails
from collectors.evidence.aws.cloudtrail import CoveringTrail, ManagementSelector
from collectors.evidence.record import Omission, Unread
from collectors.transcript import Transcript
from tests.faults import Denied, Pages

HOME, ELSEWHERE = "eu-west-1", "us-east-1"
EVERYTHING = ManagementSelector(reads=True, writes=True)


def created(aws, name="main", region=HOME, *, logging=True, selectors=None, **options):
    """A trail, and the bucket it delivers to."""
    aws.client("s3", ELSEWHERE).create_bucket(Bucket="trail-archive")
    cloudtrail = aws.client("cloudtrail", region)
    arn = cloudtrail.create_trail(Name=name, S3BucketName="trail-archive", **options)["TrailARN"]
    if logging:
        cloudtrail.start_logging(Name=name)
    if selectors:
        cloudtrail.put_event_selectors(TrailName=name, **selectors)
    return arn


def covering(aws, faults=None):
    snapshot, _ = aws.snapshot(cloudtrail_coverage, faults)
    (region,) = snapshot.records
    return region.trails


def with_selectors_of_its_own(aws):
    """A trail as the list names it; moto forgets to say that it has some."""
    (trail,) = aws.client("cloudtrail").describe_trails()["trailList"]
    return Pages(({"trailList": [trail | {"HasCustomEventSelectors": True}]},))


def selected(aws, answer):
    """How an answer about selectors reads."""
    created(aws)
    listed = {"cloudtrail:DescribeTrails": with_selectors_of_its_own(aws)}
    (trail,) = covering(aws, listed | {"cloudtrail:GetEventSelectors": answer})
    return trail.selectors


def advanced(**filters):
    return {
        "FieldSelectors": [
            {"Field": field, operator: values} for field, (operator, values) in filters.items()
        ]
    }


def test_a_region_without_a_trail_is_a_record_too(aws):
    snapshot, _ = aws.snapshot(cloudtrail_coverage)
    (region,) = snapshot.records

    assert region.id == "arn:aws:cloudtrail:eu-west-1:123456789012:management-events"
    assert region.trails == ()
    assert snapshot.complete


def test_a_trail_made_elsewhere_covers_the_region_and_is_judged_there_only(aws):
    arn = created(aws, region=ELSEWHERE, IsMultiRegionTrail=True)
    created(aws, name="local", region=ELSEWHERE)

    assert covering(aws) == (CoveringTrail(arn=arn, logging=True, selectors=(EVERYTHING,)),)
    assert aws.snapshot(cloudtrail_trails)[0].records == ()


def test_a_stopped_trail_with_classic_selectors(aws):
    classic = {
        "ReadWriteType": "WriteOnly",
        "IncludeManagementEvents": True,
        "ExcludeManagementEventSources": ["kms.amazonaws.com"],
        "DataResources": [],
    }
    arn = created(aws, logging=False, selectors={"EventSelectors": [classic]})

    writes = ManagementSelector(reads=False, writes=True, excluded=frozenset({"kms.amazonaws.com"}))
    assert covering(aws) == (CoveringTrail(arn=arn, logging=False, selectors=(writes,)),)


@pytest.mark.parametrize(
    ("selector", "read"),
    [
        pytest.param(advanced(eventCategory=("Equals", ["Management"])), EVERYTHING, id="all"),
        pytest.param(
            advanced(eventCategory=("Equals", ["Management"]), readOnly=("Equals", ["true"])),
            ManagementSelector(reads=True, writes=False),
            id="reads",
        ),
        pytest.param(
            advanced(eventCategory=("Equals", ["Management"]), readOnly=("Equals", ["false"])),
            ManagementSelector(reads=False, writes=True),
            id="writes",
        ),
        pytest.param(
            advanced(
                eventCategory=("Equals", ["Management"]),
                eventSource=("NotEquals", ["kms.amazonaws.com"]),
            ),
            ManagementSelector(reads=True, writes=True, excluded=frozenset({"kms.amazonaws.com"})),
            id="keys left out",
        ),
        pytest.param(
            advanced(
                eventCategory=("Equals", ["Management"]),
                eventSource=("Equals", ["iam.amazonaws.com"]),
            ),
            ManagementSelector(reads=True, writes=True, narrowed_by=frozenset({"eventSource"})),
            id="one source only",
        ),
    ],
)
def test_advanced_selectors_of_management_events(aws, selector, read):
    data = advanced(eventCategory=("Equals", ["Data"]))
    answer = {"AdvancedEventSelectors": [data, selector]}

    assert selected(aws, Pages((answer,))) == (read,)


@pytest.mark.parametrize(
    ("answer", "read"),
    [
        pytest.param(
            {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": False}]},
            (),
            id="data events only",
        ),
        pytest.param(
            {"EventSelectors": [{"ReadWriteType": "None", "IncludeManagementEvents": True}]},
            Unread(why="cloudtrail:GetEventSelectors: the answer has no known ReadWriteType"),
            id="a word of tomorrow",
        ),
        pytest.param(
            {"EventSelectors": [{"ReadWriteType": "All"}]},
            Unread(why="cloudtrail:GetEventSelectors: the answer has no IncludeManagementEvents"),
            id="a field left out",
        ),
        pytest.param(
            {},
            Unread(why="cloudtrail:GetEventSelectors: the answer has no EventSelectors"),
            id="an empty answer",
        ),
    ],
)
def test_selectors_are_not_guessed(aws, answer, read):
    assert selected(aws, Pages((answer,))) == read


def test_a_trail_without_selectors_of_its_own_needs_no_answer(aws):
    created(aws)
    (trail,) = covering(aws, {"cloudtrail:GetEventSelectors": Denied()})

    assert trail.selectors == (EVERYTHING,)


def test_denied_selectors_are_unread_and_the_trail_stays(aws):
    refused = Unread(why="cloudtrail:GetEventSelectors: AccessDenied")
    assert selected(aws, Denied()) == refused


def test_a_denied_status_is_unread_and_the_trail_stays(aws):
    created(aws)
    (trail,) = covering(aws, {"cloudtrail:GetTrailStatus": Denied()})

    assert trail.logging == Unread(why="cloudtrail:GetTrailStatus: AccessDenied")


def test_denied_trails_are_unread_and_the_region_stays(aws):
    trails = covering(aws, {"cloudtrail:DescribeTrails": Denied()})

    assert trails == Unread(why="cloudtrail:DescribeTrails: AccessDenied")


def test_trails_made_here_are_read_with_their_validation(aws):
    signed = created(aws, EnableLogFileValidation=True)
    plain = created(aws, name="second")
    snapshot, _ = aws.snapshot(cloudtrail_trails)

    assert {(t.id, t.name, t.log_validation) for t in snapshot.records} == {
        (signed, "main", True),
        (plain, "second", False),
    }


def test_an_organisations_trail_is_judged_where_it_was_made(aws):
    trail = {"TrailARN": f"arn:aws:cloudtrail:{HOME}:999999999999:trail/all", "Name": "all"}
    pages = {"cloudtrail:DescribeTrails": Pages(({"trailList": [trail]},))}

    assert aws.snapshot(cloudtrail_trails, pages)[0].records == ()


def test_a_denied_list_of_trails_is_an_omission(aws):
    snapshot, _ = aws.snapshot(cloudtrail_trails, {"cloudtrail:DescribeTrails": Denied()})

    assert snapshot.omissions == (
        Omission(where="aws:123456789012/eu-west-1", why="cloudtrail:DescribeTrails: AccessDenied"),
    )


@pytest.mark.parametrize("collector", [cloudtrail_coverage, cloudtrail_trails])
def test_a_replay_reads_what_was_read(aws, collector):
    created(aws, selectors={"EventSelectors": [{"ReadWriteType": "All", "DataResources": []}]})
    snapshot, transcript = aws.snapshot(collector)

    assert aws.again(collector, transcript) == snapshot


def test_a_replay_of_the_list_alone_does_not_call_the_trail_stopped(aws):
    created(aws)
    _, transcript = aws.snapshot(cloudtrail_coverage)
    lists = tuple(e for e in transcript.exchanges if e.operation == "DescribeTrails")
    (region,) = aws.again(cloudtrail_coverage, Transcript(lists)).records

    assert region.trails[0].logging == Unread(why="cloudtrail:GetTrailStatus: not collected")
