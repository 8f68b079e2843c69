"""Half a year in the life of a small house, with outages, drifts, renewals and other limits."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from agent.estate import Estate as Company
from agent.package.handover import Handover
from agent.package.reopening import PackageProof
from agent.package.window import Window
from agent.store.keys import SignerKey, create_key_file
from tests.agent.house import CHECKS, COLLECTORS, JOINS, Clock, Estate, cycle, rules
from tests.agent.proof.company import company

START, END = date(2026, 10, 1), date(2027, 3, 31)
WINDOW = Window(START, END)
DAILY = timedelta(days=1)
SIGNER = SignerKey.generate("gapwatch.test/house")
OUTAGE = (date(2026, 12, 1), date(2026, 12, 6))
DRIFT = (date(2027, 1, 10), date(2027, 1, 20))
REWORDED = date(2027, 2, 1)
NEW_HOUSE = date(2027, 3, 1)
DENIED = date(2026, 11, 15)
HOSTILE = '=HYPERLINK("http://evil.test","click")'


class HouseCompany(Company):
    """A company whose checks are those of the house."""

    @property
    def checks(self):
        return {check.id: check for check in CHECKS}


@dataclass
class HalfYear:
    """A store that was lived in for half a year, and whoever hands packages out of it."""

    folder: object
    store: object
    clock: Clock

    @property
    def company(self):
        acme = company(self.folder, clock=self.clock)
        return HouseCompany(settings=acme.settings, environment={}, clock=self.clock)

    def hand(self, name="F.zip", *, window=WINDOW, seed=None, **options):
        """One package, and what is told of it."""
        path = self.folder / name
        handover = Handover(
            company=self.company,
            store=self.store,
            window=window,
            by="alice",
            seed=seed,
            collectors=units(COLLECTORS),
            joins=units(JOINS),
            **options,
        )
        return path, handover.hand(path)


def units(of):
    return {unit.id: unit for unit in of}


def prove(path, *, trusted=(SIGNER.verifier,), roots=(), checks=CHECKS):
    """What the program says of a package."""
    proof = PackageProof(
        path=path,
        trusted=trusted,
        roots=roots,
        checks=units(checks),
        collectors=units(COLLECTORS),
        joins=units(JOINS),
    )
    return list(proof.look()), proof


def live(folder, store, *, step=1, days=None):
    """A cycle on every day of the window, and on some days something happens."""
    clock = Clock()
    key = folder / "gapwatch.key"
    create_key_file(key, SIGNER)
    home = Estate(doors={"front": "shut", "back": "shut", HOSTILE: "shut"}, visits=[True])
    office = Estate(name="office", doors={"main": "shut"})
    day = START
    last = END if days is None else START + timedelta(days=days)
    while day <= last:
        clock.moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        home.doors["back"] = "open" if DRIFT[0] <= day < DRIFT[1] else "shut"
        home.denied = {"ListDoors"} if day == DENIED else set()
        if day.day == 1:
            home.visits.append(day.month != 1)
        judged = rules(DAILY)
        if day >= REWORDED:
            judged = replace(judged, thresholds={"test.door-shut": {"ajar": 3}})
        if not OUTAGE[0] <= day < OUTAGE[1]:
            houses = (home, office) if day >= NEW_HOUSE else (home,)
            cycle(store, *houses, clock=clock, signer=SIGNER, rules=judged)
        day += timedelta(days=step)
    clock.moment = datetime(2027, 4, 2, 9, tzinfo=UTC)
    return HalfYear(folder, store, clock)
