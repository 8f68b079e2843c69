"""Two lists of one scope that are refused are one thing unknown, with both reasons."""

import pytest

from agent.exports.asff import batches
from agent.exports.material import material
from agent.gaps.lifecycle import unlisted
from checks.contract import Outcome
from collectors.evidence.record import Omission
from tests.agent.web.kept import SCOPE, Kept, estate

BACKUPS = Omission(where=SCOPE, why="backup:ListBackupJobs: AccessDenied")
COPIES = Omission(where=SCOPE, why="backup:ListCopyJobs: AccessDenied")
BUCKETS = Omission(where="buckets", why="s3:ListBuckets: AccessDenied")


@pytest.fixture
def blind(tmp_path):
    """A company and its store, after a cycle in which two lists of one scope were refused."""
    company = estate(tmp_path)
    store = company.store(create=True)
    with Kept(store).cycle(incomplete=1) as kept:
        kept.evidence(omissions=(BACKUPS, COPIES, BUCKETS))
    return company, store


def test_each_place_stands_once_with_every_reason():
    told = unlisted([BACKUPS, BUCKETS, COPIES, BACKUPS])
    assert told == {SCOPE: f"{BACKUPS.why}; {COPIES.why}", "buckets": BUCKETS.why}


def test_no_subject_has_two_verdicts_of_one_check(blind):
    company, store = blind
    rows = list(company.reading(store).verdicts())
    assert {row.outcome for row in rows} == {Outcome.UNDETERMINED}
    assert [(row.subject, row.reason) for row in rows] == [
        (SCOPE, f"{BACKUPS.why}; {COPIES.why}"),
        ("buckets", BUCKETS.why),
    ]


def test_security_hub_can_tell_the_findings_apart(blind):
    company, store = blind
    told = material(company.reading(store), log="gapwatch.test/blind")
    (batch,) = batches(told, account="123456789012", region="eu-central-1")
    assert len({finding["Id"] for finding in batch["Findings"]}) == len(batch["Findings"]) == 2
