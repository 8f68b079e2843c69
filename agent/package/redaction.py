"""A package without what names people and things, and how it is held against the full one.

Every field of every record is hashed with a salt of its own, and the hashes of one record make
its leaf. The full edition gives value and salt, the redacted one of what it withholds only the
hash: the leaves are the same. Without the salt a hash says nothing, however few values are
possible.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from agent.package.verifier import WITHHELD, field_hash, item_leaf, leaf_hash

SHORT = 16
MASKED = {
    *("item_id", "subject", "name", "observed", "record", "reason", "cause", "told", "by"),
    *(
        "response",
        "text",
        "service",
        "owner",
        "identity",
        "omissions",
        "finding",
        "sha256_of_seed_population_item",
        *("repository", "branch", "commit", "landed_by", "authors", "approvers"),
        *("check_results", "issues", "deployments", "not_read"),
    ),
}
"""The columns of tables that may name a person or a thing, or quote one."""
OPEN_ENTRIES = {
    *("cycle_started", "cycle_finished", "key_introduced", "populations_frozen"),
    *("evidence_removed", "evidence_expired"),
}
"""The kinds of log entry that name nobody; of all others the redacted edition gives the hash."""
OPEN_FIELDS = {"kind", "occurred_at"}


@dataclass(frozen=True)
class Redaction:
    """One store's salts: the same in both editions, and of use to nobody who lacks the key."""

    key: bytes

    def item(self, entry: int, place: int, record: Mapping[str, Any], *, full: bool) -> bytes:
        """One record as a line: its leaf, and its fields opened or withheld."""
        fields: dict[str, dict[str, Any]] = {}
        for name, value in record.items():
            salt = self._salt(entry, place, name)
            shown = full or not withholds(name, value)
            fields[name] = (
                {"salt": salt.hex(), "value": value}
                if shown
                else {"hash": field_hash(salt, name, value).hex()}
            )
        line = {"leaf": self.leaf(entry, place, record), "fields": fields}
        return msgspec.json.encode(line, order="deterministic") + b"\n"

    def leaf(self, entry: int, place: int, record: Mapping[str, Any]) -> str:
        """The hash of one record: the same whatever is withheld."""
        hashes = {
            name: field_hash(self._salt(entry, place, name), name, value)
            for name, value in record.items()
        }
        return item_leaf(hashes).hex()

    def pseudonym(self, value: Any) -> str:
        """A name in place of a value: the same value has the same one all through a package."""
        content = msgspec.json.encode(value, order="deterministic", enc_hook=str)
        digest = hmac.digest(self.key, b"gapwatch package name\0" + content, "sha256")
        return f"withheld-{digest.hex()[:SHORT]}"

    def masked(
        self, columns: Sequence[str], rows: Iterator[Sequence[Any]]
    ) -> Iterator[Sequence[Any]]:
        """The rows of a table, with what may name somebody under pseudonyms."""
        hidden = [column in MASKED for column in columns]
        for row in rows:
            yield [
                self.pseudonym(cell) if hide and cell not in (None, "", (), []) else cell
                for hide, cell in zip(hidden, row, strict=True)
            ]

    def _salt(self, entry: int, place: int, name: str) -> bytes:
        where = f"gapwatch package field\0{entry}\0{place}\0{name}".encode()
        return hmac.digest(self.key, where, hashlib.sha256)


def without_names(body: bytes) -> bytes:
    """A log entry as the redacted edition gives it: as it is, or its leaf in the tree."""
    if msgspec.json.decode(body)["kind"] in OPEN_ENTRIES:
        return body
    return msgspec.json.encode({WITHHELD: leaf_hash(body).hex()})


def withholds(name: str, value: Any) -> bool:
    """Whether a field may name somebody: whatever holds text, but for kinds and moments."""
    return name not in OPEN_FIELDS and _holds_text(value)


def _holds_text(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_text, (*value, *value.values())))
    if isinstance(value, list | tuple):
        return any(map(_holds_text, value))
    return isinstance(value, str)
