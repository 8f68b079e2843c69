"""What guards a default branch: classic protection and rulesets."""

from collections.abc import Iterable, Mapping

from collectors.contract import ApiCall
from collectors.evidence.github.branches import (
    ADMINISTRATORS,
    Guard,
    IdleRuleset,
    PullRequestRule,
)
from collectors.evidence.github.plan import NotOffered
from collectors.evidence.record import Unread
from collectors.github.organisation import Answer, Organisation, field, whole
from collectors.github.plan import offered
from collectors.github.repositories import default_branch, place

PROTECTION = ApiCall(
    "github", "GET /repos/{owner}/{repo}/branches/{branch}/protection", "administration:read"
)
BRANCH_RULES = ApiCall(
    "github", "GET /repos/{owner}/{repo}/rules/branches/{branch}", "metadata:read"
)
LIST_RULESETS = ApiCall("github", "GET /repos/{owner}/{repo}/rulesets", "metadata:read")
RULESET = ApiCall("github", "GET /repos/{owner}/{repo}/rulesets/{ruleset_id}", "metadata:read")
ORGANISATION_RULESET = ApiCall(
    "github", "GET /orgs/{org}/rulesets/{ruleset_id}", "organization_administration:read"
)
GUARD_CALLS = (PROTECTION, BRANCH_RULES, LIST_RULESETS, RULESET, ORGANISATION_RULESET)

CLASSIC, RULESETS = "classic protection", "rulesets"
NOT_PROTECTED = "404 Branch not protected"
OF_ORGANISATION = "Organization"
BY_PULL_REQUEST = "pull_request"

Rules = Mapping[str, Answer]
"""The rules of one ruleset by their type."""


def classic(
    organisation: Organisation,
    repository: Answer,
    *,
    ruled: bool = False,
) -> Guard | NotOffered | Unread | None:
    """Classic protection; without administration rights the branch itself may still rule it out.

    To those without the right GitHub answers 404 whether there is protection or not. Where a
    rule is known to be about the branch (`ruled`), the branch need not be asked first; where
    there is none, the branch's answer costs no quota while it holds, unlike a 404.
    """
    if not ruled and _is_free(default_branch(organisation, repository)):
        return None
    answer = offered(organisation.detail(PROTECTION, absent=NOT_PROTECTED, **place(repository)))
    return _classic(answer) if isinstance(answer, Mapping) else answer


def _is_free(branch: Answer | Unread | None) -> bool:
    """Whether the branch says that nothing guards it, or nothing but rulesets."""
    if not isinstance(branch, Mapping):
        return False
    protection = branch.get("protection") or {}
    return branch.get("protected") is False or protection.get("enabled") is False


def rulesets(
    organisation: Organisation, repository: Answer
) -> tuple[Guard, ...] | NotOffered | Unread:
    """Every active ruleset that applies to the branch, with those who may bypass it."""
    applied = _applied(organisation, repository)
    if isinstance(applied, Unread):
        return offered(applied)
    return tuple(
        _ruleset(number, rules, _asked_about(organisation, repository, number, rules))
        for number, rules in sorted(applied.items())
    )


def idle_rulesets(
    organisation: Organisation, repository: Answer
) -> tuple[IdleRuleset, ...] | Unread:
    """Rulesets over the repository's branches that do not count for the default one."""
    applied = _applied(organisation, repository)
    if isinstance(applied, Unread):
        return applied
    owner, name = place(repository)["owner"], place(repository)["repo"]
    known = organisation.listed(LIST_RULESETS, owner=owner, repo=name, targets="branch")
    if isinstance(known, Unread):
        return known
    return whole(_idle(one) for one in known if one.get("id") not in applied)


