"""Whose a repository, or a file in it, is by the repository's own CODEOWNERS file."""

import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

Rules = Sequence[tuple[str, tuple[str, ...]]]
"""Each pattern of a file with its owners, in the order of the file."""

TAG_NAME = "CODEOWNERS"
"""Under this name a finding's tags hold the owners, parted by blanks."""
REPOSITORY = re.compile(r"[^\s/#@]+/[^\s/#@]+")
SOURCE = "github:"
"""How the scopes begin whose subjects can have code owners."""
EVERYTHING = {"*", "**", "/**", "**/*", "/**/*"}
WORKFLOWS = "/.github/"
ANY_DEPTH = "**"


def owners_of(subject: str, name: str, known: Mapping[str, Rules]) -> tuple[str, ...]:
    """The code owners of a subject: of the file it is about, else of the whole repository.

    The last pattern that matches counts alone, as GitHub has it: where it names nobody, nobody
    owns what it matches.

    Args:
        subject: The subject's id; that of a workflow ends with its path.
        name: What the subject is called, which begins with its repository: `acme/web main`.
        known: The rules of each repository.
    """
    rules = known.get(repository_of(name) or "", ())
    _, inside, rest = subject.partition(WORKFLOWS)
    path = f"{WORKFLOWS}{rest.partition('#')[0]}".lstrip("/") if inside else None
    return next((owners for pattern, owners in reversed(rules) if _matches(pattern, path)), ())


def repository_of(name: str) -> str | None:
    """The repository that a subject's name begins with; `None` if it begins with none."""
    found = REPOSITORY.match(name)
    return found.group() if found else None


def _matches(pattern: str, path: str | None) -> bool:
    """Whether a pattern matches a path; without one, whether it matches everything there is.

    As in a .gitignore, but for what GitHub leaves out of it: a slash inside ties to the root, a
    folder holds what is below it, and `docs/*` holds nothing of the folders below. There are no
    classes of characters and no exceptions.
    """
    if path is None or pattern in EVERYTHING:
        return pattern in EVERYTHING
    parts = tuple(pattern.strip("/").replace("[", "[[]").split("/"))
    rooted = "/" in pattern.rstrip("/")
    ends = list(_ends(parts if rooted else (ANY_DEPTH, *parts), path.split("/")))
    whole, inside = ends[-1], any(ends[:-1])
    if pattern.endswith("/"):
        return inside
    return whole or (inside and not (rooted and parts[-1] == "*"))


def _ends(parts: Sequence[str], path: Sequence[str]) -> Iterator[bool]:
    """After each name of a path, whether the pattern is at its end: no way is walked twice."""
    reached = _skipping(parts, {0})
    for name in path:
        stays = {at for at in reached if at < len(parts) and parts[at] == ANY_DEPTH}
        goes = {
            at + 1 for at in reached - stays if at < len(parts) and fnmatchcase(name, parts[at])
        }
        reached = _skipping(parts, stays | goes)
        yield len(parts) in reached


def _skipping(parts: Sequence[str], reached: set[int]) -> set[int]:
    """Any depth may be none at all."""
    found = set(reached)
    for at, part in enumerate(parts):
        if at in found and part == ANY_DEPTH:
            found.add(at + 1)
    return found
