"""Every entry under `sources:` as a connection, with its secrets looked up."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time

from agent.connections.aws import AwsConnection
from agent.connections.aws_clients import SignIn
from agent.connections.aws_organization import AwsOrganization
from agent.connections.budget import Budget
from agent.connections.documents import DocumentsConnection
from agent.connections.gcp import GcpConnection
from agent.connections.github import GithubConnection
from agent.connections.secrets import MissingSecret
from agent.connections.unit import Connection
from agent.settings.configuration import Settings
from agent.settings.registers import IssueRegister
from agent.settings.sources import AwsSource, GcpSource, GithubApp, GithubSource
from collectors.aws import account as aws_account
from collectors.evidence.record import Instant
from collectors.gcp import project as gcp_project
from collectors.github.app import Installation
from collectors.reader import Reader

Resolve = Callable[[str], str]
GITHUB = "https://api.github.com"


def connections(
    settings: Settings,
    required: tuple[tuple[str, str, str], ...],
    resolve: Resolve,
    *,
    clock: Callable[[], Instant],
    budget: Budget,
) -> Iterator[Connection]:
    """Every configured entry; `required` are the documents that controls ask for.

    Raises:
        MissingSecret: a reference leads nowhere.
    """
    begins = datetime.combine(settings.assessment.window.start, time.min, UTC)
    for aws in settings.sources.aws:
        yield _aws(aws, resolve, clock, budget)
    for gcp in settings.sources.gcp:
        yield _gcp(gcp, resolve, clock)
    for github in settings.sources.github:
        yield _github(github, resolve, clock, begins)
    for documents in settings.sources.documents:
        yield DocumentsConnection(
            name=documents.name,
            path=documents.path,
            registers=documents.registers,
            required=required,
            clock=clock,
        )


def out_of_reach(settings: Settings) -> frozenset[type[Reader]]:
    """What no configured entry opens: whole organizations, where only single parts are named."""
    opened = {
        aws_account.Organization: any(one.accounts for one in settings.sources.aws),
        gcp_project.Organization: any(one.organization for one in settings.sources.gcp),
    }
    return frozenset(reader for reader, is_open in opened.items() if not is_open)


def _aws(
    source: AwsSource, resolve: Resolve, clock: Callable[[], Instant], budget: Budget
) -> AwsConnection | AwsOrganization:
    def secret(reference: str | None) -> str | None:
        return resolve(reference) if reference else None

    external_id = secret(source.external_id)
    regions = None if source.regions == "enabled" else source.regions
    sign_in = SignIn(
        profile=source.profile,
        endpoint_url=source.endpoint_url,
        access_key=secret(source.access_key),
        secret_key=secret(source.secret_key),
        budget=budget,
        share_of_rate=source.share_of_rate,
    )
    if source.accounts and source.role:
        return AwsOrganization(
            name=source.name,
            sign_in=sign_in,
            role=source.role,
            external_id=external_id,
            regions=regions,
            clock=clock,
        )
    return AwsConnection(
        **vars(replace(sign_in, role=source.role, external_id=external_id)),
        name=source.name,
        regions=regions,
        clock=clock,
    )


def _gcp(source: GcpSource, resolve: Resolve, clock: Callable[[], Instant]) -> GcpConnection:
    key_file = source.credentials
    if key_file and not key_file.startswith("file:"):
        key_file = resolve(key_file)
    return GcpConnection(
        name=source.name,
        projects=source.projects,
        organization=source.organization,
        key_file=key_file.removeprefix("file:") if key_file else None,
        endpoint_url=source.endpoint_url,
        clock=clock,
    )


def _github(
    source: GithubSource, resolve: Resolve, clock: Callable[[], Instant], begins: Instant
) -> GithubConnection:
    return GithubConnection(
        name=source.name,
        organization=source.organization,
        token=resolve(source.token) if source.token else "",
        app=_installation(source.app, resolve) if source.app else None,
        begins=begins,
        branches=source.branches,
        production=source.production,
        registers=tuple(_register(one) for one in source.registers),
        policies=tuple((one.repository, one.path, one.owners) for one in source.policies),
        base_url=source.base_url or GITHUB,
        clock=clock,
    )


def _register(one: IssueRegister) -> tuple[str, ...]:
    fields = (f"{name}={heading}" for name, heading in sorted(one.fields.items()))
    return (one.register, one.repository, one.label, *fields)


def _installation(app: GithubApp, resolve: Resolve) -> Installation:
    """The App with its key.

    Raises:
        MissingSecret: what the reference leads to is no key.
    """
    from cryptography.hazmat.primitives.asymmetric.rsa import (  # noqa: PLC0415 - for Apps only
        RSAPrivateKey,
    )
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - the same
        load_pem_private_key,
    )

    text = resolve(app.key)
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except (TypeError, ValueError):  # TypeError: it is locked with a password
        key = None
    if not isinstance(key, RSAPrivateKey):
        raise MissingSecret(
            f"{app.key} holds no private key of a GitHub App: "
            "save the PEM file that GitHub made for the App there, as it is"
        )
    return Installation(app=app.id, number=app.installation, key=text)
