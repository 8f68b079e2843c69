"""What is in use unasked, held against what the company declares to be assessed."""

from collections.abc import Iterator, Sequence
from typing import Annotated

from collectors.contract import Searched, derived
from collectors.derived.scope import by_name, narrowest
from collectors.evidence.places import DeclaredPlace, ReviewedService, ServiceInUse


@derived(id="derived.services")
def reviewed_services(
    in_use: Sequence[ServiceInUse],
    declared: Annotated[Sequence[DeclaredPlace], Searched(by_choice=True)],
) -> Iterator[ReviewedService]:
    """Every service that nobody asks, with the narrowest line of the register about it."""
    lines = by_name(declared)
    for service in in_use:
        yield ReviewedService(
            id=service.id,
            name=service.name,
            declared=narrowest(lines, "service", service.called),
        )
