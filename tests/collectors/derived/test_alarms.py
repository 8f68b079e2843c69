"""An event reaches somebody by a way that holds from its beginning to its end."""

from dataclasses import dataclass, field

import msgspec
import pytest

from checks.contract import Outcome
from checks.detection.watching import root_use_watched
from collectors.derived.alarms import (
    watched_network_changes,
    watched_permission_changes,
    watched_root_use,
)
from collectors.evidence.aws.alarms import (
    Alarm,
    AlarmedTrail,
    AlarmRoute,
    EventRule,
    MetricFilter,
    RegionAlarms,
    Topic,
)
from collectors.evidence.aws.organisation import AccountGuardrails
from collectors.evidence.record import Unread
from tests.evidence import DENIED

ACCOUNT, LOG_ACCOUNT = "123456789012", "999999999999"
HOME, GLOBAL = "eu-west-1", "us-east-1"
ROOT_PATTERN = '{ $.userIdentity.type = "Root" }'
ALARM = f"arn:aws:cloudwatch:{HOME}:{ACCOUNT}:alarm:root"
TOPIC = f"arn:aws:sns:{HOME}:{ACCOUNT}:security"
RULE = f"arn:aws:events:{GLOBAL}:{ACCOUNT}:rule/root"
FUNCTION = f"arn:aws:lambda:{GLOBAL}:{ACCOUNT}:function:page"


def group(account=ACCOUNT, region=HOME):
    return f"arn:aws:logs:{region}:{account}:log-group:trail"


@dataclass
class Place:
    """A region of an account; a test changes what it is about."""

    region: str = HOME
    account: str = ACCOUNT
    log_group: str | None = field(default_factory=group)
    complete: object = True
    pattern: str = ROOT_PATTERN
    metrics: frozenset = frozenset({"Trail RootUse"})
    at_once: bool = True
    actions: tuple = (TOPIC,)
    confirmed: object = True
    rules: object = ()
    has_alarms: bool = True

    def record(self, **unread):
        trail = AlarmedTrail(arn="trail", log_group=self.log_group, complete=self.complete)
        alarm = Alarm(
            name="root",
            arn=ALARM,
            metrics=frozenset({"Trail RootUse"}),
            at_once=self.at_once,
            actions=self.actions,
        )
        one = MetricFilter(
            name="root",
            log_group=group(self.account, self.region),
            pattern=self.pattern,
            metrics=self.metrics,
        )
        record = RegionAlarms(
            id=f"arn:aws:cloudwatch:{self.region}:{self.account}:alarms",
            name=f"{self.account}/{self.region}",
            account_id=self.account,
            region=self.region,
            trails=(trail,),
            filters=(one,) if self.has_alarms else (),
            alarms=(alarm,) if self.has_alarms else (),
            rules=self.rules,
            topics=(Topic(arn=TOPIC, confirmed=self.confirmed),),
        )
        return msgspec.structs.replace(record, **unread)


def rule(pattern, *targets):
    text = pattern if isinstance(pattern, str) else msgspec.json.encode(pattern).decode()
    return EventRule(name="root", arn=RULE, pattern=text, targets=targets)


ELSEWHERE = Place(GLOBAL, has_alarms=False, log_group=None).record()
"""The region that global events are sent to, with nothing in it."""


def root_use(*places, account=ACCOUNT):
    families = watched_root_use.join(places)
    (family,) = [one for one in families if one.account_id == account]
    return family


def routes(*places, account=ACCOUNT):
    """How the first event, a sign-in by root, is watched."""
    return root_use(*places, account=account).events[0].routes


WORKS = AlarmRoute(form="filter", name=ALARM, region=HOME, works=True, flaw=None)


def broken(flaw):
    return (AlarmRoute(form="filter", name=ALARM, region=HOME, works=False, flaw=flaw),)


def in_doubt(why):
    return (AlarmRoute(form="filter", name=ALARM, region=HOME, works=Unread(why=why), flaw=None),)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        pytest.param(Place(), (WORKS,), id="whole"),
        pytest.param(Place(pattern=""), (WORKS,), id="a filter of everything"),
        pytest.param(Place(pattern='{ $.eventName = "StopLogging" }'), (), id="another event"),
        pytest.param(
            Place(pattern="ERROR"), in_doubt("the pattern of root cannot be read"), id="not JSON"
        ),
        pytest.param(Place(complete=False), (), id="the trail is at rest, or of one region"),
        pytest.param(Place(complete=DENIED), in_doubt(DENIED.why), id="trail unread"),
        pytest.param(Place(log_group=None), (), id="no log group"),
        pytest.param(Place(metrics=frozenset({"Trail Other"})), (), id="no alarm on the metric"),
        pytest.param(
            Place(at_once=False), broken("the alarm waits for more than one event"), id="it waits"
        ),
        pytest.param(
            Place(actions=()), broken("nothing runs when it goes off"), id="without an action"
        ),
        pytest.param(
            Place(confirmed=False), broken("nobody confirmed a subscription"), id="nobody confirmed"
        ),
        pytest.param(
            Place(confirmed=None), broken("nobody confirmed a subscription"), id="no such topic"
        ),
        pytest.param(Place(confirmed=DENIED), in_doubt(DENIED.why), id="subscriptions unread"),
        pytest.param(
            Place(confirmed=False, actions=(TOPIC, FUNCTION)), (WORKS,), id="another receiver"
        ),
    ],
)
def test_a_way_by_an_alarm_is_as_good_as_its_worst_part(place, expected):
    assert routes(place.record()) == expected


