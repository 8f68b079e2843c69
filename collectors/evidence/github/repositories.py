"""Repositories, and how they are looked after."""

from collectors.evidence.github.later import LATER
from collectors.evidence.record import Fact, Instant, Record, Unread


class Property(Fact, frozen=True, tag="github.property"):
    """One property that the organisation gave a repository."""

    name: str
    value: str


class GithubRepository(Record, frozen=True, tag="github.repository"):
    """A repository of the organisation, archived and forked ones included."""

    archived: bool | Unread
    private: bool | Unread
    pushed_at: Instant | Unread | None
    properties: tuple[Property, ...] | Unread
    """The organisation's own properties that have a value, by name."""
    may_be_forked: bool | Unread
    """Both by its own setting and by the organisation's."""
    forks: frozenset[str] | Unread
    secret_scanning: bool | Unread
    push_protection: bool | Unread
    dependency_alerts: bool | Unread
    has_security_policy: bool | Unread
    """Its own or the organisation's."""
    private_reporting: bool | Unread | None
    """Whether a weakness can be reported in private; `None` where nobody outside could see it."""


class CodeScanning(Record, frozen=True, tag="github.code_scanning"):
    """How a repository's code is scanned."""

    archived: bool | Unread
    languages: frozenset[str] | Unread
    """Those of its languages that GitHub's scanner knows, by its own names."""
    analyses: tuple["Analysis", ...] | Unread
    """The newest of the default branch."""
    configured: frozenset[str] | Unread = Unread(why="not asked: what was analysed says more")
    """Languages that GitHub's default setup scans, in evidence of earlier versions."""


class Analysis(Fact, frozen=True, tag="github.analysis"):
    """One upload of results for a default branch."""

    category: str
    created_at: Instant
    has_error: bool


class OwnedPattern(Fact, frozen=True, tag="github.owned_pattern"):
    """One line of a code owners file."""

    pattern: str
    owners: tuple[str, ...]
    """Users, teams and addresses as they are written; none takes what it matches from everybody."""


class CodeOwners(Record, frozen=True, tag="github.code_owners"):
    """A repository's code owners file, if it has one."""

    archived: bool | Unread
    path: str | Unread | None
    """`None` where it lies in none of its three places."""
    patterns: tuple[str, ...] | Unread
    """The patterns that name an owner."""
    errors: tuple[str, ...] | Unread
    """The kinds of errors GitHub found: unknown owners and owners without write access too."""
    rules: tuple[OwnedPattern, ...] | Unread = LATER
    """Every line that counts, in the order of the file: the last that matches wins."""
