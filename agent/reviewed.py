"""Acceptances from a file that people review in Git: every entry strictly read, or none."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from agent.decoding import FAILED, Decoder, Section
from agent.gaps.acceptances import Declared, ReviewedFile, same_person
from agent.gaps.events import Covered, Reviewed
from collectors.strict_yaml import BadYaml, load

UNVERSIONED = {"NoGit", "NoHistory", "HistoryCutShort"}
"""Git's words for a file of which nobody can say who changed it last."""
FOLDER = "acceptances"


class BadAcceptances(Exception):
    """The file of acceptances cannot be used; one line for each problem, with its remedy."""


class Entry(Section, frozen=True, kw_only=True):
    """One acceptance, as a person writes it."""

    id: str
    accepted_by: str
    approved_by: str
    reason: str
    compensating: str
    until: date
    finding: str | None = None
    gap: int | None = None
    check: str | None = None
    scope: str | None = None
    subject: str | None = None

    def problems(self) -> Iterator[tuple[str, str]]:
        """It says what it is about in one way, and one person does not approve it alone."""
        pattern = (self.check, self.scope, self.subject)
        named = (self.finding is not None, self.gap is not None, any(pattern))
        if sum(named) != 1:
            yield "", "give one of `finding`, `gap` and a pattern (`check`, `scope`, `subject`)"
        if same_person(self.accepted_by, self.approved_by):
            yield "approved_by", "must be somebody else than `accepted_by`"

    @property
    def covers(self) -> Covered:
        """What it is about."""
        return Covered(
            finding=self.finding,
            gap=self.gap,
            check=self.check,
            scope=self.scope,
            subject=self.subject,
        )


class _File(Section, frozen=True, kw_only=True):
    acceptances: tuple[Entry, ...]

    def problems(self) -> Iterator[tuple[str, str]]:
        """No id twice."""
        ids = [entry.id for entry in self.acceptances]
        for number, taken in enumerate(ids):
            if taken in ids[:number]:
                yield f"acceptances[{number}].id", f"`{taken}` is taken: choose another"


def reviewed_file(path: Path) -> ReviewedFile:
    """What stands in the file, with its last commit where it lies in a work tree.

    Raises:
        BadAcceptances: it cannot be read, is not as declared, or has changes that nobody
            committed and so nobody reviewed.
    """
    entries = _entries(path)
    commit = _last_commit(path)
    author: str | None = commit.get("author")
    return ReviewedFile(
        name=path.name,
        author=author,
        entries=tuple(_declared(entry, path, commit) for entry in entries),
    )


def _declared(entry: Entry, path: Path, commit: dict[str, Any]) -> Declared:
    return Declared(
        covers=entry.covers,
        by=entry.accepted_by,
        approver=entry.approved_by,
        reason=entry.reason,
        compensating=entry.compensating,
        until=entry.until,
        file=Reviewed(
            label=entry.id,
            file=path.name,
            commit=commit.get("commit"),
            author=commit.get("author"),
            committed_at=commit.get("at"),
        ),
    )


def _entries(path: Path) -> tuple[Entry, ...]:
    try:
        document = load(path.read_text(encoding="utf-8"), file=str(path))
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
        raise BadAcceptances(message) from None
    except UnicodeDecodeError:
        message = f"{path}: is not text in UTF-8: save it as such"
        raise BadAcceptances(message) from None
    except BadYaml as error:
        raise BadAcceptances(str(error)) from None
    decoder = Decoder({})
    read = decoder.decode(document, _File, "$")
    if decoder.problems or read is FAILED:
        lines = (f"{path}: {where}: {what}" for where, what in decoder.problems)
        raise BadAcceptances("\n".join(lines))
    file: _File = read
    return file.acceptances


def _last_commit(path: Path) -> dict[str, Any]:
    from collectors.documents.live import Refused, Shelf  # noqa: PLC0415 - only with such a file

    shelf = Shelf({FOLDER: path.parent}, largest_file=0, most_files=0)
    try:
        return shelf.last_change(f"{FOLDER}/{path.name}")
    except Refused as refused:
        if refused.code in UNVERSIONED:
            return {}
        remedy = {
            "NotCommitted": "has changes that are not committed: commit them, so that others "
            "can review them",
        }.get(refused.code, f"Git does not say who changed it: {refused.code}")
        message = f"{path}: {remedy}"
        raise BadAcceptances(message) from None
