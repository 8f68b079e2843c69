"""The CODEOWNERS files of all repositories, as this cycle read them, or else as they were last."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection

from agent.collect import Taken
from agent.gaps.codeowners import SOURCE, TAG_NAME, Rules, owners_of, repository_of
from agent.store import queries
from agent.store.blobs import Blobs
from agent.store.evidence import read_records
from collectors.evidence.github.repositories import CodeOwners
from collectors.evidence.record import Record, Unread

COLLECTOR = "github.code-owners"


def rules_of(connection: Connection, blobs: Blobs, taken: Sequence[Taken]) -> dict[str, Rules]:
    """By repository, `acme/web`, of the scopes that were read; an unread file names nobody."""
    fresh = {
        one.snapshot.scope: one.snapshot.records
        for one in taken
        if one.snapshot.collector == COLLECTOR
    }
    files = [record for records in fresh.values() for record in records]
    scopes = {one.snapshot.scope for one in taken if one.snapshot.scope.startswith(SOURCE)}
    where = {"collector": COLLECTOR, "scope": scopes - fresh.keys(), "latest": True}
    for row in queries.snapshots(connection, **where) if scopes - fresh.keys() else ():
        files.extend(read_records(blobs, row.records_digest, CodeOwners))
    return {
        one.name: [(rule.pattern, rule.owners) for rule in one.rules]
        for one in files
        if isinstance(one, CodeOwners) and not isinstance(one.rules, Unread)
    }


def owned(
    scope: str, records: Iterable[Record], known: Mapping[str, Rules]
) -> dict[str, Mapping[str, str]]:
    """The code owners of records, as tags of their findings; of those without any, no tags.

    What lies in a repository whose file was not read is left out: whose it is is not known.
    """
    if not known or not scope.startswith(SOURCE):
        return {}
    of_known = (one for one in records if repository_of(one.name) in known)
    found = ((one.id, owners_of(one.id, one.name, known)) for one in of_known)
    return {subject: {TAG_NAME: " ".join(owners)} if owners else {} for subject, owners in found}
