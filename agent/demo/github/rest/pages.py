"""Settings of the organisation and of its repositories, for those who own it."""

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Any

from agent.demo.github import pages
from agent.demo.github.pages import Pages
from agent.demo.github.rest.view import REPOSITORY, Asked, Fields, Listing, Refused, Route, View


def of_organisation(template: str, view: View, asked: Asked) -> Fields | Listing | None:
    """One page of the organisation's settings."""
    state = view.organisation(asked)
    _for_owners(view)
    usual, lists = pages.OF_ORGANISATION, pages.LISTS_OF_ORGANISATION
    return _shown(template, asked, state.pages, usual, lists)


def of_repository(template: str, view: View, asked: Asked) -> Fields | Listing | None:
    """One page of a repository's settings."""
    repository = view.repository(asked)
    _for_owners(view)
    usual, lists = pages.OF_REPOSITORY, pages.LISTS_OF_REPOSITORY
    return _shown(template, asked, repository.pages, usual, lists)


def _for_owners(view: View) -> None:
    if not view.viewer.owns:
        raise Refused(HTTPStatus.FORBIDDEN, "Resource not accessible by integration")


def _shown(
    template: str,
    asked: Asked,
    written: Pages,
    usual: Mapping[str, Any],
    lists: Mapping[str, str | None],
) -> Fields | Listing | None:
    is_list = template in lists
    found: Any = written.get(template.format(**asked), [] if is_list else usual.get(template))
    if isinstance(found, Exception):
        raise found
    if not is_list:
        answer: Fields | None = found
        return answer
    states = asked["state"].split(",") if "state" in asked else None
    members = [one for one in found if states is None or one.get("state") in states]
    return Listing(members, key=lists[template], by_cursor=template in pages.BY_CURSOR)


ROUTES: Mapping[str, Route] = {
    **{
        f"GET /orgs/{{org}}/{template}": partial(of_organisation, template)
        for template in (*pages.OF_ORGANISATION, *pages.LISTS_OF_ORGANISATION)
    },
    **{
        f"{REPOSITORY}/{template}": partial(of_repository, template)
        for template in (*pages.OF_REPOSITORY, *pages.LISTS_OF_REPOSITORY)
    },
}
