"""Populations: everything that a collector saw of a scope within the window, an item a row."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from agent.csv_table import table
from agent.gaps.events import EvidenceKept, FrozenPopulation
from agent.package.history import History
from agent.package.window import Stretch
from agent.store.blobs import BlobDamaged

UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
COLUMNS = (
    *("item_id", "name", "occurred_at", "first_seen_at", "last_seen_at", "evidence"),
    *("excluded", "record"),
)


class Item(NamedTuple):
    """One member of a population, as it was seen last."""

    record: dict[str, Any]
    first: Any
    last: Any
    evidence: tuple[int, ...]


@dataclass(frozen=True)
class Population:
    """All that one collector saw of one scope within the window."""

    history: History
    collector: str
    scope: str
    stretches: Sequence[Stretch]

    @property
    def path(self) -> str:
        """Its file in the package."""
        return f"populations/{safe(self.collector)}/{safe(self.scope)}.csv"

    @property
    def entries(self) -> list[int]:
        """Its evidence, by log entry, oldest first."""
        return list(dict.fromkeys(stretch.entry for stretch in self.stretches))

    def events(self) -> Iterator[tuple[int, EvidenceKept]]:
        """The entries of its evidence."""
        for number in self.entries:
            yield number, self.history.source.kept(number)

    def items(self) -> dict[str, Item]:
        """Every member by its stable id, in order of the ids."""
        found: dict[str, Item] = {}
        spans = self._spans()
        for number, event in self.events():
            first, last = spans[number]
            for record in self.records(event):
                known = found.get(record["id"])
                since = known.first if known else first
                evidence = (*known.evidence, number) if known else (number,)
                found[record["id"]] = Item(record, since, last, evidence)
        return dict(sorted(found.items()))

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Its members, a row each."""
        for name, item in self.items().items():
            yield (
                name,
                item.record.get("name"),
                item.record.get("occurred_at"),
                item.first,
                item.last,
                " ".join(map(str, item.evidence)),
                self._excluded(item.record),
                item.record,
            )

    def lines(self) -> Iterator[bytes]:
        """Its file."""
        return table(COLUMNS, self.rows())

    def frozen(self) -> FrozenPopulation:
        """Its name, its hash and its size."""
        digest = hashlib.sha256()
        count = -1  # the heading
        for line in self.lines():
            digest.update(line)
            count += 1
        return FrozenPopulation(name=self.path, sha256=digest.hexdigest(), items=count)

    def omissions(self) -> list[str]:
        """What could not be listed, and when."""
        return [
            f"log entry {number}: {omission.where}: {omission.why}"
            for number, event in self.events()
            for omission in event.omissions
        ]

    def unreadable(self) -> list[int]:
        """Its evidence that cannot be read any more."""
        return [number for number in self.entries if number in self.history.expired]

    def records(self, event: EvidenceKept) -> list[dict[str, Any]]:
        """What one piece of evidence holds; nothing where it cannot be read any more."""
        try:
            content = self.history.source.blobs.get(event.records_digest)
        except BlobDamaged:  # it expired, or `verify` names it; the population says what it lacks
            return []
        records: list[dict[str, Any]] = msgspec.json.decode(content)
        return records

    def _spans(self) -> dict[int, tuple[Any, Any]]:
        """By entry, the first and the last moment in the window at which it was seen."""
        window = self.history.window
        spans: dict[int, tuple[Any, Any]] = {}
        for stretch in self.stretches:
            first = max(stretch.first, window.first)
            since, _ = spans.get(stretch.entry, (first, first))
            spans[stretch.entry] = (since, stretch.last)
        return spans

    def _excluded(self, record: dict[str, Any]) -> str | None:
        """Why the item was out of scope by the rules of the window's end, if it was."""
        judging = self.history.judging
        versions = judging[-1].versions if judging else None
        source = self.history.source
        unit = source.collectors.get(self.collector) or source.joins.get(self.collector)
        if versions is None or unit is None or not versions.exclusions:
            return None
        return versions.excluded(self.scope)(msgspec.convert(record, unit.yields))


def populations(history: History) -> Iterator[Population]:
    """Every population of a window, in order."""
    for (collector, scope), stretches in history.within():
        yield Population(history, collector, scope, stretches)


def safe(name: str) -> str:
    """A name that is one on every disk; two names never become the same."""
    plain = UNSAFE.sub("-", name)
    if plain == name and not name.startswith("."):
        return name
    return f"{plain.strip('.-')}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
