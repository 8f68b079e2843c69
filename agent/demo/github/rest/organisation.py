"""The organisation and its people."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from agent.demo.github.rest.view import Asked, Fields, Listing, Refused, Route, View


def user(view: View, _: Asked) -> Fields:
    """Who the token belongs to."""
    if view.viewer.is_app:
        raise Refused(HTTPStatus.FORBIDDEN, "Resource not accessible by integration")
    return {"login": view.viewer.login, "type": "User"}


def organisation(view: View, asked: Asked) -> Fields:
    """The organisation, with what only owners see left out or null for others."""
    state = view.organisation(asked)
    owns = view.viewer.owns
    public = sum(not repository.private for repository in state.repositories.values())
    shown: Fields = {
        "login": state.login,
        "id": state.id,
        "node_id": state.node_id,
        "type": "Organization",
        "public_repos": public,
        "two_factor_requirement_enabled": state.two_factor_required if owns else None,
    }
    if owns:
        shown |= state.profile
        shown["total_private_repos"] = len(state.repositories) - public
        shown["billing_email"] = f"billing@{state.login}.test"
    return shown


def members(view: View, asked: Asked) -> Listing:
    """Members, all or by role or without a second factor."""
    state = view.organisation(asked)
    role = asked.get("role", "all")
    logins = [login for login, held in state.members.items() if role in {"all", held}]
    return _people(view, logins, asked)


def outside_collaborators(view: View, asked: Asked) -> Listing:
    """People with access to a repository who are no members."""
    return _people(view, view.organisation(asked).outside_collaborators, asked)


def _people(view: View, logins: Sequence[str], asked: Asked) -> Listing:
    accounts = [view.state.accounts[login] for login in logins]
    if asked.get("filter") == "2fa_disabled":
        if not view.viewer.owns:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "Only owners can use this filter.")
        accounts = [account for account in accounts if not account.two_factor]
    return Listing(
        [{"login": a.login, "id": a.id, "node_id": a.node_id, "type": a.type} for a in accounts]
    )


def account(view: View, asked: Asked) -> Fields:
    """Somebody, with what they show to everybody."""
    found = view.state.accounts.get(asked["username"].removesuffix("[bot]"))
    if found is None:
        raise Refused(HTTPStatus.NOT_FOUND, "Not Found")
    return {
        "login": found.login,
        "id": found.id,
        "node_id": found.node_id,
        "type": found.type,
        "email": found.email,
    }


ROUTES: Mapping[str, Route] = {
    "GET /user": user,
    "GET /users/{username}": account,
    "GET /orgs/{org}": organisation,
    "GET /orgs/{org}/members": members,
    "GET /orgs/{org}/outside_collaborators": outside_collaborators,
}
