"""What AWS itself says is wrong, and whether it touches the account."""

from collections.abc import Iterator

from collectors.aws.account import Account, Response, moment, told
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.health import ProviderEvent
from collectors.evidence.record import Unread

EVENTS = ApiCall(
    "health", "DescribeEvents", "health:DescribeEvents", passing=("events.lastUpdatedTime",)
)
ENTITIES = ApiCall(
    "health",
    "DescribeAffectedEntities",
    "health:DescribeAffectedEntities",
    redact=tuple(
        f"entities.{field}" for field in ("accountTags", "entityMetadata", "resourceTags", "tags")
    ),
    passing=("entities.lastUpdatedTime",),
)
OPEN = {
    "eventStatusCodes": ["open"],
    "eventTypeCategories": ["accountNotification", "investigation", "issue"],
}
OF_SECURITY = ("ABUSE", "RISK", "SECURITY")
"""The services whose notices are about security; newer events say so by persona as well."""
TO_THE_ACCOUNT = "ACCOUNT_SPECIFIC"


@collector(id="aws.health.events", calls=(EVENTS, ENTITIES))
def provider_events(account: Account) -> Iterator[ProviderEvent]:
    """Every open issue, investigation and notice, and whether it touches the account.

    AWS Health answers only accounts with a support plan that holds it. What AWS plans for the
    future is left out: it is work, and nothing is wrong yet.
    """

    def describe(event: Response) -> ProviderEvent:
        personas = event.get("personas") or ()
        return ProviderEvent(
            id=event["arn"],
            name=event.get("eventTypeCode") or event["arn"],
            category=told(EVENTS, event, "eventTypeCategory", str),
            about_security="SECURITY" in personas or event.get("service") in OF_SECURITY,
            started_at=moment(EVENTS, event, "startTime"),
            touches=_touches(account, event),
        )

    yield from account.concurrently(describe, account.each(EVENTS, "events", filter=OPEN))


def _touches(account: Account, event: Response) -> bool | Unread:
    """An event for the account alone is about it, with or without the name of a resource."""
    if event.get("eventScopeCode") == TO_THE_ACCOUNT:
        return True
    entities = account.listed(ENTITIES, "entities", filter={"eventArns": [event["arn"]]})
    return entities if isinstance(entities, Unread) else bool(entities)
