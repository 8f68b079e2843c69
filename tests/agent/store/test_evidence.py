"""Transcripts, records and assessments: kept in parts, put together as they were recorded."""

from datetime import timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.store import evidence
from agent.store.blobs import BlobDamaged, FolderBlobs
from agent.store.evidence import INLINE_BYTES, circumstances, keep_transcript, transcript
from checks.contract import Outcome, failed, passed
from checks.evaluation import Assessment, Result
from collectors.evidence.record import Omission, Unread
from collectors.transcript import Exchange, Replay, Transcript
from tests.agent.house import LIST_DOORS, Door
from tests.dose import dose
from tests.evidence import NOW

LARGE = {"Doors": [f"door {number}" for number in range(INLINE_BYTES // 8)]}


@pytest.fixture
def blobs(tmp_path):
    return FolderBlobs(tmp_path / "evidence")


def exchange(response=None, **given):
    usual = {
        "service": "house",
        "operation": "ListDoors",
        "arguments": {"After": 1, "Filter": ["a", None, True]},
        "status": 200,
        "code": None,
        "request_id": "r-1",
        "server_date": "Mon, 23 Nov 2026 09:00:00 GMT",
        "started_at": NOW + timedelta(milliseconds=5),
        "ended_at": NOW + timedelta(milliseconds=1234),
    }
    return Exchange(**usual | given, response=response)


def kept(blobs, told, began=NOW):
    return transcript(blobs, keep_transcript(blobs, told), circumstances(told, began))


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
# a clock may be set back while a source is read
MILLISECONDS = st.integers(-(10**6), 10**9).map(lambda count: timedelta(milliseconds=count))
WORDS = st.none() | st.text(max_size=20)


@st.composite
def exchanges(draw):
    started = NOW + draw(MILLISECONDS)
    return exchange(
        response=draw(JSON | st.just(LARGE)),
        arguments=draw(st.dictionaries(st.text(), JSON, max_size=3)),
        status=draw(st.none() | st.integers(100, 599)),
        code=draw(WORDS),
        request_id=draw(WORDS),
        server_date=draw(WORDS),
        started_at=started,
        ended_at=started + draw(MILLISECONDS),
    )


@pytest.mark.proof
@given(st.lists(exchanges(), max_size=5).map(tuple).map(Transcript))
@settings(
    max_examples=dose(small=60, whole=2000),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_transcript_comes_back_as_it_was_recorded(blobs, told):
    assert kept(blobs, told) == told


@pytest.mark.parametrize("surplus", [-1, 0, 1], ids=["below", "at", "above"])
def test_an_answer_on_either_side_of_the_inline_limit_comes_back(blobs, surplus):
    answer = "x" * (INLINE_BYTES + surplus - len('""'))
    told = Transcript((exchange(answer),))
    assert kept(blobs, told) == told
    assert len(list(blobs.digests())) == (2 if surplus > 0 else 1)


def test_a_refusal_without_an_answer_comes_back(blobs):
    told = Transcript(
        (exchange(code="AccessDenied", status=403), exchange(status=None, code="Timeout"))
    )
    assert kept(blobs, told) == told


def test_what_stays_the_same_is_kept_once_and_what_changes_alone(blobs):
    first = Transcript((exchange(LARGE), exchange({"Doors": []}, operation="GetDoor")))
    digest = keep_transcript(blobs, first)
    before = set(blobs.digests())
    later = Transcript(
        tuple(
            msgspec.structs.replace(
                e, request_id="r-2", server_date=None, started_at=NOW, ended_at=NOW
            )
            for e in first.exchanges
        )
    )
    assert keep_transcript(blobs, later) == digest
    assert set(blobs.digests()) == before
    changed = Transcript((first.exchanges[0], exchange({"Doors": ["new"]}, operation="GetDoor")))
    keep_transcript(blobs, changed)
    assert len(set(blobs.digests()) - before) == 1


def test_circumstances_of_several_snapshots_are_kept_together_and_told_apart(blobs):
    one, two = Transcript((exchange(),)), Transcript((exchange(request_id="r-2"), exchange()))
    together = {"doors home": circumstances(one, NOW), "visits home": circumstances(two, NOW)}
    digest = evidence.keep_circumstances(blobs, together)
    for name, when in together.items():
        assert evidence.read_circumstances(blobs, digest, name) == when


def test_parts_that_do_not_belong_together_are_refused(blobs):
    one, two = Transcript((exchange(),)), Transcript((exchange(), exchange()))
    digest = keep_transcript(blobs, one)
    with pytest.raises(ValueError, match="zip"):
        transcript(blobs, digest, circumstances(two, NOW))


def test_a_missing_page_is_named(blobs):
    told = Transcript((exchange(LARGE),))
    digest = keep_transcript(blobs, told)
    (page,) = set(blobs.digests()) - {digest}
    (blobs.folder / page[:2] / f"{page[2:]}.zst").unlink()
    with pytest.raises(BlobDamaged, match=page):
        transcript(blobs, digest, circumstances(told, NOW))


def test_a_restored_transcript_answers_as_the_source_did(blobs):
    told = Transcript((exchange(LARGE, arguments={}),))
    replay = Replay(kept(blobs, told))
    assert replay(LIST_DOORS, {}).response == LARGE
    assert replay(LIST_DOORS, {"After": 2}) is None


def test_records_come_back_as_the_checks_saw_them(blobs):
    records = (
        Door(id="1", name="front", state="open"),
        Door(id="2", name="back", state=Unread(why="house:GetDoor: AccessDenied")),
    )
    assert evidence.read_records(blobs, evidence.keep_records(blobs, records), Door) == records


def test_assessments_come_back_with_every_verdict(blobs):
    made = Assessment(
        check="test.door-shut",
        scope="test:home",
        results=(
            Result("1", "front", failed("open", seen="open", parts=("a", 2), share=0.5)),
            Result("2", "back", passed("shut"), occurred_at=NOW, controls=("NET-01",)),
        ),
        omissions=(Omission(where="test:home", why="house:ListDoors: AccessDenied"),),
        conclusion=Outcome.FAILED,
    )
    digest = evidence.keep_assessments(blobs, (made,))
    assert evidence.read_assessments(blobs, digest) == (made,)
    assert evidence.keep_assessments(blobs, evidence.read_assessments(blobs, digest)) == digest