def required_checks(
    organisation: Organisation, repository: Answer, *, ruled: bool
) -> frozenset[str] | Unread:
    """Every check that one of the branch's layers requires."""
    layer = classic(organisation, repository, ruled=ruled)
    applied = offered(_applied(organisation, repository))
    if isinstance(layer, Unread):
        return layer
    if isinstance(applied, Unread):
        return applied
    of_classic = layer.required_checks if isinstance(layer, Guard) else frozenset()
    rules = () if isinstance(applied, NotOffered) else applied.values()
    return _together([of_classic, *(_checks_of(of_one) for of_one in rules)])


def guarded_by(
    organisation: Organisation, repository: Answer, *, ruled: bool
) -> frozenset[str] | Unread:
    """Which of the two kinds of layers guard the branch."""
    layer = classic(organisation, repository, ruled=ruled)
    applied = offered(_applied(organisation, repository))
    if isinstance(layer, Unread):
        return layer
    if isinstance(applied, Unread):
        return applied
    kinds = {CLASSIC: isinstance(layer, Guard), RULESETS: isinstance(applied, Mapping) and applied}
    return frozenset(kind for kind, held in kinds.items() if held)


def _classic(answer: Answer) -> Guard:
    """A layer of classic protection: GitHub leaves out a part that is switched off."""
    reviews = answer.get("required_pull_request_reviews")
    checks = answer.get("required_status_checks")

    def switch(name: str) -> bool | Unread:
        return field(PROTECTION, answer, f"{name}.enabled", bool)

    return Guard(
        name=CLASSIC,
        pull_request=None
        if reviews is None
        else _pull_request_rule(
            PROTECTION,
            reviews,
            stale="dismiss_stale_reviews",
            code_owner="require_code_owner_reviews",
        ),
        required_checks=frozenset() if checks is None else _contexts(checks),
        bypass=_classic_bypass(answer, reviews or {}),
        bypass_always=frozenset(),
        fixed_checks=frozenset()
        if checks is None
        else _fixed(PROTECTION, checks, "checks", app="app_id"),
        checks_are_strict=checks is not None and field(PROTECTION, checks, "strict", bool),
        workflows=frozenset(),
        resolves_threads=switch("required_conversation_resolution"),
        needs_signatures=switch("required_signatures"),
        refuses_force_pushes=_not(switch("allow_force_pushes")),
        refuses_deletion=_not(switch("allow_deletions")),
    )


def _not(switch: bool | Unread) -> bool | Unread:  # noqa: FBT001 - a flag as it was read
    return switch if isinstance(switch, Unread) else not switch


def _contexts(checks: Answer) -> frozenset[str] | Unread:
    contexts = field(PROTECTION, checks, "contexts", list)
    return contexts if isinstance(contexts, Unread) else frozenset(contexts)


def _fixed(call: ApiCall, checks: Answer, path: str, *, app: str) -> frozenset[str] | Unread:
    """The checks that name the app they must come from; others anybody may report who can write."""
    every = field(call, checks, path, list)
    if isinstance(every, Unread):
        return every
    return _texts(call, (one for one in every if (one.get(app) or 0) > 0), "context")


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


def _asked_about(
    organisation: Organisation, repository: Answer, number: int, rules: Rules
) -> tuple[ApiCall, Answer | Unread]:
    """The ruleset itself; the organisation's own is asked for once, and not by each repository."""
    sources = {rule.get("ruleset_source_type") for rule in rules.values()}
    if sources == {OF_ORGANISATION}:
        of_all = {"org": organisation.login, "ruleset_id": number}
        return ORGANISATION_RULESET, organisation.detail(ORGANISATION_RULESET, **of_all)
    of_one = {**place(repository), "ruleset_id": number}
    del of_one["branch"]
    return RULESET, organisation.detail(RULESET, **of_one)


