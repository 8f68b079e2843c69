"""A company's own documents: a folder of policies and a folder of registers, as one scope."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from agent.connections.unit import Unit, Unreachable
from collectors.contract import CannotList
from collectors.documents.folder import READ_FILE, BadRegister, Folder
from collectors.documents.live import identity, live
from collectors.documents.rows import REGISTERS
from collectors.evidence.record import Instant
from collectors.transcript import Live, Recorder


def utc_now() -> Instant:
    """The moment, for the start and the end of an exchange."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class DocumentsConnection:
    """The folders that one entry of the configuration names."""

    name: str
    path: Path
    registers: Path
    required: tuple[tuple[str, str, str], ...]
    """Each document that a control asks for: its name, the control, and how often it is due."""
    clock: Callable[[], Instant] = utc_now
    source: str = "documents"

    @property
    def scope(self) -> str:
        """Both folders together."""
        return f"documents:{self.name}"

    def units(self) -> Iterator[Unit | Unreachable]:
        """One unit; a folder that is not there shows in what could not be read."""
        yield Unit(
            scope=self.scope,
            reads=Folder,
            identity=identity(self.path),
            live=self._live(),
        )

    def validate(self) -> Iterator[str]:
        """What a person has to mend in a folder or a register before a cycle can read it.

        A register that is not kept yet is none of these: its population is an omission.
        """
        for folder in (self.path, self.registers):
            if not folder.is_dir():
                yield f"{self.scope}: {folder} is no folder"
        for row in REGISTERS.values():
            reader = Folder(self.scope, Recorder(self._live(), b""), (READ_FILE,))
            try:
                tuple(reader.rows(row))
            except BadRegister as error:
                yield f"{self.scope}: {error.why.removeprefix(f'{READ_FILE}: ')}"
            except CannotList:  # not kept or not readable: the cycle says so
                continue

    def _live(self) -> Live:
        folders = {"policies": self.path, "registers": self.registers}
        return live(folders, self.required, self.clock)
