"""What one question tells of many repositories: files, languages, security policies."""

from collections.abc import Mapping

from collectors.evidence.github.repositories import OwnedPattern
from collectors.evidence.record import Unread
from collectors.github.organisation import Answer, Query, field, whole
from collectors.reader import unread

FACTS = Query(
    "graphql",
    "RepositoryFacts",
    "contents:read, metadata:read",
    text="""
query RepositoryFacts($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Repository {
      id
      isSecurityPolicyEnabled
      hasVulnerabilityAlertsEnabled
      codeowners { errors { kind line } }
      languages(first: 100) { nodes { name } }
      first: object(expression: "HEAD:.github/CODEOWNERS") {
        ... on Blob { isTruncated text }
      }
      second: object(expression: "HEAD:CODEOWNERS") { ... on Blob { isTruncated text } }
      third: object(expression: "HEAD:docs/CODEOWNERS") { ... on Blob { isTruncated text } }
    }
  }
}
""",
)
PLACES = {
    "first": ".github/CODEOWNERS",
    "second": "CODEOWNERS",
    "third": "docs/CODEOWNERS",
}
"""Where GitHub looks for code owners; the first that is there counts alone."""
SCANNED = {
    "C": "c-cpp",
    "C++": "c-cpp",
    "C#": "csharp",
    "Go": "go",
    "Java": "java-kotlin",
    "Kotlin": "java-kotlin",
    "JavaScript": "javascript-typescript",
    "TypeScript": "javascript-typescript",
    "Python": "python",
    "Ruby": "ruby",
    "Rust": "rust",
    "Swift": "swift",
}
"""What GitHub's scanner calls the languages it knows."""
NOT_SAID = Unread(why=f"{FACTS}: the answer does not say")


def has_security_policy(seen: Answer | Unread) -> bool | Unread:
    """Whether the repository, or the organisation for it, says how to report a weakness."""
    return field(FACTS, seen, "isSecurityPolicyEnabled", bool)


def has_dependency_alerts(seen: Answer | Unread) -> bool:
    """Whether alerts are known to be on; `False` may be all that GitHub shows to whom."""
    return field(FACTS, seen, "hasVulnerabilityAlertsEnabled", bool) is True


def scanned_languages(seen: Answer | Unread) -> frozenset[str] | Unread:
    """The repository's languages that can be scanned."""
    nodes = field(FACTS, seen, "languages.nodes", list)
    if isinstance(nodes, Unread):
        return nodes
    names = {field(FACTS, node or {}, "name", str) for node in nodes}
    return frozenset(SCANNED[name] for name in names if isinstance(name, str) and name in SCANNED)


def code_owners(seen: Answer | Unread) -> tuple[str, str] | Unread | None:
    """Path and text of the file that counts; `None` where there is none."""
    if isinstance(seen, Unread):
        return seen
    for alias, path in PLACES.items():
        found = seen.get(alias, NOT_SAID)
        if isinstance(found, Unread):
            return found
        if isinstance(found, Mapping):
            text = field(FACTS, found, "text", str)
            is_whole = field(FACTS, found, "isTruncated", bool) is False
            if isinstance(text, Unread) or not is_whole:
                return text if isinstance(text, Unread) else unread(FACTS, "a file is cut short")
            return path, text
    return None


def code_owners_errors(seen: Answer | Unread) -> tuple[str, ...] | Unread:
    """What GitHub finds wrong with the file that counts, of each error its kind and its line."""
    errors = field(FACTS, seen, "codeowners.errors", list)
    if isinstance(errors, Unread):
        return errors
    said = whole(map(_error, errors))
    return said if isinstance(said, Unread) else tuple(sorted(said))


def _error(found: Answer | Unread | None) -> str | Unread:
    asked = NOT_SAID if found is None else found
    kind, line = field(FACTS, asked, "kind", str), field(FACTS, asked, "line", int)
    if isinstance(kind, Unread):
        return kind
    return line if isinstance(line, Unread) else f"{kind} in line {line}"


def owned_lines(text: str) -> tuple[OwnedPattern, ...]:
    """Each line of a code owners file that is more than a comment, in their order."""
    lines = (line.partition("#")[0].split() for line in text.splitlines())
    return tuple(
        OwnedPattern(pattern=words[0], owners=tuple(words[1:])) for words in lines if words
    )


def owned_patterns(text: str) -> tuple[str, ...]:
    """The patterns of a code owners file that name at least one owner, in their order."""
    return tuple(line.pattern for line in owned_lines(text) if line.owners)
