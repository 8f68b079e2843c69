"""A package written from one store at one checkpoint: the same bytes for the same checkpoint."""

import hashlib
import inspect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

import msgspec

from agent import csv_table
from agent import landed as landed_view
from agent.csv_table import table
from agent.exports.material import NothingToExport, material
from agent.exports.writing import oscal
from agent.gaps.events import PopulationsFrozen, SeedGiven
from agent.package import history, landed, populations, tables, verifier, window
from agent.package.answers import ANSWERS, Answers, unanswered
from agent.package.archive import Archive, LeftOut, Manifest
from agent.package.description import changes as described_changes
from agent.package.description import declared as described
from agent.package.description import tables as description
from agent.package.description import text as description_text
from agent.package.history import History
from agent.package.lint import Doubt, Handed, doubts
from agent.package.matrix import CONTROLS, REQUESTS, matrix_rows, request_rows
from agent.package.populations import Population
from agent.package.populations import populations as populations_of
from agent.package.readme import readme
from agent.package.records import Records, pointing_to_items
from agent.package.redaction import Redaction, without_names
from agent.package.request_list import RequestList
from agent.package.sampling import PLANNING_AID, drawn, sample_size
from agent.package.tables import derived_tables
from agent.reading import Reading
from agent.store import queries
from agent.store.keys import SignerKey
from agent.store.restoring import bodies
from agent.store.rows import moment
from agent.store.tree import checkpoint_at, signed_sizes, stamp_of, stamped_sizes
from agent.version import VERSION

TABLES = (
    *(csv_table, history, landed_view, landed, populations, tables, window),
    *(described, described_changes, description, description_text),
)
"""The modules that the derived tables follow from, log and evidence given."""
QUERIES = (
    *("population", "sha256", "items", "collector", "scope", "purpose", "operations"),
    *("judged_alike_since", "omissions"),
)
SAMPLES = (
    *("population", "items", "sample", "items_drawn", "frozen_in_entry", "frozen_at"),
    *("seed", "seed_in_entry", "seed_given_at", "size_is"),
)
SAMPLE = ("place", "item_id", "name", "sha256_of_seed_population_item", "evidence")
DOUBTS = ("reason", "about", "why")
LEFT_OUT = (
    LeftOut(
        path="evidence/raw/",
        why="answers as they came name people and things anywhere; their hashes stand in the log",
    ),
    LeftOut(
        path="evidence/*/*.json and *.txt",
        why="a record quotes its questions and names who asked; its items are in evidence/items, "
        "fields that may name somebody by their salted hash",
    ),
    LeftOut(
        path="results/oscal/",
        why="OSCAL tells of subjects, owners and observations in sentences, from which no name can "
        "be cut; results/*.csv have the same verdicts under pseudonyms",
    ),
    LeftOut(
        path="description/declared.json and description.md",
        why="they quote the company's own words; the tables beside them have what can be told",
    ),
)
"""Of the redacted edition, and why."""
RECEIVED = LeftOut(
    path="pbc/received.*",
    why="the auditor's own words may name somebody; answers.csv has each line's number",
)


def _nameless(doubt: Doubt) -> Doubt:
    """Its reason alone: the rest may name somebody."""
    told = "named in the full edition"
    return msgspec.structs.replace(doubt, about=told, why=told)


def program_of_the_tables() -> str:
    """The hash of what works the derived tables out."""
    digest = hashlib.sha256()
    for module in TABLES:
        digest.update(hashlib.sha256(inspect.getsource(module).encode()).digest())
    return digest.hexdigest()


