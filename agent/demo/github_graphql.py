"""GitHub's GraphQL, in small: a subset of the published schema, executed for real.

Types and fields have GitHub's names; a field that is not in the subset is refused, as
GitHub refuses one it does not know.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any, TypeVar

from graphql import (
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    default_field_resolver,
    graphql_sync,
)

from agent.demo.github_rest import written
from agent.demo.github_state import (
    Commit,
    Event,
    GithubState,
    PullRequest,
    Repository,
    Review,
    Signature,
)

SCHEMA = """
scalar DateTime
scalar GitObjectID

type Query {
  viewer: User!
  organization(login: String!): Organization
  repository(owner: String!, name: String!, followRenames: Boolean = true): Repository
  nodes(ids: [ID!]!): [Node]!
}

interface Node { id: ID! }
interface Actor { login: String! }
interface GitObject { oid: GitObjectID! }
type PageInfo { hasNextPage: Boolean! endCursor: String }

type User implements Node & Actor { id: ID! login: String! email: String! }
type Bot implements Node & Actor { id: ID! login: String! }
type Organization implements Node {
  id: ID!
  login: String!
  requiresTwoFactorAuthentication: Boolean
  samlIdentityProvider: OrganizationIdentityProvider
}
type OrganizationIdentityProvider {
  externalIdentities(first: Int, after: String): ExternalIdentityConnection!
}
type ExternalIdentityConnection {
  nodes: [ExternalIdentity] pageInfo: PageInfo! totalCount: Int!
}
type ExternalIdentity { user: User samlIdentity: ExternalIdentitySamlAttributes }
type ExternalIdentitySamlAttributes { nameId: String emails: [UserEmailMetadata!] }
type UserEmailMetadata { primary: Boolean type: String value: String! }

type Repository implements Node {
  id: ID!
  nameWithOwner: String!
  object(oid: GitObjectID, expression: String): GitObject
  pullRequest(number: Int!): PullRequest
}
type GitActor { name: String email: String user: User }
type GitActorConnection { nodes: [GitActor] pageInfo: PageInfo! totalCount: Int! }
type Commit implements GitObject {
  oid: GitObjectID!
  committedDate: DateTime!
  messageHeadline: String!
  author: GitActor
  committer: GitActor
  authors(first: Int, after: String): GitActorConnection!
  parents(first: Int, after: String): CommitConnection!
  history(first: Int, after: String): CommitHistoryConnection!
  associatedPullRequests(first: Int, after: String): PullRequestConnection
}
type CommitConnection { nodes: [Commit] pageInfo: PageInfo! totalCount: Int! }
type CommitHistoryConnection { nodes: [Commit] pageInfo: PageInfo! totalCount: Int! }
type PullRequestConnection { nodes: [PullRequest] pageInfo: PageInfo! totalCount: Int! }

