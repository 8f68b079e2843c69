"""Policies that are kept as files in a repository."""

import re
from collections.abc import Iterator

from agent.decoding import Section
from agent.settings.registers import REPOSITORY

LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9]|[-_](?=[A-Za-z0-9]))*")


class PolicyFile(Section, frozen=True, kw_only=True):
    """One policy, where its text lies and who may approve it."""

    repository: str
    """Its name, without the organisation's."""
    path: str
    owners: tuple[str, ...]
    """GitHub logins; one of them has to approve each change."""

    def problems(self) -> Iterator[tuple[str, str]]:
        """A repository, a path and owners that can be."""
        if not REPOSITORY.fullmatch(self.repository):
            yield "repository", "must be a repository's name, without the organisation's"
        steps = self.path.split("/")
        if not self.path.isprintable() or {"", ".", ".."} & {*steps}:
            yield "path", "must be a file's path in the repository, such as policies/access.md"
        if not self.owners:
            yield "owners", "must name at least one login"
        for number, owner in enumerate(self.owners):
            if not LOGIN.fullmatch(owner):
                yield (
                    f"owners[{number}]",
                    f"`{owner}` is no GitHub login: write a name such as olga",
                )
