"""What people do to put a commit into an environment."""

from datetime import datetime

from agent.demo.github.repositories import Repositories
from agent.demo.github.things import Deployment

WORKFLOWS = "github-actions[bot]"


class Deployments(Repositories):
    """The deployments of one organisation."""

    def deploy(
        self,
        repository: str,
        by: str,
        *,
        at: datetime,
        environment: str = "production",
        sha: str | None = None,
        again_by: str | None = None,
        approved_by: str | None = None,
        states: tuple[str, ...] = ("queued", "in_progress", "success"),
    ) -> Deployment:
        """Run the workflow that deploys a commit, the default branch's head unless told."""
        place = self.repositories[repository]
        deployment = Deployment(
            id=self._number(),
            environment=environment,
            sha=sha or place.branches[place.default_branch],
            ref=place.default_branch,
            creator=WORKFLOWS,
            at=at,
            run=self._number(),
            started_by=(by, again_by or by),
            states=list(states),
        )
        if approved_by:
            deployment.approvals.append((approved_by, "approved"))
        place.deployments.append(deployment)
        return deployment

    def put(
        self, repository: str, by: str, *, at: datetime, environment: str = "production"
    ) -> Deployment:
        """Deploy the default branch's head past the workflows, and tell GitHub of it."""
        deployment = self.deploy(repository, by, at=at, environment=environment)
        deployment.creator, deployment.run = by, None
        return deployment
