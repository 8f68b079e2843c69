"""What the configuration declares of the system, as it lies in the package."""

from collections.abc import Iterator

import msgspec

from agent.settings.configuration import Settings
from agent.settings.description import DescriptionSettings

DECLARED = "description/declared.json"


class Declared(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What follows from no evidence: the company wrote it."""

    company: str
    service: str
    sources: tuple[str, ...]
    """The connections that are configured, `aws:production`, in order."""
    description: DescriptionSettings

    @classmethod
    def of(cls, settings: Settings) -> "Declared":
        """What stands in a configuration."""
        return cls(
            company=settings.company.name,
            service=settings.company.service,
            sources=tuple(sorted(_connections(settings))),
            description=settings.description,
        )

    def encoded(self) -> bytes:
        """Its file: the same bytes for the same configuration."""
        return msgspec.json.encode(self, order="deterministic") + b"\n"


def declared(content: bytes) -> Declared:
    """What a package says was declared.

    Raises:
        msgspec.DecodeError: that is not what this program writes.
    """
    return msgspec.json.decode(content, type=Declared)


def _connections(settings: Settings) -> Iterator[str]:
    sources = settings.sources
    for kind in sources.__struct_fields__:
        for source in getattr(sources, kind):
            yield f"{kind}:{source.name}"
