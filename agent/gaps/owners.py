"""Who answers for what: by what a subject is tagged with, where it is, or what it breaks."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from agent.gaps.codeowners import SOURCE, TAG_NAME
from agent.gaps.states import Finding

DEFAULT = "default"
TAG = "tag:"
SUBJECT = "subject:"
CODE_OWNER = "codeowner:"
SCOPE = "scope:"


def owner_of(
    finding: Finding | None, scope: str, words: Iterable[str], owners: Mapping[str, str]
) -> str | None:
    """The owner by the narrowest entry: tag, subject, code owner, scope, words of the control.

    Args:
        finding: What fails; `None` where nothing of its own does.
        scope: Where.
        words: What the control is called, narrowest first: its id, its area, its promise.
        owners: Owners by `tag:KEY=VALUE`, `subject:PATTERN`, `codeowner:PATTERN`, `scope:PATTERN`,
            word, or `default`.
    """
    narrow = (
        *(_by_tag(finding, owners) if finding else ()),
        *(_by_subject(finding, owners) if finding else ()),
        *(_by_code_owner(finding, owners) if finding else ()),
        *(owners[name] for name in owners if _fits(name, SCOPE, scope)),
    )
    by_word = (owners[word] for word in (*words, DEFAULT) if word in owners)
    return narrow[0] if narrow else next(by_word, None)


def owner_of_all(
    findings: Iterable[Finding], scope: str, words: Iterable[str], owners: Mapping[str, str]
) -> str | None:
    """The one owner of all findings; where they have several, whoever has the whole of it."""
    named = tuple(words)
    found = {owner_of(finding, scope, named, owners) for finding in findings}
    return found.pop() if len(found) == 1 else owner_of(None, scope, named, owners)


def named_by_tags(finding: Finding, owners: Mapping[str, str]) -> tuple[str, ...]:
    """Whom the tags and code owners of what fails name, narrowest first."""
    return (*_by_tag(finding, owners), *_by_code_owner(finding, owners))


def by_what_fails(owners: Mapping[str, str]) -> bool:
    """Whether any owner is named by what fails, so that findings must be read to know whose."""
    return any(name.startswith((TAG, SUBJECT, CODE_OWNER)) for name in owners)


def _by_tag(finding: Finding, owners: Mapping[str, str]) -> list[str]:
    tags = {f"{TAG}{key}={value}" for key, value in finding.tags.items()}
    return [owners[name] for name in owners if name in tags]


def _by_subject(finding: Finding, owners: Mapping[str, str]) -> list[str]:
    return [
        owners[name]
        for name in owners
        if _fits(name, SUBJECT, finding.subject) or _fits(name, SUBJECT, finding.name)
    ]


def _by_code_owner(finding: Finding, owners: Mapping[str, str]) -> list[str]:
    """In the order of the repository's own file; who has no entry can be reached by nobody."""
    named = finding.tags.get(TAG_NAME, "").split() if finding.scope.startswith(SOURCE) else ()
    return [owners[name] for one in named for name in owners if _fits(name, CODE_OWNER, one)]


def _fits(name: str, prefix: str, text: str) -> bool:
    return name.startswith(prefix) and fnmatchcase(text, name.removeprefix(prefix))