@dataclass(frozen=True, kw_only=True)
class Contents:
    """Everything that goes into one package."""

    history: History
    reading: Reading
    key: SignerKey
    frozen: tuple[int, PopulationsFrozen]
    """The entry that froze its populations."""
    seed: tuple[int, SeedGiven] | None = None
    redaction: Redaction
    full: bool = True
    """Whether the full edition is written, or the redacted one."""
    asked: RequestList | None = None
    """The auditor's own list, if one was given."""

    def write(self, file: IO[bytes]) -> list[Doubt]:
        """Write the package; returns what an auditor may send it back for.

        Raises:
            TooLarge: one file would be more than an archive in the usual form holds.
        """
        with Archive(file) as archive:
            return self._write(archive)

    def _write(self, archive: Archive) -> list[Doubt]:
        archive.write("verify.py", [inspect.getsource(verifier).encode()])
        self._log(archive)
        records = Records(self.history, self._note, self.redaction, full=self.full)
        filed = records.write(archive)
        for path, columns, rows in derived_tables(self.history):
            archive.write(path, self._table(columns, rows))
        self._description(archive)
        if self.full:
            self._oscal(archive)
        every = list(populations_of(self.history))
        queries = self._table(QUERIES, self._queries(every))
        archive.write("populations/queries.csv", queries)
        self._samples(archive, every)
        controls = self.reading.controls()
        matrix = self._table(CONTROLS, matrix_rows(self.reading, self.history))
        archive.write("controls.csv", matrix)
        given = filed if self.full else [*map(pointing_to_items, filed)]
        requests = request_rows(controls, given, every)
        archive.write("pbc/requests.csv", table(REQUESTS, requests))
        handed = Handed(
            history=self.history,
            controls=controls,
            filed=filed,
            populations=every,
            sampled=self.seed is not None,
        )
        found = [*doubts(handed), *self._together(), *self._answers(archive, handed)]
        told = found if self.full else [_nameless(doubt) for doubt in found]
        archive.write("limits.csv", table(DOUBTS, map(msgspec.structs.astuple, told)))
        seed = self.seed[1].seed if self.seed else None
        archive.write("README.txt", readme(self.manifest, self.key.verifier, told, seed=seed))
        archive.seal(self.manifest, self.key)
        return found

    @property
    def manifest(self) -> Manifest:
        """What the package is about; its files are listed when it is sealed."""
        source, window = self.history.source, self.history.window
        company = self.reading.settings.company
        return Manifest(
            company=company.name,
            service=company.service,
            edition="full" if self.full else "redacted",
            start=str(window.start),
            end=str(window.end),
            checkpoint=source.size,
            as_of=moment(source.at),
            producer=self.key.name,
            tool_version=VERSION,
            tables_sha256=program_of_the_tables(),
            left_out=self._left_out,
        )

    @property
    def _left_out(self) -> tuple[LeftOut, ...]:
        if self.full:
            return ()
        return (*LEFT_OUT, RECEIVED) if self.asked is not None else LEFT_OUT

    @property
    def _note(self) -> bytes:
        """The signed checkpoint that vouches for every entry."""
        return checkpoint_at(self.history.source.connection, self.history.source.size)[1]

    def _log(self, archive: Archive) -> None:
        """The log as it was signed, and what shows when: a checkpoint a day, every stamped one."""
        source = self.history.source
        lines = bodies(source.connection, source.size)
        told = lines if self.full else map(without_names, lines)
        archive.write(verifier.ENTRIES, (line + b"\n" for line in told))
        archive.write("log/checkpoint", [self._note])
        archive.write("log/verifier-key.txt", [self.key.verifier.encode().encode() + b"\n"])
        for size in self._telling():
            note = checkpoint_at(source.connection, size)[1]
            archive.write(f"log/checkpoints/{size}", [note])
            stamp = stamp_of(source.connection, size)
            if stamp is not None:
                archive.write(f"log/stamps/{size}.tsq", [stamp.query])
                archive.write(f"log/stamps/{size}.tsr", [stamp.response])

    def _telling(self) -> list[int]:
        """Of the checkpoints those that say something the newest does not.

        A day's last, whatever was stamped, and the first after each new key.
        """
        source = self.history.source
        sizes = sorted(size for size in signed_sizes(source.connection) if size <= source.size)
        days = {checkpoint_at(source.connection, size)[0][:10]: size for size in sizes}
        telling = {*days.values(), *(stamped_sizes(source.connection) & set(sizes)), source.size}
        for number, _ in source.entries(kind="key_introduced"):
            telling.update([size for size in sizes if size >= number][:1])
        return sorted(telling)

    def _table(self, columns: Sequence[str], rows: Iterator[Sequence[Any]]) -> Iterator[bytes]:
        """A table as this edition tells it."""
        return table(columns, rows if self.full else self.redaction.masked(columns, rows))

    def _queries(self, every: Iterable[Population]) -> Iterator[Sequence[Any]]:
        """Beside each population, how it was asked for."""
        known = {one.name: one for one in self.frozen[1].populations}
        source = self.history.source
        judging = self.history.judging_within()
        for one in every:
            collector = source.collectors.get(one.collector)
            unit = collector or source.joins.get(one.collector)
            yield (
                *(one.path, known[one.path].sha256, known[one.path].items),
                *(one.collector, one.scope, unit.purpose if unit else ""),
                [str(call) for call in collector.calls] if collector else "a join of records",
                judging[-1].at if judging else None,
                one.omissions(),
            )

    def _answers(self, archive: Archive, handed: Handed) -> list[Doubt]:
        """The auditor's own list, line by line; returns what has no answer."""
        if self.asked is None:
            return []
        samples = (one.path.replace("populations/", "samples/", 1) for one in handed.populations)
        answers = Answers(
            controls={view.id: view for view in handed.controls},
            criteria={view.id: view for view in self.reading.criteria()},
            catalogue=self.reading.catalogue.controls,
            filed=handed.filed,
            populations=handed.populations,
            samples=frozenset(path for path in samples if path in archive),
        )
        rows = list(answers.rows(self.asked.requests))
        archive.write("pbc/answers.csv", self._table(ANSWERS, iter(rows)))
        if self.full:
            archive.write(f"pbc/received{self.asked.format}", [self.asked.content])
        return list(unanswered(rows))

    def _description(self, archive: Archive) -> None:
        """What a system description is written from; the company's own words in the full edition.

        A redacted edition has the tables alone.
        """
        said = described.Declared.of(self.reading.settings)
        for path, columns, rows in description.described_tables(self.history, said):
            archive.write(path, self._table(columns, rows))
        if self.full:
            archive.write(described.DECLARED, [said.encoded()])
            archive.write(description_text.TEXT, [description_text.text(self.history, said)])

    def _oscal(self, archive: Archive) -> None:
        """The newest verdicts for other machines; none while no cycle has ended."""
        try:
            told = material(self.reading, log=self.key.name)
        except NothingToExport:
            return
        for name, document in oscal(told).items():
            archive.write(f"results/oscal/{name}", [msgspec.json.encode(document)])

    def _samples(self, archive: Archive, every: Iterable[Population]) -> None:
        known = {one.name: one for one in self.frozen[1].populations}
        rows = [self._sample(archive, one, known[one.path].sha256) for one in every]
        archive.write("samples/index.csv", table(SAMPLES, rows))

    def _sample(self, archive: Archive, one: Population, digest: str) -> Sequence[Any]:
        """Draw one sample; returns its line of the index."""
        number, frozen = self.frozen
        items = one.items()
        if self.seed is None:
            return (one.path, len(items), None, 0, number, frozen.at, *(None,) * 3, "no seed yet")
        given, seed = self.seed
        path = one.path.replace("populations/", "samples/", 1)
        size = sample_size(len(items))
        sample = drawn(items, seed=seed.seed, population=digest, size=size)
        rows = (
            (d.place, d.item, items[d.item].record.get("name"), d.rank, items[d.item].evidence)
            for d in sample
        )
        archive.write(path, self._table(SAMPLE, rows))
        return (
            *(one.path, len(items), path, len(sample), number, frozen.at),
            *(seed.seed, given, seed.at, PLANNING_AID),
        )

    def _together(self) -> Iterator[Doubt]:
        """A seed that was there in the moment of freezing may have been chosen by the company."""
        if self.seed is None:
            return
        number, _ = self.frozen
        between = range(number + 1, self.seed[0])
        connection = self.history.source.connection
        signed = any(size in between or size == number for size in signed_sizes(connection))
        if not signed:
            why = (
                "the populations were frozen by the same command that brought the seed: an auditor "
                "may want to see their hashes first, and then give another"
            )
            yield Doubt(reason="more samples needed", about="samples", why=why)
        others = {
            event.seed
            for _, event in queries.entries(connection, kind="seed_given")
            if isinstance(event, SeedGiven) and event.frozen == number
        } - {self.seed[1].seed}
        if others:
            why = (
                f"{len(others)} other seeds were given for the same populations: see access_log.csv"
            )
            yield Doubt(reason="more samples needed", about="samples", why=why)
