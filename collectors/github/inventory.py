"""Repositories as they are kept: who may fork them, what watches over them, who owns what."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from operator import itemgetter

from collectors.contract import ApiCall, collector
from collectors.evidence.github.repositories import (
    Analysis,
    CodeOwners,
    CodeScanning,
    GithubRepository,
    Property,
)
from collectors.evidence.record import Instant, Unread
from collectors.github.batches import of_each
from collectors.github.facts import (
    FACTS,
    code_owners,
    code_owners_errors,
    has_dependency_alerts,
    has_security_policy,
    owned_lines,
    owned_patterns,
    scanned_languages,
)
from collectors.github.organisation import (
    Answer,
    Organisation,
    field,
    moment,
    whole,
)
from collectors.github.repositories import LIST_REPOSITORIES, repositories
from collectors.github.settings import ORGANISATION

IN_REPOSITORY = "GET /repos/{owner}/{repo}"
PROPERTIES = ApiCall(
    "github", "GET /orgs/{org}/properties/values", "organization_custom_properties:read"
)
FORKS = ApiCall(
    "github",
    f"{IN_REPOSITORY}/forks",
    "metadata:read",
    redact=("body.temp_clone_token", "body.description", "body.homepage", "body.mirror_url"),
)
DEPENDENCY_ALERTS_ON = ApiCall(
    "github", f"{IN_REPOSITORY}/vulnerability-alerts", "administration:read"
)
PRIVATE_REPORTING = ApiCall(
    "github", f"{IN_REPOSITORY}/private-vulnerability-reporting", "administration:read"
)
ANALYSES = ApiCall("github", f"{IN_REPOSITORY}/code-scanning/analyses", "security_events:read")

SWITCHED_OFF = "404 Vulnerability alerts are disabled."
NO_ANALYSIS = "404 no analysis found"
ENABLED = "enabled"
LOOKED_BACK = timedelta(days=92)
NOT_ASKED = Unread(why="not asked: the repository is archived")


@collector(
    id="github.repositories",
    calls=(
        *(LIST_REPOSITORIES, ORGANISATION, PROPERTIES, FORKS),
        *(DEPENDENCY_ALERTS_ON, PRIVATE_REPORTING, FACTS),
    ),
)
def github_repositories(organisation: Organisation) -> Iterator[GithubRepository]:
    """Every repository with its properties, its forks, and what watches over it."""
    population = tuple(organisation.in_turn(repositories(organisation)))
    seen = of_each(organisation, FACTS, population)
    properties = _properties(organisation)
    known = organisation.detail(ORGANISATION, org=organisation.login)
    above = field(ORGANISATION, known, "members_can_fork_private_repositories", bool)

    def describe(repository: Answer) -> GithubRepository:
        archived = field(LIST_REPOSITORIES, repository, "archived", bool)
        private = field(LIST_REPOSITORIES, repository, "private", bool)
        return GithubRepository(
            id=repository["node_id"],
            name=repository["full_name"],
            archived=archived,
            private=private,
            pushed_at=None
            if repository.get("pushed_at", "") is None
            else moment(LIST_REPOSITORIES, repository, "pushed_at"),
            properties=properties
            if isinstance(properties, Unread)
            else properties.get(repository["name"], ()),
            may_be_forked=_may_be_forked(repository, above),
            forks=_forks(organisation, repository),
            secret_scanning=_is_on(repository, "secret_scanning"),
            push_protection=_is_on(repository, "secret_scanning_push_protection"),
            dependency_alerts=NOT_ASKED
            if archived is True
            else _are_alerts_on(organisation, repository, seen[repository["node_id"]]),
            has_security_policy=has_security_policy(seen[repository["node_id"]]),
            private_reporting=None
            if private is True
            else field(
                PRIVATE_REPORTING,
                organisation.at(_place(repository), PRIVATE_REPORTING),
                "enabled",
                bool,
            ),
        )

    yield from organisation.concurrently(describe, population)


@collector(
    id="github.code-scanning",
    calls=(LIST_REPOSITORIES, ORGANISATION, FACTS, ANALYSES),
)
def code_scanning(organisation: Organisation) -> Iterator[CodeScanning]:
    """Every repository with the languages that can be scanned and the newest analyses.

    A repository without such a language is not asked any further.
    """
    population = tuple(organisation.in_turn(repositories(organisation)))
    seen = of_each(organisation, FACTS, population)

    def describe(repository: Answer) -> CodeScanning:
        archived = field(LIST_REPOSITORIES, repository, "archived", bool)
        languages = scanned_languages(seen[repository["node_id"]])
        idle = archived is True or languages == frozenset()
        return CodeScanning(
            id=repository["node_id"],
            name=repository["full_name"],
            archived=archived,
            languages=languages,
            analyses=() if idle else _analyses(organisation, repository),
        )

    yield from organisation.concurrently(describe, population)


@collector(id="github.code-owners", calls=(LIST_REPOSITORIES, ORGANISATION, FACTS))
def code_owners_files(organisation: Organisation) -> Iterator[CodeOwners]:
    """Every repository with its code owners file, what it covers, and what is wrong with it."""
    population = tuple(organisation.in_turn(repositories(organisation)))
    seen = of_each(organisation, FACTS, population)

    def describe(repository: Answer) -> CodeOwners:
        answer = seen[repository["node_id"]]
        found = code_owners(answer)
        there = isinstance(found, tuple)
        return CodeOwners(
            id=repository["node_id"],
            name=repository["full_name"],
            archived=field(LIST_REPOSITORIES, repository, "archived", bool),
            path=found[0] if isinstance(found, tuple) else found,
            patterns=owned_patterns(found[1]) if isinstance(found, tuple) else (),
            rules=found if isinstance(found, Unread) else owned_lines(found[1] if found else ""),
            errors=code_owners_errors(answer) if there else (),
        )

    yield from organisation.concurrently(describe, population)


def _place(repository: Answer) -> dict[str, str]:
    owner, _, name = repository["full_name"].partition("/")
    return {"owner": owner, "repo": name}


def _properties(organisation: Organisation) -> Mapping[str, tuple[Property, ...]] | Unread:
    """The properties that have a value, by the name of their repository."""
    listed = organisation.listed(PROPERTIES, needs=("repository_name",), org=organisation.login)
    if isinstance(listed, Unread):
        return listed
    return {
        one["repository_name"]: tuple(
            Property(name=said["property_name"], value=str(said["value"]))
            for said in sorted(one.get("properties") or (), key=itemgetter("property_name"))
            if said.get("value")
        )
        for one in listed
    }


def _may_be_forked(repository: Answer, above: bool | Unread) -> bool | Unread:  # noqa: FBT001 - a setting as it was read
    """The stricter of the repository's own setting and the organisation's."""
    own = field(LIST_REPOSITORIES, repository, "allow_forking", bool)
    if own is False or above is False:
        return False
    return own if isinstance(own, Unread) else above


def _forks(organisation: Organisation, repository: Answer) -> frozenset[str] | Unread:
    """Asked for only where GitHub counts some of a private repository."""
    counted = field(LIST_REPOSITORIES, repository, "forks_count", int)
    if repository.get("private") is not True or counted == 0:
        return frozenset()
    found = organisation.listed(FORKS, needs=("full_name",), **_place(repository))
    return found if isinstance(found, Unread) else frozenset(one["full_name"] for one in found)


def _is_on(repository: Answer, feature: str) -> bool | Unread:
    said = field(LIST_REPOSITORIES, repository, f"security_and_analysis.{feature}.status", str)
    return said if isinstance(said, Unread) else said == ENABLED


def _are_alerts_on(
    organisation: Organisation, repository: Answer, seen: Answer | Unread
) -> bool | Unread:
    """Asked of each repository by itself only where the question about many does not say yes."""
    if has_dependency_alerts(seen):
        return True
    return organisation.is_on(_place(repository), DEPENDENCY_ALERTS_ON, off=SWITCHED_OFF)


def _analyses(organisation: Organisation, repository: Answer) -> tuple[Analysis, ...] | Unread:
    """Back to a quarter before the newest: older ones say nothing of today."""
    oldest: list[Instant] = []

    def goes_on(found: Answer) -> bool:
        created_at = moment(ANALYSES, found, "created_at")
        if isinstance(created_at, Unread):
            return True
        oldest.append(created_at - LOOKED_BACK)
        return created_at >= oldest[0]

    listed = organisation.each(
        ANALYSES,
        needs=("ref",),
        **_place(repository),
        ref=f"refs/heads/{repository['default_branch']}",
    )
    found = organisation.recent(listed, none=f"{ANALYSES}: {NO_ANALYSIS}", goes_on=goes_on)
    return found if isinstance(found, Unread) else whole(map(_analysis, found))


def _analysis(found: Answer) -> Analysis | Unread:
    created_at = moment(ANALYSES, found, "created_at")
    error = field(ANALYSES, found, "error", str)
    if isinstance(created_at, Unread):
        return created_at
    if isinstance(error, Unread):
        return error
    return Analysis(
        category=str(found.get("category", "")), created_at=created_at, has_error=bool(error)
    )
