"""Which ports of machines the internet reaches, through all layers together."""

import pytest

from checks.access.exposure import ec2_instance_ports_unreachable
from checks.contract import Outcome
from collectors.evidence.aws.exposure import ExposedInstance, Interface, Route
from tests.checks.access.test_network import UNREAD_LIST, WORLD, listed, rule
from tests.checks.access.test_vpc import entry
from tests.evidence import DENIED

OUT = (Route(destination=WORLD, to_internet=True), Route(destination="::/0", to_internet=True))
LOCAL = Route(destination="10.0.0.0/16", to_internet=False)
SHELL, SHELL_BY_IPV6 = rule(WORLD), rule("::/0")
ALL, ALL_BY_IPV6, NOTHING_ELSE = (
    entry(100),
    entry(101, source="::/0"),
    entry(32767, allows=False),
)


def interface(**fields):
    settled = {
        "families": (4,),
        "rules": (SHELL,),
        "entries": (ALL, ALL_BY_IPV6, NOTHING_ELSE),
        "routes": (LOCAL, *OUT),
        "blocked": False,
    }
    return Interface(id="eni-1", **settled | fields)


def instance(*interfaces, **fields):
    return ExposedInstance(
        id="arn:aws:ec2:eu-west-1:123456789012:instance/i-1",
        name="web",
        account_id="123456789012",
        **{"state": "running", "interfaces": interfaces} | fields,
    )


def judged(**fields):
    return ec2_instance_ports_unreachable(instance(interface(**fields)))


def test_what_gets_through_every_layer_fails_with_its_port():
    verdict = judged()

    assert verdict.outcome is Outcome.FAILED
    assert verdict.observed == {"ports": (22,)}


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        pytest.param({"families": ()}, Outcome.PASSED, id="no address"),
        pytest.param({"routes": (LOCAL,)}, Outcome.PASSED, id="no route"),
        pytest.param({"rules": ()}, Outcome.PASSED, id="no rule"),
        pytest.param({"entries": (NOTHING_ELSE,)}, Outcome.PASSED, id="no entry"),
        pytest.param({"entries": ()}, Outcome.PASSED, id="empty list"),
        pytest.param({"blocked": True}, Outcome.PASSED, id="the region blocks"),
        pytest.param({"rules": (SHELL_BY_IPV6,)}, Outcome.PASSED, id="rule of the other version"),
        pytest.param({"rules": (SHELL_BY_IPV6,), "families": (4, 6)}, Outcome.FAILED, id="by IPv6"),
        pytest.param({"families": (6,)}, Outcome.PASSED, id="address of the other version"),
        pytest.param(
            {"families": (6,), "rules": (SHELL_BY_IPV6,), "routes": OUT[:1]},
            Outcome.PASSED,
            id="route of the other version",
        ),
        pytest.param(
            {"families": (6,), "rules": (SHELL_BY_IPV6,), "entries": (ALL,)},
            Outcome.PASSED,
            id="entry of the other version",
        ),
    ],
)
def test_one_layer_is_enough_to_keep_the_internet_out(fields, outcome):
    assert judged(**fields).outcome is outcome


@pytest.mark.parametrize(
    ("rules", "outcome"),
    [
        pytest.param((rule("198.51.100.0/24"),), Outcome.PASSED, id="somebody"),
        pytest.param((rule("16.0.0.0/8"),), Outcome.PASSED, id="as wide as somebody may be"),
        pytest.param((rule("16.0.0.0/7"),), Outcome.FAILED, id="wider"),
        pytest.param((rule("16.0.0.0/8"), rule("18.0.0.0/8")), Outcome.FAILED, id="in two parts"),
        pytest.param((rule("10.0.0.0/7"),), Outcome.PASSED, id="half of it private"),
        pytest.param((rule(WORLD, ports=(443, 443)),), Outcome.PASSED, id="another port"),
        pytest.param((rule(WORLD, ports=(23, 30)),), Outcome.FAILED, id="a sensitive one in it"),
        pytest.param((rule(WORLD, ports=(24, 30)),), Outcome.PASSED, id="none in it"),
        pytest.param((rule(WORLD, protocol="17"),), Outcome.FAILED, id="UDP"),
        pytest.param((rule(WORLD, protocol="icmp", ports=None),), Outcome.PASSED, id="ICMP"),
        pytest.param((rule(WORLD, protocol="-1", ports=None),), Outcome.FAILED, id="everything"),
        pytest.param((rule(lists=listed("0.0.0.0/1")),), Outcome.FAILED, id="by a prefix list"),
    ],
)
def test_rules_of_groups_count_together(rules, outcome):
    assert judged(rules=rules).outcome is outcome


NO_SHELL = entry(10, allows=False, protocol="6", ports=(22, 22))
SOME = "198.51.100.0/24"


