"""Whether AWS offers a service in a region: two have to deny it that know nothing of each other.

That nobody answers says nothing: it may be an outage. botocore lists the regions of each service,
and is silent of those that came after it. AWS's DNS has a name for each service of a region, and
a resolver on the way may hide it. Only where both say no, while the same resolver knows EC2 in
that region, is there no such service; nothing can lie there then.

AWS's own list, in the public parameters of Systems Manager, would be a third: it asks for
`ssm:GetParameters`, by which secrets are read, and nobody should have to allow that.
"""

import socket
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from collectors.aws.models import described

OF_AWS = frozenset({"amazonaws.com", "amazonaws.com.cn"})
ALWAYS_THERE = "ec2"
HTTPS = 443

Resolve = Callable[[str, int], object]
"""Looks a name up, as `socket.getaddrinfo` does."""


def denied_by(
    service: str, region: str, url: str, *, resolve: Resolve = socket.getaddrinfo
) -> Mapping[str, str] | None:
    """What says that the region has no such service; `None` where anything may speak for it.

    Args:
        service: As botocore calls it.
        region: The code of the region that was asked.
        url: Where nobody answered.
        resolve: Asks the DNS.
    """
    name = urlsplit(url).hostname or ""
    _, _, suffix = name.partition(f".{region}.")
    if suffix not in OF_AWS or not _left_out(service, region):
        return None
    unknown, known = _exists(name, resolve), _exists(f"{ALWAYS_THERE}.{region}.{suffix}", resolve)
    if unknown is not False or known is not True:
        return None
    return {"UnknownName": name, "UnlistedBy": _edition()}


def _left_out(service: str, region: str) -> bool:
    """Whether botocore lists the service elsewhere in the partition, and not in the region."""
    session = described()
    partition = session.get_partition_for_region(region)
    listed = session.get_available_regions(service, partition_name=partition)
    return bool(listed) and region not in listed


def _exists(name: str, resolve: Resolve) -> bool | None:
    """Whether the DNS has a name; `None` where it gives no answer."""
    try:
        resolve(name, HTTPS)
    except socket.gaierror as error:
        return False if error.errno == socket.EAI_NONAME else None
    return True


def _edition() -> str:
    from botocore import __version__  # noqa: PLC0415 - only when AWS is read: importing is free

    return f"botocore {__version__}"
