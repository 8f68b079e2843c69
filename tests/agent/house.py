"""A source small enough to break on purpose: a house whose doors are open or shut.

It goes the whole production path: connection, unit, reader, recorder, collector, check, store.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from msgspec import structs

from agent.connections.unit import Unit, Unreachable
from agent.cycle import Cycle, Report
from agent.judging import Rules
from agent.plan import plan
from agent.store.store import Store
from agent.version import VERSION
from agent.versions import Versions, code_hash, encode, framework
from checks.contract import Outcome, Severity, Verdict, check, failed, passed, undetermined
from checks.evaluation import nothing_excluded
from collectors.contract import ApiCall, CannotList, collector, derived
from collectors.evidence.record import Occurrence, Record, Unread
from collectors.reader import Reader
from collectors.transcript import Exchange
from tests.evidence import NOW

LIST_DOORS = ApiCall("house", "ListDoors", "house:ListDoors")
GET_DOOR = ApiCall("house", "GetDoor", "house:GetDoor")
LIST_VISITS = ApiCall("house", "ListVisits", "house:ListVisits")


class Door(Record, frozen=True, tag="test.house.door"):
    state: str | Unread


class Visit(Occurrence, frozen=True, tag="test.house.visit"):
    announced: bool | Unread


class OpenHouse(Record, frozen=True, tag="test.house.open"):
    open_doors: int | Unread


class House(Reader):
    """The reader: it lists doors, and asks each for its state."""

    def each(self, call: ApiCall, **arguments: Any) -> Iterator[Any]:
        response, refusal = self._ask(call, arguments)
        if refusal:
            raise CannotList(f"{call}: {refusal}")
        yield from response

    def detail(self, call: ApiCall, **arguments: Any) -> Any:
        response, refusal = self._ask(call, arguments)
        return Unread(why=f"{call}: {refusal}") if refusal else response


def door_name(name):
    """What people call a door; its id is another thing."""
    return f"door {name}"


@collector(id="test.doors", calls=(LIST_DOORS, GET_DOOR))
def doors(house: House) -> Iterator[Door]:
    """Every door of the house."""
    for name in house.each(LIST_DOORS):
        yield Door(id=name, name=door_name(name), state=house.detail(GET_DOOR, Door=name))


@collector(id="test.visits", calls=(LIST_VISITS,))
def visits(house: House) -> Iterator[Visit]:
    """Every visit since the last one seen."""
    last = int(house.since.get("visits", "0"))
    for number, announced in house.each(LIST_VISITS, After=last):
        told = Unread(why=announced) if isinstance(announced, str) else announced
        yield Visit(id=str(number), name=f"visit {number}", occurred_at=NOW, announced=told)
        last = number
    house.mark("visits", str(last))


@derived(id="derived.open_houses")
def open_houses(doors: tuple[Door, ...]) -> Iterator[OpenHouse]:
    """One record for all houses together."""
    unread = next((door.state for door in doors if isinstance(door.state, Unread)), None)
    seen_open = sum(door.state == "open" for door in doors)
    yield OpenHouse(id="all", name="all", open_doors=unread or seen_open)


@check(
    id="test.door-shut",
    title="Doors are shut",
    controls=("NET-01",),
    severity=Severity.HIGH,
    remediation="Shut it.",
    empty=Outcome.NOT_APPLICABLE,
)
def door_shut(door: Door) -> Verdict:
    """An open door invites."""
    if isinstance(door.state, Unread):
        return undetermined(door.state)
    if door.state == "on fire":
        raise RuntimeError("no verdict survives a fire")
    return passed("it is shut") if door.state == "shut" else failed("it is open", seen=door.state)


@check(
    id="test.visit-announced",
    title="Visits are announced",
    controls=("CHG-02",),
    severity=Severity.MEDIUM,
    remediation="Explain the visit.",
    empty=Outcome.NOT_APPLICABLE,
)
def visit_announced(visit: Visit) -> Verdict:
    """Nobody comes in unannounced."""
    if isinstance(visit.announced, Unread):
        return undetermined(visit.announced)
    return passed("announced") if visit.announced else failed("unannounced")


@check(
    id="derived.houses-closed",
    title="No house stands open",
    controls=("AVL-01",),
    severity=Severity.LOW,
    remediation="Go round and shut the doors.",
    empty=Outcome.NOT_APPLICABLE,
)
def houses_closed(houses: OpenHouse) -> Verdict:
    """One open door opens the house."""
    if isinstance(houses.open_doors, Unread):
        return undetermined(houses.open_doors)
    return passed("closed") if not houses.open_doors else failed("open", doors=houses.open_doors)


@dataclass
class Estate:
    """What is really there, and what goes wrong when it is read."""

    doors: dict[str, str] = field(default_factory=lambda: {"front": "shut", "back": "shut"})
    visits: list[Any] = field(default_factory=list)
    denied: set[str] = field(default_factory=set)
    """Operations that are refused, for all doors or for one: `GetDoor back`."""
    unreachable: str | None = None
    crash: BaseException | None = None
    """Raised in the middle of reading."""
    name: str = "home"
    source: str = "test"
    closed: set[str] = field(default_factory=set)
    """Rooms of the house that cannot be entered; every other room is a scope of its own."""
    rooms: tuple[str, ...] = ()
    server_date: str | None = None
    expires_at: datetime | None = None

    @property
    def scope(self) -> str:
        return f"test:{self.name}"

    def units(self) -> Iterator[Unit | Unreachable]:
        if self.unreachable:
            yield Unreachable(scope=self.scope, reads=(House,), why=self.unreachable)
            return
        for scope in [f"{self.scope}/{room}" for room in self.rooms] or [self.scope]:
            if scope in self.closed:
                yield Unreachable(scope=scope, reads=(House,), why="house:Enter: locked")
                continue
            yield Unit(
                scope=scope,
                reads=House,
                identity="the caretaker",
                live=self._answer,
                expires_at=self.expires_at,
            )

    def _answer(self, call: ApiCall, arguments: Any) -> Exchange:
        if self.crash and call == LIST_DOORS:
            raise self.crash
        asked = {call.operation, f"{call.operation} {arguments.get('Door')}"}
        code = "AccessDenied" if asked & self.denied else None
        response: Any = None
        if code is None:
            response = {
                "ListDoors": lambda: sorted(self.doors),
                "GetDoor": lambda: self.doors[arguments["Door"]],
                "ListVisits": lambda: [
                    [n, v] for n, v in enumerate(self.visits, 1) if n > arguments["After"]
                ],
            }[call.operation]()
        return Exchange(
            service=call.service,
            operation=call.operation,
            arguments=dict(arguments),
            status=200,
            code=code,
            request_id="r-1",
            server_date=self.server_date,
            started_at=NOW,
            ended_at=NOW,
            response=response,
        )


class Clock:
    """A clock that goes on a second with every look."""

    def __init__(self, start: datetime = NOW) -> None:
        self.moment = start

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


def rules(interval: timedelta = timedelta(hours=1)) -> Rules:
    return Rules(
        checks={check.id: check for check in CHECKS},
        thresholds={},
        excluded=lambda _: nothing_excluded,
        interval=lambda _: interval,
        controls={"NET-01": "Doors", "CHG-02": "Visits", "AVL-01": "Houses"},
        versions="",
    )


CHECKS = (door_shut, visit_announced, houses_closed)
COLLECTORS = (doors, visits)
JOINS = (open_houses,)


def versions(given: Rules, **otherwise: Any) -> Versions:
    """What judges under these rules, as a company's log names it."""
    units = (*given.checks.values(), *COLLECTORS, *JOINS)
    judging = Versions(
        gapwatch=VERSION,
        catalogue="0" * 64,
        criteria=("security",),
        thresholds=given.thresholds,
        exclusions=(),
        schedule={},
        code={unit.id: code_hash(unit) for unit in units},
        framework=framework(),
    )
    return structs.replace(judging, **otherwise)


def cycle(store: Store, *estates: Estate, clock: Clock | None = None, **options: Any) -> Report:
    """One real cycle over the estates."""
    told = options.pop("announce", lambda *_: None)
    checks = options.pop("checks", CHECKS)
    given = options.pop("rules", rules())
    judged_by = versions(given, **options.pop("versions", {}))
    judging = replace(given, versions=store.blobs.put(encode(judged_by)))
    if judged_by.exclusions:
        judging = replace(judging, excluded=judged_by.excluded)
    return Cycle(
        store=store,
        plan=plan(checks, COLLECTORS, JOINS, sources={"test"}),
        connections=estates,
        rules=judging,
        clock=clock or Clock(),
        progress=lambda **_: None,
        announce=told,
        threads=2,
        **options,
    ).run()
