"""Everyone is read with the courses they completed."""

from datetime import date

import pytest

from collectors.documents.training import training
from collectors.evidence.people import Completion
from collectors.evidence.record import Omission, Unread
from collectors.transcript import Transcript


@pytest.fixture
def written(folder):
    folder.register(
        "people.json",
        '[{"person_id": "p1", "email": "ada@acme.test", "start_date": "2020-01-01"},'
        '{"person_id": "p2", "email": "ben@acme.test", "start_date": "2021-01-01"}]',
    )
    folder.register(
        "training.csv",
        "person_id,course,assigned,completed",
        "p1,security-awareness,2026-01-01,2026-01-15",
        "p1,security-awareness,2025-01-01,2025-01-15",
        "p2,security-awareness,2026-01-01,",
    )
    return folder


def test_only_completed_courses_of_the_person_count(written):
    snapshot, _ = written.snapshot(training)

    ada, ben = snapshot.records
    assert ada.completions == (
        Completion(course="security-awareness", completed_on=date(2026, 1, 15)),
        Completion(course="security-awareness", completed_on=date(2025, 1, 15)),
    )
    assert ben.completions == ()


def test_without_the_register_of_training_courses_are_unread(written):
    (written.path / "registers/training.csv").unlink()
    snapshot, _ = written.snapshot(training)

    why = Unread(why="documents:ReadFile: registers/training.csv is missing")
    assert [person.completions for person in snapshot.records] == [why, why]
    assert snapshot.complete


def test_without_the_register_of_people_there_is_no_population(written):
    (written.path / "registers/people.json").unlink()
    snapshot, _ = written.snapshot(training)

    why = "documents:ReadFile: registers/people.csv is missing"
    assert snapshot.omissions == (Omission(where="documents:acme", why=why),)


def test_a_replay_reads_what_was_read_and_no_more(written):
    snapshot, transcript = written.snapshot(training)

    assert written.again(training, transcript) == snapshot
    people = [e for e in transcript.exchanges if e.arguments["path"] == "registers/people"]
    ada, _ = written.again(training, Transcript(tuple(people))).records
    why = "documents:ReadFile: registers/training.csv: not collected"
    assert ada.completions == Unread(why=why)
