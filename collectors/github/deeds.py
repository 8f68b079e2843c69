"""Who changed something in GitHub: the organisation's audit log (GitHub Enterprise Cloud)."""

from collections.abc import Iterator
from datetime import UTC, datetime

from collectors.contract import ApiCall, tracer
from collectors.evidence.trails import Deed, Sought, Trail
from collectors.github.organisation import Answer, AuditLog
from collectors.tracing import Deeds, newest, trails

SECRETIVE = (
    *("actor_ip", "actor_location", "user_agent", "request_id"),
    *("external_identity_nameid", "external_identity_username"),
    *("hashed_token", "token_id", "token_scopes", "deploy_key_fingerprint", "openssh_public_key"),
    *("config", "config_was", "data", "explanation", "message"),
)
"""Where people sit, what they sign in with, and free text."""
AUDIT_LOG = ApiCall(
    "github",
    "GET /orgs/{org}/audit-log",
    "organization_administration:read",
    redact=tuple(f"body.{name}" for name in SECRETIVE),
)
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
