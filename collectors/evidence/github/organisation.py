"""The organisation itself, and who from outside may reach its repositories."""

from collectors.evidence.record import Record, Unread


class GithubOrganisation(Record, frozen=True, tag="github.organisation"):
    """An organisation, its owners, and how its people sign in."""

    two_factor_required: bool | Unread
    owners: frozenset[str] | Unread
    members_without_two_factor: frozenset[str] | Unread
    outsiders_without_two_factor: frozenset[str] | Unread


class OutsideCollaborator(Record, frozen=True, tag="github.outside_collaborator"):
    """Somebody with access to a repository who is no member of the organisation."""

    login: str
