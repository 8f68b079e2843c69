"""A group of rules turns requests away if any of its rules does, as the web ACL overrides them."""

import botocore.session
import pytest

from collectors.aws.entry_points import entry_points
from collectors.aws.waf import ACL as ACL_CALL
from collectors.aws.waf import LOOKS_FOR
from collectors.evidence.record import Unread
from tests.collectors.aws.shaped import said
from tests.collectors.aws.test_entry_points import BALANCER, COVERED, balancer
from tests.collectors.aws.test_waf import GET, LIST, held, listed, rule, visible
from tests.faults import Denied

OWN, MANAGED = "wafv2:GetRuleGroup", "wafv2:DescribeManagedRuleGroup"
ARN = "arn:aws:wafv2:eu-west-1:123456789012:regional/rulegroup/ours/1"
COMMON = {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}
COUNT, BLOCK = {"Count": {}}, {"Block": {}}
NAMES_OURS = {"RuleGroupReferenceStatement": {"ARN": ARN}}
NAMES_COMMON = {"ManagedRuleGroupStatement": COMMON}


def group(statement, **more):
    return rule("group", Action={}, OverrideAction={"None": {}}, Statement=statement) | more


def ours(*rules):
    told = {"Name": "ours", "Id": "1", "Capacity": 1, "ARN": ARN, "VisibilityConfig": visible()}
    return said(OWN, {"RuleGroup": told | {"Rules": [*rules]}})


def theirs(**actions):
    return said(MANAGED, {"Rules": [{"Name": n, "Action": a} for n, a in actions.items()]})


def overriding(statement, **actions):
    (kind, named), *_ = statement.items()
    instead = [{"Name": name, "ActionToUse": action} for name, action in actions.items()]
    return {kind: named | {"RuleActionOverrides": instead}}


def excluding(statement, *names):
    (kind, named), *_ = statement.items()
    return {kind: named | {"ExcludedRules": [{"Name": name} for name in names]}}


def read(aws, faults, *rules, **more):
    shop = balancer() | said(LIST, listed("shop")) | said(GET, held(*rules, **more))
    shop |= said(COVERED, {"ResourceArns": [BALANCER]})
    snapshot, transcript = aws.snapshot(entry_points, shop | faults)
    assert aws.again(entry_points, transcript) == snapshot
    (record,) = snapshot.records
    return record.blocks, transcript


BOTH_BLOCK = theirs(sql=BLOCK, xss=BLOCK)


@pytest.mark.parametrize(
    ("statement", "faults", "blocks"),
    [
        pytest.param(NAMES_COMMON, BOTH_BLOCK, True, id="a vendor's rules block"),
        pytest.param(NAMES_COMMON, theirs(sql=COUNT), False, id="they count"),
        pytest.param(NAMES_COMMON, theirs(), False, id="there are none"),
        pytest.param(
            overriding(NAMES_COMMON, sql=COUNT), BOTH_BLOCK, True, id="one of them is told to count"
        ),
        pytest.param(
            overriding(NAMES_COMMON, sql=COUNT, xss=COUNT), BOTH_BLOCK, False, id="both are"
        ),
        pytest.param(
            excluding(NAMES_COMMON, "sql", "xss"), BOTH_BLOCK, False, id="both are excluded"
        ),
        pytest.param(
            overriding(NAMES_COMMON, sql=BLOCK), theirs(sql=COUNT), True, id="told to block"
        ),
        pytest.param(NAMES_OURS, ours(rule("sql")), True, id="our own block"),
        pytest.param(NAMES_OURS, ours(rule("sql", Action=COUNT)), False, id="our own count"),
        pytest.param(overriding(NAMES_OURS, sql=COUNT), ours(rule("sql")), False, id="told so"),
        pytest.param(
            NAMES_COMMON, {MANAGED: Denied()}, Unread(why=f"{MANAGED}: AccessDenied"), id="denied"
        ),
        pytest.param(
            NAMES_OURS, {OWN: Denied()}, Unread(why=f"{OWN}: AccessDenied"), id="our own denied"
        ),
        pytest.param({}, {}, Unread(why=f"{GET}: the answer names no group"), id="no name"),
    ],
)
def test_a_group_turns_away_what_its_rules_do(aws, statement, faults, blocks):
    assert read(aws, faults, group(statement))[0] == blocks


