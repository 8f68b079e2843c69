"""AWS: credentials by profile, environment or assumed role, divided into account and regions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from agent.connections.pace import paced
from agent.connections.unit import Unit, Unreachable
from collectors.aws.account import GLOBAL_EVENTS_ARE_IN, Account, EventHistory, Region
from collectors.contract import ApiCall
from collectors.evidence.record import Instant
from collectors.reader import Reader
from collectors.transcript import Live

if TYPE_CHECKING:
    import botocore.session

WHO_ARE_WE = ApiCall("sts", "GetCallerIdentity", "sts:GetCallerIdentity")
WHICH_REGIONS = ApiCall("ec2", "DescribeRegions", "ec2:DescribeRegions")
GLOBAL_CALLS_GO_TO = "us-east-1"
OF_CLOUDFRONT = frozenset({"logs", "wafv2"})
"""Regional services whose only global part is CloudFront's, and that is told in one region."""
PARTITIONS = dict(zip(("aws", "aws-cn", "aws-us-gov"), GLOBAL_EVENTS_ARE_IN, strict=True))
LOOKUP_PAUSE = 0.5
"""Seconds: CloudTrail takes two lookups a second in an account's region."""
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def utc_now() -> Instant:
    """The moment, for the start and the end of an exchange."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class AwsConnection:
    """One AWS account, by the credentials the configuration names."""

    name: str
    profile: str | None = None
    role: str | None = None
    """The ARN of a role to assume with the credentials found."""
    external_id: str | None = field(default=None, repr=False)
    regions: tuple[str, ...] | None = None
    """`None` asks the account which regions are enabled."""
    endpoint_url: str | None = None
    access_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    attempts: int = 5
    clock: Callable[[], Instant] = utc_now
    source: str = "aws"

    def units(self) -> Iterator[Unit | Unreachable]:
        """The account's global unit, then one for each enabled region."""
        clients = Clients(self)
        home = self._home(clients)
        who = home(WHO_ARE_WE, {})
        if who.code:
            yield self._unreachable(f"aws:{self.name}", (Account, Region), WHO_ARE_WE, who.code)
            return
        scope = f"aws:{who.response['Account']}"
        identity = who.response["Arn"]
        given = {"partition": identity.split(":")[1]}
        ends = session_ends(self)
        yield Unit(
            scope=scope,
            reads=Account,
            identity=identity,
            live=home,
            given=given,
            expires_at=ends,
        )
        regions = self.regions
        if regions is None:
            listed = home(WHICH_REGIONS, {})
            if listed.code:
                yield self._unreachable(scope, (Region,), WHICH_REGIONS, listed.code)
                return
            regions = tuple(sorted(r["RegionName"] for r in listed.response["Regions"]))
        for region in regions:
            yield Unit(
                scope=f"{scope}/{region}",
                reads=Region,
                identity=identity,
                live=self._live(clients, region),
                given=given,
                expires_at=ends,
            )

    def histories(self) -> Iterator[Unit]:
        """CloudTrail's event history of each region, and of where global events are kept."""
        for unit in self.units():
            if isinstance(unit, Unit) and unit.reads is Account:
                clients, home = Clients(self), PARTITIONS[unit.given["partition"]]
                yield self._history(unit, f"{unit.scope}/{home}", self._live(clients, home))
            elif isinstance(unit, Unit) and not unit.scope.endswith(
                f"/{PARTITIONS[unit.given['partition']]}"
            ):
                yield self._history(unit, unit.scope, unit.live)

    def _history(self, unit: Unit, scope: str, live: Live) -> Unit:
        near = self.endpoint_url and urlsplit(self.endpoint_url).hostname in LOOPBACK
        return replace(
            unit,
            scope=scope,
            reads=EventHistory,
            live=live if near else paced(live, LOOKUP_PAUSE),
        )

    def _home(self, clients: "Clients") -> Live:
        """What is global is asked in the first region; what is CloudFront's, where it is told."""
        from collectors.aws.live import live  # noqa: PLC0415 - the SDK is loaded when AWS is read

        first = (self.regions or (GLOBAL_CALLS_GO_TO,))[0]

        def client(service: str) -> Any:
            region = GLOBAL_CALLS_GO_TO if service in OF_CLOUDFRONT else first
            return clients.client(service, region=region)

        return live(client, self.clock)

    def _live(self, clients: "Clients", region: str) -> Live:
        from collectors.aws.live import live  # noqa: PLC0415 - the SDK is loaded when AWS is read

        return live(partial(clients.client, region=region), self.clock)

    def _unreachable(
        self, scope: str, reads: tuple[type[Reader], ...], call: ApiCall, code: str
    ) -> Unreachable:
        return Unreachable(scope=scope, reads=reads, why=f"{call}: {code}")


