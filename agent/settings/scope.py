"""What is left out of the assessment, and why."""

from collections.abc import Iterator

from agent.decoding import Section


class Exclusion(Section, frozen=True, kw_only=True):
    """What is not assessed, and why: by tag, by the subject's id, or by a pattern of scopes."""

    tag: str | None = None
    """`key=value`."""
    subject: str | None = None
    scope: str | None = None
    """A pattern such as `aws:123456789012/*`."""
    reason: str

    def problems(self) -> Iterator[tuple[str, str]]:
        """Exactly one of the three."""
        if sum(part is not None for part in (self.tag, self.subject, self.scope)) != 1:
            yield "", "give exactly one of `tag`, `subject` and `scope`"
        if self.tag is not None and "=" not in self.tag:
            yield "tag", "must be written `key=value`"


class ScopeSettings(Section, frozen=True, kw_only=True):
    """What is left out of the assessment."""

    exclude: tuple[Exclusion, ...] = ()
