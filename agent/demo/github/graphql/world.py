"""The organisation and its people as trees of fields, each grown when it is asked for."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from graphql import GraphQLError, GraphQLResolveInfo

from agent.demo.github.state import GithubState

MOST_AT_ONCE = 100

T = TypeVar("T")
Fields = dict[str, Any]
Info = GraphQLResolveInfo[Any]


def refusal(kind: str, message: str) -> GraphQLError:
    """What GitHub says instead of a field: its word for why, and a message."""
    return GraphQLError(message, extensions={"type": kind})


class World:
    """What there is beside repositories."""

    def __init__(
        self,
        state: GithubState,
        *,
        viewer: str,
        viewer_owns: bool,
        page_limit: int,
        cost: int = 1,
    ) -> None:
        self.state = state
        self._viewer = viewer
        self._viewer_owns = viewer_owns
        self._page_limit = page_limit
        self._cost = cost

    def root(self) -> Fields:
        """Where every question begins."""
        return {
            "viewer": lambda _: {"id": "viewer", "login": self._viewer, "email": ""},
            "organization": lambda _, login: self._organization(login),
            "nodes": lambda _, ids: [self._node(node_id) for node_id in ids],
            "rateLimit": lambda _, **_options: {"cost": self._cost},
        }

    def _organization(self, login: str) -> Fields:
        state = self.state
        if login.casefold() != state.login.casefold():
            raise refusal("NOT_FOUND", f"Could not resolve to an Organization '{login}'.")
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
        linked = self.state.single_sign_on
        if not self._viewer_owns:
            raise refusal("FORBIDDEN", "Viewer must be an owner")
        if linked is None:
            return None
        return {
            "externalIdentities": self.paged(
                list(linked),
                lambda login: {
                    "user": self.actor(login),
                    "samlIdentity": {"nameId": linked[login], "emails": []},
                },
            )
        }

    def _node(self, node_id: str) -> Fields | None:
        for account in self.state.accounts.values():
            if account.node_id == node_id:
                return self.actor(account.login)
        raise refusal("NOT_FOUND", f"Could not resolve to a node with the global id of {node_id}")

    def actor(self, login: str | None) -> Fields | None:
        """A person or an app; `None` when the account is gone."""
        account = self.state.accounts.get(login or "")
        if account is None:
            return None
        return {
            "__typename": account.type,
            "id": account.node_id,
            "login": account.login,
            "email": account.email or "",
        }

    def paged(
        self, members: Sequence[T], grow: Callable[[T], Fields | None]
    ) -> Callable[..., Fields]:
        """A connection: the caller says how many and from where on, and only those grow."""

        def page(
            _: Any, first: int | None = None, after: str | None = None, **_others: Any
        ) -> Fields:
            if first is None or not 1 <= first <= MOST_AT_ONCE:
                raise refusal("EXCESSIVE_PAGINATION", "`first` has to be from 1 to 100.")
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
