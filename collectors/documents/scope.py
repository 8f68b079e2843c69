"""What the company declares to be assessed, and what not."""

from collections.abc import Iterator

from collectors.contract import collector
from collectors.documents.folder import NOT_KEPT, READ_FILE, Folder
from collectors.documents.rows import ScopeRow
from collectors.evidence.places import DeclaredPlace


@collector(id="documents.scope", calls=(READ_FILE,))
def declared_places(folder: Folder) -> Iterator[DeclaredPlace]:
    """Every line of the register of scope; whoever keeps none has declared nothing."""
    for row in folder.rows(ScopeRow, absent=NOT_KEPT):
        yield DeclaredPlace(
            id=f"{row.kind}/{row.id}",
            name=row.id,
            what=row.kind,
            called=row.id,
            in_scope=row.in_scope,
            reason=row.reason,
            since=row.since,
        )
