"""Who changed something in Google Cloud: the admin activity audit log, which is always kept."""

from collections.abc import Iterator

from collectors.contract import ApiCall, tracer
from collectors.evidence.record import Unread
from collectors.evidence.trails import Deed, Sought, Trail
from collectors.gcp.project import AdminActivity, Response, moment
from collectors.tracing import Deeds, newest, trails

SECRETIVE = ("request", "response", "metadata", "serviceData", "resourceOriginalState")
"""What was sent and answered; policies, and now and then a secret."""
ENTRIES = ApiCall(
    "logging",
    "entries.list",
    "logging.logEntries.list",
    redact=(
        *(f"entries.protoPayload.{name}" for name in SECRETIVE),
        "entries.protoPayload.requestMetadata",
        "entries.protoPayload.authenticationInfo.serviceAccountKeyName",
        "entries.protoPayload.authenticationInfo.serviceAccountDelegationInfo",
        "entries.protoPayload.authenticationInfo.thirdPartyPrincipal",
    ),
)
ACTIVITY = 'log_id("cloudaudit.googleapis.com/activity")'


@tracer(id="gcp.audit-logs.deeds", calls=(ENTRIES,))
def audit_log_deeds(log: AdminActivity) -> Iterator[Trail]:
    """What was done to the subjects that drifted, and by whom.

    Google keeps the log for 400 days, and finds an entry by a part of the resource's name.
    """

    def look(sought: Sought) -> Deeds:
        entries = log.each(
            ENTRIES,
            "entries",
            resourceNames=[log.name],
            filter=_filter(log.name, sought),
            orderBy="timestamp desc",
        )
        return newest(deed for entry in entries for deed in _deeds(entry))

    yield from trails(log.given, look)


def _filter(node: str, sought: Sought) -> str:
    """In the query language of Cloud Logging; a name is quoted, so it stays a name."""
    return " AND ".join(
        (
            ACTIVITY,
            _about(node, sought),
            f'timestamp>"{sought.after.isoformat()}"',
            f'timestamp<="{sought.before.isoformat()}"',
        )
    )


def _about(node: str, sought: Sought) -> str:
    """The end of a full name, `//storage.googleapis.com/invoices`; of a node its own policy.

    What follows a blank is ours: a binding is called by its resource and its role.
    """
    full, *_ = sought.id.split(" ")
    if not full.endswith(f"/{node}"):
        return f"protoPayload.resourceName:{_quoted(full.rpartition('/')[2])}"
    kind, *_ = node.split("/")
    return f'protoPayload.methodName:"SetIamPolicy" AND protoPayload.resourceName=~"^{kind}/[^/]+$"'


def _quoted(text: str) -> str:
    inner = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inner}"'


def _deeds(entry: Response) -> Iterator[Deed]:
    """The entry as a deed; none where it was refused, or has no moment or method."""
    payload = entry.get("protoPayload") or {}
    at = moment(ENTRIES, entry, "timestamp")
    method = payload.get("methodName")
    if (
        isinstance(at, Unread)
        or not isinstance(method, str)
        or payload.get("status", {}).get("code")
    ):
        return
    who = payload.get("authenticationInfo") or {}
    yield Deed(
        call=method, principal=who.get("principalEmail") or who.get("principalSubject"), at=at
    )
