"""Reading `gapwatch.yaml`: every problem at once, each with file, path and remedy."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec

from agent.agreement import (
    converted,
    owner_problems,
    plan_problems,
    schedule_problems,
    threshold_problems,
)
from agent.catalogue import config_folder
from agent.decoding import Decoder
from agent.gaps.owners import DEFAULT
from agent.settings.alerts import route_problems
from agent.settings.configuration import DEADLINES, HOURLY, Configuration, Settings
from agent.settings.planning import LONGEST, AcceptanceSettings, PlanSettings
from agent.settings.store import (
    BUCKET,
    REDACTION_KEY,
    SIGNING_KEY,
    Bucket,
    EvidencePlace,
    StoreSettings,
)
from agent.settings.tickets import shared_credentials
from agent.settings.words import (
    REFERENCE,
    USE_A_REFERENCE,
    Address,
    BadConfiguration,
    Secret,
    is_reference,
)
from checks.contract import Check
from collectors.strict_yaml import BadYaml, load

MOST_THREADS = 32
DURATION = re.compile(r"(\d{1,5})([smhd])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def load_settings(
    path: Path,
    checks: Mapping[str, Check[Any, Any]],
    *,
    collectors: Collection[str] | None = None,
) -> Settings:
    """Read a configuration; with the ids of the collectors, their names are checked as well.

    Raises:
        BadConfiguration: with one line for each problem that can be found.
    """
    folder = path.absolute().parent
    places: dict[str, str] = {}
    decoder = _decoder(path, folder, places)
    given = decoder.fields(_document(path), Configuration, "$")
    problems = [
        *decoder.problems,
        *schedule_problems(given.get("schedule", {}), collectors),
        *threshold_problems(given.get("thresholds", {}), checks),
        *owner_problems(given.get("owners", {})),
        *plan_problems(given.get("plan", PlanSettings()).lines, checks),
        *route_problems(given.get("alerts", ())),
        *shared_credentials(given.get("tickets"), given.get("sources")),
        *_number_problems(given),
    ]
    if problems:
        raise BadConfiguration("\n".join(f"{path}: {where}: {what}" for where, what in problems))
    given["store"] = _placed(given.get("store", StoreSettings()), folder)
    given["schedule"] = {DEFAULT: HOURLY} | given.get("schedule", {})
    given["deadlines"] = DEADLINES | given.get("deadlines", {})
    acceptances = given.get("acceptances", AcceptanceSettings())
    given["acceptances"] = msgspec.structs.replace(
        acceptances, longest=LONGEST | acceptances.longest
    )
    given["thresholds"] = {
        check: converted(values, checks[check])
        for check, values in given.get("thresholds", {}).items()
    }
    return Settings(**given, places=places)


def annotated_example() -> str:
    """The configuration that `gapwatch init` writes."""
    return (config_folder() / "example.yaml").read_text(encoding="utf-8")


def _document(path: Path) -> Any:
    try:
        return load(path.read_text(encoding="utf-8"), file=str(path))
    except FileNotFoundError:
        message = f"{path}: there is no such file: `gapwatch init` writes one"
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        message = f"{path}: is not text in UTF-8: save it as such"
    except BadYaml as error:
        message = str(error)
    raise BadConfiguration(message)


def _decoder(path: Path, folder: Path, places: dict[str, str]) -> Decoder:
    def reference(text: str, where: str) -> str:
        if not REFERENCE.fullmatch(text):
            raise ValueError(f"a secret does not stand in this file: {USE_A_REFERENCE}")
        kind, _, name = text.partition(":")
        found = text if kind == "env" else f"file:{folder / name}"
        places.setdefault(found, f"{path}: {where}")
        return found

    def address(text: str, where: str) -> str:
        return reference(text, where) if is_reference(text) else text

    def place(text: str, _: str) -> Path:
        if "://" in text:
            raise ValueError("must be a place on this machine")
        if text.startswith("~"):
            raise ValueError(
                "`~` is not read: write the whole path, or one from this file's folder"
            )
        return folder / text

    def evidence(text: str, where: str) -> EvidencePlace:
        if "://" not in text:
            return place(text, where)
        written = BUCKET.fullmatch(text)
        if written is None:
            raise ValueError("must be a folder, or a bucket such as s3://acme-evidence/gapwatch")
        return Bucket(name=written[1], prefix=written[2].removeprefix("/"))

    leaves: dict[Any, Callable[[str, str], Any]] = {
        EvidencePlace: evidence,
        Secret: reference,
        Address: address,
        Path: place,
        timedelta: _duration,
    }
    return Decoder(leaves)


def _duration(text: str, _: str) -> timedelta:
    written = DURATION.fullmatch(text)
    if written is None:
        raise ValueError("must be a number with its unit, such as 90s, 15m, 1h or 1d")
    amount, unit = written.groups()
    return timedelta(**{UNITS[unit]: int(amount)})


def _placed(store: StoreSettings, folder: Path) -> StoreSettings:
    """Relative places are relative to the configuration, wherever the program is started."""
    kind, slashes, file = store.url.partition(":///")
    url = f"{kind}{slashes}{folder / file}" if kind == "sqlite" else store.url
    options = store.evidence_options
    return msgspec.structs.replace(
        store,
        url=url,
        evidence=folder / store.evidence if isinstance(store.evidence, Path) else store.evidence,
        evidence_options=options
        and msgspec.structs.replace(
            options, redaction_key=_placed_key(options.redaction_key, REDACTION_KEY, folder)
        ),
        signing_key=_placed_key(store.signing_key, SIGNING_KEY, folder),
    )


def _placed_key(key: str, usual: str, folder: Path) -> str:
    return f"file:{folder / usual.removeprefix('file:')}" if key == usual else key


def _number_problems(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    store, assessment = given.get("store"), given.get("assessment")
    if store and store.retention and assessment:
        window = assessment.window.end - assessment.window.start + timedelta(days=1)
        if store.retention.keep < window:
            least = f"must be at least {window.days}d, the window's length"
            yield "$.store.retention.keep", f"{least}: the report rests on all of it"
    for severity, deadline in given.get("deadlines", {}).items():
        if deadline.days < 1 or deadline % timedelta(days=1):
            yield f"$.deadlines.{severity}", "must be whole days, such as 14d"
    if not 0 < given.get("threads", 1) <= MOST_THREADS:
        yield "$.threads", f"must lie between 1 and {MOST_THREADS}"