type PullRequest {
  number: Int!
  author: Actor
  baseRefName: String!
  baseRepository: Repository
  headRefOid: GitObjectID!
  merged: Boolean!
  mergedAt: DateTime
  mergedBy: Actor
  mergeCommit: Commit
  commits(first: Int, after: String): PullRequestCommitConnection!
  reviews(first: Int, after: String): PullRequestReviewConnection
  timelineItems(
    first: Int, after: String, itemTypes: [PullRequestTimelineItemsItemType!]
  ): PullRequestTimelineItemsConnection!
}
type PullRequestCommit { commit: Commit! }
type PullRequestCommitConnection {
  nodes: [PullRequestCommit] pageInfo: PageInfo! totalCount: Int!
}
enum PullRequestReviewState { APPROVED CHANGES_REQUESTED COMMENTED DISMISSED PENDING }
type PullRequestReview implements Node {
  id: ID!
  state: PullRequestReviewState!
  submittedAt: DateTime
  author: Actor
  commit: Commit
}
type PullRequestReviewConnection {
  nodes: [PullRequestReview] pageInfo: PageInfo! totalCount: Int!
}
enum PullRequestTimelineItemsItemType { ADDED_TO_MERGE_QUEUE_EVENT REVIEW_DISMISSED_EVENT }
union PullRequestTimelineItems = AddedToMergeQueueEvent | ReviewDismissedEvent
type PullRequestTimelineItemsConnection {
  nodes: [PullRequestTimelineItems] pageInfo: PageInfo! totalCount: Int!
}
type AddedToMergeQueueEvent { createdAt: DateTime! }
type ReviewDismissedEvent {
  createdAt: DateTime! previousReviewState: PullRequestReviewState! review: PullRequestReview
}
"""

MOST_AT_ONCE = 100
TIMELINE = {
    "ADDED_TO_MERGE_QUEUE_EVENT": "AddedToMergeQueueEvent",
    "REVIEW_DISMISSED_EVENT": "ReviewDismissedEvent",
}

T = TypeVar("T")
Fields = dict[str, Any]
Info = GraphQLResolveInfo[Any]


def execute(  # noqa: D417 - the query and its variables are what they are called
    state: GithubState,
    query: str,
    variables: Mapping[str, Any],
    *,
    viewer: str,
    viewer_owns: bool,
    denied: AbstractSet[str],
    page_limit: int,
) -> Fields:
    """Answer one question as GitHub would.

    Args:
        denied: Fields such as `PullRequest.reviews` that are answered with `FORBIDDEN`.
        page_limit: No page has more members, however many are asked for.
    """
    world = _World(state, viewer=viewer, viewer_owns=viewer_owns, page_limit=page_limit)
    result = graphql_sync(
        _schema(),
        query,
        world.root(),
        variable_values=dict(variables),
        field_resolver=_refusing(denied),
    )
    answer: Fields = {} if result.data is None else {"data": result.data}
    if result.errors:
        answer["errors"] = [_as_github_says(error) for error in result.errors]
    return answer


@cache
def _schema() -> GraphQLSchema:
    return build_schema(SCHEMA)


def _refusing(denied: AbstractSet[str]) -> Callable[..., Any]:
    def resolve(source: Any, info: Info, **arguments: Any) -> Any:
        if f"{info.parent_type.name}.{info.field_name}" in denied:
            raise _refusal("FORBIDDEN", "Resource not accessible by integration")
        return default_field_resolver(source, info, **arguments)

    return resolve


def _refusal(kind: str, message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"type": kind})


def _as_github_says(error: GraphQLError) -> Fields:
    """GitHub puts the type beside the message; a query it cannot read has a code only.

    Raises:
        Exception: the local GitHub itself is at fault, which no client may take for an answer.
    """
    said: Fields = dict(error.formatted)
    extensions = said.pop("extensions", None)
    if extensions:
        return {"type": extensions["type"], **said}
    if error.original_error:
        raise error.original_error
    return {**said, "extensions": {"code": "undefinedField"}}


class _World:
    """The state as trees of fields, each grown when it is asked for."""

    def __init__(
        self, state: GithubState, *, viewer: str, viewer_owns: bool, page_limit: int
    ) -> None:
        self._state = state
        self._viewer = viewer
        self._viewer_owns = viewer_owns
        self._page_limit = page_limit

    def root(self) -> Fields:
        return {
            "viewer": lambda _: {"id": "viewer", "login": self._viewer, "email": ""},
            "organization": lambda _, login: self._organization(login),
            "repository": lambda _, owner, name, **_options: self._repository(owner, name),
            "nodes": lambda _, ids: [self._node(node_id) for node_id in ids],
        }

    def _organization(self, login: str) -> Fields:
        state = self._state
        if login.casefold() != state.login.casefold():
            raise _refusal("NOT_FOUND", f"Could not resolve to an Organization '{login}'.")
        return {
            "__typename": "Organization",
            "id": state.node_id,
            "login": state.login,
            "requiresTwoFactorAuthentication": (
                state.two_factor_required if self._viewer_owns else None
            ),
            "samlIdentityProvider": lambda _: self._identity_provider(),
        }

    def _identity_provider(self) -> Fields | None:
        linked = self._state.single_sign_on
        if not self._viewer_owns:
            raise _refusal("FORBIDDEN", "Viewer must be an owner")
        if linked is None:
            return None
        return {
            "externalIdentities": self._paged(
                list(linked),
                lambda login: {
                    "user": self._actor(login),
                    "samlIdentity": {"nameId": linked[login], "emails": []},
                },
            )
        }

    def _node(self, node_id: str) -> Fields | None:
        for account in self._state.accounts.values():
            if account.node_id == node_id:
                return self._actor(account.login)
        raise _refusal("NOT_FOUND", f"Could not resolve to a node with the global id of {node_id}")

    def _actor(self, login: str | None) -> Fields | None:
        account = self._state.accounts.get(login or "")
        if account is None:
            return None
        return {
            "__typename": account.type,
            "id": account.node_id,
            "login": account.login,
            "email": account.email or "",
        }

    def _repository(self, owner: str, name: str) -> Fields:
        repository = self._state.repositories.get(name)
        if repository is None or owner != self._state.login:
            raise _refusal("NOT_FOUND", f"Could not resolve to a Repository '{owner}/{name}'.")

        def git_object(_: Any, oid: str | None = None, **_options: Any) -> Fields | None:
            commit = repository.commits.get(oid or "")
            return self._commit(repository, commit) if commit else None

        def pull_request(_: Any, number: int) -> Fields:
            if number not in repository.pulls:
                raise _refusal("NOT_FOUND", f"Could not resolve to a PullRequest {number}.")
            return self._pull_request(repository, repository.pulls[number])

        return {
            "__typename": "Repository",
            "id": repository.node_id,
            "nameWithOwner": f"{owner}/{name}",
            "object": git_object,
            "pullRequest": pull_request,
        }

    def _commit(self, repository: Repository, commit: Commit) -> Fields:
        def grow(sha: str) -> Fields:
            return self._commit(repository, repository.commits[sha])

        def history(info: Any, **page: Any) -> Fields:
            older = [older.sha for older in repository.history(commit.sha)]
            return self._paged(older, grow)(info, **page)

        def introduced_by(info: Any, **page: Any) -> Fields:
            pulls = repository.introduced_by(commit.sha)
            return self._paged(pulls, lambda p: self._pull_request(repository, p))(info, **page)

        return {
            "__typename": "Commit",
            "oid": commit.sha,
            "committedDate": written(commit.at),
            "messageHeadline": commit.message,
            "author": self._git_actor(commit.authors[0]),
            "committer": self._git_actor(commit.committer),
            "authors": self._paged(commit.authors, self._git_actor),
            "parents": self._paged(commit.parents, grow),
            "history": history,
            "associatedPullRequests": introduced_by,
        }

    def _git_actor(self, signature: Signature) -> Fields:
        return {
            "name": signature.name,
            "email": signature.email,
            "user": self._actor(signature.login),
        }

    def _pull_request(self, repository: Repository, pull: PullRequest) -> Fields:
        landed = repository.commits[pull.landed[-1]] if pull.landed else None
        return {
            "number": pull.number,
            "author": self._actor(pull.author),
            "baseRefName": pull.base,
            "baseRepository": lambda _: self._repository(self._state.login, repository.name),
            "headRefOid": pull.head,
            "merged": pull.merged_at is not None,
            "mergedAt": written(pull.merged_at) if pull.merged_at else None,
            "mergedBy": self._actor(pull.merged_by),
            "mergeCommit": lambda _: self._commit(repository, landed) if landed else None,
            "commits": self._paged(
                pull.commits,
                lambda sha: {"commit": self._commit(repository, repository.commits[sha])},
            ),
            "reviews": self._paged(pull.reviews, lambda r: self._review(repository, r)),
            "timelineItems": lambda info, **asked: self._timeline(repository, pull, info, **asked),
        }

    def _review(self, repository: Repository, review: Review) -> Fields:
        return {
            "__typename": "PullRequestReview",
            "id": review.id,
            "state": review.state,
            "submittedAt": written(review.at),
            "author": self._actor(review.author),
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
        return self._paged(shown, item)(info, **page)

    def _paged(
        self, members: Sequence[T], grow: Callable[[T], Fields | None]
    ) -> Callable[..., Fields]:
        """A connection: the caller says how many and from where on, and only those grow."""

        def page(_: Any, first: int | None = None, after: str | None = None) -> Fields:
            if first is None or not 1 <= first <= MOST_AT_ONCE:
                raise _refusal("EXCESSIVE_PAGINATION", "`first` has to be from 1 to 100.")
            start = int(after.removeprefix("cursor:")) if after else 0
            end = start + min(first, self._page_limit)
            return {
                "nodes": [grow(member) for member in members[start:end]],
                "pageInfo": {
                    "hasNextPage": end < len(members),
                    "endCursor": f"cursor:{min(end, len(members))}" if members else None,
                },
                "totalCount": len(members),
            }

        return page
