"""What guards a branch: classic protection and rulesets."""

import re
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
    app: int | None = None
    """The app that alone may report the checks."""
    strict: bool = False
    code_owners: bool = False
    conversations: bool = False
    signatures: bool = False
    force_pushes: bool = False
    deletions: bool = False


@dataclass
class Ruleset:
    """Rules for the branches of one repository, or of all."""

    id: int
    name: str
    source_type: str
    source: str
    rules: tuple[dict[str, Any], ...]
    bypass_actors: tuple[dict[str, Any], ...]
    enforcement: str
    repositories: frozenset[str] | None
    """`None` stands for all of the organisation."""
    include: tuple[str, ...] = ("~DEFAULT_BRANCH",)
    exclude: tuple[str, ...] = ()

    def applies_to(self, branch: str, *, default_branch: str) -> bool:
        """Whether it is in force on a branch, by the patterns of names that it targets."""

        def matches(patterns: tuple[str, ...]) -> bool:
            is_default = branch == default_branch
            return any(
                pattern == "~ALL"
                or (pattern == "~DEFAULT_BRANCH" and is_default)
                or re.fullmatch(as_expression(pattern), f"refs/heads/{branch}") is not None
                for pattern in patterns
            )

        targeted = matches(self.include) and not matches(self.exclude)
        return self.enforcement == "active" and targeted


WORDS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
"""What a pattern of names may hold beside letters, and the expression it stands for."""


def as_expression(pattern: str) -> str:
    """A regular expression for a pattern of names, in which one star does not pass a slash."""
    pieces = re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]]+\])", pattern)
    return "".join(
        piece if piece.startswith("[") else WORDS.get(piece, re.escape(piece)) for piece in pieces
    )


def rules(
    approvals: int | None,
    checks: Sequence[str],
    *,
    stale: bool,
    last_push: bool,
    app: int | None,
    extra: Sequence[str],
) -> Iterator[dict[str, Any]]:
    """The rules of one ruleset, as GitHub shows them."""
    for kind in extra:
        yield {"type": kind}
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
                "required_status_checks": [
                    {"context": name} | ({"integration_id": app} if app else {}) for name in checks
                ],
            },
        }
