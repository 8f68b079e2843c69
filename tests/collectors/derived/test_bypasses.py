"""Bypasses meet the emergency records that name them, and no others."""

import pytest

from collectors.derived.bypasses import recorded_bypasses
from collectors.evidence.github.changes import LandedChange, Override, PullRequest, RuleSuite
from collectors.evidence.github.registers import FormAnswer, RegisteredChange
from collectors.evidence.record import Unread
from tests.evidence import DENIED, NOW

SHA = "0123456789abcdef0123456789abcdef01234567"
BOTH = frozenset({"classic protection", "rulesets"})
REQUEST = PullRequest(number=7, authors=frozenset(), head="h", reviews=(), checks=())
PASSED = RuleSuite(result="pass", actor="mia", pushed_at=NOW)
BYPASSED = RuleSuite(result="bypass", actor="mia", pushed_at=NOW)
OVERRIDE = Override(actor="mia", at=NOW)


def change(**says):
    known = {
        "commit": SHA,
        "pull_request": REQUEST,
        "guards": BOTH,
        "rule_suite": PASSED,
        "override": None,
    }
    return LandedChange(
        id=f"R/{SHA}",
        name="acme/web#7",
        occurred_at=NOW,
        repository="acme/web",
        branch="main",
        landed_by="mia",
        required_checks=frozenset(),
        **(known | says),
    )


def record(said, *, name="acme/ops#1", register="emergency_changes", field="commit_or_pr"):
    return RegisteredChange(
        id=f"{register}/{name}",
        name=name,
        occurred_at=NOW,
        register=register,
        opened_by="mia",
        closed_at=None,
        closed_by=None,
        labels=(),
        answers=(FormAnswer(field=field, said=said),),
    )


def joined(changes, records=()):
    return list(recorded_bypasses.join(changes, records))


@pytest.mark.parametrize(
    ("says", "how"),
    [
        ({"pull_request": None}, "pushed without a pull request"),
        ({"rule_suite": BYPASSED}, "rulesets were bypassed"),
        ({"override": OVERRIDE}, "classic protection was overridden"),
        ({"rewrote": "f" * 40}, "the history was rewritten by a forced push"),
        ({"rule_suite": DENIED}, DENIED),
        ({"rule_suite": None}, Unread(why="GitHub keeps no rule suite of it")),
        ({"override": DENIED}, DENIED),
        ({"guards": DENIED}, DENIED),
        ({"pull_request": DENIED}, DENIED),
    ],
)
def test_what_went_around_a_rule_is_in_the_population(says, how):
    assert [one.how for one in joined([change(**says)])] == [how]


@pytest.mark.parametrize(
    "says",
    [
        {},
        {"guards": frozenset(), "rule_suite": None},
        {"guards": frozenset({"rulesets"}), "override": DENIED},
        {"guards": frozenset({"classic protection"}), "rule_suite": DENIED},
    ],
)
def test_what_went_around_none_is_not(says):
    assert joined([change(**says)]) == []


@pytest.mark.parametrize(
    "said",
    [
        "acme/web#7",
        "see ACME/Web#7, please",
        "https://github.com/acme/web/pull/7",
        SHA,
        SHA[:12],
        f"https://github.com/acme/web/commit/{SHA}",
    ],
)
def test_a_record_names_a_change_by_request_or_commit(said):
    (bypass,) = joined([change(override=OVERRIDE)], [record(said)])

    assert bypass.records == ("acme/ops#1",)


@pytest.mark.parametrize("said", ["#7", "acme/web#70", "acme/api#7", SHA[:7], "f" * 40, "", None])
def test_a_record_that_names_no_change_that_landed_is_told(said):
    bypass, alone = joined([change(override=OVERRIDE)], [record(said)])

    assert bypass.records == ()
    assert (alone.name, alone.names_nothing) == ("acme/ops#1", True)


def test_a_record_of_a_change_that_kept_to_the_rules_is_no_fault():
    assert joined([change()], [record("acme/web#7")]) == []


def test_a_forced_push_is_named_by_what_it_took_away():
    (bypass,) = joined([change(rewrote="f" * 40, commit="e" * 40)], [record("f" * 12)])

    assert bypass.records == ("acme/ops#1",)


def test_records_that_cannot_be_read_may_name_any():
    bypass, alone = joined([change(override=OVERRIDE)], [record(DENIED)])

    assert (bypass.records, bypass.unclear) == ((), ("acme/ops#1",))
    assert alone.how == DENIED


def test_without_the_field_in_the_configuration_nobody_knows_what_a_record_names():
    bypass, _ = joined([change(override=OVERRIDE)], [record("acme/web#7", field="reason")])

    assert bypass.unclear == ("acme/ops#1",)


def test_other_registers_do_not_count():
    (bypass,) = joined(
        [change(override=OVERRIDE)], [record("acme/web#7", register="significant_changes")]
    )

    assert bypass.records == ()
