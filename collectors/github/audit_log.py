"""The audit log, read back to where the previous snapshot ended."""

from collections.abc import Iterator
from datetime import UTC, datetime

from collectors.contract import collector
from collectors.evidence.github.audit_log import AuditLog, Hole
from collectors.evidence.github.plan import NotOffered
from collectors.evidence.record import Instant, Unread
from collectors.github.audit_calls import AUDIT_LOG
from collectors.github.organisation import Answer, Organisation, field, needed
from collectors.github.plan import lacks
from collectors.github.settings import ORGANISATION

HEAD = "audit-log"


@collector(id="github.audit-log", calls=(ORGANISATION, AUDIT_LOG))
def audit_log(organisation: Organisation) -> Iterator[AuditLog]:
    """The log of the organisation, from its newest entry back to the newest one read before.

    The first reading looks at the newest entry alone: nothing was promised before it. That
    there is no hole is all that is asked.
    """
    org = organisation.login
    known = organisation.detail(ORGANISATION, org=org)
    node_id = needed(ORGANISATION, known, "node_id", str)
    plan = lacks(field(ORGANISATION, known, "plan.name", str), str(ORGANISATION))
    hole = plan if isinstance(plan, NotOffered) else _hole(organisation)
    yield AuditLog(id=node_id, name=org, hole=hole)


def _hole(organisation: Organisation) -> Hole | Unread | None:
    until = organisation.since.get(HEAD, "")
    _, _, head = until.partition(" ")
    met: list[Answer] = []

    def goes_on(entry: Answer) -> bool:
        met.append(entry)
        return bool(head) and entry["_document_id"] != head

    listed = organisation.each(
        AUDIT_LOG, needs=("_document_id",), org=organisation.login, include="all", order="desc"
    )
    found = organisation.recent(listed, none="", goes_on=goes_on)
    if isinstance(found, Unread):
        return found
    if met:
        organisation.mark(HEAD, f"{_moment(met[0]).isoformat()} {met[0]['_document_id']}")
    if not head or (met and met[-1]["_document_id"] == head):
        return None
    read_until = datetime.fromisoformat(until.partition(" ")[0])
    return Hole(read_until=read_until, goes_on_at=_moment(met[-1]) if met else None)


def _moment(entry: Answer) -> Instant:
    """GitHub writes it in milliseconds since 1970."""
    milliseconds = needed(AUDIT_LOG, entry, "@timestamp", int)
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
