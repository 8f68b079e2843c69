"""Exports on the disk: the files of one format, and the log's entry that they left the store."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec

from agent.estate import Estate
from agent.exports.asff import batches
from agent.exports.material import Material, material
from agent.exports.ocsf import compliance_findings
from agent.exports.oscal.catalogs import controls_catalog, criteria_catalog, mapping_collection
from agent.exports.oscal.components import component_definition
from agent.exports.oscal.document import FILES, Document
from agent.exports.oscal.plan import assessment_plan
from agent.exports.oscal.poam import plan_of_action
from agent.exports.oscal.references import Dangling, contradictions
from agent.exports.oscal.results import assessment_results
from agent.exports.tables import lists
from agent.gaps.events import EvidenceAccessed
from agent.store.faults import StoreUnusable
from agent.store.store import Store
from agent.store.tree import known_keys

Format = Literal["oscal", "ocsf", "asff", "csv"]
Files = Iterator[tuple[str, bytes]]


def export(
    company: Estate,
    store: Store,
    format: Format,
    out: Path,
    *,
    by: str,
    account: str | None = None,
    region: str | None = None,
) -> list[Path]:
    """Write one format; returns the files.

    The log is told before anything is written: what left the store cannot be called back.

    Raises:
        Dangling: our own documents contradict each other: a fault of ours, and nothing is written.
        NoAccount: Security Hub's account or region is not known.
        NothingToExport: no cycle has finished yet.
        StoreUnusable: the store cannot be read or written, or a file cannot be.
    """
    told = material(company.reading(store), log=_log(company, store))
    files = list(_files(told, format, account=account, region=region))
    what = f"{format} as of {told.as_of:%Y-%m-%d %H:%M:%S} UTC"
    with store.transaction() as writer:
        at = company.clock()
        writer.append(
            [EvidenceAccessed(at=at, cycle=0, action="exported", what=what, by=by)],
        )
    if format == "ocsf":
        return [_write(out, files[0][1])]
    return [_write(out / name, content) for name, content in files]


def oscal(told: Material) -> dict[str, Document]:
    """The whole set by file, every pointer held against what it points to.

    Raises:
        Dangling: one leads nowhere.
    """
    plan = plan_of_action(told)
    found = {
        "criteria-catalog": criteria_catalog(told),
        "controls-catalog": controls_catalog(told),
        "component-definition": component_definition(told),
        "mapping-collection": mapping_collection(told),
        "assessment-plan": assessment_plan(told),
        "assessment-results": assessment_results(told),
        **({"poam": plan} if plan else {}),
    }
    documents = {FILES[name]: document for name, document in found.items()}
    problems = "\n".join(contradictions(documents))
    if problems:
        raise Dangling(problems)
    return documents


def _files(told: Material, format: Format, *, account: str | None, region: str | None) -> Files:
    match format:
        case "oscal":
            for name, document in oscal(told).items():
                yield name, _json(document)
        case "ocsf":
            yield "ocsf.jsonl", b"".join(_line(event) for event in compliance_findings(told))
        case "asff":
            for number, batch in enumerate(batches(told, account=account, region=region), 1):
                yield f"batch-{number:04}.json", _json(batch)
        case "csv":
            yield from lists(told)


def _log(company: Estate, store: Store) -> str:
    """The log's name in the world; an unsigned one is known by its company."""
    with store.reading() as connection:
        known = known_keys(connection)
    return known[0].name if known else company.settings.company.name


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def _line(value: Any) -> bytes:
    return msgspec.json.encode(value) + b"\n"


def _write(path: Path, content: bytes) -> Path:
    """A file that appears whole or not at all, readable by its owner only."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, new = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(new).replace(path)
        finally:
            Path(new).unlink(missing_ok=True)
    except OSError as error:
        message = f"{path} cannot be written ({error.strerror}): name another place with --out"
        raise StoreUnusable(message) from error
    return path
