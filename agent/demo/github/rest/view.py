"""What one viewer may see, and the words every route answers in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from agent.demo.github.state import GithubState
from agent.demo.github.things import Repository

Fields = dict[str, Any]
Asked = Mapping[str, Any]
"""Path parameters, query parameters and the fields of a body by name."""


class Refused(Exception):
    """GitHub answers with a status and a message instead of what was asked for."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers or {}


@dataclass(frozen=True)
class Listing:
    """A list that is answered page by page; with a key it lies in an object beside its count."""

    members: Sequence[Fields]
    key: str | None = None
    by_cursor: bool = False
    """Whether the next page is named by where it begins, and not by its number."""
    beside: Fields | None = None
    """What lies beside the list instead of its count."""


ROLES = ("pull", "triage", "push", "maintain", "admin")
"""Each may what those before it may."""


@dataclass(frozen=True)
class Viewer:
    """Whose token it is, and what it may see."""

    login: str = "gapwatch-reader"
    owns: bool = True
    """An owner sees settings that GitHub hides from everybody else."""
    is_app: bool = False
    role: str = "admin"
    """In every repository; one of `ROLES`."""
    sees: frozenset[str] | None = None
    """The repositories an app is installed on; `None` stands for all."""


@dataclass(frozen=True)
class View:
    """One organisation as one viewer sees it."""

    state: GithubState
    viewer: Viewer
    api: str = ""
    """Where the API is reached; answers hold links to it."""
    now: datetime | None = None
    """The moment of what is written."""

    def organisation(self, asked: Asked) -> GithubState:
        """The organisation that is asked for.

        Raises:
            Refused: there is none of that name.
        """
        if asked["org"].casefold() != self.state.login.casefold():
            raise Refused(HTTPStatus.NOT_FOUND, "Not Found")
        return self.state

    def repository(self, asked: Asked) -> Repository:
        """The repository that is asked for.

        Raises:
            Refused: there is none of that name, or the viewer may not see it.
        """
        repository = self.state.repositories.get(asked["repo"])
        sees = self.viewer.sees
        hidden = sees is not None and asked["repo"] not in sees
        if repository is None or hidden or asked["owner"] != self.state.login:
            raise Refused(HTTPStatus.NOT_FOUND, "Not Found")
        return repository


def written(at: datetime) -> str:
    """A moment as GitHub writes it."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


REPOSITORY = "GET /repos/{owner}/{repo}"
Route = Callable[[View, Asked], Fields | Listing | None]
