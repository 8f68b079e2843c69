"""A repository as a careful organisation keeps it; a test names only what it is about."""

from datetime import timedelta

from collectors.evidence.github.repositories import GithubRepository, Property
from tests.evidence import NOW


def repository(**says):
    careful = {
        "archived": False,
        "private": True,
        "pushed_at": NOW - timedelta(days=3),
        "properties": (Property(name="scope", value="in"),),
        "may_be_forked": False,
        "forks": frozenset(),
        "secret_scanning": True,
        "push_protection": True,
        "dependency_alerts": True,
        "has_security_policy": True,
        "private_reporting": None,
    }
    return GithubRepository(id="R_1", name="acme/web", **(careful | says))
