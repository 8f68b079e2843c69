"""The clients that ask AWS: made once, and signed in as the configuration says."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from agent.connections.budget import Budget
from collectors.contract import ApiCall
from collectors.evidence.record import Instant
from collectors.transcript import Arguments, Exchange, Live

if TYPE_CHECKING:
    import botocore.session
    from botocore.credentials import Credentials, ReadOnlyCredentials
    from botocore.hooks import HierarchicalEmitter

STS_IS_IN = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
"""In each partition, the region that answers where no other is named."""
PARTITION_OF = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
"""How regions are called that are in a partition of their own."""
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
ASSUME_ROLE = ApiCall("sts", "AssumeRole", "sts:AssumeRole")
"""Changes nothing, and its answer is a credential: it is kept nowhere."""
SESSION_NAME = "gapwatch"
ONLY_IN = {"artifact": "us-east-1"}
"""Services that answer for the whole account in one region, which botocore does not know."""
OF_NOTHING_ASKED = {"docs", "getattr"}
"""Events of botocore's manuals, and of operations by names they once had."""


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """How AWS is told who asks, and where AWS is."""

    profile: str | None = None
    role: str | None = None
    """The ARN of a role to assume with the credentials found."""
    external_id: str | None = field(default=None, repr=False)
    endpoint_url: str | None = None
    access_key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    attempts: int = 5
    pause: Callable[[float], None] = time.sleep
    budget: Budget = field(default_factory=Budget, repr=False, compare=False)
    """Shared by all connections of the process."""
    share_of_rate: float = 0.5
    """The other half is left to whoever else is in the account."""

    @property
    def near(self) -> bool:
        """Whether a server on this machine stands for AWS."""
        return bool(self.endpoint_url) and urlsplit(self.endpoint_url).hostname in LOOPBACK


class Clients:
    """The boto3 clients of one connection, each made once."""

    def __init__(self, sign_in: SignIn, *, asker: "WhoeverAsks | None" = None) -> None:
        self._sign_in = sign_in
        self._asker = asker
        self._made: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()
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

        endpoint = self._sign_in.endpoint_url
        config = Config(
            retries={"mode": "standard", "total_max_attempts": 1},  # asked again by `live`
            max_pool_connections=32,
            connect_timeout=10,
            read_timeout=60,
            s3={"addressing_style": "path"} if endpoint else None,
            account_id_endpoint_mode="disabled",  # one address for all accounts, one connection
            proxies=None if getproxies() else {},  # botocore would look for none in each client
            user_agent="gapwatch",  # a fixed text: botocore puts its own together anew each time
        )
        client = self._authorised().create_client(
            service,
            region_name=ONLY_IN.get(service, region),
            endpoint_url=endpoint,
            config=config,
        )
        if service == "s3control" and self._sign_in.near:
            client.meta.events.register("before-call.s3-control", drop_account_prefix)
        return client

    def _authorised(self) -> "botocore.session.Session":
        if self._session is None:
            self._session = _reading(self._sign_in, self._asker)
        return self._session


def _reading(sign_in: SignIn, asker: "WhoeverAsks | None") -> "botocore.session.Session":
    """A session that leaves times as AWS wrote them and refuses what is no whole answer."""
    from collectors.aws.live import (  # noqa: PLC0415 - the SDK is loaded when AWS is read
        refuse_foreign_answers,
        refuse_short_answers,
    )
    from collectors.aws.models import described  # noqa: PLC0415 - the same

    session = signed_in(sign_in, only_declared=True)
    if asker is not None:
        _sign_with(session, asker)
    loader = described().get_component("data_loader")
    session.register_component("data_loader", loader)
    session.get_component("response_parser_factory").set_parser_defaults(
        timestamp_parser=lambda value: value
    )
    session.register("before-parse", refuse_short_answers)
    session.register("before-parse", refuse_foreign_answers)
    return session


def _handle_what_is_declared(
    session: "botocore.session.Session", emitter: "HierarchicalEmitter"
) -> None:
    """Register botocore's own handlers, less those that could never be called.

    Every client takes a copy of them all, and most are for manuals and for operations that
    nobody declares. Once they are registered no event goes by the name that a service had in
    botocore's early days, and none is looked up among those names, which took a tenth of a cycle.
    """
    from botocore import handlers, hooks  # noqa: PLC0415 - the SDK is loaded when AWS is read

    from collectors.aws.models import declared  # noqa: PLC0415 - the same

    operations = {"", "*"}.union(*declared().values())
    events = hooks.EventAliaser(emitter)
    register = {
        handlers.REGISTER_FIRST: events.register_first,
        handlers.REGISTER_LAST: events.register_last,
    }
    for name, handler, *order in handlers.BUILTIN_HANDLERS:
        event, _, asked = name.partition(".")
        if event not in OF_NOTHING_ASKED and asked.partition(".")[2] in operations:
            register.get(order[0] if order else None, events.register)(name, handler)
    session.register_component("event_emitter", hooks.EventAliaser(emitter, event_aliases={}))


def signed_in(sign_in: SignIn, *, only_declared: bool = False) -> "botocore.session.Session":
    """A session with the credentials of a connection; prepared for what is declared, or for all."""
    import botocore.session  # noqa: PLC0415 - the SDK is loaded when AWS is read
    from botocore.hooks import HierarchicalEmitter  # noqa: PLC0415 - the same

    emitter = HierarchicalEmitter()
    session = botocore.session.Session(
        profile=sign_in.profile, event_hooks=emitter, include_builtin_handlers=not only_declared
    )
    if only_declared:
        _handle_what_is_declared(session, emitter)
    if sign_in.access_key and sign_in.secret_key:
        session.set_credentials(sign_in.access_key, sign_in.secret_key)
    if sign_in.role:
        _assume(session, sign_in, sign_in.role)
    return session