@pytest.mark.parametrize(
    ("entries", "outcome"),
    [
        pytest.param((NO_SHELL, ALL), Outcome.PASSED, id="denied first"),
        pytest.param((ALL, entry(200, allows=False)), Outcome.FAILED, id="denied too late"),
        pytest.param((ALL, NO_SHELL), Outcome.PASSED, id="denied first, listed last"),
        pytest.param(
            (entry(10, allows=False, source=SOME), ALL), Outcome.FAILED, id="some are denied"
        ),
        pytest.param(
            (entry(10, source=SOME), entry(20, allows=False), ALL),
            Outcome.PASSED,
            id="some are let in",
        ),
        pytest.param(
            (
                entry(10, allows=False, source="0.0.0.0/1"),
                entry(20, allows=False, source="128.0.0.0/1"),
                ALL,
            ),
            Outcome.PASSED,
            id="denied in two halves",
        ),
        pytest.param(
            (entry(10, allows=False, source="0.0.0.0/1"), ALL), Outcome.FAILED, id="one half"
        ),
        pytest.param(
            (entry(10, allows=False, protocol="17", ports=(22, 22)), ALL),
            Outcome.FAILED,
            id="UDP is denied",
        ),
        pytest.param((entry(10, protocol="6", ports=(22, 22)),), Outcome.FAILED, id="this port"),
        pytest.param((entry(10, protocol="6", ports=(23, 80)),), Outcome.PASSED, id="others"),
        pytest.param((entry(10, protocol="1"),), Outcome.PASSED, id="ICMP"),
    ],
)
def test_an_access_list_is_read_in_order(entries, outcome):
    assert judged(entries=entries).outcome is outcome


def route(destination, *, out):
    return Route(destination=destination, to_internet=out)


@pytest.mark.parametrize(
    ("routes", "outcome"),
    [
        pytest.param((route(WORLD, out=False),), Outcome.PASSED, id="to a translator"),
        pytest.param(
            (route(WORLD, out=False), route("0.0.0.0/1", out=True)), Outcome.FAILED, id="half out"
        ),
        pytest.param(
            (
                route(WORLD, out=True),
                route("0.0.0.0/1", out=False),
                route("128.0.0.0/1", out=False),
            ),
            Outcome.PASSED,
            id="narrower routes decide",
        ),
        pytest.param((route(SOME, out=True),), Outcome.PASSED, id="to somebody only"),
    ],
)
def test_the_narrowest_route_decides(routes, outcome):
    assert judged(routes=routes).outcome is outcome


UNREAD_PORTS = rule(WORLD, ports=DENIED)


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        pytest.param({"rules": DENIED}, Outcome.UNDETERMINED, id="groups unread"),
        pytest.param({"routes": DENIED}, Outcome.UNDETERMINED, id="routes unread"),
        pytest.param({"entries": DENIED}, Outcome.UNDETERMINED, id="list unread"),
        pytest.param({"blocked": DENIED}, Outcome.UNDETERMINED, id="block unread"),
        pytest.param({"blocked": DENIED, "rules": ()}, Outcome.PASSED, id="groups settle it"),
        pytest.param({"rules": DENIED, "routes": (LOCAL,)}, Outcome.PASSED, id="routes settle it"),
        pytest.param({"rules": DENIED, "entries": ()}, Outcome.PASSED, id="list settles it"),
        pytest.param({"rules": DENIED, "families": ()}, Outcome.PASSED, id="no address anyway"),
        pytest.param({"rules": (UNREAD_PORTS,)}, Outcome.UNDETERMINED, id="ports unread"),
        pytest.param({"rules": (UNREAD_PORTS, SHELL)}, Outcome.FAILED, id="another rule settles"),
        pytest.param(
            {"rules": (rule(lists=UNREAD_LIST),)}, Outcome.UNDETERMINED, id="prefix list unread"
        ),
        pytest.param(
            {"rules": (rule(WORLD, protocol=DENIED),)}, Outcome.UNDETERMINED, id="protocol unread"
        ),
        pytest.param({"rules": (rule(lists=DENIED),)}, Outcome.UNDETERMINED, id="lists unread"),
    ],
)
def test_what_is_not_read_is_guessed_both_ways(fields, outcome):
    assert judged(**fields).outcome is outcome


@pytest.mark.parametrize(
    ("subject", "outcome"),
    [
        pytest.param(instance(), Outcome.PASSED, id="no interface"),
        pytest.param(
            instance(interface(rules=()), interface()), Outcome.FAILED, id="one interface"
        ),
        pytest.param(instance(interface(), state="stopped"), Outcome.NOT_APPLICABLE, id="stopped"),
        pytest.param(instance(interface(), state=DENIED), Outcome.UNDETERMINED, id="runs?"),
        pytest.param(instance(interface(rules=()), state=DENIED), Outcome.PASSED, id="safe anyway"),
        pytest.param(instance(interfaces=DENIED), Outcome.UNDETERMINED, id="interfaces unread"),
    ],
)
def test_every_interface_of_a_running_machine_counts(subject, outcome):
    assert ec2_instance_ports_unreachable(subject).outcome is outcome


def test_an_open_group_that_nobody_reaches_is_noted():
    verdict = judged(routes=(LOCAL,))

    assert verdict.outcome is Outcome.PASSED
    assert verdict.observed == {"open_in_groups": (22,)}


def test_the_ports_can_be_set():
    open_web = interface(rules=(rule(WORLD, ports=(443, 443)),))
    verdict = ec2_instance_ports_unreachable(instance(open_web), ports=(443,))

    assert verdict.outcome is Outcome.FAILED
