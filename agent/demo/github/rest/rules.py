"""Classic protection and rulesets."""

from collections.abc import Mapping
from http import HTTPStatus

from agent.demo.github.protections import Protection, Ruleset
from agent.demo.github.rest.view import (
    REPOSITORY,
    Asked,
    Fields,
    Listing,
    Refused,
    Route,
    View,
    written,
)
from agent.demo.github.things import Repository


def protection(view: View, asked: Asked) -> Fields:
    """Classic protection; to whoever may not administer, as if there were nothing."""
    repository = view.repository(asked)
    if not view.viewer.owns:
        raise Refused(HTTPStatus.NOT_FOUND, "Not Found")
    found = repository.protections.get(asked["branch"])
    if found is None:
        raise Refused(HTTPStatus.NOT_FOUND, "Branch not protected")
    return _classic(found)


def branch_rules(view: View, asked: Asked) -> Listing:
    """The rules of every active ruleset that applies to the branch."""
    repository = view.repository(asked)
    return Listing(
        [
            {
                **rule,
                "ruleset_source_type": ruleset.source_type,
                "ruleset_source": ruleset.source,
                "ruleset_id": ruleset.id,
            }
            for ruleset in active(view, repository, asked["branch"])
            for rule in ruleset.rules
        ]
    )


def ruleset(view: View, asked: Asked) -> Fields:
    """One ruleset; who may bypass it is shown to those only who may edit it."""
    repository = view.repository(asked)
    for one in view.state.rulesets_of(repository.name):
        if str(one.id) == asked["ruleset_id"]:
            return {**_ruleset(view, one), "rules": list(one.rules)}
    raise Refused(HTTPStatus.NOT_FOUND, "Not Found")


def rulesets(view: View, asked: Asked) -> Listing:
    """Every ruleset that looks at the repository, those of its organisation included."""
    repository = view.repository(asked)
    return Listing([_ruleset(view, one) for one in view.state.rulesets_of(repository.name)])


def organisation_ruleset(view: View, asked: Asked) -> Fields:
    """One of the organisation's own, for those who may edit it."""
    state = view.organisation(asked)
    if not view.viewer.owns:
        raise Refused(HTTPStatus.FORBIDDEN, "Resource not accessible by integration")
    for one in state.rulesets:
        if str(one.id) == asked["ruleset_id"] and one.source_type == "Organization":
            return {**_ruleset(view, one), "rules": list(one.rules)}
    raise Refused(HTTPStatus.NOT_FOUND, "Not Found")


def active(view: View, repository: Repository, branch: str) -> list[Ruleset]:
    """The rulesets in force on a branch."""
    return [
        ruleset
        for ruleset in view.state.rulesets_of(repository.name)
        if ruleset.applies_to(branch, default_branch=repository.default_branch)
    ]


def _ruleset(view: View, ruleset: Ruleset) -> Fields:
    shown: Fields = {
        "id": ruleset.id,
        "name": ruleset.name,
        "target": "branch",
        "source_type": ruleset.source_type,
        "source": ruleset.source,
        "enforcement": ruleset.enforcement,
        "conditions": {
            "ref_name": {"include": list(ruleset.include), "exclude": list(ruleset.exclude)}
        },
    }
    if view.viewer.owns:
        shown["bypass_actors"] = list(ruleset.bypass_actors)
    return shown


def _classic(protection: Protection) -> Fields:
    shown: Fields = {
        "enforce_admins": {"enabled": protection.enforce_admins},
        "allow_force_pushes": {"enabled": protection.force_pushes},
        "allow_deletions": {"enabled": protection.deletions},
        "required_conversation_resolution": {"enabled": protection.conversations},
        "required_signatures": {"enabled": protection.signatures},
    }
    if protection.approvals is not None:
        reviews: Fields = {
            "required_approving_review_count": protection.approvals,
            "dismiss_stale_reviews": protection.dismiss_stale,
            "require_code_owner_reviews": protection.code_owners,
            "require_last_push_approval": protection.last_push,
        }
        if protection.bypass_users or protection.bypass_teams:
            reviews["bypass_pull_request_allowances"] = {
                "users": [{"login": login} for login in protection.bypass_users],
                "teams": [{"slug": slug} for slug in protection.bypass_teams],
                "apps": [],
            }
        shown["required_pull_request_reviews"] = reviews
    if protection.checks:
        shown["required_status_checks"] = {
            "strict": protection.strict,
            "contexts": list(protection.checks),
            "checks": [{"context": name, "app_id": protection.app} for name in protection.checks],
        }
    return shown


def rule_suites(view: View, asked: Asked) -> Listing:
    """How each push to a branch was evaluated, the youngest first."""
    repository = view.repository(asked)
    if not view.viewer.owns:
        raise Refused(HTTPStatus.NOT_FOUND, "Not Found")
    return Listing(
        [
            {
                "id": suite.id,
                "actor_name": suite.actor,
                "before_sha": suite.before,
                "after_sha": suite.after,
                "ref": f"refs/heads/{suite.branch}",
                "repository_name": repository.name,
                "pushed_at": written(suite.at),
                "result": suite.result,
            }
            for suite in reversed(repository.rule_suites)
            if asked.get("ref") in {None, f"refs/heads/{suite.branch}"}
        ]
    )


ROUTES: Mapping[str, Route] = {
    f"{REPOSITORY}/branches/{{branch}}/protection": protection,
    f"{REPOSITORY}/rules/branches/{{branch}}": branch_rules,
    f"{REPOSITORY}/rulesets": rulesets,
    f"{REPOSITORY}/rulesets/rule-suites": rule_suites,
    f"{REPOSITORY}/rulesets/{{ruleset_id}}": ruleset,
    "GET /orgs/{org}/rulesets/{ruleset_id}": organisation_ruleset,
}
