"""Every account of an organization: found, entered by its role, and told of if it is closed."""

import re
from collections import Counter
from urllib.request import Request, urlopen

import boto3
import pytest
from moto.server import ThreadedMotoServer

from agent.collect import Collecting
from agent.connections.aws import AwsConnection
from agent.connections.aws_clients import Clients, SignIn, home_of
from agent.connections.aws_organization import AwsOrganization
from agent.connections.budget import Budget
from agent.connections.unit import Unit, Unreachable
from collectors.aws.account import Account, EventHistory, Organization, Region
from collectors.aws.members import accounts
from collectors.aws.regions import regions
from collectors.aws.s3 import s3_buckets
from collectors.contract import ApiCall
from collectors.evidence.places import Place
from collectors.evidence.record import Omission
from tests.evidence import NOW
from tests.journeys.faultproxy import FaultProxy, answered, denied_by_aws

HOME = "eu-west-1"
MANAGEMENT = "123456789012"
ROLE = "gapwatch/GapwatchReadOnly"


@pytest.fixture(scope="module")
def moto():
    server = ThreadedMotoServer(port=0)
    server.start()
    _, port = server.get_host_and_port()
    yield f"http://localhost:{port}"
    server.stop()


@pytest.fixture(scope="module")
def members(moto):
    """An organization of four accounts, one of which is suspended: ids by name."""
    client = boto3.client(
        "organizations",
        region_name="us-east-1",
        endpoint_url=moto,
        aws_access_key_id="seed",
        aws_secret_access_key="seed",
    )
    urlopen(Request(f"{moto}/moto-api/reset", method="POST"))
    client.create_organization(FeatureSet="ALL")
    for name in ("web", "data", "old"):
        client.create_account(AccountName=name, Email=f"{name}@acme.test")
    found = {a["Name"]: a["Id"] for a in client.list_accounts()["Accounts"]}
    client.close_account(AccountId=found["old"])
    return found


@pytest.fixture
def proxy(moto, members):
    assert members
    with FaultProxy(moto) as proxy:
        yield proxy


def organization(url, *, budget=None, **settings):
    keys = {"access_key": "test", "secret_key": "test", "attempts": 1}
    return AwsOrganization(
        name="acme",
        sign_in=SignIn(endpoint_url=url, budget=budget or Budget(), **keys),
        role=ROLE,
        external_id="shared",
        clock=lambda: NOW,
        **{"regions": (HOME,), **settings},
    )


class Knowing:
    """What an earlier cycle read."""

    def __init__(self, *scopes):
        self._scopes = scopes

    def scopes(self, connection, collector, *, within=None):
        del connection, within
        return self._scopes if collector == s3_buckets.id else ()

    def reached(self, collector, scope):
        del collector, scope
        return {}

    def answers(self, collector, scope):
        del collector, scope
        return ()


def collecting(known=(), *, scope=None):
    return Collecting(
        memory=Knowing(*known),
        redaction_key=b"test",
        clock=lambda: NOW,
        progress=lambda **_: None,
        threads=2,
        scope=scope,
    )


def harvest(connection, *collectors, known=(), scope=None):
    return collecting(known, scope=scope).harvest(connection, collectors)


def scopes(found):
    return {(unit.scope, unit.reads) for unit in found if isinstance(unit, Unit)}


def test_every_open_account_is_a_unit_with_its_regions_and_the_organization_is_one(proxy, members):
    found = list(organization(proxy.url).units())
    expected = {
        (f"aws:{members[name]}{place}", reads)
        for name in ("master", "web", "data")
        for place, reads in (("", Account), (f"/{HOME}", Region))
    }
    (of_all,) = scopes(found) - expected

    assert scopes(found) >= expected
    assert re.fullmatch(r"aws:o-\w+", of_all[0])
    assert of_all[1] is Organization
    assert not [part for part in found if isinstance(part, Unreachable)]


def test_each_account_is_asked_as_its_own_role_with_the_external_id(proxy, members):
    asked = [unit for unit in organization(proxy.url).units() if unit.reads is Account]

    assert {unit.identity.split(":")[4] for unit in asked} == {
        account for name, account in members.items() if name != "old"
    }
    assumed = [s.request.text for s in proxy.seen if "Action=AssumeRole" in s.request.text]
    assert len(assumed) == 3
    assert all(
        "ExternalId=shared" in text and "RoleSessionName=gapwatch" in text for text in assumed
    )


