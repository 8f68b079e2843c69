"""Who looked at evidence, or took it away: an entry of the log, written before it is shown."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sqlalchemy import Connection

from agent.estate import Estate
from agent.gaps.events import OUTSIDE, EvidenceAccessed
from agent.store import queries
from agent.store.store import Store
from agent.web.door import Visit

ONCE_IN = timedelta(hours=1)
"""Who comes back to the same thing sooner is not told of again."""


@dataclass(frozen=True)
class Witness:
    """Tells the log by name who saw what; where nobody signs in there is no name to tell."""

    company: Estate
    store: Store

    def saw(self, visit: Visit, what: str) -> None:
        """Somebody is about to look at evidence.

        Raises:
            StoreUnusable: the log cannot be told, so nothing may be shown.
        """
        self._tell(visit, "viewed", what)

    def took(self, visit: Visit, what: str) -> None:
        """Somebody is about to take evidence away.

        Raises:
            StoreUnusable: the log cannot be told, so nothing may be handed out.
        """
        self._tell(visit, "exported", what)

    def _tell(self, visit: Visit, action: Literal["viewed", "exported"], what: str) -> None:
        if visit.person is None:
            return
        told = EvidenceAccessed(
            at=self.company.clock(),
            cycle=OUTSIDE,
            action=action,
            what=what,
            by=visit.person.email,
        )
        with self.store.reading() as connection:
            known = _is_known(connection, told)
        if not known:
            with self.store.transaction() as writer:
                writer.append([] if _is_known(writer.connection, told) else [told])


def _is_known(connection: Connection, told: EvidenceAccessed) -> bool:
    """Whether the log says the same of the last hour; entries are read back to its beginning."""
    for _, event in queries.newest_entries(connection, kind="evidence_accessed"):
        if told.at - event.at >= ONCE_IN or not isinstance(event, EvidenceAccessed):
            return False
        if (event.action, event.what, event.by) == (told.action, told.what, told.by):
            return True
    return False
