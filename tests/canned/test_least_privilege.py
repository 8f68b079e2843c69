"""The published policy on a server that enforces IAM: all that moto judges passes with it.

Moto names an action after the request, so of services whose requests are paths, and where AWS's
action has a name of its own, it refuses whatever is allowed. Those are held by the names that AWS
publishes instead (`tests/architecture/test_calls.py`), and by the canned AWS that denies each.
"""

import json
from urllib.request import Request, urlopen

import pytest

from agent.demo.aws_absent import SET, UNUSED
from agent.demo.aws_estate import seed
from agent.demo.aws_recorder import COUNTS
from agent.demo.local_aws import LocalAws
from agent.permissions import aws_policy
from agent.registry import all_collectors
from collectors.aws.models import described
from tests.canned.estate import connection, read
from tests.canned.seeds import everything
from tests.dose import dose

pytestmark = pytest.mark.proof

POLICY = aws_policy(tuple(all_collectors().values()))
ACTIONS = POLICY["Statement"][0]["Action"]
TAKEN_AWAY = dose(small=ACTIONS[:: len(ACTIONS) // 4], whole=ACTIONS)
NAMED_IN_THE_REQUEST = {"query", "ec2", "json"}
"""Protocols in which a request names its operation; of all others moto cannot tell the action."""
JUDGED_AT_LEAST = 105
"""Operations, of some 220; so that the proof does not shrink unnoticed."""
REFUSED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"}


def unjudged():
    """Operations that moto refuses whatever is allowed: it gives their action another name.

    And those that never reach it, because it has no answer to them.
    """
    calls = {c for k in all_collectors().values() if k.source == "aws" for c in k.calls}
    return {str(call) for call in calls if not named_alike(call)} | {*UNUSED, *SET, COUNTS}


def named_alike(call):
    model = described().get_service_model(call.service)
    own = f"{model.signing_name}:{call.operation}"
    return model.resolved_protocol in NAMED_IN_THE_REQUEST and call.permission == own


class Enforced:
    """A reader with the published policy and nothing else, on a server that judges everyone."""

    def __init__(self, aws):
        self._aws = aws
        self.asked = set()
        iam = aws.client("iam")
        iam.create_user(UserName="gapwatch-reader")
        self.attach(POLICY)
        self._key = iam.create_access_key(UserName="gapwatch-reader")["AccessKey"]
        self.judge(free=10**6)
        self.anyway = self.refused()
        """What answers with a refusal to everybody: a service that is not turned on, mostly."""
        self.judge(free=0)

    def judge(self, *, free):
        """From now on so many calls are free, and every other is judged."""
        url = f"{self._aws.url}/moto-api/reset-auth"
        plain = {"Content-Type": "text/plain"}
        urlopen(Request(url, data=str(free).encode(), headers=plain, method="POST")).close()

    def attach(self, policy):
        self._aws.client("iam").put_user_policy(
            UserName="gapwatch-reader",
            PolicyName="gapwatch",
            PolicyDocument=json.dumps(policy),
        )

    def without(self, action):
        """The policy less one action."""
        self.judge(free=10)
        (statement,) = POLICY["Statement"]
        rest = [one for one in statement["Action"] if one != action]
        self.attach({**POLICY, "Statement": [{**statement, "Action": rest}]})
        self.judge(free=0)

    def refused(self, declaring=None):
        """Every declared operation that was refused, of the collectors that declare an action."""
        found = set()
        keys = {
            "access_key": self._key["AccessKeyId"],
            "secret_key": self._key["SecretAccessKey"],
        }
        collectors = [
            c
            for c in all_collectors().values()
            if c.source == "aws"
            and (declaring is None or declaring in {call.permission for call in c.calls})
        ]
        for unit in connection(self._aws.url, attempts=1, **keys).units():
            if not hasattr(unit, "live"):
                found.add(unit.why)
                continue
            for _, _, transcript in read(unit, collectors):
                self.asked |= {f"{one.service}:{one.operation}" for one in transcript.exchanges}
                found |= {
                    f"{one.service}:{one.operation}"
                    for one in transcript.exchanges
                    if one.code in REFUSED
                }
        return found


@pytest.fixture(scope="module")
def enforced():
    with LocalAws() as aws:
        seed(aws.client)
        everything(aws.client)
        yield Enforced(aws)


def test_with_the_policy_no_declared_call_is_refused(enforced):
    assert enforced.refused() - enforced.anyway - unjudged() == set()


@pytest.mark.parametrize("action", TAKEN_AWAY)
def test_without_one_action_exactly_the_calls_that_need_it_are_refused(enforced, action):
    needing = {
        str(call)
        for c in all_collectors().values()
        if c.source == "aws"
        for call in c.calls
        if call.permission == action
    }
    enforced.without(action)
    refused = enforced.refused(declaring=action)

    told = {one.partition(": ")[0] for one in refused}
    assert told - enforced.anyway - unjudged() == (needing - unjudged()) & enforced.asked


def test_most_of_what_is_declared_is_judged_here(enforced):
    assert len(enforced.asked - unjudged()) >= JUDGED_AT_LEAST
