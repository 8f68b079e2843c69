"""What the local GitHub knows: one organisation, and everything people do to it.

Shas, node ids and numbers follow from a seed and from the order of what is done, so the
same story always gives the same estate.
"""

from agent.demo.github.changes import Changes
from agent.demo.github.deployments import Deployments
from agent.demo.github.issues import Issues
from agent.demo.github.releases import Releases
from agent.demo.github.rules import Rules


class GithubState(Rules, Deployments, Releases, Changes, Issues):
    """The organisation; its methods are what people do, each at a moment that is handed in."""

    def __init__(self, login: str, *, seed: int = 0) -> None:
        super().__init__(login, seed=seed)
