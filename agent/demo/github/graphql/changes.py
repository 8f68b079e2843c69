"""Repositories, commits and pull requests as trees of fields."""

from collections.abc import Sequence
from typing import Any

from agent.demo.github.graphql.world import Fields, Info, World, refusal
from agent.demo.github.people import Signature
from agent.demo.github.rest.view import written
from agent.demo.github.things import Commit, Event, PullRequest, Repository, Review

TIMELINE = {
    "ADDED_TO_MERGE_QUEUE_EVENT": "AddedToMergeQueueEvent",
    "REVIEW_DISMISSED_EVENT": "ReviewDismissedEvent",
}


class Changes(World):
    """What is in a repository."""

    def root(self) -> Fields:
        """Where every question begins."""
        return {
            **super().root(),
            "repository": lambda _, owner, name, **_options: self._repository(owner, name),
        }

    def _repository(self, owner: str, name: str) -> Fields:
        repository = self.state.repositories.get(name)
        if repository is None or owner != self.state.login:
            raise refusal("NOT_FOUND", f"Could not resolve to a Repository '{owner}/{name}'.")

        def git_object(_: Any, oid: str | None = None, **_options: Any) -> Fields | None:
            commit = repository.commits.get(oid or "")
            return self._commit(repository, commit) if commit else None

        def pull_request(_: Any, number: int) -> Fields:
            if number not in repository.pulls:
                raise refusal("NOT_FOUND", f"Could not resolve to a PullRequest {number}.")
            return self._pull_request(repository, repository.pulls[number])

        return {
            "__typename": "Repository",
            "id": repository.node_id,
            "nameWithOwner": f"{owner}/{name}",
            "isEmpty": not repository.branches,
            "defaultBranchRef": lambda _: self._ref(repository, repository.default_branch),
            "object": git_object,
            "pullRequest": pull_request,
        }

    def _ref(self, repository: Repository, name: str) -> Fields | None:
        head = repository.branches.get(name)
        if head is None:
            return None
        target = lambda _: self._commit(repository, repository.commits[head])  # noqa: E731 - a field
        ruled = self._viewer_owns and name in repository.protections
        return {
            "__typename": "Ref",
            "name": name,
            "target": target,
            "branchProtectionRule": {"id": f"BPR_{repository.id}_{name}"} if ruled else None,
        }

    def _commit(self, repository: Repository, commit: Commit) -> Fields:
        def grow(sha: str) -> Fields:
            return self._commit(repository, repository.commits[sha])

        def history(info: Any, **page: Any) -> Fields:
            older = [older.sha for older in repository.history(commit.sha)]
            return self.paged(older, grow)(info, **page)

        def introduced_by(info: Any, **page: Any) -> Fields:
            pulls = repository.introduced_by(commit.sha)
            return self.paged(pulls, lambda p: self._pull_request(repository, p))(info, **page)

        return {
            "__typename": "Commit",
            "oid": commit.sha,
            "committedDate": written(commit.at),
            "messageHeadline": commit.message,
            "author": self._git_actor(commit.authors[0]),
            "committer": self._git_actor(commit.committer),
            "authors": self.paged(commit.authors, self._git_actor),
            "parents": self.paged(commit.parents, grow),
            "history": history,
            "associatedPullRequests": introduced_by,
        }

    def _git_actor(self, signature: Signature) -> Fields:
        return {
            "name": signature.name,
            "email": signature.email,
            "user": self.actor(signature.login),
        }

    def _pull_request(self, repository: Repository, pull: PullRequest) -> Fields:
        landed = repository.commits[pull.landed[-1]] if pull.landed else None
        return {
            "number": pull.number,
            "author": self.actor(pull.author),
            "baseRefName": pull.base,
            "baseRef": lambda _: self._ref(repository, pull.base),
            "baseRepository": lambda _: (
                {"__typename": "Repository", "id": pull.into}
                if pull.into
                else self._repository(self.state.login, repository.name)
            ),
            "headRefName": pull.head_name,
            "headRefOid": pull.head,
            "title": pull.title,
            "bodyText": pull.text,
            "updatedAt": written(pull.merged_at) if pull.merged_at else None,
            "closingIssuesReferences": self.paged(
                pull.closes,
                lambda number: {
                    "number": number,
                    "repository": {"nameWithOwner": f"{self.state.login}/{repository.name}"},
                },
            ),
            "merged": pull.merged_at is not None,
            "mergedAt": written(pull.merged_at) if pull.merged_at else None,
            "mergedBy": self.actor(pull.merged_by),
            "mergeCommit": lambda _: self._commit(repository, landed) if landed else None,
            "commits": self.paged(
                pull.commits,
                lambda sha: {"commit": self._commit(repository, repository.commits[sha])},
            ),
            "reviews": self.paged(pull.reviews, lambda r: self._review(repository, r)),
            "timelineItems": lambda info, **asked: self._timeline(repository, pull, info, **asked),
        }

    def _review(self, repository: Repository, review: Review) -> Fields:
        return {
            "__typename": "PullRequestReview",
            "id": review.id,
            "state": review.state,
            "submittedAt": written(review.at),
            "author": self.actor(review.author),
            "commit": lambda _: self._commit(repository, repository.commits[review.commit]),
        }

    def _timeline(
        self,
        repository: Repository,
        pull: PullRequest,
        info: Info,
        itemTypes: Sequence[str] | None = None,  # noqa: N803 - GitHub's word
        **page: Any,
    ) -> Fields:
        wanted = {TIMELINE[kind] for kind in itemTypes or TIMELINE}
        reviews = {review.id: review for review in pull.reviews}

        def item(event: Event) -> Fields:
            review = reviews.get(event.review)
            return {
                "__typename": event.kind,
                "createdAt": written(event.at),
                "previousReviewState": event.previous_state,
                "review": self._review(repository, review) if review else None,
            }

        shown = [event for event in pull.events if event.kind in wanted]
        return self.paged(shown, item)(info, **page)
