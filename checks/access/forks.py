"""Whether private code can be copied out of reach."""

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
from collectors.evidence.github.repositories import GithubRepository
from collectors.evidence.record import Unread


@check(
    id="github.organisation.private-forks-off",
    title="Private repositories cannot be forked",
    controls=("ACC-07", "NET-02"),
    severity=Severity.MEDIUM,
    remediation="Turn forking of private repositories off, and remove forks that exist.",
    empty=Outcome.FAILED,
)
def private_forks_off(repository: GithubRepository) -> Verdict:
    """A fork is a copy in somebody's own account, with that account's rules.

    Forking has to be off by the organisation's setting or the repository's own, and no fork
    may be left over.
    """
    if repository.private is False:
        return not_applicable("the repository is public")
    if isinstance(repository.forks, frozenset) and repository.forks:
        forks = tuple(sorted(repository.forks))
        return failed(f"{len(forks)} forks of a private repository", forks=forks)
    if repository.may_be_forked is True:
        if isinstance(repository.private, Unread):
            return undetermined(repository.private)
        return failed("members can fork the repository")
    for part in (repository.may_be_forked, repository.forks):
        if isinstance(part, Unread):
            return undetermined(part)
    return passed("the repository cannot be forked, and has no forks")
