"""An organisation with two of everything, so that nothing is read from one page alone."""

from datetime import timedelta

from agent.demo.github.rest.view import Refused
from tests.evidence import NOW

OLD = NOW - timedelta(days=300)
LATELY = f"{NOW - timedelta(days=3):%Y-%m-%dT%H:%M:%SZ}"


def furnish(state):
    """Two repositories, two rulesets, two of each setting that is a list."""
    for number, name in enumerate(("web", "api")):
        repository = state.add_repository(name, at=OLD)
        repository.pages |= pages_of_repository(number)
        repository.files |= FILES
        repository.forks = 2
        pull = state.open_pull_request(name, "mia", "Change", at=NOW - timedelta(days=2))
        state.run_check(name, pull.head, "test", at=NOW - timedelta(days=2))
        state.queue(pull, at=NOW - timedelta(days=1))
        state.review(pull, "olga", at=NOW - timedelta(days=1))
        state.deploy(name, "mia", at=NOW - timedelta(hours=6))
        state.merge(name, pull, "mia", at=NOW - timedelta(hours=5))
        state.write_file(name, "policies/access.md", "Words", sha=pull.landed[-1])
        for number_of in (1, 2):
            state.release(name, f"v{number_of}", at=NOW - timedelta(hours=2))
        for hours in (4, 3):
            states = ("queued", "in_progress", "success")
            at = NOW - timedelta(hours=hours)
            state.deploy(name, "mia", at=at, approved_by="olga", states=states)
    for number, label in enumerate(("emergency-change", "emergency-change", "incident"), 1):
        at = NOW - timedelta(days=5)
        issue = state.open_issue("web", "mia", "Words", "More words", at=at, labels=(label,))
        state.label_issue(issue, "olga", "approved", at=at + timedelta(hours=1))
        state.close_issue("web", number, at=at + timedelta(days=1), by="olga")
    off = Refused(404, "Vulnerability alerts are disabled.")
    state.repositories["api"].pages["vulnerability-alerts"] = off
    state.protect("web", checks=("test",), app=15368)
    state.add_ruleset("one", checks=("scan",))
    state.add_ruleset("two", repositories=("api",), of_organisation=False)
    state.add_outside_collaborator("finn", email="finn@partner.test")
    state.add_outside_collaborator("fred")
    state.single_sign_on = {name: f"{name}@acme.test" for name in ("olga", "otto", "mia")}
    state.pages |= pages_of_organisation()


FILES = {
    ".github/CODEOWNERS": "* @acme/core\n",
    ".github/workflows/ci.yaml": "- uses: actions/checkout@v4\n- uses: a/b@v1\n",
    ".github/workflows/release.yaml": "- run: make\n",
}


def pages_of_organisation():
    return {
        "actions/permissions/selected-actions": {
            "github_owned_allowed": True,
            "verified_allowed": False,
            "patterns_allowed": ["acme/*"],
        },
        "actions/permissions/self-hosted-runners": {"enabled_repositories": "all"},
        "secret-scanning/alerts": [secret_alert(1), secret_alert(2, resolution="revoked")],
        "dependabot/alerts": [dependency_alert(1), dependency_alert(2, state="dismissed")],
        "code-scanning/alerts": [
            code_alert(1),
            code_alert(2),
            code_alert(3, state="dismissed"),
            code_alert(4, state="dismissed"),
        ],
        "audit-log": [logged("b", NOW - timedelta(days=1)), logged("a", NOW - timedelta(days=2))],
        "invitations": [invitation(1), invitation(2)],
        "hooks": [hook(1), hook(2)],
        "properties/values": [declared("web"), declared("api")],
        "installations": [app(1, contents="write"), app(2, contents="read")],
        "personal-access-tokens": [fine_grained(1), fine_grained(2)],
        "credential-authorizations": [authorised(1), authorised(2)],
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
        "hooks": [hook(10 + number), hook(20 + number)],
        "forks": [{"full_name": f"mia/fork{number}"}, {"full_name": f"otto/fork{number}"}],
        "code-scanning/analyses": [analysis(), analysis(category="/language:python")],
        "keys": [deploy_key(10 + number), deploy_key(20 + number)],
        "environments": [environment(number, "production"), environment(number, "staging")],
        "environments/production/deployment-branch-policies": [
            {"id": 1, "node_id": "P_1", "name": "main", "type": "branch"},
            {"id": 2, "node_id": "P_2", "name": "release/*", "type": "branch"},
        ],
        "environments/production/secrets": [secret("C"), secret("D")],
        "environments/staging/secrets": [],
    }


