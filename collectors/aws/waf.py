"""Web ACLs: what they log, and whether they turn anything away."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Literal

from collectors.aws.account import Account, Region, Response, told
from collectors.aws.waf_groups import ADDED, Scope, group_turns_away, turns_away
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.entry_points import WebAcl
from collectors.evidence.record import Unread

LOOKS_FOR = (
    *("AndStatement", "AsnMatchStatement", "ByteMatchStatement", "GeoMatchStatement"),
    *("IPSetReferenceStatement", "LabelMatchStatement", "NotStatement", "OrStatement"),
    *("RateBasedStatement", "RegexMatchStatement", "RegexPatternSetReferenceStatement"),
    *("SizeConstraintStatement", "SqliMatchStatement", "XssMatchStatement"),
)
"""Every kind of statement but those that name a group of rules."""
OF_MANAGED = ("ManagedRuleGroupConfigs", "ScopeDownStatement")
NAMING_GROUPS = (
    "WebACL.Rules.Statement",
    "WebACL.PreProcessFirewallManagerRuleGroups.FirewallManagerStatement",
    "WebACL.PostProcessFirewallManagerRuleGroups.FirewallManagerStatement",
)
"""Where a group is named: by a rule, or by what Firewall Manager puts around the rules."""

ACLS = ApiCall(
    "wafv2",
    "ListWebACLs",
    "wafv2:ListWebACLs",
    redact=("WebACLs.Description", "WebACLs.LockToken"),
)
ACL = ApiCall(
    "wafv2",
    "GetWebACL",
    "wafv2:GetWebACL",
    redact=(  # what rules look for may be what clients have to send
        "LockToken",
        "WebACL.CustomResponseBodies",
        "WebACL.DefaultAction.Allow.CustomRequestHandling",
        "WebACL.Description",
        *(f"WebACL.Rules.Statement.{kind}" for kind in LOOKS_FOR),
        *(f"WebACL.Rules.Action.{added}" for added in ADDED),
        *(
            f"{statement}.ManagedRuleGroupStatement.{part}"
            for statement in NAMING_GROUPS
            for part in OF_MANAGED
        ),
        *(
            f"{statement}.{kind}.RuleActionOverrides.ActionToUse.{added}"
            for statement in NAMING_GROUPS
            for kind in ("ManagedRuleGroupStatement", "RuleGroupReferenceStatement")
            for added in ADDED
        ),
    ),
)
LOGS = ApiCall(
    "wafv2",
    "ListLoggingConfigurations",
    "wafv2:ListLoggingConfigurations",
    redact=("LoggingConfigurations.LoggingFilter", "LoggingConfigurations.RedactedFields"),
)
KEEPERS = ("CUSTOMER", "SECURITY_LAKE", "CLOUDWATCH_TELEMETRY_RULE_MANAGED")
"""Who set up a log: AWS tells of one of them at a time."""
FORMS: Mapping[Scope, Literal["regional", "global"]] = {
    "REGIONAL": "regional",
    "CLOUDFRONT": "global",
}


@collector(id="aws.waf.acls", calls=(ACLS, ACL, LOGS))
def web_acls(region: Region) -> Iterator[WebAcl]:
    """Every regional web ACL, with its log and the metrics of its rules."""
    yield from region.concurrently(
        partial(_described, region, "REGIONAL"), each_acl(region, "REGIONAL")
    )


@collector(id="aws.waf.global-acls", calls=(ACLS, ACL, LOGS))
def global_web_acls(account: Account) -> Iterator[WebAcl]:
    """Every web ACL for CloudFront; AWS tells of them in one region only."""
    yield from account.concurrently(
        partial(_described, account, "CLOUDFRONT"), each_acl(account, "CLOUDFRONT")
    )


def each_acl(account: Account, scope: Scope) -> Iterator[Response]:
    """Every web ACL of a scope as WAF lists it."""
    return account.each(ACLS, "WebACLs", Scope=scope)


def blocks(account: Account, scope: Scope, arn: str) -> bool | Unread:
    """Whether a web ACL turns anything away: by default, by a rule, or by a group of rules.

    A rule or a group that only counts does not. Groups are asked for their rules only where
    no rule of the web ACL's own settles it.
    """
    acl = _acl(account, scope, arn)
    if isinstance(acl, Unread):
        return acl
    rules = tuple(_rules(acl))
    if "Block" in (acl.get("DefaultAction") or {}) or any(map(_blocks_itself, rules)):
        return True
    in_doubt: Unread | None = None
    for group in filter(_counts_as_it_is, rules):
        named = group.get("Statement") or group.get("FirewallManagerStatement") or {}
        answer = group_turns_away(account, scope, named, named_by=ACL)
        if answer is True:
            return True
        in_doubt = answer if isinstance(answer, Unread) else in_doubt
    return in_doubt or False


def _described(account: Account, scope: Scope, listed: Response) -> WebAcl:
    arn = listed["ARN"]
    return WebAcl(
        id=arn,
        name=listed["Name"],
        form=FORMS[scope],
        logged=_logged(account, scope, arn),
        silent=_silent(_acl(account, scope, arn)),
    )


def _acl(account: Account, scope: Scope, arn: str) -> Response | Unread:
    *_, name, identity = arn.split("/")
    return told(ACL, account.detail(ACL, Name=name, Scope=scope, Id=identity), "WebACL", dict)


def _rules(acl: Response) -> Iterator[Response]:
    """Its own rules and groups, and those that Firewall Manager puts around them."""
    yield from acl.get("Rules") or ()
    yield from acl.get("PreProcessFirewallManagerRuleGroups") or ()
    yield from acl.get("PostProcessFirewallManagerRuleGroups") or ()


def _blocks_itself(rule: Response) -> bool:
    return "OverrideAction" not in rule and turns_away(rule.get("Action"))


def _counts_as_it_is(rule: Response) -> bool:
    """Whether it is a group of rules whose actions are not all overridden to counting."""
    return "None" in (rule.get("OverrideAction") or {})


def _silent(acl: Response | Unread) -> tuple[str, ...] | Unread:
    if isinstance(acl, Unread):
        return acl
    return tuple(sorted(rule["Name"] for rule in _rules(acl) if not _measured(rule)))


def _measured(rule: Mapping[str, Any]) -> bool:
    return bool((rule.get("VisibilityConfig") or {}).get("CloudWatchMetricsEnabled"))


def _logged(account: Account, scope: Scope, arn: str) -> bool | Unread:
    """Whether anybody set up a log; who else did is asked only where the customer did not."""
    for keeper in KEEPERS:
        logs = account.listed(LOGS, "LoggingConfigurations", Scope=scope, LogScope=keeper)
        if isinstance(logs, Unread):
            return logs
        if any(log.get("ResourceArn") == arn for log in logs):
            return True
    return False
