"""Sets of addresses, held against the same sets written out address by address."""

from ipaddress import ip_network
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from checks.addresses import INTERNET, both, count, either, spans, without

SMALL = some.lists(
    some.builds(
        lambda start, length: str(ip_network((start & -(2 ** (32 - length)), length))),
        some.integers(0, 63),
        some.integers(26, 32),
    ),
    max_size=4,
)


def written_out(ranges):
    return {int(address) for written in ranges for address in ip_network(written)}


def numbers(addresses):
    return {number for first, last in addresses for number in range(first, last + 1)}


@given(SMALL, SMALL)
def test_sets_are_what_they_are_written_out(one, other):
    left, right = spans(one, 4), spans(other, 4)
    a, b = written_out(one), written_out(other)

    assert (numbers(left), count(left)) == (a, len(a))
    assert numbers(both(left, right)) == a & b
    assert numbers(without(left, right)) == a - b
    assert numbers(either(left, right)) == a | b
    for made in (left, both(left, right), either(left, right)):
        assert all(end + 1 < start for (_, end), (start, _) in pairwise(made))


def test_each_version_of_ip_has_its_own():
    assert spans(["10.0.0.0/8", "::/0"], 4) == spans(["10.0.0.0/8"], 4)
    assert count(spans(["::/0"], 6)) == 2**128


@pytest.mark.parametrize("private", ["10.1.0.0/16", "192.168.0.0/16", "224.0.0.0/4", "fc00::/7"])
def test_what_is_private_is_not_the_internet(private):
    family = ip_network(private).version
    assert both(spans([private], family), INTERNET[family]) == ()
