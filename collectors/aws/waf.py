"""Web ACLs: what they log, and whether they turn anything away."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Literal

from collectors.aws.account import Account, Region, Response, told
from collectors.contract import ApiCall, collector
from collectors.evidence.aws.entry_points import WebAcl
from collectors.evidence.record import Unread

Scope = Literal["REGIONAL", "CLOUDFRONT"]

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
        "WebACL.Rules.Statement",
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
TURNS_AWAY = ("Block", "Captcha", "Challenge")
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

    A rule or a group that only counts does not. What single rules of a group are overridden
    to is not read.
    """
    acl = _acl(account, scope, arn)
    if isinstance(acl, Unread):
        return acl
    return "Block" in (acl.get("DefaultAction") or {}) or any(map(_turns_away, _rules(acl)))


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


def _turns_away(rule: Response) -> bool:
    """A rule has an action of its own; a group has its rules' actions, unless it is overridden."""
    if "OverrideAction" in rule:
        return "None" in (rule["OverrideAction"] or {})
    return any(action in (rule.get("Action") or {}) for action in TURNS_AWAY)


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
