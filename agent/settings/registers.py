"""Registers that people keep as labelled issues."""

import re
from collections.abc import Iterator, Mapping

from agent.decoding import Section

REGISTERS = (
    *("access_requests", "emergency_changes", "exercises", "incidents", "restore_tests"),
    *("risks", "significant_changes", "vendors"),
)
"""What a register of issues can be."""
FIELD = re.compile(r"[a-z][a-z_]*")
REPOSITORY = re.compile(r"[A-Za-z0-9._-]+")


class IssueRegister(Section, frozen=True, kw_only=True):
    """One register: every issue of a repository that has a label."""

    register: str
    repository: str
    """Its name, without the organisation's."""
    label: str
    fields: Mapping[str, str] = {}
    """Fields of the register that its form asks for: the heading of each answer."""

    def problems(self) -> Iterator[tuple[str, str]]:
        """A register, a repository and a label that can be."""
        if self.register not in REGISTERS:
            yield "register", f"must be one of {', '.join(REGISTERS)}"
        if not REPOSITORY.fullmatch(self.repository):
            yield "repository", "must be a repository's name, without the organisation's"
        if not self.label.strip() or not self.label.isprintable() or "," in self.label:
            yield "label", "must be one label, such as emergency-change"
        for name, heading in self.fields.items():
            if not FIELD.fullmatch(name):
                yield f"fields.{name}", "is no field: write a name such as commit_or_pr"
            if not heading.strip() or heading != heading.strip() or not heading.isprintable():
                yield f"fields.{name}", "must be the heading of an answer in the issue's form"
