"""Deploy keys, tokens of people, installed Apps and webhooks."""

from collections.abc import Iterator, Mapping

from collectors.contract import ApiCall, collector
from collectors.evidence.github.credentials import AccessToken, DeployKey, InstalledApp, Webhook
from collectors.evidence.record import Instant, Unread
from collectors.github.organisation import Answer, Organisation, field, moment
from collectors.github.plan import WITHOUT_ENTERPRISE
from collectors.github.repositories import LIST_REPOSITORIES, repositories
from collectors.github.settings import ORGANISATION

LIST_KEYS = ApiCall(
    "github", "GET /repos/{owner}/{repo}/keys", "administration:read", redact=("body.key",)
)
FINE_GRAINED = ApiCall(
    "github",
    "GET /orgs/{org}/personal-access-tokens",
    "organization_personal_access_tokens:read",
    redact=("body.owner.name", "body.owner.email"),
)
AUTHORISED = ApiCall(
    "github",
    "GET /orgs/{org}/credential-authorizations",
    "organization_administration:read",
    redact=("body.token_last_eight", "body.fingerprint", "body.authorized_credential_note"),
)
LIST_APPS = ApiCall("github", "GET /orgs/{org}/installations", "organization_administration:read")
HOOKS = ApiCall(
    "github",
    "GET /orgs/{org}/hooks",
    "organization_hooks:read",
    redact=("body.config.secret",),
    scheme_only=("body.config.url",),
)
REPOSITORY_HOOKS = ApiCall(
    "github",
    "GET /repos/{owner}/{repo}/hooks",
    "repository_hooks:read",
    redact=("body.config.secret", "body.last_response"),
    scheme_only=("body.config.url",),
)
VERIFIED = {"0", 0}
"""What `insecure_ssl` says where the certificate is verified: text, or a number in older hooks."""


@collector(id="github.deploy-keys", calls=(LIST_REPOSITORIES, ORGANISATION, LIST_KEYS))
def deploy_keys(organisation: Organisation) -> Iterator[DeployKey]:
    """Every deploy key of every repository that is not archived."""

    def describe(repository: Answer) -> tuple[DeployKey, ...]:
        return tuple(
            DeployKey(
                id=f"{repository['node_id']}/keys/{key.get('id')}",
                name=f"{repository['full_name']} {key['title']}",
                read_only=field(LIST_KEYS, key, "read_only", bool),
                created_at=moment(LIST_KEYS, key, "created_at"),
                last_used_at=_unless_never(LIST_KEYS, key, "last_used"),
            )
            for key in organisation.each(LIST_KEYS, needs=("title",), **_place(repository))
        )

    for keys in organisation.concurrently(describe, _at_work(organisation)):
        yield from keys


@collector(id="github.access-tokens", calls=(FINE_GRAINED, ORGANISATION, AUTHORISED))
def access_tokens(organisation: Organisation) -> Iterator[AccessToken]:
    """Fine-grained tokens that were approved, and what single sign-on was authorised for.

    GitHub shows the fine-grained ones to Apps only. Authorisations are asked for where the
    plan has single sign-on.
    """
    plan = field(
        ORGANISATION, organisation.detail(ORGANISATION, org=organisation.login), "plan.name", str
    )
    populations = [_fine_grained(organisation)]
    if plan not in WITHOUT_ENTERPRISE:
        populations.append(_authorised(organisation))
    yield from organisation.in_turn(*populations)


@collector(id="github.installed-apps", calls=(LIST_APPS,))
def installed_apps(organisation: Organisation) -> Iterator[InstalledApp]:
    """Every App that is installed in the organisation, suspended ones included."""
    org = organisation.login
    for app in organisation.each(LIST_APPS, "installations", needs=("app_slug",), org=org):
        permissions = field(LIST_APPS, app, "permissions", dict)
        yield InstalledApp(
            id=f"{organisation.scope}/installations/{app.get('id')}",
            name=f"{org} {app['app_slug']}",
            slug=app["app_slug"],
            writes=permissions
            if isinstance(permissions, Unread)
            else frozenset(name for name, access in permissions.items() if access != "read"),
            suspended=app.get("suspended_at") is not None,
        )