def session_ends(sign_in: SignIn) -> Instant | None:
    """When credentials of the environment end; all others are renewed or have no end."""
    import botocore.session  # noqa: PLC0415 - the SDK is loaded when AWS is read

    if sign_in.access_key:
        return None
    found = botocore.session.Session(profile=sign_in.profile).get_credentials()
    if found is None or found.method != "env":
        return None
    ends: Instant | None = vars(found).get("_expiry_time")  # botocore tells it nowhere else
    return ends


def _assume(session: "botocore.session.Session", sign_in: SignIn, role: str) -> None:
    """Replace the session's credentials by the role's, renewed before they expire."""
    from botocore.credentials import (  # noqa: PLC0415 - the SDK is loaded when AWS is read
        AssumeRoleCredentialFetcher,
        DeferredRefreshableCredentials,
    )

    def create_client(service: str, **options: Any) -> Any:
        options.setdefault("region_name", home_of(sign_in))
        return session.create_client(service, endpoint_url=sign_in.endpoint_url, **options)

    extra = {"RoleSessionName": SESSION_NAME}
    if sign_in.external_id:
        extra["ExternalId"] = sign_in.external_id
    fetcher = AssumeRoleCredentialFetcher(
        create_client, session.get_credentials(), role, extra_args=extra
    )
    renewed = DeferredRefreshableCredentials(
        refresh_using=fetcher.fetch_credentials, method="assume-role"
    )
    _sign_with(session, renewed)


def home_of(sign_in: SignIn, regions: tuple[str, ...] | None = None) -> str:
    """The region that answers what is global: a configured one, or the one of the partition.

    The partition is the role's, or that of the region which profile or environment name.
    """
    if regions:
        return regions[0]
    if sign_in.role:
        return STS_IS_IN.get(sign_in.role.split(":")[1], STS_IS_IN["aws"])
    import botocore.session  # noqa: PLC0415 - the SDK is loaded when AWS is read

    named = botocore.session.Session(profile=sign_in.profile).get_config_variable("region") or ""
    partitions = (PARTITION_OF[prefix] for prefix in PARTITION_OF if named.startswith(prefix))
    return STS_IS_IN[next(partitions, "aws")]


class WhoeverAsks:
    """Credentials that are another account's from question to question.

    So one client for each service and region serves all accounts: to make a client takes
    thirty times as long as to ask with it.
    """

    def __init__(self) -> None:
        self._now = threading.local()

    @contextmanager
    def being(self, credentials: "Credentials") -> Iterator[None]:
        """Whatever this thread asks meanwhile is signed with these."""
        self._now.credentials = credentials
        try:
            yield
        finally:
            del self._now.credentials

    def get_frozen_credentials(self) -> "ReadOnlyCredentials":
        """What botocore asks for when it signs."""
        credentials: Credentials = self._now.credentials
        return credentials.get_frozen_credentials()

    def get_deferred_property(self, name: str) -> Callable[[], str]:
        """What botocore looks up beside the keys, when it needs it."""

        def ask() -> str:
            value: str = getattr(self._now.credentials, name)
            return value

        return ask

    def asking(self, live: Live, credentials: "Credentials") -> Live:
        """Ask as the account whose credentials these are."""

        def ask(call: ApiCall, arguments: Arguments) -> Exchange:
            with self.being(credentials):
                return live(call, arguments)

        return ask


class Role:
    """A role in another account: assumed when it is first needed, and before its keys expire."""

    def __init__(self, ask: Live, arn: str, external_id: str | None) -> None:
        from botocore.credentials import (  # noqa: PLC0415 - the SDK is loaded when AWS is read
            DeferredRefreshableCredentials,
        )

        self._ask = ask
        self._asked = {"RoleArn": arn, "RoleSessionName": SESSION_NAME}
        if external_id:
            self._asked["ExternalId"] = external_id
        self.identity = arn
        """Who AWS says we are, once it was assumed."""
        self.credentials = DeferredRefreshableCredentials(
            refresh_using=self._assume, method="assume-role"
        )
        self._refusal: str | None = None

    def refused(self) -> str | None:
        """Assume the role; why that was refused, if it was."""
        from botocore.exceptions import (  # noqa: PLC0415 - the SDK is loaded when AWS is read
            CredentialRetrievalError,
        )

        with suppress(CredentialRetrievalError):
            self.credentials.get_frozen_credentials()
        return self._refusal

    def _assume(self) -> dict[str, str]:
        from botocore.exceptions import (  # noqa: PLC0415 - the SDK is loaded when AWS is read
            CredentialRetrievalError,
        )

        exchange = self._ask(ASSUME_ROLE, self._asked)
        self._refusal = exchange.code
        if exchange.code:
            raise CredentialRetrievalError(provider=str(ASSUME_ROLE), error_msg=exchange.code)
        self.identity = exchange.response["AssumedRoleUser"]["Arn"]
        keys = exchange.response["Credentials"]
        return {
            "access_key": keys["AccessKeyId"],
            "secret_key": keys["SecretAccessKey"],
            "token": keys["SessionToken"],
            "expiry_time": keys["Expiration"],
        }


def _sign_with(session: "botocore.session.Session", credentials: Any) -> None:
    """`set_credentials` takes fixed keys only; a test pins the field."""
    vars(session)["_credentials"] = credentials


def drop_account_prefix(params: dict[str, Any], **_: Any) -> None:
    """On loopback no resolver knows `123456789012.localhost`; the header keeps the account."""
    account = params["headers"].get("x-amz-account-id", "")
    params["url"] = params["url"].replace(f"{account}.", "", 1)
    params["headers"].pop("Host", None)
