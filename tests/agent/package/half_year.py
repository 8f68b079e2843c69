"""Half a year in the life of a small house, with outages, drifts, renewals and other limits."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from agent.estate import Estate as Company
from agent.gaps import events as e
from agent.package.handover import Handover
from agent.package.reopening import PackageProof
from agent.package.window import Window
from agent.settings.scope import Exclusion
from agent.store import queries
from agent.store.keys import SignerKey, create_key_file
from agent.versions import Wording
from checks.contract import Outcome, Severity, Verdict, check, failed, passed
from tests.agent import house
from tests.agent.house import COLLECTORS, JOINS, Clock, Door, Estate, cycle, rules
from tests.agent.proof.company import company

START, END = date(2026, 10, 1), date(2027, 3, 31)
WINDOW = Window(START, END)
DAILY = timedelta(days=1)
SIGNER = SignerKey.generate("gapwatch.test/house")
OUTAGE = (date(2026, 12, 1), date(2026, 12, 6))
DRIFT = (date(2027, 1, 10), date(2027, 1, 20))
REWORDED = date(2027, 2, 1)
NEW_HOUSE = date(2027, 3, 1)
DOOR_ADDED = date(2027, 2, 10)
DENIED = date(2026, 11, 15)
HOSTILE = '=HYPERLINK("http://evil.test","click")'


@check(
    id="test.door-name-short",
    title="Doors have short names",
    controls=("NET-01",),
    severity=Severity.LOW,
    remediation="Call it something shorter.",
    empty=Outcome.NOT_APPLICABLE,
)
def door_name_short(door: Door, *, longest: int = 60) -> Verdict:
    """Nobody remembers a long name."""
    judge = passed if len(door.name) <= longest else failed
    return judge(f"at most {longest} letters are allowed", letters=len(door.name))


CHECKS = (*house.CHECKS, door_name_short)


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
    sections: dict = field(default_factory=dict)
    """Of the configuration, beside the least there must be."""

    @property
    def company(self):
        acme = company(self.folder, clock=self.clock, **self.sections)
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


def promise(day):
    """What the house promised on a day."""
    text = "Doors are shut, and their names are short." if day >= REWORDED else "Doors are shut."
    return Wording(title="Doors", text=text, criteria=("CC6.6",), frequency="continuous")


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


def accept(store, clock, until):
    """Somebody tolerates what fails now, and somebody else approves."""
    with store.transaction() as writer:
        failing = [one.id for one in queries.findings(writer.connection, state="open")]
        given = e.AcceptanceGiven(
            at=clock(),
            cycle=0,
            number=1,
            covers=e.Covered(check="test.door-shut"),
            by="alice",
            approver="bob",
            reason="the carpenter is ill",
            compensating="a chair before the door",
            until=until,
            findings=tuple(failing),
        )
        writer.append([given])


def live(folder, store, *, days=None, exempt=(0, 0), open_from=None, accepting=(None, None)):
    """A cycle on every day of the window, and on some days something happens.

    From the first to the second of the days of `exempt` the back door is out of scope.
    """
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
        if open_from is not None and (day - START).days >= open_from:
            home.doors["back"] = "open"
        home.denied = {"ListDoors"} if day == DENIED else set()
        if day == DOOR_ADDED:
            home.doors["garden"] = "shut"
        if day.day == 1:
            home.visits.append(day.month != 1)
        judged = replace(rules(DAILY), checks=units(CHECKS))
        if day >= REWORDED:
            judged = replace(judged, thresholds={"test.door-name-short": {"longest": 9}})
        if not OUTAGE[0] <= day < OUTAGE[1]:
            houses = (home, office) if day >= NEW_HOUSE else (home,)
            passed_days = (day - START).days
            worded = {
                "catalogue": ("1" if day >= REWORDED else "0") * 64,
                "wording": {"NET-01": promise(day)},
                "defaults": {"test.door-name-short": {"longest": 60}},
                "schedule": {"default": DAILY.total_seconds()},
            }
            if exempt[0] <= passed_days < exempt[1]:
                worded["exclusions"] = (Exclusion(subject="back", reason="under repair"),)
            cycle(
                store,
                *houses,
                clock=clock,
                signer=SIGNER,
                rules=judged,
                checks=CHECKS,
                versions=worded,
            )
        if (day - START).days == accepting[0]:
            accept(store, clock, accepting[1])
        day += DAILY
    clock.moment = datetime(2027, 4, 2, 9, tzinfo=UTC)
    return HalfYear(folder, store, clock)
