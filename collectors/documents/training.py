"""What people learnt."""

from collections.abc import Iterator

from collectors.contract import collector
from collectors.documents.folder import READ_FILE, Folder
from collectors.documents.people import employment
from collectors.documents.rows import PersonRow, TrainingRow
from collectors.evidence.people import Completion, TrainedPerson
from collectors.evidence.record import Unread


@collector(id="documents.training", calls=(READ_FILE,))
def training(folder: Folder) -> Iterator[TrainedPerson]:
    """Everyone in the register of people, with the courses that the training register has."""
    courses = folder.listed(folder.rows(TrainingRow))
    for row in folder.rows(PersonRow):
        yield TrainedPerson(
            id=row.person_id,
            name=row.email,
            employment=employment(row),
            completions=_completions(row.person_id, courses),
        )


def _completions(
    person_id: str, courses: tuple[TrainingRow, ...] | Unread
) -> tuple[Completion, ...] | Unread:
    if isinstance(courses, Unread):
        return courses
    return tuple(
        Completion(course=row.course, completed_on=row.completed)
        for row in courses
        if row.person_id == person_id and row.completed is not None
    )
