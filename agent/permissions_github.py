"""What GitHub has to allow, in the words of its Apps, its tokens and its settings pages."""

import json
from collections.abc import Iterator, Mapping, Sequence

GITHUB_SETTINGS: Mapping[str, tuple[str, str]] = {
    "administration": ("repository", "Administration"),
    "actions": ("repository", "Actions"),
    "checks": ("repository", "Checks"),
    "contents": ("repository", "Contents"),
    "deployments": ("repository", "Deployments"),
    "environments": ("repository", "Environments"),
    "issues": ("repository", "Issues"),
    "members": ("organization", "Members"),
    "metadata": ("repository", "Metadata"),
    "organization_administration": ("organization", "Administration"),
    "organization_custom_org_roles": ("organization", "Custom organization roles"),
    "organization_hooks": ("organization", "Webhooks"),
    "organization_personal_access_token_requests": (
        "organization",
        "Personal access token requests",
    ),
    "organization_personal_access_tokens": ("organization", "Personal access tokens"),
    "organization_plan": ("organization", "Plan"),
    "organization_secrets": ("organization", "Secrets"),
    "organization_self_hosted_runners": ("organization", "Self-hosted runners"),
    "organization_custom_properties": ("organization", "Custom properties"),
    "pull_requests": ("repository", "Pull requests"),
    "repository_hooks": ("repository", "Webhooks"),
    "secret_scanning_alerts": ("repository", "Secret scanning alerts"),
    "secrets": ("repository", "Secrets"),
    "security_events": ("repository", "Code scanning alerts"),
    "statuses": ("repository", "Commit statuses"),
    "vulnerability_alerts": ("repository", "Dependabot alerts"),
}
"""By the word of GitHub's API: what the permission is of, and what its settings page calls it."""

BY_APPS_ONLY = ""
REPOSITORY_SCOPE = "repo"
CLASSIC_SCOPES: Mapping[str, str] = {
    "members": "read:org",
    "organization_administration": "admin:org",
    "organization_custom_org_roles": "read:org",
    "organization_custom_properties": "read:org",
    "organization_hooks": "admin:org_hook",
    "organization_personal_access_token_requests": BY_APPS_ONLY,
    "organization_personal_access_tokens": BY_APPS_ONLY,
    "organization_plan": "read:org",
    "organization_secrets": "admin:org",
    "organization_self_hosted_runners": "admin:org",
}
"""The scope of a classic token for each permission of an organisation."""
AUDIT_LOG, READS_AUDIT_LOG = "GET /orgs/{org}/audit-log", "read:audit_log"

PAGE = """\
# What gapwatch needs of GitHub

Generated from the calls that the collectors declare, by `make generated`. A GitHub App or a
fine-grained token needs these permissions, all of them only to read. Some answers GitHub gives to
owners of the organization alone: without an owner they are unread, and what rests on them is
undetermined. Who may bypass a ruleset, and how rulesets judged a push (rule suites), it shows to
those alone who may edit rulesets: gapwatch asks for no right to write, and calls it undetermined.

| permission of the | called | needed for |
|---|---|---|
"""
MANIFEST = """
## A GitHub App

Its manifest; the App needs neither a webhook nor a callback. Install it on all repositories, and
write its id, the installation's and the file of its private key under `app:`.

```json
{}
```
"""
SCOPES = """
## A classic token

A classic token cannot be limited to reading: prefer an App or a fine-grained token. It needs the
scopes {}. Fine-grained tokens of others are shown to Apps only.
"""

OPTIONAL = """\
# What gapwatch may be allowed as well

Optional, and generated like the page beside it: with it a drift names who did it. GitHub has an
audit log that programs can read on Enterprise Cloud only; a classic token needs the scope
`read:audit_log`. Without it nothing is undetermined that was not before.

| permission of the | called | needed for |
|---|---|---|
"""

Needs = Sequence[tuple[str, tuple[str, ...]]]
"""Each permission by the word of GitHub's API, and the calls that need it."""


def github_page(needs: Needs) -> str:
    """All of it as one page: permissions, manifest of an App, scopes of a classic token."""
    scopes = ", ".join(f"`{scope}`" for scope in classic_scopes(needs))
    shown = json.dumps(manifest(needs), indent=2)
    return PAGE + "".join(sorted(_rows(needs))) + MANIFEST.format(shown) + SCOPES.format(scopes)


def optional_page(needs: Needs) -> str:
    """What no verdict needs."""
    return OPTIONAL + "".join(sorted(_rows(needs)))


def manifest(needs: Needs) -> dict[str, object]:
    """What creates a GitHub App with no more than it needs, all of it to read."""
    return {
        "name": "gapwatch",
        "url": "https://gapwatch.example",
        "public": False,
        "hook_attributes": {"url": "https://gapwatch.example", "active": False},
        "default_events": [],
        "default_permissions": {name: "read" for name, _ in needs},
    }


def classic_scopes(needs: Needs) -> tuple[str, ...]:
    """The scopes of a classic token, each once."""
    scopes = {CLASSIC_SCOPES.get(name, REPOSITORY_SCOPE) for name, _ in needs}
    asked = {call.partition(":")[2] for _, calls in needs for call in calls}
    if AUDIT_LOG in asked:
        scopes.add(READS_AUDIT_LOG)
    return tuple(sorted(scopes - {BY_APPS_ONLY}))


def _rows(needs: Needs) -> Iterator[str]:
    for name, calls in needs:
        of, called = GITHUB_SETTINGS[name]
        written = "<br>".join(f"`{call.partition(':')[2]}`" for call in calls)
        yield f"| {of} | {called} | {written} |\n"
