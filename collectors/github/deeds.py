"""Who changed something in GitHub: the organisation's audit log (GitHub Enterprise Cloud)."""

from collections.abc import Iterator
from datetime import UTC, datetime

from collectors.contract import tracer
from collectors.evidence.trails import Deed, Sought, Trail
from collectors.github.audit_calls import AUDIT_LOG
from collectors.github.organisation import Answer, AuditLog
from collectors.tracing import Deeds, newest, trails

ONLY_READ = frozenset({"repo.download_zip", "git.clone", "git.fetch"})


@tracer(id="github.audit-log.deeds", calls=(AUDIT_LOG,))
def audit_log_deeds(log: AuditLog) -> Iterator[Trail]:
    """What was done to the subjects that drifted, and by whom.

    The log is found by repository or by person. GitHub keeps it for 180 days, and gives it to
    organisations on Enterprise Cloud alone.
    """

    def look(sought: Sought) -> Deeds:
        stretch = f"created:{_second(sought.after)}..{_second(sought.before)}"
        entries = log.each(
            AUDIT_LOG,
            org=log.login,
            phrase=f"{_about(log, sought)} {stretch}",
            include="web",
            order="desc",
        )
        return newest(deed for entry in entries for deed in _deeds(entry, sought))

    yield from trails(log.given, look)


def _about(log: AuditLog, sought: Sought) -> str:
    """A repository is called `owner/name`, its branch `owner/name branch`, a person by a login."""
    called, *_ = sought.name.split(" ")
    if "/" in called:
        return f"repo:{called}"
    return "action:org" if called == log.login else f"user:{called}"


def _deeds(entry: Answer, sought: Sought) -> Iterator[Deed]:
    """The entry as a deed; GitHub searches by the whole second, so the moment is held again."""
    action, moment = entry.get("action"), entry.get("created_at") or entry.get("@timestamp")
    if not isinstance(action, str) or not isinstance(moment, int) or action in ONLY_READ:
        return
    at = datetime.fromtimestamp(moment / 1000, UTC)
    if sought.after < at <= sought.before:
        yield Deed(call=action, principal=entry.get("actor"), at=at)


def _second(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
