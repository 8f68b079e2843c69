"""How much is in place, how much remains, and of how much nobody knows: counted, never guessed."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from agent.gaps.events import ControlState
from agent.reports.text import percentages, words
from agent.views import ControlView, CriterionView


class Part(StrEnum):
    """Where a control or a criterion belongs, in the order of the pictures."""

    IN_PLACE = "in place"
    """Everything it asks for was assessed, and works."""
    IN_PART = "in place in part"
    """What was assessed works; of the rest nobody knows, so it does not count as in place."""
    UNKNOWN = "unknown"
    """It could not be read, or nothing evidences it."""
    REMAINING = "remaining"
    """It does not work, or a named person tolerates that."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A group, such as an area, with what is in place of it."""

    name: str
    total: int
    """Unknowns stay in the denominator."""
    in_place: int
    in_part: int
    unknown: int
    remaining: int
    in_place_percent: int
    in_part_percent: int
    unknown_percent: int
    remaining_percent: int
    """The four add up to 100, unless there is nothing at all."""

    @property
    def parts(self) -> tuple[tuple[Part, int, int], ...]:
        """Each part with its count and its percents."""
        return (
            (Part.IN_PLACE, self.in_place, self.in_place_percent),
            (Part.IN_PART, self.in_part, self.in_part_percent),
            (Part.UNKNOWN, self.unknown, self.unknown_percent),
            (Part.REMAINING, self.remaining, self.remaining_percent),
        )


def part_of(view: ControlView | CriterionView) -> Part:
    """Where one control or criterion belongs."""
    if view.state in (ControlState.DEFICIENT, ControlState.ACCEPTED):
        return Part.REMAINING
    if view.state is not ControlState.EFFECTIVE:
        return Part.UNKNOWN
    return Part.IN_PLACE if _whole(view) else Part.IN_PART


def standing(name: str, members: Iterable[ControlView | CriterionView]) -> Standing:
    """Count a group."""
    found = [part_of(view) for view in members]
    counts = [found.count(part) for part in Part]
    percents = percentages(counts)
    return Standing(
        name=name,
        total=len(found),
        in_place=counts[0],
        in_part=counts[1],
        unknown=counts[2],
        remaining=counts[3],
        in_place_percent=percents[0],
        in_part_percent=percents[1],
        unknown_percent=percents[2],
        remaining_percent=percents[3],
    )


def by_group(members: Iterable[tuple[str, ControlView | CriterionView]]) -> tuple[Standing, ...]:
    """Count each group, in the order in which the groups are first met."""
    groups: dict[str, list[ControlView | CriterionView]] = {}
    for name, view in members:
        groups.setdefault(name, []).append(view)
    return tuple(standing(words(name), views) for name, views in groups.items())


def _whole(view: ControlView | CriterionView) -> bool:
    """Whether all it asks for was assessed."""
    if isinstance(view, CriterionView):
        return view.coverage == "full"
    return all(part.state is ControlState.EFFECTIVE and not part.planned for part in view.evidence)
