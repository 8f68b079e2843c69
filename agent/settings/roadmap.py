"""What the compliance roadmap is planned with."""

from collections.abc import Iterator, Mapping

import msgspec

from agent.catalogue import Effort
from agent.decoding import Section
from agent.gaps.owners import DEFAULT

PERSON_DAYS_A_WEEK = 2.0
PERSON_DAYS = {Effort.SMALL: 1.0, Effort.MEDIUM: 5.0, Effort.LARGE: 15.0}
"""The middle of what each letter stands for."""
MOST_A_WEEK = 100
"""A team can be an owner as well."""
LEAST = 0.1


class RoadmapSettings(Section, frozen=True, kw_only=True):
    """How much time there is, and how much a gap takes."""

    capacity: Mapping[str, float] = msgspec.field(
        default_factory=lambda: {DEFAULT: PERSON_DAYS_A_WEEK}
    )
    """Person-days a week for closing gaps, by owner or `default`."""
    effort: Mapping[Effort, float] = msgspec.field(default_factory=lambda: PERSON_DAYS)
    """Person-days that a gap is planned with, by its effort."""

    def problems(self) -> Iterator[tuple[str, str]]:
        """Some time, and some work."""
        for owner, days in self.capacity.items():
            if not LEAST <= days <= MOST_A_WEEK:
                yield f"capacity.{owner}", f"must lie between {LEAST} and {MOST_A_WEEK} days a week"
        for effort, days in self.effort.items():
            if not days >= LEAST:
                yield f"effort.{effort}", f"must be at least {LEAST} person-days"

    def days_a_week(self, owner: str) -> float:
        """What an owner has for closing gaps."""
        return self.capacity.get(owner, self.capacity.get(DEFAULT, PERSON_DAYS_A_WEEK))

    def days_for(self, effort: str) -> float:
        """What a gap of an effort takes; an unknown one counts as medium."""
        known = Effort(effort) if effort in set(Effort) else Effort.MEDIUM
        return self.effort.get(known, PERSON_DAYS[known])