def secret_alert(number, **says):
    return {
        "number": number,
        "created_at": LATELY,
        "html_url": f"https://github.test/acme/web/security/secret-scanning/{number}",
        "state": "open",
        "resolution": None,
        "resolved_at": None,
        "secret_type": "aws_access_key_id",
        "secret": "AKIAIOSFODNN7EXAMPLE",
        "repository": {"full_name": "acme/web"},
        **says,
    }


def dependency_alert(number, **says):
    return {
        "number": number,
        "created_at": LATELY,
        "html_url": f"https://github.test/acme/web/security/dependabot/{number}",
        "state": "open",
        "security_advisory": {"severity": "high", "description": "long words"},
        "dismissed_reason": None,
        "repository": {"full_name": "acme/web"},
        **says,
    }


def code_alert(number, **says):
    return {
        "number": number,
        "created_at": LATELY,
        "html_url": f"https://github.test/acme/web/security/code-scanning/{number}",
        "state": "open",
        "dismissed_comment": None,
        "rule": {"id": "py/x", "security_severity_level": "high", "help": "long words"},
        "repository": {"full_name": "acme/web"},
        **says,
    }


def logged(document, at):
    milliseconds = int(at.timestamp() * 1000)
    return {"_document_id": document, "@timestamp": milliseconds, "action": "x", "actor": "mia"}


def invitation(number):
    return {"id": number, "node_id": f"I_{number}", "login": f"new{number}", "created_at": LATELY}


def declared(name, **properties):
    said = [{"property_name": n, "value": v} for n, v in (properties or {"scope": "in"}).items()]
    return {"repository_id": 1, "repository_name": name, "properties": said}


def analysis(**says):
    return {"id": 1, "ref": "refs/heads/main", "error": "", "created_at": LATELY, **says}


def deploy_key(number, **says):
    return {
        "id": number,
        "key": "ssh-ed25519 AAAA",
        "title": f"key {number}",
        "read_only": True,
        "created_at": LATELY,
        "last_used": LATELY,
        **says,
    }


def hook(number, **config):
    careful = {
        "url": "https://hooks.test/T000/opens-everything",
        "content_type": "json",
        "insecure_ssl": "0",
        "secret": "********",
    }
    said = {name: value for name, value in (careful | config).items() if value is not None}
    return {"id": number, "name": "web", "active": True, "events": ["push"], "config": said}


def app(number, **permissions):
    return {
        "id": number,
        "app_id": number,
        "app_slug": f"app-{number}",
        "permissions": permissions,
        "suspended_at": None,
    }


def fine_grained(number, **says):
    return {
        "id": number,
        "token_id": number,
        "token_name": f"token {number}",
        "owner": {"login": "mia"},
        "access_granted_at": LATELY,
        "token_expired": False,
        "token_expires_at": None,
        "token_last_used_at": LATELY,
        **says,
    }


def authorised(number, **says):
    return {
        "login": "mia",
        "credential_id": number,
        "credential_type": "personal access token",
        "token_last_eight": "12345678",
        "credential_authorized_at": LATELY,
        "credential_accessed_at": LATELY,
        "authorized_credential_expires_at": None,
        **says,
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