@collector(id="github.webhooks", calls=(HOOKS, LIST_REPOSITORIES, ORGANISATION, REPOSITORY_HOOKS))
def webhooks(organisation: Organisation) -> Iterator[Webhook]:
    """Every webhook of the organisation and of its repositories."""
    yield from organisation.in_turn(_of_organisation(organisation), _of_repositories(organisation))


def _place(repository: Answer) -> dict[str, str]:
    owner, _, name = repository["full_name"].partition("/")
    return {"owner": owner, "repo": name}


def _at_work(organisation: Organisation) -> Iterator[Answer]:
    return (one for one in repositories(organisation) if one.get("archived") is not True)


def _unless_never(call: ApiCall, answer: Answer, name: str) -> Instant | Unread | None:
    """A moment that GitHub sets to null where there was none; left out, it is unread."""
    return None if answer.get(name, "") is None else moment(call, answer, name)


def _fine_grained(organisation: Organisation) -> Iterator[AccessToken]:
    for token in organisation.each(FINE_GRAINED, needs=("token_name",), org=organisation.login):
        owner = field(FINE_GRAINED, token, "owner.login", str)
        yield AccessToken(
            id=f"{organisation.scope}/tokens/{token.get('token_id')}",
            name=f"{owner if isinstance(owner, str) else '?'} {token['token_name']}",
            owner=owner if isinstance(owner, str) else "",
            fine_grained=True,
            created_at=moment(FINE_GRAINED, token, "access_granted_at"),
            expires_at=_unless_never(FINE_GRAINED, token, "token_expires_at"),
            last_used_at=_unless_never(FINE_GRAINED, token, "token_last_used_at"),
        )


def _authorised(organisation: Organisation) -> Iterator[AccessToken]:
    for found in organisation.each(AUTHORISED, needs=("login",), org=organisation.login):
        yield AccessToken(
            id=f"{organisation.scope}/authorisations/{found.get('credential_id')}",
            name=f"{found['login']} {found.get('credential_type')}",
            owner=found["login"],
            fine_grained=False,
            created_at=moment(AUTHORISED, found, "credential_authorized_at"),
            expires_at=_unless_never(AUTHORISED, found, "authorized_credential_expires_at"),
            last_used_at=_unless_never(AUTHORISED, found, "credential_accessed_at"),
        )


def _of_organisation(organisation: Organisation) -> Iterator[Webhook]:
    for hook in organisation.each(HOOKS, org=organisation.login):
        yield _webhook(HOOKS, hook, organisation.scope, organisation.login)


def _of_repositories(organisation: Organisation) -> Iterator[Webhook]:
    def describe(repository: Answer) -> tuple[Webhook, ...]:
        found = organisation.each(REPOSITORY_HOOKS, needs=(), **_place(repository))
        node_id, name = repository["node_id"], repository["full_name"]
        return tuple(_webhook(REPOSITORY_HOOKS, hook, node_id, name) for hook in found)

    for hooks in organisation.concurrently(describe, _at_work(organisation)):
        yield from hooks


def _webhook(call: ApiCall, hook: Answer, where: str, place: str) -> Webhook:
    config = field(call, hook, "config", dict)
    unchecked = config.get("insecure_ssl") if isinstance(config, Mapping) else None
    return Webhook(
        id=f"{where}/hooks/{hook.get('id')}",
        name=f"{place} webhook {hook.get('id')}",
        active=field(call, hook, "active", bool),
        scheme=field(call, config, "url", str),
        verifies_certificate=unchecked in VERIFIED
        if unchecked is not None
        else _nothing_said(call, config),
        has_secret=config if isinstance(config, Unread) else "secret" in config,
    )


def _nothing_said(call: ApiCall, config: Answer | Unread) -> Unread:
    said = field(call, config, "insecure_ssl", str)
    return said if isinstance(said, Unread) else Unread(why=f"{call}: insecure_ssl")
