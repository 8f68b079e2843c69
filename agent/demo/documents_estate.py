"""The demo's documents: a small company that wrote most things down, and kept most registers."""

import csv
import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from collectors.evidence.record import Instant

POLICIES = "policies"
REGISTERS = "registers"
MISSING = frozenset({"Cyber insurance certificate (if used)", "Privacy impact assessments"})
OVERDUE = frozenset({"Backup standard"})
SELF_APPROVED = frozenset({"Secrets standard"})
IS_A_FILE_OF_ITS_OWN = frozenset({"Penetration test report and retest letter"})
EDITED_LATER = "Access control policy"
RENEWED_OFTEN = frozenset({"monthly", "quarterly", "continuous"})

LEAD = "ada@acme.test"
DIRECTOR = "grace@acme.test"
PEOPLE: tuple[tuple[str, str, str, int, int | None, str], ...] = (
    ("p1", LEAD, "employee", 1500, None, "aws=ada; github=ada; gcp=ada@acme.test"),
    ("p2", DIRECTOR, "employee", 2000, None, "github=grace"),
    ("p3", "ben@acme.test", "employee", 400, None, "aws=ben; github=ben"),
    ("p4", "cleo@partner.test", "contractor", 90, None, "github=cleo"),
    ("p5", "dan@acme.test", "employee", 900, 45, "aws=dan; github=dan"),
)
"""Id, address, type, days since the first and since the last day, and what sources call them."""
SYSTEMS = ("aws", "github")
UNUSED = (
    *("af-south-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1"),
    *("ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ca-central-1", "eu-north-1"),
    *("eu-south-1", "eu-west-2", "eu-west-3", "sa-east-1"),
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
)
"""Regions that AWS enables for everybody and that the company has nothing in."""


def seed(folder: Path, now: Instant, required: Iterable[tuple[str, str, str]]) -> None:
    """Write policies and registers as they might lie there on the day of `now`."""
    today = now.date()
    (folder / POLICIES).mkdir(parents=True, exist_ok=True)
    (folder / REGISTERS).mkdir(exist_ok=True)
    cadences = {document: cadence for document, _, cadence in required}
    for number, (document, cadence) in enumerate(sorted(cadences.items())):
        if document not in MISSING:
            _write_document(folder, document, cadence, _approved(document, cadence, number, today))
    _write_people(folder / REGISTERS / "people.csv", today)
    _write_training(folder / REGISTERS / "training.json", today)
    _write_reviews(folder / REGISTERS, today)
    _write_stores(folder / REGISTERS, today)
    _write_incidents(folder / REGISTERS / "incidents.json", today)
    _write_vendors(folder / REGISTERS / "vendors.yaml", today)


def drift(folder: Path, now: Instant) -> None:
    """Somebody rewrites a policy and nobody approves the new version."""
    path = _path(folder, EDITED_LATER)
    before = path.read_text(encoding="utf-8")
    after = before.replace("version: '1.0'", "version: '1.1'", 1)
    assert after != before
    path.write_text(f"{after}\nAmended on {now.date()}.\n", encoding="utf-8")


def _approved(document: str, cadence: str, number: int, today: date) -> date:
    if document in OVERDUE:
        return today - timedelta(days=400)
    return today - timedelta(days=10 if cadence in RENEWED_OFTEN else 30 + number)


def _write_document(folder: Path, document: str, cadence: str, approved: date) -> None:
    path = _path(folder, document)
    text = f"# {document}\n\nWhat this company does, in its own words.\n"
    said = _said(document, cadence, approved)
    if path.suffix == ".md":
        path.write_text(f"---\n{said}---\n{text}", encoding="utf-8")
    else:
        path.write_text(text, encoding="utf-8")
        path.with_name(f"{path.name}.yaml").write_text(said, encoding="utf-8")


def _said(document: str, cadence: str, approved: date) -> str:
    """What is written about a document: before its text, or in the file beside it."""
    said = {
        "title": document,
        "kind": "record" if cadence in RENEWED_OFTEN or cadence == "event" else "policy",
        "document": document,
        "owner": LEAD,
        "authors": [DIRECTOR if document in SELF_APPROVED else LEAD],
        "version": "1.0",
        "approved_by": DIRECTOR,
        "approved_at": approved.isoformat(),
        "approves": "1.0",
    }
    return yaml.safe_dump(said, sort_keys=False, allow_unicode=True)


def _path(folder: Path, document: str) -> Path:
    name = re.sub(r"[^a-z0-9]+", "-", document.lower()).strip("-")[:80]
    ending = ".pdf" if document in IS_A_FILE_OF_ITS_OWN else ".md"
    return folder / POLICIES / f"{name}{ending}"


def _write_people(path: Path, today: date) -> None:
    _write_csv(
        path,
        [
            {
                "person_id": person_id,
                "email": email,
                "type": kind,
                "start_date": today - timedelta(days=started),
                "end_date": "" if left is None else today - timedelta(days=left),
                "identities": identities,
            }
            for person_id, email, kind, started, left, identities in PEOPLE
        ],
    )


