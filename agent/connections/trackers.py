"""The tracker that tickets are kept in, by a credential of its own."""

from typing import TYPE_CHECKING

from agent.connections.configured import GITHUB, Resolve
from agent.settings.tickets import TicketSettings

if TYPE_CHECKING:
    from agent.tickets.tracker import Tracker


def tracker(settings: TicketSettings, resolve: Resolve) -> "Tracker":
    """Sign in to whatever is configured; nothing is asked yet.

    Raises:
        MissingSecret: a reference leads nowhere.
    """
    if settings.github:
        from agent.connections.github import (  # noqa: PLC0415 - only where GitHub is configured
            token_ends,
        )
        from agent.tickets.github import (  # noqa: PLC0415 - loads the SDK
            GithubTracker,
        )

        kept = settings.github
        return GithubTracker(
            kept.repository,
            resolve(kept.token),
            base_url=kept.base_url or GITHUB,
            labels=kept.labels,
            ends=token_ends,
        )
    from agent.tickets.jira import JiraTracker  # noqa: PLC0415 - loads the SDK

    jira = settings.jira
    if jira is None:
        raise LookupError("no tracker is configured")
    return JiraTracker(
        jira.url,
        jira.project,
        (resolve(jira.user), resolve(jira.token)),
        issue_type=jira.issue_type,
        labels=jira.labels,
    )
