"""What people do to land a change: ask, look, test, merge."""

from datetime import datetime
from typing import Any

from agent.demo.github.people import WEB_FLOW, Signature
from agent.demo.github.repositories import Repositories
from agent.demo.github.things import (
    CheckRun,
    Commit,
    Event,
    Method,
    PullRequest,
    Repository,
    Review,
    Status,
)


class Changes(Repositories):
    """The pull requests of one organisation."""

    def open_pull_request(
        self,
        repository: str,
        author: str,
        message: str,
        *,
        at: datetime,
        base: str | None = None,
        **names: Any,
    ) -> PullRequest:
        """Ask for one commit to land on a branch, the default one unless another is named."""
        place = self.repositories[repository]
        into = base or place.default_branch
        sha = self._commit(place, self._tip(place, into), author, message, at=at, **names)
        pull = PullRequest(len(place.pulls) + 1, author, into, [sha], title=message)
        place.pulls[pull.number] = pull
        return pull

    def add_commit(
        self,
        repository: str,
        pull: PullRequest,
        author: str,
        message: str,
        *,
        at: datetime,
        **names: Any,
    ) -> str:
        """Push another commit to a pull request."""
        place = self.repositories[repository]
        sha = self._commit(place, (pull.head,), author, message, at=at, **names)
        pull.commits.append(sha)
        return sha

    def review(
        self, pull: PullRequest, reviewer: str | None, state: str = "APPROVED", *, at: datetime
    ) -> Review:
        """Say something of a pull request's last commit; `None` is an account that is gone."""
        review = Review(self._node_id("PRR"), reviewer, state, at, pull.head)
        pull.reviews.append(review)
        return review

    def dismiss(self, pull: PullRequest, review: Review, *, at: datetime) -> None:
        """Take a review away: its state is overwritten, the timeline remembers."""
        pull.events.append(Event("ReviewDismissedEvent", at, review.id, review.state))
        review.state = "DISMISSED"

    def queue(self, pull: PullRequest, *, at: datetime) -> None:
        """Hand a pull request to the merge queue."""
        pull.events.append(Event("AddedToMergeQueueEvent", at))

    def run_check(
        self,
        repository: str,
        sha: str,
        name: str,
        conclusion: str | None = "success",
        *,
        at: datetime,
    ) -> None:
        """Report a check of a commit."""
        run = CheckRun(self._number(), name, sha, conclusion, at)
        self.repositories[repository].check_runs.append(run)

    def report_status(
        self, repository: str, sha: str, context: str, state: str = "success", *, at: datetime
    ) -> None:
        """Report a commit status."""
        status = Status(self._number(), context, sha, state, at)
        self.repositories[repository].statuses.append(status)

    def merge(
        self,
        repository: str,
        pull: PullRequest,
        by: str,
        *,
        at: datetime,
        method: Method = "squash",
        bypass: bool = False,
    ) -> str:
        """Land a pull request: the commit the base branch then points to."""
        place = self.repositories[repository]
        commits = [place.commits[sha] for sha in pull.commits]
        before = place.branches.get(pull.base, "")
        if method == "merge":
            parents = (*self._tip(place, pull.base), pull.head)
            landed = [self._land(place, parents, (self.sign(by),), pull, at)]
        elif method == "squash":
            authors = tuple(dict.fromkeys(a for commit in commits for a in commit.authors))
            landed = [self._land(place, self._tip(place, pull.base), authors, pull, at)]
        else:
            landed = [
                self._land(place, self._tip(place, pull.base), commit.authors, pull, at)
                for commit in commits
            ]
        pull.landed = tuple(landed)
        pull.merged_at, pull.merged_by = at, by
        place.branches[pull.base] = before
        self._move(place, pull.base, landed[-1], by=by, at=at, kind="pr_merge", bypass=bypass)
        return landed[-1]

    def _land(
        self,
        place: Repository,
        parents: tuple[str, ...],
        authors: tuple[Signature, ...],
        pull: PullRequest,
        at: datetime,
    ) -> str:
        message = f"Land #{pull.number}"
        commit = Commit(self._sha(), parents, authors, self.sign(WEB_FLOW), at, message)
        sha = place.keep(commit)
        place.branches[pull.base] = sha
        return sha
