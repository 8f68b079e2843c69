"""A service that a region does not have is an absence, and no connection alone is none."""

import socket

import botocore.session
import pytest
from botocore.exceptions import EndpointConnectionError

from agent.connections.aws_clients import Clients, SignIn
from collectors.aws.account import NOT_OFFERED, Region
from collectors.aws.caches import ACCELERATORS, caches
from collectors.aws.live import live
from collectors.aws.macie import data_discovery
from collectors.aws.offers import denied_by
from collectors.contract import CannotList
from collectors.transcript import Replay, Transcript
from tests.collectors.aws.shaped import said
from tests.evidence import NOW
from tests.faults import Denied, answered

LACKING = "me-central-1"
DAX = "dax:DescribeClusters"
URL = f"https://dax.{LACKING}.amazonaws.com/"


def names(*known, otherwise=socket.EAI_NONAME):
    """A DNS that has these names."""

    def resolve(name, _port):
        if name not in known:
            raise socket.gaierror(otherwise, "as the resolver says it")

    return resolve


KNOWS_EC2 = names(f"ec2.{LACKING}.amazonaws.com")


def test_botocore_and_dns_together_say_that_a_region_lacks_a_service():
    denied = denied_by("dax", LACKING, URL, resolve=KNOWS_EC2)

    assert denied == {
        "UnknownName": f"dax.{LACKING}.amazonaws.com",
        "UnlistedBy": f"botocore {botocore.__version__}",
    }


@pytest.mark.parametrize(
    ("asked", "resolve"),
    [
        pytest.param(
            ("dax", LACKING, URL),
            names(f"ec2.{LACKING}.amazonaws.com", f"dax.{LACKING}.amazonaws.com"),
            id="the name is known",
        ),
        pytest.param(("dax", LACKING, URL), names(), id="the resolver knows nothing of the region"),
        pytest.param(
            ("dax", LACKING, URL),
            names(f"ec2.{LACKING}.amazonaws.com", otherwise=socket.EAI_AGAIN),
            id="the resolver gives no answer",
        ),
        pytest.param(
            ("dax", "eu-west-1", "https://dax.eu-west-1.amazonaws.com/"),
            names("ec2.eu-west-1.amazonaws.com"),
            id="botocore lists it there",
        ),
        pytest.param(
            ("bedrock-agent", LACKING, f"https://bedrock-agent.{LACKING}.amazonaws.com/"),
            KNOWS_EC2,
            id="botocore lists it nowhere",
        ),
        pytest.param(
            ("dax", LACKING, f"https://dax.{LACKING}.elsewhere.test/"),
            names(f"ec2.{LACKING}.elsewhere.test"),
            id="another address was configured",
        ),
        pytest.param(("dax", LACKING, "http://localhost:1/"), KNOWS_EC2, id="a local server"),
    ],
)
def test_where_anything_may_speak_for_it_nothing_is_concluded(asked, resolve):
    assert denied_by(*asked, resolve=resolve) is None


def asking(resolve):
    """The real client, whose connection breaks as botocore breaks it."""
    client = Clients(SignIn(access_key="a", secret_key="b")).client("dax", region=LACKING)
    client.meta.events.register("before-send", breaking)
    return live(lambda _: client, lambda: NOW, pause=lambda _: None, resolve=resolve)


def breaking(request, **_):
    raise EndpointConnectionError(endpoint_url=request.url, error="as botocore says it")


def test_what_says_so_is_kept_with_the_exchange():
    exchange = asking(KNOWS_EC2)(ACCELERATORS, {})

    assert exchange.code == NOT_OFFERED
    assert exchange.response[NOT_OFFERED]["UnknownName"] == f"dax.{LACKING}.amazonaws.com"


def test_no_connection_is_still_no_connection():
    exchange = asking(names())(ACCELERATORS, {})

    assert (exchange.code, exchange.response) == ("EndpointConnectionError", {})


def test_a_connection_that_cannot_be_made_is_what_botocore_calls_so():
    """Pins the error of a real client, and that it names the address."""
    client = Clients(SignIn(access_key="a", secret_key="b", endpoint_url="http://localhost:1"))

    with pytest.raises(EndpointConnectionError) as raised:
        client.client("dax", region=LACKING).describe_clusters()
    assert raised.value.kwargs["endpoint_url"].startswith("http://localhost:1")


def test_of_a_service_that_is_not_there_nothing_is_listed(aws):
    aws.client("elasticache").create_cache_cluster(
        CacheClusterId="alone", Engine="memcached", CacheNodeType="cache.t3.micro", NumCacheNodes=1
    )
    faults = said("elasticache:DescribeServerlessCaches", {"ServerlessCaches": []})
    snapshot, transcript = aws.snapshot(caches, faults | {DAX: Denied(NOT_OFFERED)})

    assert snapshot.complete
    assert [record.name for record in snapshot.records] == ["alone"]
    assert aws.again(caches, transcript) == snapshot


def test_a_service_that_answered_and_is_not_there_any_more_is_a_fault(aws):
    first = answered(ACCELERATORS, {}, {"Clusters": [], "NextToken": "2"})
    second = answered(ACCELERATORS, {"NextToken": "2"}, {}, code=NOT_OFFERED)
    unit = next(unit for unit in aws.units if unit.reads is Region)
    region = unit.open(Replay(Transcript((first, second))), caches.calls)

    with pytest.raises(CannotList, match=NOT_OFFERED):
        list(region.each(ACCELERATORS, "Clusters"))


def test_a_region_without_macie_is_not_asked_to_have_it_on(aws):
    snapshot, transcript = aws.snapshot(
        data_discovery, {"macie2:GetMacieSession": Denied(NOT_OFFERED)}
    )

    assert snapshot.complete
    assert not snapshot.records
    assert aws.again(data_discovery, transcript) == snapshot
