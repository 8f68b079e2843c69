"""The documents that the catalogue asks for, each held against the folder of policies."""

from collections.abc import Iterator

from collectors.contract import collector
from collectors.documents.folder import (
    LAST_CHANGE,
    LIST_FILES,
    LIST_REQUIRED,
    READ_FRONT_MATTER,
    Folder,
)
from collectors.documents.policies import read_revision
from collectors.evidence.documents import RequiredDocument, Revision
from collectors.evidence.record import Unread


@collector(
    id="documents.required", calls=(LIST_REQUIRED, LIST_FILES, READ_FRONT_MATTER, LAST_CHANGE)
)
def required_documents(folder: Folder) -> Iterator[RequiredDocument]:
    """Every document that a control asks for, whether there is one or not.

    A file says which required document it is. One that cannot be read may be any of them,
    so no document is missing while such a file is there.
    """
    revisions = _revisions(folder)
    readable = tuple(each for each in revisions if isinstance(each, Revision))
    unseen = next((each for each in revisions if isinstance(each, Unread)), None)

    for required in folder.each(LIST_REQUIRED, "documents"):
        document, control = required["document"], required["control"]
        yield RequiredDocument(
            id=f"{control}/{document}",
            name=document,
            control=control,
            cadence=required["cadence"],
            found=tuple(each for each in readable if _serves(each, document)),
            unseen=unseen,
        )


def _revisions(folder: Folder) -> tuple[Revision | Unread, ...]:
    paths = folder.listed(folder.documents())
    if isinstance(paths, Unread):
        return (paths,)
    return tuple(folder.concurrently(lambda path: read_revision(folder, path), paths))


def _serves(revision: Revision, document: str) -> bool:
    return document.casefold() in {served.casefold() for served in revision.serves}
