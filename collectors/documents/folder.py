"""The reader of a company's documents: a folder of policies, and a folder of registers."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, TypeVar

import msgspec

from collectors.contract import ApiCall, CannotList
from collectors.documents.register import Malformed, Row, Table, fields_of, read_fields, typed
from collectors.evidence.record import Unread
from collectors.reader import Reader, unread

LIST_FILES = ApiCall("documents", "ListFiles", "read and search the folder of policies")
READ_FILE = ApiCall("documents", "ReadFile", "read the folder of registers")
READ_FRONT_MATTER = ApiCall("documents", "ReadFrontMatter", "read the folder of policies")
LAST_CHANGE = ApiCall("documents", "LastChange", "read the history of the folder of policies")
LIST_REQUIRED = ApiCall("documents", "ListRequired", "none: the catalogue says it")
LIST_QUARTERS = ApiCall("documents", "ListQuarters", "none: the calendar says it")

BESIDE = ".yaml"
DOCUMENTS = frozenset(
    (
        *(".md", ".markdown", ".txt", ".html", ".pdf", ".doc", ".docx", ".odt", ".rtf"),
        *(".csv", ".xls", ".xlsx", ".ods", ".pptx", ".odp"),
    )
)
"""Other files (a picture, a template) are documents only when a file beside them says so."""

NOT_KEPT = "NotKept"
"""The code of a register that is not in a folder that was looked into: nobody keeps it."""
NO_HISTORY = "NoHistory"
"""The code of a folder that keeps no history: there is none, and nobody hides it."""
SENTENCES: Mapping[str, str] = {
    "Missing": "is missing",
    NOT_KEPT: "is missing",
    "PermissionDenied": "may not be read",
    "TooLarge": "is larger than what is read",
    "TooManyFiles": "holds more files than are read",
    "NotUtf8": "is not text in UTF-8",
    "NotAFile": "is not a plain file",
    "LeavesTheFolder": "leads out of the folder",
    "Ambiguous": "is there in more than one format: keep one",
    "NotCommitted": "has changes that are not committed",
    "HistoryCutShort": "has a history that is cut short: fetch all of it",
}

R = TypeVar("R", bound=Row)
S = TypeVar("S", bound=msgspec.Struct)
T = TypeVar("T")


class BadRegister(CannotList):
    """A register that is there, and that a person has to mend before it can be read."""


class Folder(Reader):
    """Documents and registers as they lie in the folders that the configuration names."""

    def each(self, call: ApiCall, item_key: str, **arguments: Any) -> Iterator[Any]:
        """List a population, or raise `CannotList`."""
        response, refusal = self._ask(call, arguments)
        if refusal:
            raise CannotList(_sentence(call, refusal, response, arguments.get("path", "")))
        yield from response[item_key]

    def documents(self) -> Iterator[str]:
        """Every document in the folder of policies, or raise `CannotList`.

        Left out are files that explain the folder (README), files that describe the file
        beside them, and pictures and the like that nobody described.
        """
        files = frozenset(self.each(LIST_FILES, "files", path="policies"))
        for name in sorted(files):
            path = PurePosixPath(name)
            explains = path.stem.upper() == "README"
            describes = path.suffix == BESIDE and name.removesuffix(BESIDE) in files
            described = f"{name}{BESIDE}" in files or path.suffix.lower() in DOCUMENTS
            if described and not explains and not describes:
                yield name

    def rows(self, row: type[R], *, absent: str | None = None) -> Iterator[R]:
        """Every row of a register, or raise `CannotList`: a malformed row may be anybody's.

        A register that the `absent` code says is not there has no rows.
        """
        path = f"registers/{row.REGISTER}"
        asked = {"path": path, "fields": sorted(fields_of(row))}
        response, refusal = self._ask(READ_FILE, asked)
        if refusal in {"Malformed", "Ambiguous"}:
            raise BadRegister(_sentence(READ_FILE, refusal, response, path))
        if refusal and refusal == absent:
            return
        if refusal:
            raise CannotList(_sentence(READ_FILE, refusal, response, f"{path}.csv"))
        known = {name: response[name] for name in Table.__struct_fields__}
        try:
            yield from typed(msgspec.convert(known, Table), row)
        except Malformed as error:
            raise BadRegister(f"{READ_FILE}: {error}") from None

    def listed(self, population: Iterator[T]) -> tuple[T, ...] | Unread:
        """A population that only describes the members of another; `Unread` if it is refused."""
        try:
            return tuple(population)
        except CannotList as refusal:
            return Unread(why=refusal.why)

    def front_matter(self, kind: type[S], path: str) -> tuple[S, str] | Unread:
        """What is said about a document, and the hash of the text it is said of."""
        asked = {"path": path, "fields": sorted(fields_of(kind))}
        response, refusal = self._ask(READ_FRONT_MATTER, asked)
        if refusal:
            return Unread(why=_sentence(READ_FRONT_MATTER, refusal, response, path))
        try:
            said = read_fields(response["front_matter"] or {}, kind, where=(path,))
        except Malformed as error:
            return unread(READ_FRONT_MATTER, str(error))
        return said, response["body_sha256"]

    def detail(self, call: ApiCall, *, absent: str, path: str) -> Mapping[str, Any] | Unread | None:
        """Read one property of a file: `None` if the answer is the `absent` code."""
        response, refusal = self._ask(call, {"path": path})
        if refusal:
            sentence = _sentence(call, refusal, response, path)
            return None if refusal == absent else Unread(why=sentence)
        answer: Mapping[str, Any] = response
        return answer


def _sentence(call: ApiCall, refusal: str, response: Any, path: str) -> str:
    """Which file, and what is the matter with it; the code alone where we have no better word."""
    details = response or {}
    if "problem" in details:
        return f"{call}: {details['problem']}"
    named = details.get("file", path)
    sentence = SENTENCES.get(refusal)
    if not named:
        return f"{call}: {refusal}"
    return f"{call}: {named} {sentence}" if sentence else f"{call}: {named}: {refusal}"
