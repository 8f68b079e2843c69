"""AWS: one account by profile, environment or assumed role, divided into account and regions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from agent.connections.aws_clients import (
    STS_IS_IN,
    Clients,
    SignIn,
    WhoeverAsks,
    home_of,
    session_ends,
)
from agent.connections.pace import paced
from agent.connections.unit import Unit, Unreachable
from collectors.aws.account import GLOBAL_EVENTS_ARE_IN, Account, EventHistory, Region
from collectors.aws.regions import READ_REGIONS, enabled
from collectors.aws.regions import REGIONS as WHICH_REGIONS
from collectors.contract import ApiCall
from collectors.evidence.record import Instant
from collectors.transcript import Arguments, Exchange, Live

WHO_ARE_WE = ApiCall("sts", "GetCallerIdentity", "sts:GetCallerIdentity")
PARTITIONS = dict(zip(STS_IS_IN, GLOBAL_EVENTS_ARE_IN, strict=True))
OF_CLOUDFRONT = frozenset({"logs", "wafv2"})
"""Regional services whose only global part is CloudFront's."""
CLOUDFRONT_IS_TOLD_IN = {"aws": "us-east-1"}
LOOKUP_PAUSE = 0.5
"""Seconds: CloudTrail takes two lookups a second in an account's region."""
AskIn = Callable[[str], Live]
"""Who is asked in a region."""


def utc_now() -> Instant:
    """The moment, for the start and the end of an exchange."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class AwsConnection(SignIn):
    """One AWS account, by the credentials the configuration names."""

    name: str
    regions: tuple[str, ...] | None = None
    """`None` asks the account which regions are enabled."""
    clock: Callable[[], Instant] = utc_now
    source: str = "aws"

    def units(self) -> Iterator[Unit | Unreachable]:
        """The account's global unit, then one for each enabled region."""
        ask_in = asking(self, self.clock)
        home = home_of(self, self.regions)
        who = ask_in(home)(WHO_ARE_WE, {})
        if who.code:
            why = f"{WHO_ARE_WE}: {who.code}"
            yield Unreachable(scope=f"aws:{self.name}", reads=(Account, Region), why=why)
            return
        yield from entered(
            who.response["Account"],
            identity=who.response["Arn"],
            ask_in=ask_in,
            home=home,
            regions=self.regions,
            expires_at=session_ends(self),
        )

    def histories(self) -> Iterator[Unit]:
        """CloudTrail's event history of each region, and of where global events are kept."""
        ask_in = asking(self, self.clock)
        units = (unit for unit in self.units() if isinstance(unit, Unit))
        yield from histories(units, ask_in, near=self.near)


def asking(
    sign_in: SignIn, clock: Callable[[], Instant], *, asker: WhoeverAsks | None = None
) -> AskIn:
    """Who is asked in each region, with clients of its own."""
    clients = Clients(sign_in, asker=asker)

    def ask_in(region: str) -> Live:
        from collectors.aws.live import live  # noqa: PLC0415 - the SDK is loaded when AWS is read

        return live(
            partial(clients.client, region=region),
            clock,
            attempts=sign_in.attempts,
            pause=sign_in.pause,
        )

    return ask_in


def entered(
    account: str,
    *,
    identity: str,
    ask_in: AskIn,
    home: str,
    regions: tuple[str, ...] | None,
    expires_at: Instant | None = None,
) -> Iterator[Unit | Unreachable]:
    """Divide an account that let us in: what is global, then each region that is enabled."""
    scope, partition = f"aws:{account}", identity.split(":")[1]
    whole = Unit(
        scope=scope,
        reads=Account,
        identity=identity,
        live=_globally(ask_in, home, partition),
        given={"partition": partition} | _read(regions),
        expires_at=expires_at,
    )
    yield whole
    if regions is None:
        listed = whole.live(WHICH_REGIONS, {})
        if listed.code:
            yield Unreachable(
                scope=scope, reads=(Region,), why=f"{WHICH_REGIONS}: {listed.code}", alone=True
            )
            return
        regions = tuple(sorted(enabled(listed.response["Regions"])))
    for region in regions:
        yield replace(whole, scope=f"{scope}/{region}", reads=Region, live=ask_in(region))


def _globally(ask_in: AskIn, home: str, partition: str) -> Live:
    """What is global is asked in the home region; what is CloudFront's, where it is told."""
    at_home, of_cloudfront = ask_in(home), ask_in(CLOUDFRONT_IS_TOLD_IN.get(partition, home))

    def ask(call: ApiCall, arguments: Arguments) -> Exchange:
        return (of_cloudfront if call.service in OF_CLOUDFRONT else at_home)(call, arguments)

    return ask


def _read(regions: tuple[str, ...] | None) -> dict[str, str]:
    return {} if regions is None else {READ_REGIONS: " ".join(sorted(regions))}


def histories(units: Iterator[Unit], ask_in: AskIn, *, near: bool) -> Iterator[Unit]:
    """The event histories of the accounts and regions that are units; a near server is quick."""
    for unit in units:
        home = PARTITIONS.get(unit.given["partition"])
        if unit.reads is Account and home:
            yield _history(replace(unit, scope=f"{unit.scope}/{home}", live=ask_in(home)), near)
        elif unit.reads is Region and not unit.scope.endswith(f"/{home}"):
            yield _history(unit, near)


def _history(unit: Unit, near: bool) -> Unit:  # noqa: FBT001 - a state, not a switch
    live = unit.live if near else paced(unit.live, LOOKUP_PAUSE)
    return replace(unit, reads=EventHistory, live=live)
