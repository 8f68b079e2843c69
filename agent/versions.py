"""Everything a verdict depends on besides the evidence, as one value that the log can name."""

import hashlib
import inspect
from collections.abc import Collection, Iterable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

import checks
import collectors
from agent.catalogue import Catalogue, Control
from agent.settings.configuration import Settings
from agent.settings.scope import Exclusion
from agent.version import VERSION
from checks.contract import Check
from checks.evaluation import Excluded
from collectors.evidence.record import Record


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """A control as the company promises it."""

    title: str
    text: str
    criteria: tuple[str, ...]
    frequency: str


class Versions(msgspec.Struct, frozen=True, kw_only=True):
    """Program, catalogue, configuration and code, as they judged at one time."""

    gapwatch: str
    catalogue: str
    """Digest of criteria, controls and worklist."""
    criteria: tuple[str, ...]
    """The categories in scope."""
    thresholds: Mapping[str, Mapping[str, Any]]
    exclusions: tuple[Exclusion, ...]
    schedule: Mapping[str, float]
    """Seconds between two cycles, by collector, source or `default`."""
    code: Mapping[str, str]
    """By check, collector and join: the hash of the module it stands in."""
    framework: str
    """The hash of `checks`, `collectors` and the exclusions here: equal means equal verdicts."""
    wording: Mapping[str, Wording] = {}
    """By control; empty in what was kept before the words were."""
    defaults: Mapping[str, Mapping[str, Any]] = {}
    """By check, the limits in force where the operator sets none."""

    def limits(self, check: str) -> Mapping[str, Any]:
        """Those in force for one check: the operator's, and else its own."""
        return {**self.defaults.get(check, {}), **self.thresholds.get(check, {})}

    def thresholds_of(self, check: Check[Any, Any]) -> Mapping[str, Any]:
        """The operator's values for one check, of the types it declares."""
        given = self.thresholds.get(check.id, {})
        return {
            name: msgspec.convert(value, check.thresholds[name].type)
            for name, value in given.items()
            if name in check.thresholds
        }

    def excluded(self, scope: str) -> Excluded:
        """Why a record of a scope was left out: by its scope, its id (patterns), or its tag."""
        return lambda record: next(
            (e.reason for e in self.exclusions if _leaves_out(e, scope, record)), None
        )


def versions(settings: Settings, catalogue: Catalogue, units: Collection[Any]) -> Versions:
    """What judges now: the settings, the catalogue, every check, collector and join."""
    return Versions(
        gapwatch=VERSION,
        catalogue=catalogue.digest,
        criteria=tuple(category.value for category in settings.assessment.criteria),
        thresholds=settings.thresholds,
        exclusions=settings.scope.exclude,
        schedule={name: every.total_seconds() for name, every in settings.schedule.items()},
        code={unit.id: code_hash(unit) for unit in units},
        framework=framework(),
        wording={control.id: _wording(control) for control in catalogue.controls.values()},
        defaults={unit.id: _defaults(unit) for unit in units if isinstance(unit, Check)},
    )


def encode(value: Versions) -> bytes:
    """The one encoding, so that equal versions are one blob."""
    return msgspec.json.encode(value, order="deterministic")


def decode(content: bytes) -> Versions:
    """Read stored versions back."""
    return msgspec.json.decode(content, type=Versions)


def code_hash(unit: Any) -> str:
    """The hash of the module a check or collector stands in: whatever it uses there counts."""
    function = next(value for value in vars(unit).values() if inspect.isfunction(value))
    return _hash([Path(inspect.getfile(function))])


def _wording(control: Control) -> Wording:
    return Wording(
        title=control.title,
        text=control.description,
        criteria=control.criteria,
        frequency=control.frequency,
    )


def _defaults(check: Check[Any, Any]) -> Mapping[str, Any]:
    """As they read back from what is written down."""
    defaults = {name: threshold.default for name, threshold in check.thresholds.items()}
    plain: Mapping[str, Any] = msgspec.json.decode(msgspec.json.encode(defaults))
    return plain


@cache
def framework() -> str:
    """The hash of everything between an answer and its verdict."""
    return _hash([*_sources(checks), *_sources(collectors), Path(__file__)])


def _sources(package: ModuleType) -> list[Path]:
    (folder,) = package.__path__
    return sorted(Path(folder).rglob("*.py"))


def _hash(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _leaves_out(exclusion: Exclusion, scope: str, record: Record) -> bool:
    if exclusion.scope is not None:
        return fnmatchcase(scope, exclusion.scope)
    if exclusion.subject is not None:
        return fnmatchcase(record.id, exclusion.subject)
    return exclusion.tag is not None and _tagged(record, exclusion.tag)


def _tagged(record: Record, tag: str) -> bool:
    tags = getattr(record, "tags", None)
    key, _, value = tag.partition("=")
    return isinstance(tags, Mapping) and tags.get(key) == value
