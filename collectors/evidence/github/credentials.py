"""What reaches an organisation without a person: keys, tokens, apps and webhooks."""

from collectors.evidence.record import Instant, Record, Unread


class DeployKey(Record, frozen=True, tag="github.deploy_key"):
    """A key that opens one repository to a machine."""

    read_only: bool | Unread
    created_at: Instant | Unread
    last_used_at: Instant | Unread | None


class AccessToken(Record, frozen=True, tag="github.access_token"):
    """A token or key of a person that reaches the organisation."""

    owner: str
    fine_grained: bool
    created_at: Instant | Unread
    """When it was approved or authorised for the organisation."""
    expires_at: Instant | Unread | None
    """`None` where it never ends."""
    last_used_at: Instant | Unread | None


class InstalledApp(Record, frozen=True, tag="github.installed_app"):
    """An App that is installed in the organisation, and what it may do."""

    slug: str
    writes: frozenset[str] | Unread
    """Permissions to do more than read, by GitHub's words."""
    suspended: bool


class Webhook(Record, frozen=True, tag="github.webhook"):
    """Somebody else's address that is told what happens."""

    active: bool | Unread
    scheme: str | Unread
    """`https` or `http`; the address itself is not kept, because it may open what it leads to."""
    verifies_certificate: bool | Unread
    has_secret: bool | Unread