def test_answers_come_from_the_account_that_was_asked(moto, proxy, members):
    sts = boto3.client(
        "sts",
        region_name=HOME,
        endpoint_url=moto,
        aws_access_key_id="seed",
        aws_secret_access_key="seed",
    )
    arn = f"arn:aws:iam::{members['web']}:role/{ROLE}"
    keys = sts.assume_role(RoleArn=arn, RoleSessionName="seed")["Credentials"]
    s3 = boto3.client(
        "s3",
        region_name=HOME,
        endpoint_url=moto,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    s3.create_bucket(Bucket="only-in-web", CreateBucketConfiguration={"LocationConstraint": HOME})
    taken = harvest(organization(proxy.url), s3_buckets).taken
    buckets = {
        one.snapshot.scope: "only-in-web" in {bucket.name for bucket in one.snapshot.records}
        for one in taken
    }

    assert buckets == {
        f"aws:{account}": (name == "web") for name, account in members.items() if name != "old"
    }


def test_an_account_that_refuses_the_role_costs_itself_alone(proxy, members):
    known = (f"aws:{members['web']}", f"aws:{members['data']}", "aws:999999999999")
    with proxy.planted(f"Action=AssumeRole.*{members['web']}", denied_by_aws):
        told = harvest(organization(proxy.url), s3_buckets, known=known)
    omitted = {one.snapshot.scope: one.snapshot.omissions for one in told.taken}

    assert omitted == {
        f"aws:{members['master']}": (),
        f"aws:{members['data']}": (),
        f"aws:{members['web']}": (
            Omission(where=f"aws:{members['web']}", why="sts:AssumeRole: AccessDenied"),
        ),
    }
    assert told.whole, "an account that left the organization is gone, whoever else refuses"


def test_an_account_that_refuses_is_told_when_its_turn_comes(proxy, members):
    """Were all of them told at the end, their memory would grow with the organization."""
    web = f"aws:{members['web']}"
    known = (web, f"{web}0", "aws:999999999999")
    with proxy.planted(f"Action=AssumeRole.*{members['web']}", denied_by_aws):
        *parts, last = collecting(known).harvests(organization(proxy.url), (s3_buckets,))
    told = [{one.snapshot.scope for one in part.taken if one.failure} for part in parts]

    assert {web} in told
    assert not set().union(*told) - {web}
    assert not last.taken


def test_what_an_organization_hides_is_told_in_parts(proxy, members, monkeypatch):
    del members
    monkeypatch.setattr("agent.collect.TOGETHER", 2)
    known = tuple(f"aws:{number:012}" for number in range(5))
    with proxy.planted("ListAccounts", denied_by_aws):
        *parts, last = collecting(known).harvests(organization(proxy.url), (s3_buckets,))

    assert [len(part.taken) for part in parts] == [2, 2, 1]
    assert [part.last for part in (*parts, last)] == [False, False, False, True]
    assert not last.taken
    assert not last.whole


def test_an_organization_that_is_not_listed_hides_every_account_known(proxy, members):
    known = (f"aws:{members['web']}", "aws:999999999999")
    with proxy.planted("ListAccounts", denied_by_aws):
        told = harvest(organization(proxy.url), s3_buckets, known=known)
    why = "organizations:ListAccounts: AccessDeniedException"

    assert {(one.snapshot.scope, one.failure) for one in told.taken} == {(s, why) for s in known}
    assert not told.whole


def test_accounts_are_read_to_the_page_on_which_the_list_breaks_off(proxy, members):
    first = {
        "Accounts": [
            {
                "Id": MANAGEMENT,
                "Arn": f"arn:aws:organizations::{MANAGEMENT}:account/o-abc/{MANAGEMENT}",
                "State": "ACTIVE",
            }
        ],
        "NextToken": "more",
    }
    with (
        proxy.planted("ListAccounts .*NextToken", denied_by_aws),
        proxy.planted("ListAccounts ", answered(200, first)),
    ):
        told = harvest(organization(proxy.url), s3_buckets, known=(f"aws:{members['web']}",))
    read = {one.snapshot.scope: one.failure for one in told.taken}

    assert read[f"aws:{MANAGEMENT}"] is None
    assert read[f"aws:{members['web']}"] == "organizations:ListAccounts: AccessDeniedException"
    assert not told.whole


def test_a_suspended_account_is_left_out_and_told_with_its_reason(proxy, members):
    taken = harvest(organization(proxy.url), accounts, s3_buckets).taken
    (listed,) = [one.snapshot for one in taken if one.snapshot.collector == accounts.id]
    states = {place.called[0]: (place.is_read, place.closed) for place in listed.records}

    assert states[members["old"]] == (False, "SUSPENDED")
    assert Counter(states.values()) == {(True, None): 3, (False, "SUSPENDED"): 1}
    assert f"aws:{members['old']}" not in {one.snapshot.scope for one in taken}
    assert listed.complete


def test_the_accounts_are_listed_once_in_a_cycle(proxy):
    harvest(organization(proxy.url), accounts, s3_buckets)

    assert sum("ListAccounts" in seen.request.text for seen in proxy.seen) == 1


def test_one_scope_enters_one_account(proxy, members):
    scope = f"aws:{members['web']}/{HOME}"
    taken = harvest(organization(proxy.url), s3_buckets, scope=scope).taken

    assert taken == ()
    assert sum("Action=AssumeRole" in seen.request.text for seen in proxy.seen) == 1


def test_regions_that_are_enabled_and_not_read_are_known(proxy, members):
    taken = harvest(organization(proxy.url), regions).taken
    places = [place for one in taken for place in one.snapshot.records]

    assert {place.name for place in places if place.is_read} == {
        f"{account}/{HOME}" for name, account in members.items() if name != "old"
    }
    assert all(isinstance(place, Place) for place in places)
    assert len(places) > 3 * 10


def test_a_region_that_cannot_be_listed_hides_those_of_its_account_alone(proxy, members):
    connection = organization(proxy.url, regions=None)
    with proxy.planted("Action=DescribeRegions", denied_by_aws):
        found = list(connection.units())
    lost = [part for part in found if isinstance(part, Unreachable)]

    assert {(part.scope, part.alone) for part in lost} == {
        (f"aws:{account}", True) for name, account in members.items() if name != "old"
    }
    assert {part.why for part in lost} == {"ec2:DescribeRegions: UnauthorizedOperation"}


def test_histories_are_those_of_the_accounts_that_were_entered_and_nobody_signs_in_again(
    proxy, members
):
    connection = organization(proxy.url)
    list(connection.units())
    before = len(proxy.seen)
    told = list(connection.histories())

    assert {unit.reads for unit in told} == {EventHistory}
    assert {unit.scope for unit in told} == {
        f"aws:{account}/{region}"
        for name, account in members.items()
        if name != "old"
        for region in ("us-east-1", HOME)
    }
    assert len(proxy.seen) == before


@pytest.mark.parametrize(
    ("region", "partition", "events"),
    [("cn-north-1", "aws-cn", "cn-north-1"), ("us-gov-east-1", "aws-us-gov", "us-gov-west-1")],
)
def test_an_account_of_another_partition_is_read_there(moto, region, partition, events):
    """The region says which it is; ARNs and the place of global events follow."""
    connection = AwsConnection(
        name="elsewhere",
        regions=(region,),
        endpoint_url=moto,
        access_key="test",
        secret_key="test",
        attempts=1,
        clock=lambda: NOW,
    )
    units = list(connection.units())

    assert {unit.given["partition"] for unit in units} == {partition}
    assert f"aws:{MANAGEMENT}/{events}" in {unit.scope for unit in connection.histories()}


@pytest.mark.parametrize(
    ("role", "host"),
    [
        ("arn:aws:iam::123456789012:role/R", "sts.us-east-1.amazonaws.com"),
        ("arn:aws-cn:iam::123456789012:role/R", "sts.cn-north-1.amazonaws.com.cn"),
        ("arn:aws-us-gov:iam::123456789012:role/R", "sts.us-gov-west-1.amazonaws.com"),
    ],
)
def test_the_partition_of_the_role_is_where_it_is_asked_for(role, host):
    sign_in = SignIn(role=role, access_key="test", secret_key="test")
    client = Clients(SignIn(access_key="test", secret_key="test")).client(
        "sts", region=home_of(sign_in)
    )

    assert client.meta.endpoint_url == f"https://{host}"


@pytest.mark.parametrize(
    ("named", "home"),
    [(None, "us-east-1"), ("eu-west-1", "us-east-1"), ("cn-northwest-1", "cn-north-1")],
)
def test_the_region_of_the_environment_names_the_partition(monkeypatch, tmp_path, named, home):
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    if named:
        monkeypatch.setenv("AWS_DEFAULT_REGION", named)

    assert home_of(SignIn()) == home


class Counting(Budget):
    """Remembers what was counted: account, region, and what AWS counts together."""

    def __init__(self):
        super().__init__(most_at_once=1)
        self.counted = set()

    def take(self, key, rate):
        self.counted.add(key)
        return super().take(key, rate)


def test_every_question_is_counted_for_the_account_that_is_asked(proxy, members):
    """One place for all questions: renewing the credentials of a role takes none of its own."""
    budget = Counting()
    connection = organization(proxy.url, budget=budget)
    harvest(connection, accounts, s3_buckets)
    open_ones = {members[name] for name in ("master", "web", "data")}

    assert {account for account, _, what in budget.counted if what == "s3"} == open_ones
    (lists,) = {account for account, _, what in budget.counted if what == "organizations"}
    assert lists == members["master"]
    assert {what for account, _, what in budget.counted if not account} == {"sts"}


def test_the_history_of_an_account_is_counted_for_it(proxy, members):
    budget = Counting()
    web = next(
        unit
        for unit in organization(proxy.url, budget=budget).histories()
        if unit.scope == f"aws:{members['web']}/us-east-1"
    )
    web.live(ApiCall("cloudtrail", "LookupEvents", "cloudtrail:LookupEvents"), {})

    assert (members["web"], "us-east-1", "cloudtrail:LookupEvents") in budget.counted
