"""Whether leaked secrets, weak dependencies and weak code would be found."""

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
from collectors.evidence.github.repositories import CodeScanning, GithubRepository
from collectors.evidence.record import Unread


@check(
    id="github.secret-scanning.on",
    title="Repositories are scanned for secrets, and pushes with secrets are stopped",
    controls=("CRY-03",),
    severity=Severity.HIGH,
    remediation="Attach a security configuration that turns scanning and push protection on.",
    empty=Outcome.FAILED,
)
def secret_scanning_on(repository: GithubRepository) -> Verdict:
    """A secret that was pushed is public to everybody with a copy; better it never is.

    Secret scanning and push protection both have to be on. Archived repositories are left
    out.
    """
    if repository.archived is True:
        return not_applicable("the repository is archived")
    halves = {
        "secret scanning": repository.secret_scanning,
        "push protection": repository.push_protection,
    }
    off = tuple(name for name, on in halves.items() if on is False)
    if off:
        return failed(f"{' and '.join(off)} off", off=off)
    for on in halves.values():
        if isinstance(on, Unread):
            return undetermined(on)
    return passed("secret scanning and push protection are on")


@check(
    id="github.dependabot.on",
    title="Repositories are told of vulnerable dependencies",
    controls=("VUL-01",),
    severity=Severity.HIGH,
    remediation="Turn Dependabot alerts on, best by a security configuration.",
    empty=Outcome.NOT_APPLICABLE,
)
def dependabot_on(repository: GithubRepository) -> Verdict:
    """Most of a program was written by others, and its weaknesses are published by them.

    Asked of every repository that is not archived: without alerts GitHub looks for no
    manifest, and would know of none.
    """
    if repository.archived is True:
        return not_applicable("the repository is archived")
    if isinstance(repository.dependency_alerts, Unread):
        return undetermined(repository.dependency_alerts)
    judge = passed if repository.dependency_alerts else failed
    return judge(f"dependency alerts are {'on' if repository.dependency_alerts else 'off'}")


@check(
    id="github.code-scanning.recent",
    title="Code is scanned, lately and without errors",
    controls=("VUL-01", "CHG-06", "PIN-02"),
    severity=Severity.MEDIUM,
    remediation="Turn on the default setup of code scanning for every language.",
    empty=Outcome.NOT_APPLICABLE,
)
def code_scanning_recent(
    scanning: CodeScanning, *, as_of: datetime, max_age_days: int = 14
) -> Verdict:
    """A scanner that stopped months ago reports as few weaknesses as one that finds none.

    Each language that can be scanned needs an analysis of the default branch, by a category
    that names it or by one for all, that is without error and younger than the limit.
    """
    if scanning.archived is True:
        return not_applicable("the repository is archived")
    if isinstance(scanning.languages, Unread):
        return undetermined(scanning.languages)
    if not scanning.languages:
        return not_applicable("no language of the repository can be scanned")
    if isinstance(scanning.analyses, Unread):
        return undetermined(scanning.analyses)
    oldest = as_of - timedelta(days=max_age_days)
    good = [one for one in scanning.analyses if not one.has_error and one.created_at >= oldest]
    missing = tuple(
        language
        for language in sorted(scanning.languages)
        if not any(_is_about(one.category, language) for one in good)
    )
    if missing:
        return failed(f"no recent analysis of {', '.join(missing)}", missing=missing)
    return passed("every language was analysed lately", languages=tuple(sorted(scanning.languages)))


def _is_about(category: str, language: str) -> bool:
    """GitHub's own scanner writes `/language:python`; one without a language is about all."""
    _, named, said = category.partition("/language:")
    return not named or said.partition("/")[0] in {language, *language.split("-")}
