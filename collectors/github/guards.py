"""What guards a default branch: classic protection and rulesets."""

from collections.abc import Iterable, Mapping

from collectors.contract import ApiCall
from collectors.evidence.github.branches import ADMINISTRATORS, Guard, PullRequestRule
from collectors.evidence.record import Unread
from collectors.github.organisation import Answer, Organisation, field, whole
from collectors.github.repositories import default_branch, place

PROTECTION = ApiCall(
    "github", "GET /repos/{owner}/{repo}/branches/{branch}/protection", "administration:read"
)
BRANCH_RULES = ApiCall(
    "github", "GET /repos/{owner}/{repo}/rules/branches/{branch}", "metadata:read"
)
RULESET = ApiCall("github", "GET /repos/{owner}/{repo}/rulesets/{ruleset_id}", "metadata:read")

NOT_PROTECTED = "404 Branch not protected"

Rules = Mapping[str, Answer]
"""The rules of one ruleset by their type."""


def classic(organisation: Organisation, repository: Answer) -> Guard | Unread | None:
    """Classic protection; without administration rights the branch's flag may still rule it out.

    To those without the right GitHub answers 404 whether there is protection or not.
    """
    branch = default_branch(organisation, repository)
    if isinstance(branch, Mapping) and branch.get("protected") is False:
        return None
    answer = organisation.detail(PROTECTION, absent=NOT_PROTECTED, **place(repository))
    return answer if answer is None or isinstance(answer, Unread) else _classic(answer)


def rulesets(organisation: Organisation, repository: Answer) -> tuple[Guard, ...] | Unread:
    """Every active ruleset that applies to the branch, with those who may bypass it."""
    applied = _applied(organisation, repository)
    if isinstance(applied, Unread):
        return applied
    owner, name = place(repository)["owner"], place(repository)["repo"]
    return tuple(
        _ruleset(
            number, rules, organisation.detail(RULESET, owner=owner, repo=name, ruleset_id=number)
        )
        for number, rules in sorted(applied.items())
    )


def required_checks(organisation: Organisation, repository: Answer) -> frozenset[str] | Unread:
    """Every check that one of the branch's layers requires."""
    layer = classic(organisation, repository)
    applied = _applied(organisation, repository)
    if isinstance(layer, Unread):
        return layer
    if isinstance(applied, Unread):
        return applied
    of_classic = frozenset() if layer is None else layer.required_checks
    return _together([of_classic, *(_checks_of(rules) for rules in applied.values())])


def _classic(answer: Answer) -> Guard:
    """A layer of classic protection: GitHub leaves out a part that is switched off."""
    reviews = answer.get("required_pull_request_reviews")
    checks = answer.get("required_status_checks")
    return Guard(
        name="classic protection",
        pull_request=None
        if reviews is None
        else _pull_request_rule(PROTECTION, reviews, stale="dismiss_stale_reviews"),
        required_checks=frozenset() if checks is None else _contexts(checks),
        bypass=_classic_bypass(answer, reviews or {}),
    )


def _contexts(checks: Answer) -> frozenset[str] | Unread:
    contexts = field(PROTECTION, checks, "contexts", list)
    return contexts if isinstance(contexts, Unread) else frozenset(contexts)


def _classic_bypass(answer: Answer, reviews: Answer) -> frozenset[str] | Unread:
    """Administrators unless they are bound too, and whom the rule names, if it names any."""
    bound = field(PROTECTION, answer, "enforce_admins.enabled", bool)
    if isinstance(bound, Unread):
        return bound
    allowed = reviews.get("bypass_pull_request_allowances") or {}
    kinds = (("users", "User", "login"), ("teams", "Team", "slug"), ("apps", "Integration", "slug"))
    named = (
        _texts(PROTECTION, allowed.get(kind, []), word, prefix=f"{actor} ")
        for kind, actor, word in kinds
    )
    return _together([frozenset() if bound else frozenset({ADMINISTRATORS}), *named])


def _applied(organisation: Organisation, repository: Answer) -> Mapping[int, Rules] | Unread:
    """The active rules that apply to the branch, by ruleset and type."""
    rules = organisation.listed(BRANCH_RULES, needs=("type",), **place(repository))
    if isinstance(rules, Unread):
        return rules
    applied: dict[int, dict[str, Answer]] = {}
    for rule in rules:
        ruleset_id = field(BRANCH_RULES, rule, "ruleset_id", int)
        if isinstance(ruleset_id, Unread):
            return ruleset_id
        applied.setdefault(ruleset_id, {})[rule["type"]] = rule
    return applied


def _ruleset(number: int, rules: Rules, ruleset: Answer | Unread) -> Guard:
    demands = rules.get("pull_request")
    actors = field(RULESET, ruleset, "bypass_actors", list)
    return Guard(
        name=f"ruleset {number}",
        pull_request=None
        if demands is None
        else _pull_request_rule(
            BRANCH_RULES, demands.get("parameters") or {}, stale="dismiss_stale_reviews_on_push"
        ),
        required_checks=_checks_of(rules),
        bypass=actors
        if isinstance(actors, Unread)
        else _together(_actor(actor) for actor in actors),
    )


def _pull_request_rule(call: ApiCall, demands: Answer, *, stale: str) -> PullRequestRule:
    return PullRequestRule(
        approvals=field(call, demands, "required_approving_review_count", int),
        dismisses_stale_approvals=field(call, demands, stale, bool),
        last_push_needs_approval=field(call, demands, "require_last_push_approval", bool),
    )


def _checks_of(rules: Rules) -> frozenset[str] | Unread:
    rule = rules.get("required_status_checks")
    if rule is None:
        return frozenset()
    checks = field(BRANCH_RULES, rule, "parameters.required_status_checks", list)
    return checks if isinstance(checks, Unread) else _texts(BRANCH_RULES, checks, "context")


def _actor(actor: Answer) -> frozenset[str] | Unread:
    """The vendor's type of actor with its number; deploy keys have none."""
    number = actor.get("actor_id")
    suffix = "" if number is None else f" {number}"
    kind = field(RULESET, actor, "actor_type", str)
    return kind if isinstance(kind, Unread) else frozenset({f"{kind}{suffix}"})


def _texts(
    call: ApiCall, items: Iterable[Answer], name: str, *, prefix: str = ""
) -> frozenset[str] | Unread:
    """One field of each item, or why one of them could not be read."""
    texts = whole(field(call, item, name, str) for item in items)
    return texts if isinstance(texts, Unread) else frozenset(f"{prefix}{text}" for text in texts)


def _together(parts: Iterable[frozenset[str] | Unread]) -> frozenset[str] | Unread:
    every = whole(parts)
    return every if isinstance(every, Unread) else frozenset().union(*every)
