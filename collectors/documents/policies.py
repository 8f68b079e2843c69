"""What the folder of policies holds, and what each document says about itself."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Literal

import msgspec

from collectors.contract import collector
from collectors.documents.folder import (
    LAST_CHANGE,
    LIST_FILES,
    NO_HISTORY,
    READ_FILE,
    READ_FRONT_MATTER,
    Folder,
)
from collectors.documents.people import employment
from collectors.documents.register import Address
from collectors.documents.rows import PersonRow
from collectors.evidence.documents import Approval, History, Policy, Revision
from collectors.evidence.people import Employment
from collectors.evidence.record import Unread


class FrontMatter(msgspec.Struct, frozen=True, kw_only=True):
    """What is written about a document before its text, or in the file beside it."""

    title: str | None = None
    kind: Literal["policy", "record"] = "policy"
    document: str | tuple[str, ...] = ()
    owner: str | None = None
    authors: tuple[Address, ...] = ()
    version: str | None = None
    review: Literal["monthly", "quarterly", "annual", "event"] | None = None
    approved_by: Address | None = None
    approved_at: date | None = None
    approves: str | None = None
    sha256: str | None = None


@collector(id="documents.policies", calls=(LIST_FILES, READ_FRONT_MATTER, LAST_CHANGE, READ_FILE))
def policies(folder: Folder) -> Iterator[Policy]:
    """Every policy in the folder, with the approval it carries and whether its owner is here.

    A document that says nothing about itself is a policy that nobody owns; minutes and
    reports say that they are records, and are not renewed.
    """
    people = folder.listed(folder.rows(PersonRow))

    def describe(path: str) -> Policy:
        revision = read_revision(folder, path)
        return Policy(
            id=path,
            name=_title(revision) or path,
            revision=revision,
            owner_employment=_owner(revision, people),
        )

    for policy in folder.concurrently(describe, folder.documents()):
        if isinstance(policy.revision, Unread) or policy.revision.sort == "policy":
            yield policy


def read_revision(folder: Folder, path: str) -> Revision | Unread:
    """A document as it lies in the folder, by its own word and by the folder's history."""
    read = folder.front_matter(FrontMatter, path)
    if isinstance(read, Unread):
        return read
    said, body_sha256 = read
    return Revision(
        path=path,
        title=said.title,
        sort=said.kind,
        serves=(said.document,) if isinstance(said.document, str) else said.document,
        owner=said.owner,
        version=said.version,
        review=said.review,
        authors=frozenset(said.authors),
        body_sha256=body_sha256,
        approval=_approval(said),
        history=_history(folder.detail(LAST_CHANGE, absent=NO_HISTORY, path=path)),
    )


def _approval(said: FrontMatter) -> Approval | None:
    if said.approved_by is None or said.approved_at is None:
        return None
    return Approval(
        approver=said.approved_by,
        approved_on=said.approved_at,
        version=said.approves,
        body_sha256=said.sha256,
    )


def _history(change: Mapping[str, Any] | Unread | None) -> History | Unread | None:
    if change is None or isinstance(change, Unread):
        return change
    return History(
        commit=change["commit"],
        changed_at=datetime.fromisoformat(change["at"]),
        authors=frozenset(change["authors"]),
    )


def _title(revision: Revision | Unread) -> str | None:
    return None if isinstance(revision, Unread) else revision.title


def _owner(
    revision: Revision | Unread, people: tuple[PersonRow, ...] | Unread
) -> Employment | Unread | None:
    if isinstance(revision, Unread) or revision.owner is None:
        return None
    if isinstance(people, Unread):
        return people
    owner = revision.owner.casefold()
    employments = [employment(row) for row in people if row.email.casefold() == owner]
    return max(employments, key=lambda each: each.started_on, default=None)
