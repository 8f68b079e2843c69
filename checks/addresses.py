"""Sets of addresses: what is left of the internet when layer after layer has had its say."""

from collections.abc import Iterable
from ipaddress import ip_network

Addresses = tuple[tuple[int, int], ...]
"""Spans of addresses as numbers, first and last included, in order and apart."""

NOBODY: Addresses = ()


def spans(ranges: Iterable[str], family: int) -> Addresses:
    """The addresses of one version of IP that ranges hold together."""
    networks = (ip_network(written, strict=False) for written in ranges)
    return _joined(
        (int(network.network_address), int(network.broadcast_address))
        for network in networks
        if network.version == family
    )


def both(one: Addresses, other: Addresses) -> Addresses:
    """What is in each of two sets."""
    return _joined(
        (max(first, start), min(last, end))
        for first, last in one
        for start, end in other
        if max(first, start) <= min(last, end)
    )


def without(one: Addresses, other: Addresses) -> Addresses:
    """What is in the first set and not in the second."""
    left = list(one)
    for start, end in other:
        left = [
            span
            for first, last in left
            for span in ((first, min(last, start - 1)), (max(first, end + 1), last))
            if span[0] <= span[1]
        ]
    return tuple(left)


def either(one: Addresses, other: Addresses) -> Addresses:
    """What is in at least one of two sets."""
    return _joined((*one, *other))


def count(addresses: Addresses) -> int:
    """How many there are."""
    return sum(last - first + 1 for first, last in addresses)


def _joined(found: Iterable[tuple[int, int]]) -> Addresses:
    joined: list[tuple[int, int]] = []
    for first, last in sorted(found):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return tuple(joined)


def _internet() -> dict[int, Addresses]:
    """What strangers can have; private, local and shared ranges are taken out (RFC 6890)."""
    not_routed = (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3"),
    )
    everything = spans(["0.0.0.0/0"], 4)
    return {4: without(everything, spans(not_routed, 4)), 6: spans(["2000::/3"], 6)}


INTERNET = _internet()
WIDEST = {4: 2 ** (32 - 8), 6: 2 ** (128 - 16)}
"""So many addresses still name somebody, as AWS counts it: a /8 of IPv4, a /16 of IPv6."""
