"""Whether repositories are known, looked after, and say how to report a weakness."""

from datetime import datetime, timedelta

from checks.contract import (
    Outcome,
    Severity,
    Verdict,
    check,
    failed,
    not_applicable,
    passed,
    undetermined,
)
from collectors.evidence.github.repositories import CodeOwners, GithubRepository
from collectors.evidence.record import Unread

SCOPE = "scope"
"""How the property is called, alone or as the end of a longer name, that says what is in scope."""


@check(
    id="github.repository.scope-declared",
    title="Every repository is declared in or out of scope",
    controls=("GOV-08", "AST-01", "RSK-03"),
    severity=Severity.MEDIUM,
    remediation="Give the repository a value of the scope property, or exclude it with a reason.",
    empty=Outcome.FAILED,
)
def repository_scope_declared(repository: GithubRepository) -> Verdict:
    """What nobody decided about is in production before anybody looks at it.

    A property of the organisation whose name is or ends with `scope` needs a value. What
    the configuration excludes, with its reason, is declared as well. Archived and forked
    repositories count like all others.
    """
    if isinstance(repository.properties, Unread):
        return undetermined(repository.properties)
    declared = [
        said
        for said in repository.properties
        if said.name.casefold().replace("-", "_").rpartition("_")[2] == SCOPE
    ]
    if declared:
        return passed(f"declared by the property {declared[0].name}", scope=declared[0].value)
    return failed("nothing declares the repository in or out of scope")


@check(
    id="github.repository.inactive-archived",
    title="Repositories nobody works on are archived",
    controls=("AST-01",),
    severity=Severity.LOW,
    remediation="Archive the repository.",
    empty=Outcome.NOT_APPLICABLE,
)
def repository_inactive_archived(
    repository: GithubRepository, *, as_of: datetime, max_idle_days: int = 365
) -> Verdict:
    """Code that nobody looks after keeps its weaknesses and its keys."""
    if repository.archived is True:
        return passed("the repository is archived")
    if isinstance(repository.pushed_at, Unread):
        return undetermined(repository.pushed_at)
    if repository.pushed_at is None:
        return not_applicable("nothing was ever pushed")
    due = repository.pushed_at + timedelta(days=max_idle_days)
    if as_of > due and isinstance(repository.archived, Unread):
        return undetermined(repository.archived)
    judge = passed if as_of <= due else failed
    return judge(f"without a push it is to be archived by {due:%Y-%m-%d}", due=due.isoformat())


@check(
    id="github.repository.disclosure-policy",
    title="Public repositories say how to report a weakness",
    controls=("GOV-07",),
    severity=Severity.LOW,
    remediation="Add SECURITY.md to the default repository, and turn private reporting on.",
    empty=Outcome.NOT_APPLICABLE,
)
def repository_disclosure_policy(repository: GithubRepository) -> Verdict:
    """Whoever finds a weakness and knows no address for it publishes it.

    A public repository needs a security policy, its own or the organisation's, and private
    reporting has to be on.
    """
    if repository.private is True or repository.archived is True:
        return not_applicable("nobody from outside works with the repository")
    if repository.has_security_policy is False:
        return failed("there is no security policy")
    if repository.private_reporting is False:
        return failed("weaknesses cannot be reported in private")
    for part in (repository.private, repository.has_security_policy, repository.private_reporting):
        if isinstance(part, Unread):
            return undetermined(part)
    return passed("there is a security policy, and weaknesses can be reported in private")


@check(
    id="github.repository.code-owners-valid",
    title="Code owners are named, exist, and cover what is sensitive",
    controls=("CHG-01", "CHG-06", "AST-01"),
    severity=Severity.MEDIUM,
    remediation="Add or repair the code owners file.",
    empty=Outcome.FAILED,
)
def repository_code_owners_valid(
    owners: CodeOwners, *, sensitive_paths: tuple[str, ...] = (".github/", "CODEOWNERS")
) -> Verdict:
    """Review by owners asks nobody where the file names nobody, or somebody who left.

    The file has to lie in one of its three places on the default branch and to be without
    errors: GitHub tells owners that do not exist or cannot write. Each sensitive path needs
    a pattern of its own or one for everything; the file itself counts where it lies.
    """
    if owners.archived is True:
        return not_applicable("the repository is archived")
    if isinstance(owners.path, Unread):
        return undetermined(owners.path)
    if owners.path is None:
        return failed("there is no code owners file")
    return _of_file(owners, owners.path, sensitive_paths)


def _of_file(owners: CodeOwners, path: str, sensitive_paths: tuple[str, ...]) -> Verdict:
    if isinstance(owners.errors, tuple) and owners.errors:
        return failed(f"{len(owners.errors)} errors", path=path, errors=owners.errors)
    if isinstance(owners.patterns, Unread):
        return undetermined(owners.patterns)
    patterns = owners.patterns
    bare = tuple(one for one in sensitive_paths if not _is_covered(one, path, patterns))
    if bare:
        return failed("sensitive paths have no owner", path=path, bare=bare)
    if isinstance(owners.errors, Unread):
        return undetermined(owners.errors)
    return passed("every sensitive path has an owner", path=path)


def _is_covered(path: str, file: str, patterns: tuple[str, ...]) -> bool:
    """Whether a pattern stands for everything, for the path, or for a folder above it."""
    place = file if path == "CODEOWNERS" else path
    whole = {"*", "/", "/*", "**", "/**"}
    return any(
        pattern in whole
        or place.startswith(pattern.lstrip("/").rstrip("*"))
        or pattern.strip("/") == path.strip("/")
        for pattern in patterns
    )
