"""Who works for the company, and who did."""

from collections.abc import Iterator

from collectors.contract import collector
from collectors.documents.folder import READ_FILE, Folder
from collectors.documents.rows import PersonRow
from collectors.evidence.people import Employment, Login, Person


@collector(id="documents.people", calls=(READ_FILE,))
def people(folder: Folder) -> Iterator[Person]:
    """Everyone in the register of people, with their days and what sources call them."""
    for row in folder.rows(PersonRow):
        yield Person(
            id=row.person_id,
            name=row.email,
            email=row.email,
            employment=employment(row),
            logins=tuple(Login(source=each.source, login=each.login) for each in row.identities),
        )


def employment(row: PersonRow) -> Employment:
    """From when to when the register says somebody works for the company."""
    return Employment(started_on=row.start_date, left_on=row.end_date)
