"""How many files and connections may be open at once: as many as the machine lets us have."""

import resource

ENOUGH = 16_384
"""Sixty services in seventeen regions are a thousand connections, and most shells allow 1,024."""


def allow_many() -> None:
    """Raise our own limit, up to what the system set as the highest."""
    now, highest = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH if highest == resource.RLIM_INFINITY else min(ENOUGH, highest)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, highest))
