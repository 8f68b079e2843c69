"""Machines, the images and snapshots they are made from, and what a region does by default."""

from collections.abc import Mapping

from collectors.evidence.record import Fact, Record, Unread


class Instance(Record, frozen=True, tag="aws.instance"):
    """A machine that has not been terminated."""

    account_id: str
    state: str | Unread
    tags: Mapping[str, str]
    tokens: str | Unread
    """Whether its metadata service asks for a token: `required` or `optional`."""
    endpoint: str | Unread
    """Whether it has a metadata service: `enabled` or `disabled`."""
    addresses: tuple[str, ...] | Unread
    """Its addresses that the internet can route to, IPv4 and IPv6."""


class SharingBlocks(Record, frozen=True, tag="aws.sharing_blocks"):
    """A region of an account, and whether it lets snapshots and images become public."""

    snapshots: str | Unread
    """`block-all-sharing`, `block-new-sharing` or `unblocked`."""
    images: str | Unread
    """`block-new-sharing` or `unblocked`."""


class Shared(Fact, frozen=True, tag="aws.shared"):
    """Whom an image or a snapshot is shared with."""

    everybody: bool
    accounts: frozenset[str]
    """Accounts, and the ARNs of organisations and their units."""


class SharedStorage(Record, frozen=True, tag="aws.shared_storage"):
    """An own machine image or an own snapshot of a volume."""

    form: str
    """`image` or `snapshot`."""
    shared: Shared | Unread


class AddressGiver(Record, frozen=True, tag="aws.address_giver"):
    """A subnet or a launch template: what decides which addresses a new machine gets."""

    form: str
    """`subnet` or `launch template`."""
    gives: tuple[str, ...] | Unread
    """What it gives without being asked: `IPv4`, `IPv6`."""
    is_default: bool | Unread
    """Whether AWS made it with the region's default network."""
    in_use: bool | Unread
    """Whether anything is in it; a template is always taken to be."""
