"""AWS: one account by profile, environment or assumed role, divided into account and regions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from agent.connections.aws_clients import (
    STS_IS_IN,
    Clients,
    SignIn,
    WhoeverAsks,
    home_of,
    session_ends,
)
from agent.connections.budget import Allowance
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
AskIn = Callable[[str], Live]
"""Who is asked in a region."""


class AskAs(Protocol):
    """Who is asked in a region, on account of whom."""

    def __call__(self, region: str, *, account: str = "") -> Live:
        """An account is not known before it was asked who it is."""
        ...


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
            ask_in=partial(ask_in, account=who.response["Account"]),
            home=home,
            regions=self.regions,
            expires_at=session_ends(self),
        )

    def histories(self) -> Iterator[Unit]:
        """CloudTrail's event history of each region, and of where global events are kept."""
        ask_in = asking(self, self.clock)
        for unit in self.units():
            if isinstance(unit, Unit):
                yield from history(unit, partial(ask_in, account=account_in(unit.identity)))


def asking(
    sign_in: SignIn, clock: Callable[[], Instant], *, asker: WhoeverAsks | None = None
) -> AskAs:
    """Who is asked in each region, with clients of its own."""
    clients = Clients(sign_in, asker=asker)

    def ask_in(region: str, *, account: str = "") -> Live:
        from collectors.aws.live import live  # noqa: PLC0415 - the SDK is loaded when AWS is read

        return live(
            partial(clients.client, region=region),
            clock,
            attempts=sign_in.attempts,
            pause=sign_in.pause,
            turn=Allowance(sign_in.budget, account, region, sign_in.share_of_rate, sign_in.pause),
        )

    return ask_in


def entered(
    account: str,
    *,
    identity: str,
    ask_in: AskIn,
    home: str,
    regions: tuple[str, ...] | None,
    known: tuple[str, ...] | None = None,
    expires_at: Instant | None = None,
) -> Iterator[Unit | Unreachable]:
    """Divide an account that let us in: what is global, then each region that is enabled.

    Which those are is asked, unless they are configured or were asked for before.
    """
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
    found = known if regions is None else regions
    if found is None:
        listed = whole.live(WHICH_REGIONS, {})
        if listed.code:
            yield Unreachable(
                scope=scope, reads=(Region,), why=f"{WHICH_REGIONS}: {listed.code}", alone=True
            )
            return
        found = tuple(sorted(enabled(listed.response["Regions"])))
    for region in found:
        yield replace(whole, scope=f"{scope}/{region}", reads=Region, live=ask_in(region))


def _globally(ask_in: AskIn, home: str, partition: str) -> Live:
    """What is global is asked in the home region; what is CloudFront's, where it is told."""
    at_home, of_cloudfront = ask_in(home), ask_in(CLOUDFRONT_IS_TOLD_IN.get(partition, home))

    def ask(call: ApiCall, arguments: Arguments) -> Exchange:
        return (of_cloudfront if call.service in OF_CLOUDFRONT else at_home)(call, arguments)

    return ask


def _read(regions: tuple[str, ...] | None) -> dict[str, str]:
    return {} if regions is None else {READ_REGIONS: " ".join(sorted(regions))}


def history(unit: Unit, ask_in: AskIn) -> Iterator[Unit]:
    """The event history that belongs to a unit; what is global has one where that is kept."""
    home = PARTITIONS.get(unit.given["partition"])
    if unit.reads is Account and home:
        scope = f"{unit.scope}/{home}"
        yield replace(unit, scope=scope, reads=EventHistory, live=ask_in(home))
    elif unit.reads is Region and not unit.scope.endswith(f"/{home}"):
        yield replace(unit, reads=EventHistory)


def account_in(arn: str) -> str:
    """Whose it is: the twelve digits."""
    return arn.split(":")[4]