def test_what_another_group_settles_is_not_in_doubt(aws):
    faults = ours(rule("sql")) | {MANAGED: Denied()}

    assert read(aws, faults, group(NAMES_COMMON), group(NAMES_OURS))[0] is True


def test_groups_are_not_asked_where_a_rule_or_the_override_settles_it(aws):
    counting = group(NAMES_OURS, OverrideAction=COUNT)
    blocks, transcript = read(aws, {}, group(NAMES_COMMON), counting, rule("own"))

    assert blocks is True
    assert not {"GetRuleGroup", "DescribeManagedRuleGroup"} & {
        one.operation for one in transcript.exchanges
    }
    assert read(aws, {}, counting)[0] is False


def test_a_group_of_firewall_managers_counts_and_its_version_is_asked_for(aws):
    pinned = {"ManagedRuleGroupStatement": COMMON | {"Version": "Version_1.4"}}
    around = {
        "Name": "of the company",
        "Priority": 1,
        "FirewallManagerStatement": pinned,
        "OverrideAction": {"None": {}},
        "VisibilityConfig": visible(),
    }
    blocks, transcript = read(aws, BOTH_BLOCK, PreProcessFirewallManagerRuleGroups=[around])

    assert blocks is True
    (asked,) = (e for e in transcript.exchanges if e.operation == "DescribeManagedRuleGroup")
    assert asked.arguments == COMMON | {"Scope": "REGIONAL", "VersionName": "Version_1.4"}


def test_what_moto_holds_of_a_group_of_our_own_is_read(aws):
    made = aws.client("wafv2").create_rule_group(
        Name="ours",
        Scope="REGIONAL",
        Capacity=1,
        Description="for whom",
        Rules=[rule("sql")],
        VisibilityConfig=visible(),
    )["Summary"]["ARN"]
    blocks, transcript = read(aws, {}, group({"RuleGroupReferenceStatement": {"ARN": made}}))

    assert blocks is True
    assert "for whom" not in str(transcript)


def test_what_rules_look_for_is_not_kept(aws):
    secret = {
        "ByteMatchStatement": {
            "SearchString": b"hush",
            "FieldToMatch": {"SingleHeader": {"Name": "x-origin"}},
            "TextTransformations": [{"Priority": 0, "Type": "NONE"}],
            "PositionalConstraint": "EXACTLY",
        }
    }
    narrowed = {"ManagedRuleGroupStatement": COMMON | {"ScopeDownStatement": secret}}
    added = {"CustomRequestHandling": {"InsertHeaders": [{"Name": "x-origin", "Value": "hush"}]}}
    overridden = overriding(NAMES_OURS, sql={"Count": added})
    rules = (
        rule("header", Statement=secret, Action={"Count": added}),
        group(narrowed),
        group(overridden),
    )
    counting = ours(rule("sql", Statement=secret, Action={"Count": added}))
    _, transcript = read(aws, theirs(sql=COUNT) | counting, *rules)

    assert "hush" not in str(transcript)
    assert "x-origin" not in str(transcript)


def test_every_kind_of_statement_is_cut_out_or_names_a_group():
    """A kind that AWS adds is noticed with the botocore that knows it."""
    model = botocore.session.get_session().get_service_model("wafv2")
    kinds = {*model.shape_for("Statement").members}

    assert {*LOOKS_FOR} == kinds - {"ManagedRuleGroupStatement", "RuleGroupReferenceStatement"}
    assert {f"WebACL.Rules.Statement.{kind}" for kind in LOOKS_FOR} <= {*ACL_CALL.redact}