def test_a_trail_is_followed_into_the_account_of_its_log_group():
    there = group(LOG_ACCOUNT, GLOBAL)
    own = Place(log_group=there, has_alarms=False).record()
    log_account = Place(GLOBAL, LOG_ACCOUNT, log_group=there).record()

    (route,) = routes(own, log_account)
    assert (route.works, route.region) == (True, GLOBAL)
    family = root_use(own, ELSEWHERE)
    assert [event.routes for event in family.events] == [(), ()]
    why = f"the log group {there} lies where nothing is read"
    assert family.unseen == (Unread(why=why),)


def test_a_trail_that_two_regions_show_leads_one_way():
    shadow = Place(GLOBAL, has_alarms=False).record()

    assert routes(Place().record(), shadow) == (WORKS,)


OF_ROOT = {"detail": {"userIdentity": {"type": ["Root"]}}}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        pytest.param((rule(OF_ROOT, FUNCTION),), (True, None), id="a target"),
        pytest.param((rule(OF_ROOT),), (False, "nothing runs when it goes off"), id="no target"),
        pytest.param((rule({"source": ["aws.ec2"]}, FUNCTION),), None, id="other events"),
        pytest.param(
            (rule({"source": [{"cidr": "x"}]}, FUNCTION),),
            (Unread(why="the pattern of root cannot be read"), None),
            id="not understood",
        ),
        pytest.param(
            (rule("{cut", FUNCTION),),
            (Unread(why="the pattern of root cannot be read"), None),
            id="no JSON",
        ),
        pytest.param(
            (EventRule(name="root", arn=RULE, pattern="{}", targets=DENIED),),
            (DENIED, None),
            id="targets unread",
        ),
    ],
)
def test_a_way_by_a_rule(rules, expected):
    found = routes(Place(GLOBAL, has_alarms=False, log_group=None, rules=rules).record())

    assert [(route.works, route.flaw) for route in found] == ([expected] if expected else [])


def test_rules_for_global_events_count_where_these_are_sent():
    rules = (rule(OF_ROOT, FUNCTION),)
    here = Place(has_alarms=False, log_group=None, rules=rules).record()
    there = Place(GLOBAL, has_alarms=False, log_group=None).record()

    family = root_use(here, there)
    assert family.regions == (GLOBAL,)
    assert family.events[0].routes == ()


def test_events_of_every_region_need_their_rule_in_each():
    records = [Place(region, has_alarms=False).record() for region in (HOME, GLOBAL)]

    assert {one.regions for one in watched_network_changes.join(records)} == {(HOME, GLOBAL)}


def test_a_region_that_is_not_read_may_hold_the_rule_for_global_events():
    here = Place(has_alarms=False, log_group=None).record()

    (doubt,) = root_use(here).unseen
    assert doubt.why == "the region that global events are sent to is not read"
    assert root_use_watched(root_use(here)).outcome is Outcome.UNDETERMINED
    assert root_use_watched(root_use(here, ELSEWHERE)).outcome is Outcome.FAILED
    assert root_use_watched(root_use(Place().record())).outcome is Outcome.PASSED


@pytest.mark.parametrize("part", ["trails", "filters", "alarms"])
def test_what_was_not_read_may_be_another_way(part):
    assert root_use(Place().record(**{part: DENIED}), ELSEWHERE).unseen == (DENIED,)


def test_rules_that_were_not_read_matter_where_they_would_count():
    assert root_use(Place().record(rules=DENIED), ELSEWHERE).unseen == ()
    assert root_use(Place(GLOBAL, log_group=None).record(rules=DENIED)).unseen == (DENIED,)


@pytest.mark.parametrize(
    ("standing", "judged"),
    [("management", True), ("member", False), ("standalone", False), (DENIED, True)],
)
def test_changes_of_the_organisation_are_the_management_accounts(standing, judged):
    account = AccountGuardrails(
        id=f"arn:aws:iam::{ACCOUNT}:root",
        name=ACCOUNT,
        standing=standing,
        features=None,
        guardrails=(),
    )
    families = {
        one.family for one in watched_permission_changes.join([Place().record()], [account])
    }

    assert ("organisation" in families) is judged
    assert families >= {"identity policies", "bucket policies", "customer keys"}
