"""What the sources enumerate, held against what the company declares to be assessed."""

from collections.abc import Iterator, Sequence

from collectors.contract import derived
from collectors.evidence.places import DeclaredPlace, Place, ReviewedPlace


@derived(id="derived.scope")
def reviewed_places(
    seen: Sequence[Place], declared: Sequence[DeclaredPlace]
) -> Iterator[ReviewedPlace]:
    """Every place that was seen, with the line of the register that is about it.

    The narrowest line counts: one of a region in an account goes before one of the region.
    """
    lines = {(line.what, line.called.casefold()): line for line in declared}
    for place in seen:
        about = (lines.get((place.what, name.casefold())) for name in place.called)
        yield ReviewedPlace(
            id=place.id,
            name=place.name,
            what=place.what,
            is_read=place.is_read,
            closed=place.closed,
            declared=next((line for line in about if line), None),
        )
