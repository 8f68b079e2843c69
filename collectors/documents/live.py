"""The one place that opens a company's files and asks Git about them."""

import errno
import hashlib
import os
import stat
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import msgspec

from collectors.contract import ApiCall
from collectors.documents.folder import NOT_KEPT
from collectors.documents.register import FORMATS, Malformed, file_format, parse
from collectors.evidence.record import Instant
from collectors.strict_yaml import BadYaml, load
from collectors.transcript import Arguments, Exchange, Live

LARGEST_FILE = 32 * 2**20
MOST_FILES = 10_000
QUARTERS = 5
"""The running one, and the four before it: the longest window looks back a year."""
CARRY_FRONT_MATTER = (".md", ".markdown", ".txt")
FENCE = "---"
BESIDE = ".yaml"
"""What is said of a file that cannot carry front matter stands in a file of its name and this."""
GIT = ("git", "--no-optional-locks", "--literal-pathspecs", "-c", "core.fsmonitor=false")
GIT_MAY_TAKE = 60
Answer = dict[str, Any]


class Requirement(NamedTuple):
    """A document that a control asks for, and how often it is due again."""

    document: str
    control: str
    cadence: str


class Refused(Exception):
    """A question that could not be answered, and the word for why."""

    def __init__(self, code: str, **details: str) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


def live(
    folders: Mapping[str, Path],
    required: Iterable[tuple[str, str, str]],
    clock: Callable[[], Instant],
    *,
    largest_file: int = LARGEST_FILE,
    most_files: int = MOST_FILES,
) -> Live:
    """Make the function that looks into folders and writes down whatever happens.

    A path begins with the name of its folder, `policies` or `registers`, and never says
    where on this machine that is.
    """
    shelf = Shelf(folders, largest_file=largest_file, most_files=most_files)
    demanded = [Requirement(*each)._asdict() for each in required]
    answers: Mapping[str, Callable[..., Answer]] = {
        "ListFiles": shelf.list_files,
        "ReadFile": shelf.read_register,
        "ReadFrontMatter": shelf.read_front_matter,
        "LastChange": shelf.last_change,
        "ListRequired": lambda: {"documents": demanded},
        "ListQuarters": lambda: {"quarters": list(_quarters(clock().date()))},
    }

    def ask(call: ApiCall, arguments: Arguments) -> Exchange:
        started = clock()
        response, code = _answer(answers[call.operation], arguments)
        return Exchange(
            service=call.service,
            operation=call.operation,
            arguments=dict(arguments),
            status=None,
            code=code,
            request_id=None,
            server_date=None,
            started_at=started,
            ended_at=clock(),
            response=response,
        )

    return ask


def identity(folder: Path) -> str:
    """Which state of which history a folder shows, without saying where it lies."""
    try:
        head = _git(folder, "rev-parse", "--verify", "HEAD").strip()
        changed = _git(folder, "status", "--porcelain", "--", ".")
    except Refused:
        return "file system of a folder"
    return f"file system of git {head}{', with changes not committed' if changed else ''}"


def _answer(answer: Callable[..., Answer], arguments: Arguments) -> tuple[Answer, str | None]:
    try:
        return answer(**arguments), None
    except Refused as refusal:
        return dict(refusal.details), refusal.code
    except (Malformed, BadYaml) as error:
        return {"problem": str(error)}, "Malformed"
    except OSError as error:
        return {}, _word_for(error)


