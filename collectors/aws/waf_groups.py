"""Groups of WAF's rules, the company's own and those that vendors manage: do they turn away?"""

from typing import Any, Literal

from collectors.aws.account import Account, Response, told
from collectors.contract import ApiCall
from collectors.evidence.record import Unread
from collectors.reader import unread

Scope = Literal["REGIONAL", "CLOUDFRONT"]

ADDED = tuple(
    f"{action}.CustomRequestHandling" for action in ("Allow", "Captcha", "Challenge", "Count")
)
"""Headers that an action puts into requests: origins may let in whoever sends them."""
OWN_GROUP = ApiCall(
    "wafv2",
    "GetRuleGroup",
    "wafv2:GetRuleGroup",
    redact=(  # what rules look for may be what clients have to send
        *("LockToken", "RuleGroup.CustomResponseBodies", "RuleGroup.Description"),
        *("RuleGroup.MonetizationConfig", "RuleGroup.Rules.Statement"),
        *(f"RuleGroup.Rules.Action.{added}" for added in ADDED),
    ),
)
MANAGED_GROUP = ApiCall(
    "wafv2",
    "DescribeManagedRuleGroup",
    "wafv2:DescribeManagedRuleGroup",
    passing=("AvailableLabels", "ConsumedLabels", "SnsTopicArn"),
)
GROUPS = (OWN_GROUP, MANAGED_GROUP)
TURNS_AWAY = ("Block", "Captcha", "Challenge")
COUNTS: Response = {"Count": {}}


def turns_away(action: Response | None) -> bool:
    """Whether a rule's action keeps a request from what it asks for."""
    return any(name in (action or {}) for name in TURNS_AWAY)


def group_turns_away(
    account: Account, scope: Scope, statement: Response, *, named_by: ApiCall
) -> bool | Unread:
    """Whether any rule of the group that a statement names turns requests away.

    A web ACL may give single rules of the group another action; one that it excludes counts.
    """
    named, rules = _rules(account, scope, statement, named_by)
    if isinstance(rules, Unread):
        return rules
    instead = {one["Name"]: COUNTS for one in named.get("ExcludedRules") or ()}
    instead |= {one["Name"]: one["ActionToUse"] for one in named.get("RuleActionOverrides") or ()}
    return any(turns_away(instead.get(rule["Name"], rule.get("Action"))) for rule in rules)


def _rules(
    account: Account, scope: Scope, statement: Response, named_by: ApiCall
) -> tuple[Response, list[Any] | Unread]:
    """What the web ACL says of the group, and the group's rules."""
    own = statement.get("RuleGroupReferenceStatement")
    if own:
        group = told(OWN_GROUP, account.detail(OWN_GROUP, ARN=own["ARN"]), "RuleGroup", dict)
        return own, told(OWN_GROUP, group, "Rules", list)
    managed = statement.get("ManagedRuleGroupStatement")
    if not managed:
        return {}, unread(named_by, "the answer names no group")
    version = {"VersionName": managed["Version"]} if managed.get("Version") else {}
    answer = account.detail(
        MANAGED_GROUP,
        VendorName=managed["VendorName"],
        Name=managed["Name"],
        Scope=scope,
        **version,
    )
    return managed, told(MANAGED_GROUP, answer, "Rules", list)
