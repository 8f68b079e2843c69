"""What only the company can say of its system, for the description that it writes itself."""

import re
from collections.abc import Iterator
from typing import Literal

from agent.decoding import Section

CRITERION = re.compile(r"(CC|A|C|PI|P)\d{1,2}\.\d{1,2}")


class SubserviceOrganisation(Section, frozen=True, kw_only=True):
    """A vendor whose own controls the criteria rest on as well."""

    name: str
    service: str
    """What it does for the company."""
    method: Literal["carve-out", "inclusive"]
    """Whether its controls stand outside the description or are part of it."""


class UserEntityControl(Section, frozen=True, kw_only=True):
    """What the company's customers have to do themselves."""

    id: str
    text: str
    criteria: tuple[str, ...]
    """Those that are met only together with it."""

    def problems(self) -> Iterator[tuple[str, str]]:
        """Some criterion, each as they are numbered."""
        if not self.criteria:
            yield "criteria", "names no criterion: name those it serves, such as CC6.1"
        for number, criterion in enumerate(self.criteria):
            if not CRITERION.fullmatch(criterion):
                yield f"criteria[{number}]", f"`{criterion}` is no criterion such as CC6.1"


class DescriptionSettings(Section, frozen=True, kw_only=True):
    """The parts of a system description that no evidence tells."""

    boundary: str | None = None
    """What belongs to the system, and what does not."""
    subservice: tuple[SubserviceOrganisation, ...] = ()
    user_entity_controls: tuple[UserEntityControl, ...] = ()

    def problems(self) -> Iterator[tuple[str, str]]:
        """Nothing told twice."""
        named = {
            ("subservice", "name"): [one.name for one in self.subservice],
            ("user_entity_controls", "id"): [one.id for one in self.user_entity_controls],
        }
        for (part, field), taken in named.items():
            for number, name in enumerate(taken):
                if name in taken[:number]:
                    yield f"{part}[{number}].{field}", f"`{name}` is taken: choose another"
