"""Releases of the window: what each was made of, and what keeps it as it is."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet

from collectors.contract import ApiCall, collector
from collectors.evidence.github.releases import Release
from collectors.evidence.record import Instant, Unread
from collectors.github.counts import COUNTS, counting_none
from collectors.github.organisation import (
    Answer,
    Organisation,
    Query,
    field,
    needed,
    needed_moment,
    whole,
)
from collectors.github.protected import PROTECTED_CALLS, protected_branch_with
from collectors.github.repositories import LIST_REPOSITORIES, repositories
from collectors.github.settings import ORGANISATION
from collectors.reader import unread

LIST_RELEASES = ApiCall(
    "github",
    "GET /repos/{owner}/{repo}/releases",
    "contents:read",
    redact=(
        *("body.name", "body.body_html", "body.body_text"),
        *("body.author", "body.assets"),
    ),
    sift=("body.body",),
)
TAGS = Query(
    "graphql",
    "ReleaseTags",
    "contents:read",
    text="""
query ReleaseTags($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    releases(first: 20, after: $after, orderBy: {field: CREATED_AT, direction: DESC}) {
      pageInfo { hasNextPage endCursor }
      nodes {
        tagName
        tagCommit { oid }
        tag {
          rules(first: 50) {
            pageInfo { hasNextPage }
            nodes { type }
          }
        }
      }
    }
  }
}
""",
)
OLDER_IN_A_ROW = 20
"""So many releases in a row from before the window end the list: one may be published late."""


@collector(
    id="github.releases",
    calls=(LIST_REPOSITORIES, ORGANISATION, COUNTS, LIST_RELEASES, TAGS, *PROTECTED_CALLS),
)
def releases(organisation: Organisation) -> Iterator[Release]:
    """Every release that was published in the window, drafts left out.

    Notes and settings of a release may change later, so each is read again every time; of the
    notes only the length is kept.
    """
    population = tuple(organisation.in_turn(repositories(organisation)))
    without = _without_any(organisation, population)

    def read(repository: Answer) -> tuple[Release, ...]:
        found = tuple(_published(organisation, repository))
        tags = _tags(organisation, repository, {one["tag_name"] for one in found})
        return tuple(
            _release(organisation, repository, one, tags[one["tag_name"]]) for one in found
        )

    asked = (one for one in population if one["node_id"] not in without)
    for found in organisation.concurrently(read, asked):
        yield from found


def _without_any(organisation: Organisation, population: tuple[Answer, ...]) -> frozenset[str]:
    if not population:
        return frozenset()
    first = organisation.detail(LIST_RELEASES, **_place(population[0]), per_page=2)
    return counting_none(organisation, population, "releases", of_the_first=first)


def _place(repository: Answer) -> dict[str, str]:
    owner, _, name = repository["full_name"].partition("/")
    return {"owner": owner, "repo": name}


def _published(organisation: Organisation, repository: Answer) -> Iterator[Answer]:
    older = 0
    needs = ("node_id", "tag_name")
    for found in organisation.each(LIST_RELEASES, needs=needs, **_place(repository)):
        if needed(LIST_RELEASES, found, "draft", bool):
            continue
        in_window = needed_moment(LIST_RELEASES, found, "published_at") >= organisation.begins
        older = 0 if in_window else older + 1
        if in_window:
            yield found
        if older == OLDER_IN_A_ROW:
            return


def _tags(
    organisation: Organisation, repository: Answer, wanted: AbstractSet[str]
) -> Mapping[str, Answer | Unread]:
    """What GitHub says of some tags of releases; a list that breaks off leaves the rest unread."""
    place = _place(repository)
    found: dict[str, Answer | Unread] = {}
    listed = organisation.nodes(
        TAGS, "repository.releases", cursor="after", owner=place["owner"], name=place["repo"]
    )
    for one in organisation.until_refused(listed) if wanted else ():
        if isinstance(one, Unread):
            return {**dict.fromkeys(wanted, one), **found}
        found[needed(TAGS, one, "tagName", str)] = one
        if wanted <= found.keys():
            break
    nothing = unread(TAGS, "the answer has no such release")
    return {**dict.fromkeys(wanted, nothing), **found}


def _release(
    organisation: Organisation, repository: Answer, found: Answer, tag: Answer | Unread
) -> Release:
    at = needed_moment(LIST_RELEASES, found, "published_at")
    commit = _commit(tag)
    characters = field(LIST_RELEASES, found, "body.characters", int)
    return Release(
        id=found["node_id"],
        name=f"{repository['full_name']} {found['tag_name']}",
        occurred_at=at,
        repository=repository["full_name"],
        tag=found["tag_name"],
        commit=commit,
        has_notes=characters if isinstance(characters, Unread) else characters > 0,
        immutable=field(LIST_RELEASES, found, "immutable", bool),
        tag_rules=_rules(tag),
        from_branch=_branch(organisation, _place(repository), commit, at),
    )


def _commit(tag: Answer | Unread) -> str | Unread | None:
    """`None` where GitHub says that the tag points to no commit."""
    if isinstance(tag, Mapping) and tag.get("tagCommit", "") is None:
        return None
    return field(TAGS, tag, "tagCommit.oid", str)


def _rules(tag: Answer | Unread) -> frozenset[str] | Unread | None:
    if isinstance(tag, Mapping) and tag.get("tag", "") is None:
        return None
    more = field(TAGS, tag, "tag.rules.pageInfo.hasNextPage", bool)
    nodes = field(TAGS, tag, "tag.rules.nodes", list)
    if isinstance(nodes, Unread):
        return nodes
    if more is not False:
        return unread(TAGS, "a tag has more rules than were answered")
    kinds = whole(field(TAGS, node or {}, "type", str) for node in nodes)
    return kinds if isinstance(kinds, Unread) else frozenset(kinds)


def _branch(
    organisation: Organisation, place: Mapping[str, str], commit: str | Unread | None, at: Instant
) -> str | Unread | None:
    if not isinstance(commit, str):
        return commit
    return protected_branch_with(organisation, place, commit, at=at)
