"""An organisation with two of everything, so that nothing is read from one page alone."""

from datetime import timedelta

from tests.evidence import NOW

OLD = NOW - timedelta(days=300)
LATELY = f"{NOW - timedelta(days=3):%Y-%m-%dT%H:%M:%SZ}"


def furnish(state):
    """Two repositories, two rulesets, two of each setting that is a list."""
    for number, name in enumerate(("web", "api")):
        repository = state.add_repository(name, at=OLD)
        repository.pages |= pages_of_repository(number)
        repository.files |= FILES
        pull = state.open_pull_request(name, "mia", "Change", at=NOW - timedelta(days=2))
        state.run_check(name, pull.head, "test", at=NOW - timedelta(days=2))
        state.review(pull, "olga", at=NOW - timedelta(days=1))
        state.merge(name, pull, "mia", at=NOW - timedelta(hours=5))
    state.protect("web", checks=("test",), app=15368)
    state.add_ruleset("one", checks=("scan",))
    state.add_ruleset("two", repositories=("api",), of_organisation=False)
    state.add_outside_collaborator("finn", email="finn@partner.test")
    state.add_outside_collaborator("fred")
    state.single_sign_on = {name: f"{name}@acme.test" for name in ("olga", "otto", "mia")}
    state.pages |= pages_of_organisation()


FILES = {".github/CODEOWNERS": "* @acme/core\n"}


def pages_of_organisation():
    return {
        "actions/permissions/selected-actions": {
            "github_owned_allowed": True,
            "verified_allowed": False,
            "patterns_allowed": ["acme/*"],
        },
        "actions/permissions/self-hosted-runners": {"enabled_repositories": "all"},
        "actions/runner-groups": [group(1, "all"), group(2, "selected")],
        "actions/runners": [runner(1), runner(2)],
        "actions/secrets": [
            {"visibility": "all", **secret("DEPLOY")},
            {"visibility": "all", **secret("SIGN")},
        ],
        "organization-roles": {
            "total_count": 1,
            "roles": [{"id": 7, "name": "hooks", "permissions": ["manage_organization_webhooks"]}],
        },
        "organization-roles/7/users": [{"login": "mia"}, {"login": "otto"}],
    }


def pages_of_repository(number):
    return {
        "actions/runners": [runner(10 + number), runner(20 + number)],
        "actions/secrets": [secret("A"), secret("B")],
        "environments": [environment(number, "production"), environment(number, "staging")],
        "environments/production/deployment-branch-policies": [
            {"id": 1, "node_id": "P_1", "name": "main", "type": "branch"},
            {"id": 2, "node_id": "P_2", "name": "release/*", "type": "branch"},
        ],
        "environments/production/secrets": [secret("C"), secret("D")],
        "environments/staging/secrets": [],
    }


def group(number, visibility):
    return {
        "id": number,
        "name": f"group {number}",
        "visibility": visibility,
        "default": number == 1,
        "inherited": False,
        "allows_public_repositories": False,
        "restricted_to_workflows": number == 2,
        "selected_workflows": ["acme/web/.github/workflows/release.yaml@main"],
    }


def runner(number):
    return {
        "id": number,
        "runner_group_id": number % 10,
        "name": f"machine {number}",
        "os": "linux",
    }


def secret(name):
    return {"name": name, "created_at": LATELY, "updated_at": LATELY}


def environment(number, name):
    reviewed = {
        "id": 1,
        "node_id": "GA_1",
        "type": "required_reviewers",
        "prevent_self_review": True,
        "reviewers": [{"type": "User", "reviewer": {"login": "olga"}}],
    }
    return {
        "id": number,
        "node_id": f"EN_{name}{number}",
        "name": name,
        "protection_rules": [reviewed] if name == "production" else [],
        "deployment_branch_policy": {"protected_branches": False, "custom_branch_policies": True}
        if name == "production"
        else None,
        "can_admins_bypass": False,
    }
