"""What keeps a store from being used, in a sentence that ends with what to do."""

import errno

FREE_SPACE = "free some space and run again: nothing that was kept before is lost"
ALLOW_WRITING = "gapwatch must be allowed to write there"
WAIT = "another program is writing to it: wait for it, or stop it"
RESTORE = "it is damaged: `gapwatch verify` names what is wrong, a backup brings it back"
LOOK_AT_DISK = "the disk fails, or the way to it: the system's log says more"
REACH = "is the server running, and may gapwatch connect to it?"

REMEDIES = {
    "ENOSPC": FREE_SPACE,
    "EDQUOT": FREE_SPACE,
    "SQLITE_FULL": FREE_SPACE,
    "53": FREE_SPACE,  # PostgreSQL's class of insufficient resources
    "EROFS": ALLOW_WRITING,
    "EACCES": ALLOW_WRITING,
    "EPERM": ALLOW_WRITING,
    "SQLITE_READONLY": ALLOW_WRITING,
    "SQLITE_CANTOPEN": ALLOW_WRITING,
    "SQLITE_PERM": ALLOW_WRITING,
    "25006": ALLOW_WRITING,  # PostgreSQL: a standby, or set to read only
    "42501": ALLOW_WRITING,  # PostgreSQL: a privilege is missing
    "SQLITE_BUSY": WAIT,
    "55P03": WAIT,  # PostgreSQL: a lock was not to be had in time
    "SQLITE_CORRUPT": RESTORE,
    "SQLITE_NOTADB": RESTORE,
    "SQLITE_ERROR": RESTORE,
    "42P01": RESTORE,  # PostgreSQL: a table is missing
    "XX": RESTORE,  # PostgreSQL's class of damaged data
    "EIO": LOOK_AT_DISK,
    "SQLITE_IOERR": LOOK_AT_DISK,
}
"""What to do, by the first letters of the system's or the database's own code."""


class StoreUnusable(Exception):
    """The store cannot be opened, read or written; the message names it and the remedy."""


def unusable(what: str, error: BaseException) -> StoreUnusable:
    """The sentence for an error of the disk or of the database."""
    why = getattr(error, "strerror", None) or str(error).strip()
    return StoreUnusable(f"{what} cannot be used ({why.splitlines()[0]}): {_remedy(error)}")


def _remedy(error: BaseException) -> str:
    code = _code(error)
    return next((remedy for start, remedy in REMEDIES.items() if code.startswith(start)), REACH)


def _code(error: BaseException) -> str:
    if isinstance(error, OSError):
        return errno.errorcode.get(error.errno or 0, "")
    return getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None) or ""
