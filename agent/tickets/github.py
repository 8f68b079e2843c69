"""Tickets as GitHub issues, by a credential that is not the one that reads."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from github import Auth, Github, GithubRetry
from github.GithubException import GithubException
from github.Issue import Issue
from github.Permissions import Permissions
from github.Repository import Repository
from requests.exceptions import RequestException

from agent.tickets.markdown import markdown
from agent.tickets.tracker import Marker, NotTaken, Ticket
from agent.tickets.writing import Document
from collectors.evidence.record import Instant

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
PAUSE = 1.0
"""Seconds between writes, as GitHub asks for."""
ATTEMPTS = 3
LONGEST_BODY = 60_000
"""Characters; GitHub takes 65,536."""
GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
CONCERNS_ONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE, HTTPStatus.UNPROCESSABLE_ENTITY}
"""Refusals of one ticket; any other one says that none will be taken."""


class GithubTracker:
    """The issues of one private repository.

    Nothing but reading is tried again by the library: an issue that was perhaps opened is
    searched for before it is opened once more.
    """

    def __init__(
        self,
        repository: str,
        token: str,
        *,
        base_url: str,
        labels: tuple[str, ...] = (),
        ends: Callable[[Mapping[str, str]], Instant | None] = lambda _: None,
    ) -> None:
        near = urlsplit(base_url).hostname in LOOPBACK
        self._github = Github(
            base_url=base_url,
            auth=Auth.Token(token),
            user_agent="gapwatch",
            per_page=100,
            retry=GithubRetry(
                total=0 if near else ATTEMPTS, allowed_methods={"GET"}, raise_on_status=False
            ),
            seconds_between_requests=None,
            seconds_between_writes=None if near else PAUSE,
        )
        self._name = repository
        self._labels = list(labels)
        self._ends = ends
        """Reads the end of the token off an answer's headers."""
        self.tells_its_end = False
        self.expires_at: Instant | None = None

    def probe(self) -> str:
        """Look at the repository and at our role in it: a private one, whose issues we may close.

        Whether the token itself may write issues GitHub tells only when one is written.
        """
        with _refusals("read the repository"):
            kept, we = self._repository, self._login
            problem = _unfit(kept)
            if problem is None:
                _first(kept.get_issues(state="all"))
        if problem:
            raise NotTaken(f"{self._name} {problem}", nothing_works=True)
        return f"issues of {self._name} can be read as {we}; the first ticket shows the rest"

    def find(self, marker: Marker, since: Instant) -> list[Ticket]:
        """Listed and not searched: GitHub's search learns of an issue later than its list.

        Only an issue of our own account whose last line is the marker counts: anybody may
        write a marker, and a hostile name may hold one.
        """
        with _refusals("list issues"):
            listed = self._repository.get_issues(
                state="all", since=since, sort="created", direction="asc"
            )
            return [_ticket(one) for one in listed if self._is_ours(one, marker)]

    def open(self, title: str, body: Document, marker: Marker) -> Ticket:
        """Make a new issue."""
        with _refusals("open an issue"):
            labels: Any = self._labels
            text = _with_mark(body, str(marker))
            return _ticket(self._repository.create_issue(title, text, labels=labels))

    def read(self, key: str) -> Ticket | None:
        """The issue; `None` if it was deleted or moved away."""
        with _refusals("read an issue"):
            try:
                found = self._repository.get_issue(int(key))
            except GithubException as refusal:
                if refusal.status in GONE:
                    return None
                raise
            moved = found.number != int(key)
            return None if moved else _ticket(found)

    def rewrite(self, key: str, title: str, body: Document, marker: Marker) -> None:
        """Replace title and body."""
        with _refusals("change an issue"):
            self._issue(key).edit(title=title, body=_with_mark(body, str(marker)))

    def comment(self, key: str, text: Document, mark: str) -> None:
        """Comment, unless one of our comments ends with the mark already."""
        with _refusals("comment on an issue"):
            issue = self._issue(key)
            if not any(self._ends_with(one, mark) for one in issue.get_comments()):
                issue.create_comment(_with_mark(text, mark))

    def close(self, key: str) -> None:
        """Close the issue as done."""
        with _refusals("close an issue"):
            self._issue(key).edit(state="closed", state_reason="completed")

    def reopen(self, key: str) -> None:
        """Open the issue again."""
        with _refusals("open an issue again"):
            self._issue(key).edit(state="open", state_reason="reopened")

    def closed_since(self, moment: Instant) -> set[str]:
        """The numbers of closed issues that were touched since."""
        with _refusals("list issues"):
            listed = self._repository.get_issues(state="closed", since=moment)
            return {str(one.number) for one in listed if one.pull_request is None}

    @cached_property
    def _repository(self) -> Any:
        found = self._github.get_repo(self._name)
        headers = {name: str(value) for name, value in found.raw_headers.items()}
        self.tells_its_end, self.expires_at = True, self._ends(headers)
        if not found.private:
            raise NotTaken(
                f"{self._name} is public, and tickets name what stands open: "
                "name a private repository",
                nothing_works=True,
            )
        return found

    @cached_property
    def _login(self) -> str:
        return self._github.get_user().login

    def _issue(self, key: str) -> Issue:
        found: Issue = self._repository.get_issue(int(key))
        return found

    def _is_ours(self, issue: Issue, marker: Marker) -> bool:
        return issue.pull_request is None and self._ends_with(issue, str(marker))

    def _ends_with(self, written: Any, mark: str) -> bool:
        lines = (written.body or "").rstrip().splitlines()
        return bool(lines) and lines[-1] == _hidden(mark) and written.user.login == self._login


def _unfit(repository: Repository) -> str | None:
    """Why no ticket can be kept there, and what to do about it; `None` if nothing says so."""
    if repository.archived:
        return "is archived, so nothing can be written: name another repository"
    if repository.has_issues is False:
        return "has no issues: turn them on in its settings"
    role: Permissions | None = repository.permissions
    if role is not None and not (role.admin or role.maintain or role.push or role.triage):
        return "gives the account of the token no role: give it Triage, so that it may close issues"
    return None


def _first(listed: Iterable[Issue]) -> Issue | None:
    return next(iter(listed), None)


@contextmanager
def _refusals(what: str) -> Iterator[None]:
    """Tell a refusal by its status: its text may quote what was sent."""
    try:
        yield
    except GithubException as refusal:
        concerns_one = refusal.status in CONCERNS_ONE
        why = f"GitHub refused to {what}: {refusal.status}"
        raise NotTaken(why, nothing_works=not concerns_one) from None
    except RequestException as fault:
        why = f"GitHub could not be reached to {what}: {type(fault).__name__}"
        raise NotTaken(why, nothing_works=True) from None


def _ticket(issue: Issue) -> Ticket:
    return Ticket(key=str(issue.number), url=issue.html_url, open=issue.state == "open")


def _with_mark(text: Document, mark: str) -> str:
    return f"{markdown(text)[:LONGEST_BODY]}\n\n{_hidden(mark)}"


def _hidden(mark: str) -> str:
    return f"<!-- {mark} -->"
