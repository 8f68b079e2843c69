"""Where gaps become tickets. This is the only part of the program that writes to a vendor."""

import re
from collections.abc import Iterator
from typing import Literal

from agent.addresses import endpoint_problems
from agent.decoding import Section
from agent.settings.sources import Sources
from agent.settings.words import Secret
from checks.contract import Severity

REPOSITORY = re.compile(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+")
PROJECT = re.compile(r"[A-Z][A-Z0-9_]+")
LABEL = "gapwatch"


class GithubIssues(Section, frozen=True, kw_only=True):
    """A private repository whose issues follow the gaps."""

    repository: str
    token: Secret
    """Of a user of its own, who may write issues in this repository and nothing else."""
    labels: tuple[str, ...] = (LABEL,)
    base_url: str | None = None

    def problems(self) -> Iterator[tuple[str, str]]:
        """A repository by its owner and name."""
        if not REPOSITORY.fullmatch(self.repository):
            yield "repository", f"`{self.repository}` must be written OWNER/NAME"
        yield from endpoint_problems("base_url", self.base_url)


class JiraProject(Section, frozen=True, kw_only=True):
    """A project of Jira Cloud whose issues follow the gaps."""

    url: str
    project: str
    user: Secret
    """The address of the account the token belongs to."""
    token: Secret
    issue_type: str = "Task"
    labels: tuple[str, ...] = (LABEL,)

    def problems(self) -> Iterator[tuple[str, str]]:
        """A site, and a project by its key."""
        if not PROJECT.fullmatch(self.project):
            yield "project", f"`{self.project}` is no key of a project such as SEC"
        yield from endpoint_problems("url", self.url)
        for number, label in enumerate(self.labels):
            if " " in label:
                yield f"labels[{number}]", "holds a blank, which Jira does not take: write a hyphen"


class TicketSettings(Section, frozen=True, kw_only=True):
    """One ticket for each gap, kept until the gap closes."""

    github: GithubIssues | None = None
    jira: JiraProject | None = None
    severity: Severity = Severity.LOW
    """The least severity of a gap that becomes a ticket."""
    closed_by_hand: Literal["reopen", "comment"] = "reopen"
    """What happens to a ticket that somebody closes while its gap is open; it is always told."""

    def problems(self) -> Iterator[tuple[str, str]]:
        """One tracker."""
        if bool(self.github) == bool(self.jira):
            yield "", "give either `github` or `jira`"

    def follows(self, severity: Severity) -> bool:
        """Whether a gap of this severity becomes a ticket."""
        order = list(Severity)
        return order.index(severity) <= order.index(self.severity)

    @property
    def tracker(self) -> str:
        """The tracker's name in the log: what is configured, never a credential."""
        if self.github:
            return f"github:{self.github.repository}"
        return f"jira:{self.jira.project}" if self.jira else ""


def shared_credentials(
    tickets: TicketSettings | None, sources: Sources | None
) -> Iterator[tuple[str, str]]:
    """A token that may write must not be the one that reads."""
    for kind in ("github", "jira"):
        part = getattr(tickets, kind, None)
        for number, source in enumerate(sources.github if sources else ()):
            if part and part.token == source.token:
                shared = f"is also what reads, in `sources.github[{number}]`"
                yield f"$.tickets.{kind}.token", f"{shared}: give tickets a token of their own"