def _write_training(path: Path, today: date) -> None:
    """Everyone is trained, but the one whose course is more than a year ago."""
    days = {"p1": 120, "p2": 60, "p3": 390, "p4": 80, "p5": 200}
    rows = [
        {
            "person_id": person_id,
            "course": "security-awareness",
            "completed": str(today - timedelta(days=ago)),
        }
        for person_id, ago in days.items()
    ]
    path.write_text(json.dumps(rows, indent=2), encoding="utf-8")


def _write_reviews(folder: Path, today: date) -> None:
    """AWS was reviewed in the last two quarters, GitHub in the one before the last only."""
    last, before = _first_of_quarter(today, -1), _first_of_quarter(today, -2)
    _write_csv(
        folder / "scope.csv",
        [
            *(_declared("system", system, before, reason="") for system in SYSTEMS),
            *(_declared("region", name, before, reason="nothing runs there") for name in UNUSED),
        ],
    )
    reviews = [_review("aws", last), _review("aws", before), _review("github", before)]
    text = yaml.safe_dump(reviews, sort_keys=False)
    (folder / "access_reviews.yaml").write_text(text, encoding="utf-8")


def _declared(kind: str, name: str, since: date, *, reason: str) -> dict[str, Any]:
    """A line of the register of scope: what is out of scope has a reason."""
    in_scope = "false" if reason else "true"
    return {"kind": kind, "id": name, "in_scope": in_scope, "reason": reason, "since": since}


def _review(system: str, first: date) -> Mapping[str, Any]:
    return {
        "system": system,
        "period": f"{first.year}-Q{(first.month + 2) // 3}",
        "snapshot_id": f"{system}-identities-{first}",
        "reviewer": DIRECTOR,
        "completed_at": str(first + timedelta(days=40)),
        "decisions": [{"identity": name, "decision": "keep"} for name in ("ada", "ben")],
    }


def _first_of_quarter(today: date, away: int) -> date:
    number = today.year * 4 + (today.month - 1) // 3 + away
    return date(number // 4, number % 4 * 3 + 1, 1)


def _write_stores(folder: Path, today: date) -> None:
    """One store came back in time, the other was never tried."""
    _write_csv(
        folder / "data_stores.csv",
        [
            {"store": "orders", "tier": 1, "recovery_minutes": 240},
            {"store": "invoices", "tier": 1, "recovery_minutes": 480},
            {"store": "drafts", "tier": 3, "recovery_minutes": ""},
        ],
    )
    restored = {
        "store": "orders",
        "backup_id": "orders-weekly",
        "date": str(today - timedelta(days=100)),
        "duration": 95,
        "data_check": True,
        "result": "succeeded",
    }
    tests = json.dumps([restored], indent=2)
    (folder / "restore_tests.json").write_text(tests, encoding="utf-8")


def _write_incidents(path: Path, today: date) -> None:
    """One was handled as it should be; after the other nobody asked what there is to learn."""
    learnt = {"review_at": _at(today - timedelta(days=55), 9)}
    rows = [
        {**_incident("I-1", today - timedelta(days=60)), **learnt},
        _incident("I-2", today - timedelta(days=30)),
    ]
    path.write_text(json.dumps(rows, indent=2), encoding="utf-8")


def _incident(name: str, day: date) -> dict[str, Any]:
    """A grave one that was noticed at seven and over at ten."""
    steps = ("detected", "declared", "contained", "resolved")
    times = {step: _at(day, hour) for hour, step in enumerate(steps, 7)}
    about = {"severity": "high", "security": True, "privacy": False, "owner": LEAD}
    return {"id": name, **about, **times}


def _at(day: date, hour: int) -> str:
    return f"{day}T{hour:02}:00:00Z"


def _write_vendors(path: Path, today: date) -> None:
    """The clouds are known; nobody looked at the mail house since its contract was signed."""
    rows = [
        _vendor(name, today - timedelta(days=100), today - timedelta(days=40))
        for name in ("Amazon Web Services", "Google Cloud", "GitHub")
    ]
    mail = {"vendor": "Mail house", "tier": 2, "owner": DIRECTOR, "data": ["customer addresses"]}
    terms = {"contract_date": str(today - timedelta(days=800)), "dpa": True}
    text = yaml.safe_dump([*rows, {**mail, **terms}], sort_keys=False)
    path.write_text(text, encoding="utf-8")


def _vendor(name: str, ended: date, reviewed: date) -> dict[str, Any]:
    return {
        "vendor": name,
        "tier": 1,
        "data": ["customer data"],
        "owner": LEAD,
        "contract_date": str(ended - timedelta(days=1000)),
        "dpa": True,
        "breach_notice_days": 3,
        "report_type": "SOC 2 Type 2",
        "report_period_end": str(ended),
        "opinion": "unqualified",
        "cuecs_mapped": True,
        "reviewed_at": str(reviewed),
    }


def _write_csv(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
