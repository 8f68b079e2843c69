"""What guards a branch: classic protection and rulesets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass
class Protection:
    """Classic protection of one branch."""

    approvals: int | None = 1
    """`None` requires no pull request."""
    dismiss_stale: bool = True
    last_push: bool = False
    enforce_admins: bool = True
    checks: tuple[str, ...] = ()
    bypass_users: tuple[str, ...] = ()
    bypass_teams: tuple[str, ...] = ()


@dataclass
class Ruleset:
    """Rules for the default branch of one repository, or of all."""

    id: int
    name: str
    source_type: str
    source: str
    rules: tuple[dict[str, Any], ...]
    bypass_actors: tuple[dict[str, Any], ...]
    enforcement: str
    repositories: frozenset[str] | None
    """`None` stands for all of the organisation."""


def rules(
    approvals: int | None, checks: Sequence[str], *, stale: bool, last_push: bool
) -> Iterator[dict[str, Any]]:
    """The rules of one ruleset, as GitHub shows them."""
    yield {"type": "deletion"}
    if approvals is not None:
        yield {
            "type": "pull_request",
            "parameters": {
                "required_approving_review_count": approvals,
                "dismiss_stale_reviews_on_push": stale,
                "require_code_owner_review": False,
                "require_last_push_approval": last_push,
                "required_review_thread_resolution": False,
            },
        }
    if checks:
        yield {
            "type": "required_status_checks",
            "parameters": {
                "strict_required_status_checks_policy": False,
                "required_status_checks": [{"context": name} for name in checks],
            },
        }
