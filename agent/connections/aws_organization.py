"""AWS: every account of an organization, through a role of the same name in each of them."""

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial

from agent.connections.aws import (
    WHO_ARE_WE,
    AskAs,
    AskIn,
    account_in,
    asking,
    entered,
    history,
    utc_now,
)
from agent.connections.aws_clients import ASSUME_ROLE, Role, SignIn, WhoeverAsks, home_of
from agent.connections.unit import Division, Unit, Unreachable
from collectors.aws.account import Account, Organization, Region
from collectors.aws.iam_trust import MEMBERS as ACCOUNTS
from collectors.aws.members import closed
from collectors.contract import ApiCall, CannotList
from collectors.evidence.record import Instant
from collectors.transcript import Arguments, Cache, Exchange, Live, Recorder, question


@dataclass(frozen=True, kw_only=True)
class AwsOrganization:
    """All accounts of one organization, asked for and not assumed."""

    name: str
    sign_in: SignIn
    """Credentials of the management account, or of one that it delegated to."""
    role: str
    """Its name in every account; the account that lists is entered by it as well."""
    external_id: str | None = field(default=None, repr=False)
    regions: tuple[str, ...] | None = None
    """`None` asks each account which regions are enabled."""
    clock: Callable[[], Instant] = utc_now
    source: str = "aws"

    def units(self) -> Iterator[Unit | Unreachable]:
        """The organization, then every account with its regions."""
        for division in self.divisions():
            yield from division.divide()

    def divisions(self) -> Iterator[Division]:
        """The organization itself, then one account each, entered when its turn comes."""
        who = self._ask(WHO_ARE_WE, {})
        if who.code:
            yield self._closed(f"{WHO_ARE_WE}: {who.code}")
            return
        identity = who.response["Arn"]
        ask = remembering(self._ask_in(self._home, account=account_in(identity)))
        partition = identity.split(":")[1]
        listed = Account(f"aws:{self.name}", Recorder(ask, b""), (ACCOUNTS,))
        scope = None
        try:
            for account in listed.each(ACCOUNTS, "Accounts"):
                if scope is None:
                    scope = f"aws:{account['Arn'].split('/')[1]}"
                    unit = _organization(scope, identity, partition, ask)
                    yield Division(scope, partial(iter, (unit,)))
                if not closed(account):
                    enter = partial(self._enter, account["Id"], partition)
                    yield Division(f"aws:{account['Id']}", enter)
        except CannotList as refusal:
            yield self._closed(refusal.why)

    def histories(self) -> Iterator[Unit]:
        """CloudTrail's event history of each region of the accounts that were entered."""
        if not self._entered:
            list(self.units())
        for account, (role, regions) in list(self._entered.items()):
            ask_in = self._as(role)
            for part in self._parts(account, role, known=regions):
                if isinstance(part, Unit):
                    yield from history(part, ask_in)

    def _enter(self, account: str, partition: str) -> Iterator[Unit | Unreachable]:
        arn = f"arn:{partition}:iam::{account}:role/{self.role}"
        role = Role(self._ask, arn, self.external_id)
        refusal = role.refused()
        if refusal:
            yield Unreachable(
                scope=f"aws:{account}",
                reads=(Account, Region),
                why=f"{ASSUME_ROLE}: {refusal}",
                alone=True,
            )
            return
        found = tuple(self._parts(account, role))
        self._entered[account] = role, tuple(_regions(found))
        yield from found

    def _parts(
        self, account: str, role: Role, *, known: tuple[str, ...] | None = None
    ) -> Iterator[Unit | Unreachable]:
        return entered(
            account,
            identity=role.identity,
            ask_in=self._as(role),
            home=self._home,
            regions=self.regions,
            known=known,
        )

    def _closed(self, why: str) -> Division:
        scope, reads = f"aws:{self.name}", (Organization, Account, Region)
        closed = Unreachable(scope=scope, reads=reads, why=why)
        return Division(scope, partial(iter, (closed,)))

    def _as(self, role: Role) -> AskIn:
        """Ask in the account whose role this is, with the clients that all accounts share."""
        asker, ask_in = self._members
        account = account_in(role.identity)

        def ask_in_account(region: str) -> Live:
            return asker.asking(ask_in(region, account=account), role.credentials)

        return ask_in_account

    @cached_property
    def _members(self) -> tuple[WhoeverAsks, AskAs]:
        asker = WhoeverAsks()
        return asker, asking(self.sign_in, self.clock, asker=asker)

    @cached_property
    def _ask_in(self) -> AskAs:
        return asking(self.sign_in, self.clock)

    @cached_property
    def _ask(self) -> Live:
        return self._ask_in(self._home)

    @cached_property
    def _home(self) -> str:
        return home_of(self.sign_in, self.regions)

    @cached_property
    def _entered(self) -> dict[str, tuple[Role, tuple[str, ...]]]:
        """Who we are in each account, and its regions: not asked for twice in a cycle."""
        return {}


def _regions(parts: Iterable[Unit | Unreachable]) -> Iterator[str]:
    """The regions among the parts of an account; of all accounts each name is kept once."""
    for part in parts:
        if isinstance(part, Unit) and part.reads is Region:
            yield sys.intern(part.scope.partition("/")[2])


def _organization(scope: str, identity: str, partition: str, live: Live) -> Unit:
    given = {"partition": partition}
    return Unit(scope=scope, reads=Organization, identity=identity, live=live, given=given)


def remembering(live: Live) -> Live:
    """Each question goes out once, whoever asks."""
    answers = Cache()

    def ask(call: ApiCall, arguments: Arguments) -> Exchange:
        return answers.ask(question(call, arguments), lambda: live(call, arguments))

    return ask
