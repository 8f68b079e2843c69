"""What went wrong."""

from collections.abc import Iterator

from collectors.contract import collector
from collectors.documents.folder import READ_FILE, Folder
from collectors.documents.rows import IncidentRow
from collectors.evidence.documents import Incident


@collector(id="documents.incidents", calls=(READ_FILE,))
def incidents(folder: Folder) -> Iterator[Incident]:
    """Every incident in the register, over or not."""
    for row in folder.rows(IncidentRow):
        yield Incident(
            id=row.id,
            name=row.id,
            occurred_at=row.detected,
            severity=row.severity,
            security=row.security,
            privacy=row.privacy,
            owner=row.owner,
            declared_at=row.declared,
            contained_at=row.contained,
            resolved_at=row.resolved,
            reviewed_at=row.review_at,
            notified=row.notified,
        )
