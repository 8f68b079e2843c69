"""The organisation itself, and who from outside may reach its repositories."""

from datetime import date

from collectors.evidence.github.later import LATER
from collectors.evidence.github.plan import NotOffered
from collectors.evidence.record import Fact, Instant, Record, Unread


class SignOn(Fact, frozen=True, tag="github.sign_on"):
    """Single sign-on of the organisation, and who has not linked an identity."""

    unlinked: frozenset[str] | Unread


class GithubOrganisation(Record, frozen=True, tag="github.organisation"):
    """An organisation, its owners, how its people sign in, and what its members may do."""

    two_factor_required: bool | Unread
    owners: frozenset[str] | Unread
    members_without_two_factor: frozenset[str] | Unread
    outsiders_without_two_factor: frozenset[str] | Unread
    managers: frozenset[str] | Unread = LATER
    """People whose role in the organisation manages more than it reads, without being owners."""
    sign_on: SignOn | NotOffered | Unread | None = LATER
    """`None` where the organisation has no identity provider of its own."""
    base_permission: str | Unread = LATER
    """What every member may do with every repository: `none`, `read`, `write` or `admin`."""
    members_may_create: frozenset[str] | Unread = LATER
    """Kinds of repositories: `public`, `private`, `internal`."""
    administrators_may: frozenset[str] | Unread = LATER
    """What administrators of one repository may do that could be the owners' alone."""
    members_may_fork: bool | Unread = LATER
    """Whether private repositories can be forked where they allow it themselves."""
    is_verified: bool | Unread = LATER
    """Whether it shows a domain that GitHub verified."""


class OutsideCollaborator(Record, frozen=True, tag="github.outside_collaborator"):
    """Somebody with access to a repository who is no member of the organisation."""

    login: str


class GithubAccess(Record, frozen=True, tag="github.access"):
    """Somebody who reaches the organisation, or was asked to."""

    login: str | Unread | None
    """`None` for an invitation sent to an address."""
    email: str | Unread | None
    via: str
    """`member`, `outsider` or `invitation`."""
    invited_at: Instant | Unread | None


class AccountedAccess(Record, frozen=True, tag="github.accounted_access"):
    """Somebody who reaches the organisation, beside the person of the register it belongs to."""

    login: str | Unread | None
    via: str
    invited_at: Instant | Unread | None
    person: str | None
    """By the register's logins or by address; `None` where nobody of the register fits."""
    email: str | Unread | None
    employed_until: date | None
    """The person's last day, where one is known."""
