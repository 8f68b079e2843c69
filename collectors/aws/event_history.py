"""Who changed something in AWS: CloudTrail's event history, asked about one subject at a time."""

from collections.abc import Iterator

import msgspec

from collectors.aws.account import EventHistory, Response, document, instant
from collectors.contract import ApiCall, tracer
from collectors.evidence.record import Unread
from collectors.evidence.trails import Deed, Sought, Trail
from collectors.tracing import Deeds, newest, trails
from collectors.transcript import AS_JSON

RECORD = f"Events.CloudTrailEvent.{AS_JSON}"
LOOKUP = ApiCall(
    "cloudtrail",
    "LookupEvents",
    "cloudtrail:LookupEvents",
    redact=(
        "Events.AccessKeyId",
        f"{RECORD}.userIdentity.accessKeyId",
        f"{RECORD}.userIdentity.sessionContext",
        *(
            f"{RECORD}.{name}"
            for name in (
                "requestParameters",
                "responseElements",
                "additionalEventData",
                "serviceEventDetails",
                "errorMessage",
                "sourceIPAddress",
                "userAgent",
                "tlsDetails",
            )
        ),
    ),
)


@tracer(id="aws.cloudtrail.deeds", calls=(LOOKUP,))
def cloudtrail_deeds(history: EventHistory) -> Iterator[Trail]:
    """What was done to the subjects that drifted, and by whom.

    CloudTrail finds an event by the name of a resource in it. It takes up to a quarter of an
    hour until an event can be found, and forgets it after 90 days.
    """

    def look(sought: Sought) -> Deeds:
        events = history.each(
            LOOKUP,
            "Events",
            LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": resource(sought)}],
            StartTime=sought.after.isoformat(),
            EndTime=sought.before.isoformat(),
        )
        return newest(deed for event in events for deed in _deeds(event))

    yield from trails(history.given, look)


def resource(sought: Sought) -> str:
    """The name by which CloudTrail knows a subject: the end of its ARN; of a key all of it."""
    arn = sought.id.partition("#")[0]
    parts = arn.split(":", 5)
    if len(parts) <= 5 or parts[2] == "kms":  # noqa: PLR2004 - an ARN has six parts
        return arn
    return parts[5].replace(":", "/", 1).rpartition("/")[2]


def _deeds(event: Response) -> Iterator[Deed]:
    """The event as a deed; none where it only read, or was refused and changed nothing."""
    text = event.get("CloudTrailEvent")
    record = document(LOOKUP, text if isinstance(text, str) else "")
    told = {} if isinstance(record, Unread) else record
    if event.get("ReadOnly") == "true" or told.get("errorCode"):
        return
    yield Deed(
        call=event["EventName"],
        principal=_principal(told.get("userIdentity") or {}) or event.get("Username"),
        at=instant(event["EventTime"]),
    )


def _principal(identity: Response) -> str | None:
    """The ARN of who called; a service of AWS has none and is named by its address."""
    named = identity.get("arn") or identity.get("invokedBy")
    return msgspec.convert(named, str | None)
