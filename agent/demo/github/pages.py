"""Settings as GitHub shows them: a page each, as a careful organisation has them.

A page is what GitHub answers, word for word; whoever sets up an organisation writes another
under the same address. `None` is an answer without content, an exception is a refusal.
"""

from collections.abc import Mapping
from typing import Any

Pages = dict[str, Any]
"""By what follows the organisation or the repository in the address."""

OF_ORGANISATION: Mapping[str, Any] = {
    "actions/permissions": {
        "enabled_repositories": "all",
        "allowed_actions": "selected",
        "sha_pinning_required": False,
    },
    "actions/permissions/selected-actions": {
        "github_owned_allowed": True,
        "verified_allowed": False,
        "patterns_allowed": [],
    },
    "actions/permissions/workflow": {
        "default_workflow_permissions": "read",
        "can_approve_pull_request_reviews": False,
    },
    "actions/permissions/fork-pr-contributor-approval": {
        "approval_policy": "all_external_contributors"
    },
    "actions/permissions/fork-pr-workflows-private-repos": {
        "run_workflows_from_fork_pull_requests": False,
        "send_write_tokens_to_workflows": False,
        "send_secrets_and_variables": False,
        "require_approval_for_fork_pr_workflows": True,
    },
    "actions/permissions/self-hosted-runners": {"enabled_repositories": "none"},
    "organization-roles": {"total_count": 0, "roles": []},
}
LISTS_OF_ORGANISATION: Mapping[str, str | None] = {
    "actions/runners": "runners",
    "actions/runner-groups": "runner_groups",
    "actions/runner-groups/{runner_group_id}/repositories": "repositories",
    "actions/secrets": "secrets",
    "audit-log": None,
    "code-scanning/alerts": None,
    "credential-authorizations": None,
    "dependabot/alerts": None,
    "hooks": None,
    "installations": "installations",
    "invitations": None,
    "organization-roles/{role_id}/users": None,
    "personal-access-tokens": None,
    "personal-access-token-requests": None,
    "properties/values": None,
    "secret-scanning/alerts": None,
}
"""Each with the key under which its list lies; `None` where the answer is the list."""
BY_CURSOR = {"audit-log", "dependabot/alerts"}
"""Lists whose next page is named by a cursor and has no number."""

OF_REPOSITORY: Mapping[str, Any] = {
    "actions/permissions": {
        "enabled": True,
        "allowed_actions": "selected",
        "sha_pinning_required": False,
    },
    "actions/permissions/workflow": OF_ORGANISATION["actions/permissions/workflow"],
    "actions/permissions/fork-pr-contributor-approval": OF_ORGANISATION[
        "actions/permissions/fork-pr-contributor-approval"
    ],
    "private-vulnerability-reporting": {"enabled": True},
    "vulnerability-alerts": None,
}
LISTS_OF_REPOSITORY: Mapping[str, str | None] = {
    "actions/runners": "runners",
    "actions/secrets": "secrets",
    "code-scanning/analyses": None,
    "environments": "environments",
    "environments/{environment_name}/deployment-branch-policies": "branch_policies",
    "environments/{environment_name}/deployment_protection_rules": (
        "custom_deployment_protection_rules"
    ),
    "environments/{environment_name}/secrets": "secrets",
    "forks": None,
    "hooks": None,
    "keys": None,
}