class Clients:
    """The boto3 clients of one connection, each made once."""

    def __init__(self, connection: AwsConnection) -> None:
        self._connection = connection
        self._made: dict[tuple[str, str], Any] = {}
        self._lock = Lock()
        self._session: botocore.session.Session | None = None

    def client(self, service: str, *, region: str) -> Any:
        """The client of a service in a region."""
        with self._lock:
            key = (service, region)
            if key not in self._made:
                self._made[key] = self._make(service, region)
            return self._made[key]

    def _make(self, service: str, region: str) -> Any:
        from botocore.config import Config  # noqa: PLC0415 - the SDK is loaded when AWS is read

        endpoint = self._connection.endpoint_url
        config = Config(
            retries={"mode": "standard", "total_max_attempts": self._connection.attempts},
            max_pool_connections=32,
            connect_timeout=10,
            read_timeout=60,
            s3={"addressing_style": "path"} if endpoint else None,
            user_agent_extra="gapwatch",
        )
        client = self._authorised().create_client(
            service, region_name=region, endpoint_url=endpoint, config=config
        )
        if service == "s3control" and endpoint and urlsplit(endpoint).hostname in LOOPBACK:
            client.meta.events.register("before-call.s3-control", drop_account_prefix)
        return client

    def _authorised(self) -> "botocore.session.Session":
        if self._session is None:
            self._session = _reading(self._connection)
        return self._session


def _reading(connection: AwsConnection) -> "botocore.session.Session":
    """A session that leaves times as AWS wrote them and refuses what is no whole answer."""
    from collectors.aws.live import (  # noqa: PLC0415 - the SDK is loaded when AWS is read
        refuse_foreign_answers,
        refuse_short_answers,
    )

    session = signed_in(connection)
    session.get_component("response_parser_factory").set_parser_defaults(
        timestamp_parser=lambda value: value
    )
    session.register("before-parse", refuse_short_answers)
    session.register("before-parse", refuse_foreign_answers)
    return session


def signed_in(connection: AwsConnection) -> "botocore.session.Session":
    """A session with the credentials of a connection, and nothing else changed."""
    import botocore.session  # noqa: PLC0415 - the SDK is loaded when AWS is read

    session = botocore.session.Session(profile=connection.profile)
    if connection.access_key and connection.secret_key:
        session.set_credentials(connection.access_key, connection.secret_key)
    if connection.role:
        _assume(session, connection, connection.role)
    return session


def session_ends(connection: AwsConnection) -> Instant | None:
    """When credentials of the environment end; all others are renewed or have no end."""
    import botocore.session  # noqa: PLC0415 - the SDK is loaded when AWS is read

    if connection.access_key:
        return None
    found = botocore.session.Session(profile=connection.profile).get_credentials()
    if found is None or found.method != "env":
        return None
    ends: Instant | None = vars(found).get("_expiry_time")  # botocore tells it nowhere else
    return ends


def _assume(session: "botocore.session.Session", connection: AwsConnection, role: str) -> None:
    """Replace the session's credentials by the role's, renewed before they expire."""
    from botocore.credentials import (  # noqa: PLC0415 - the SDK is loaded when AWS is read
        AssumeRoleCredentialFetcher,
        DeferredRefreshableCredentials,
    )

    def create_client(service: str, **options: Any) -> Any:
        options.setdefault("region_name", GLOBAL_CALLS_GO_TO)
        return session.create_client(service, endpoint_url=connection.endpoint_url, **options)

    extra = {"RoleSessionName": "gapwatch"}
    if connection.external_id:
        extra["ExternalId"] = connection.external_id
    fetcher = AssumeRoleCredentialFetcher(
        create_client, session.get_credentials(), role, extra_args=extra
    )
    renewed = DeferredRefreshableCredentials(
        refresh_using=fetcher.fetch_credentials, method="assume-role"
    )
    vars(session)["_credentials"] = renewed  # set_credentials takes fixed keys only; a test pins it


def drop_account_prefix(params: dict[str, Any], **_: Any) -> None:
    """On loopback no resolver knows `123456789012.localhost`; the header keeps the account."""
    account = params["headers"].get("x-amz-account-id", "")
    params["url"] = params["url"].replace(f"{account}.", "", 1)
    params["headers"].pop("Host", None)
