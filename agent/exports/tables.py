"""The lists of the command line as CSV, one file each."""

from collections.abc import Iterator, Sequence
from typing import Any

from agent.csv_table import table
from agent.exports.material import Material
from agent.views import (
    ControlView,
    CriterionView,
    EvidenceView,
    FindingView,
    GapView,
    VerdictView,
    View,
)

LISTS: tuple[tuple[str, type[View]], ...] = (
    ("gaps", GapView),
    ("findings", FindingView),
    ("verdicts", VerdictView),
    ("controls", ControlView),
    ("criteria", CriterionView),
    ("evidence", EvidenceView),
)


def lists(material: Material) -> Iterator[tuple[str, bytes]]:
    """Every list under its file's name, with the fields that `--json` has."""
    for name, view in LISTS:
        rows: Sequence[View] = getattr(material, name)
        fields = view.__struct_fields__
        cells = ([_cell(getattr(row, field)) for field in fields] for row in rows)
        yield f"{name}.csv", b"".join(table(fields, cells))


def _cell(value: Any) -> Any:
    """Parts of evidence as one line each; everything else as it is."""
    if isinstance(value, tuple) and value and hasattr(value[0], "__struct_fields__"):
        return tuple(f"{one.kind}: {one.state.value}" for one in value)
    return value