class Shelf:
    """The folders, and the rules by which a path leads to a file in them."""

    def __init__(self, folders: Mapping[str, Path], *, largest_file: int, most_files: int) -> None:
        self._folders = folders
        self._largest_file = largest_file
        self._most_files = most_files

    def list_files(self, path: str) -> Answer:
        """Every file below a folder; what is hidden is left out, links are not followed."""
        root = self._folder(path)
        files = sorted(f"{path}/{name}" for name in _below(root))
        if len(files) > self._most_files:
            raise Refused("TooManyFiles")
        return {"files": files}

    def read_register(self, path: str, fields: list[str]) -> Answer:
        """A register in whichever format it is kept, with the values of these fields only."""
        found = [path + ending for ending in FORMATS if self._exists(path + ending)]
        if len(found) != 1:
            raise Refused("Ambiguous" if found else NOT_KEPT)
        (file,) = found
        content = self._content(file)
        table = parse(_text(content, file), file=file).only(tuple(fields))
        answer: Answer = msgspec.json.decode(msgspec.json.encode(table))
        return {**answer, "sha256": hashlib.sha256(content).hexdigest()}

    def read_front_matter(self, path: str, fields: list[str]) -> Answer:
        """What is said about a document, of these fields only, and the hash of what it says.

        The hash is of everything after the front matter, byte for byte, so that an approval
        of a text can stand in the file of that text.
        """
        content = self._content(path)
        if file_format(path) in CARRY_FRONT_MATTER:
            front, body = _divided(_text(content, path), path)
        else:
            front, body = self._said_beside(path), content
        said = None if front is None else load(front, file=path)
        if said is not None and not isinstance(said, dict):
            raise Malformed(path, "line 1", remedy="front matter is fields by name")
        known = None if said is None else {n: v for n, v in said.items() if n in fields}
        return {"front_matter": known, "body_sha256": hashlib.sha256(body).hexdigest()}

    def last_change(self, path: str) -> Answer:
        """What Git says of a file: its last change, and everyone who ever committed one."""
        file = self._inside(path)
        shallow = _git(file.parent, "rev-parse", "--is-shallow-repository").strip()
        if shallow == "true":
            raise Refused("HistoryCutShort")
        if _git(file.parent, "status", "--porcelain", "--ignored", "--", file.name):
            raise Refused("NotCommitted")
        log = _git(file.parent, "log", "--follow", "--format=%H%x09%cI%x09%ae", "--", file.name)
        changes = [line.split("\t") for line in log.splitlines()]
        if not changes:
            raise Refused("NotCommitted")
        commit, changed_at, author = changes[0]
        authors = sorted({author for _, _, author in changes})
        return {"commit": commit, "at": changed_at, "author": author, "authors": authors}

    def _said_beside(self, path: str) -> str | None:
        beside = path + BESIDE
        return _text(self._content(beside), beside) if self._exists(beside) else None

    def _folder(self, name: str) -> Path:
        folder = self._folders.get(name)
        if folder is None or not folder.is_dir():
            raise Refused("Missing")
        return folder.resolve()

    def _inside(self, path: str) -> Path:
        """Where a path leads when every link is followed: never out of its folder."""
        name, *parts = PurePosixPath(path).parts
        root = self._folder(name)
        target = Path(os.path.realpath(root.joinpath(*parts)))
        if not target.is_relative_to(root):
            raise Refused("LeavesTheFolder", file=path)
        return target

    def _exists(self, path: str) -> bool:
        name, *parts = PurePosixPath(path).parts
        try:
            os.lstat(self._folder(name).joinpath(*parts))
        except FileNotFoundError:
            return False
        return True

    def _content(self, path: str) -> bytes:
        """Every byte of a plain file that is not too large; a pipe is not waited for."""
        target = self._inside(path)
        try:
            descriptor = os.open(target, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
        except OSError as error:
            raise Refused(_word_for(error), file=path) from None
        with os.fdopen(descriptor, "rb") as opened:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise Refused("NotAFile", file=path)
            content = opened.read(self._largest_file + 1)
        if len(content) > self._largest_file:
            raise Refused("TooLarge", file=path)
        return content


def _below(root: Path) -> Iterator[str]:
    def refuse(error: OSError) -> None:
        raise error

    for folder, folders, files in os.walk(root, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        links = [name for name in folders if Path(folder, name).is_symlink()]
        for name in (*files, *links):
            if not name.startswith("."):
                yield Path(folder, name).relative_to(root).as_posix()


def _text(content: bytes, path: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("NotUtf8", file=path) from None


def _divided(text: str, path: str) -> tuple[str | None, bytes]:
    """Front matter and body; an empty line stands for the fence, so lines keep their number."""
    first, *others = text.splitlines(keepends=True) or [""]
    if first.rstrip() != FENCE:
        return None, text.encode()
    for number, line in enumerate(others):
        if line.rstrip() == FENCE:
            return "\n" + "".join(others[:number]), "".join(others[number + 1 :]).encode()
    raise Malformed(path, "line 1", remedy=f"close the front matter with a line {FENCE}")


def _quarters(today: date) -> Iterator[str]:
    running = today.year * 4 + (today.month - 1) // 3
    for number in range(running - QUARTERS + 1, running + 1):
        yield f"{number // 4}-Q{number % 4 + 1}"


def _word_for(error: OSError) -> str:
    words = {
        errno.ENOENT: "Missing",
        errno.ENOTDIR: "Missing",
        errno.EACCES: "PermissionDenied",
        errno.EPERM: "PermissionDenied",
        errno.EISDIR: "NotAFile",
        errno.ELOOP: "LeavesTheFolder",
    }
    number = error.errno or 0
    return words.get(number) or errno.errorcode.get(number, type(error).__name__)


def _git(folder: Path, *question: str) -> str:
    """Ask Git about a folder, in English and without the variables of a hook that runs us.

    Raises:
        Refused: there is no Git, no history, or it took too long.
    """
    surroundings = {n: v for n, v in os.environ.items() if not n.startswith("GIT_")}
    try:
        asked = subprocess.run(  # noqa: S603 - a fixed program, and a path that was looked up
            [*GIT, "-C", str(folder), *question],
            env={**surroundings, "LC_ALL": "C"},
            capture_output=True,
            timeout=GIT_MAY_TAKE,
            check=False,
        )
    except FileNotFoundError:
        raise Refused("NoGit") from None
    except subprocess.TimeoutExpired:
        raise Refused("GitTookTooLong") from None
    if asked.returncode:
        stranger = b"not a git repository" in asked.stderr
        raise Refused("NoHistory" if stranger else "GitRefused")
    return asked.stdout.decode(errors="replace")