def _ruleset(number: int, rules: Rules, asked: tuple[ApiCall, Answer | Unread]) -> Guard:
    demands = rules.get("pull_request")
    parameters = (demands or {}).get("parameters") or {}
    checks = (rules.get("required_status_checks") or {}).get("parameters") or {}
    has_checks = "required_status_checks" in rules
    strict = "strict_required_status_checks_policy"
    return Guard(
        name=f"ruleset {number}",
        pull_request=None
        if demands is None
        else _pull_request_rule(
            BRANCH_RULES,
            parameters,
            stale="dismiss_stale_reviews_on_push",
            code_owner="require_code_owner_review",
        ),
        required_checks=_checks_of(rules),
        bypass=_actors(*asked),
        bypass_always=_actors(*asked, except_mode=BY_PULL_REQUEST),
        fixed_checks=_fixed(BRANCH_RULES, checks, "required_status_checks", app="integration_id")
        if has_checks
        else frozenset(),
        checks_are_strict=has_checks and field(BRANCH_RULES, checks, strict, bool),
        workflows=_workflows_of(rules),
        resolves_threads=demands is not None
        and field(BRANCH_RULES, parameters, "required_review_thread_resolution", bool),
        needs_signatures="required_signatures" in rules,
        refuses_force_pushes="non_fast_forward" in rules,
        refuses_deletion="deletion" in rules,
    )


def _pull_request_rule(
    call: ApiCall, demands: Answer, *, stale: str, code_owner: str
) -> PullRequestRule:
    return PullRequestRule(
        approvals=field(call, demands, "required_approving_review_count", int),
        dismisses_stale_approvals=field(call, demands, stale, bool),
        last_push_needs_approval=field(call, demands, "require_last_push_approval", bool),
        needs_code_owner=field(call, demands, code_owner, bool),
    )


def _checks_of(rules: Rules) -> frozenset[str] | Unread:
    rule = rules.get("required_status_checks")
    if rule is None:
        return frozenset()
    checks = field(BRANCH_RULES, rule, "parameters.required_status_checks", list)
    return checks if isinstance(checks, Unread) else _texts(BRANCH_RULES, checks, "context")


def _workflows_of(rules: Rules) -> frozenset[str] | Unread:
    rule = rules.get("workflows")
    if rule is None:
        return frozenset()
    workflows = field(BRANCH_RULES, rule, "parameters.workflows", list)
    return workflows if isinstance(workflows, Unread) else _texts(BRANCH_RULES, workflows, "path")


def _actors(
    call: ApiCall, ruleset: Answer | Unread, *, except_mode: str = ""
) -> frozenset[str] | Unread:
    """Who may bypass; GitHub leaves the list out for those who may not edit the ruleset."""
    actors = field(call, ruleset, "bypass_actors", list)
    if isinstance(actors, Unread):
        return actors
    chosen = (actor for actor in actors if actor.get("bypass_mode") != except_mode)
    return _together(_actor(call, actor) for actor in chosen)


def _actor(call: ApiCall, actor: Answer) -> frozenset[str] | Unread:
    """The vendor's type of actor with its number; deploy keys have none."""
    number = actor.get("actor_id")
    suffix = "" if number is None else f" {number}"
    kind = field(call, actor, "actor_type", str)
    return kind if isinstance(kind, Unread) else frozenset({f"{kind}{suffix}"})


def _idle(ruleset: Answer) -> IdleRuleset | Unread:
    number = field(LIST_RULESETS, ruleset, "id", int)
    enforcement = field(LIST_RULESETS, ruleset, "enforcement", str)
    if isinstance(number, Unread):
        return number
    if isinstance(enforcement, Unread):
        return enforcement
    why = {"evaluate": "only evaluated", "disabled": "disabled"}
    return IdleRuleset(
        name=f"ruleset {number}", why=why.get(enforcement, "does not match the branch")
    )


def _texts(
    call: ApiCall, items: Iterable[Answer], name: str, *, prefix: str = ""
) -> frozenset[str] | Unread:
    """One field of each item, or why one of them could not be read."""
    texts = whole(field(call, item, name, str) for item in items)
    return texts if isinstance(texts, Unread) else frozenset(f"{prefix}{text}" for text in texts)


def _together(parts: Iterable[frozenset[str] | Unread]) -> frozenset[str] | Unread:
    every = whole(parts)
    return every if isinstance(every, Unread) else frozenset().union(*every)
