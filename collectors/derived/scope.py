"""What the sources enumerate, held against what the company declares to be assessed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from collectors.contract import Searched, derived
from collectors.evidence.places import DeclaredPlace, Place, ReviewedPlace

Lines = Mapping[tuple[str, str], DeclaredPlace]


@derived(id="derived.scope")
def reviewed_places(
    seen: Sequence[Place],
    declared: Annotated[Sequence[DeclaredPlace], Searched(by_choice=True)],
) -> Iterator[ReviewedPlace]:
    """Every place that was seen, with the line of the register that is about it.

    The narrowest line counts: one of a region in an account goes before one of the region.
    """
    lines = by_name(declared)
    for place in seen:
        yield ReviewedPlace(
            id=place.id,
            name=place.name,
            what=place.what,
            is_read=place.is_read,
            closed=place.closed,
            declared=narrowest(lines, place.what, place.called),
        )


def by_name(declared: Sequence[DeclaredPlace]) -> Lines:
    """The lines of the register by what they are about; case makes no difference."""
    return {(line.what, line.called.casefold()): line for line in declared}


def narrowest(lines: Lines, what: str, called: Sequence[str]) -> DeclaredPlace | None:
    """The line about the first of these names that the register has."""
    about = (lines.get((what, name.casefold())) for name in called)
    return next((line for line in about if line), None)
