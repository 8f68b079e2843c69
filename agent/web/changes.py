"""Landed changes, the newest first: who wrote, approved and landed each, and who let it through."""

from typing import ClassVar

from agent.landed import LandedView
from agent.landed_changes import landed_changes
from agent.reading import Reading
from agent.web.door import Visit
from agent.web.overview import frame
from agent.web.rendering import Shown

MOST = 200
"""The command line and the JSON give all."""


class ChangesPage(Shown, frozen=True, kw_only=True):
    """The newest of them."""

    template: ClassVar[str] = "changes.html.j2"

    changes: tuple[LandedView, ...]
    more: int


def changes_page(reading: Reading, visit: Visit) -> ChangesPage:
    """Look at as many as a page can show.

    Raises:
        BlobDamaged: a part of the evidence is missing or was changed.
    """
    newest_first = landed_changes(reading)[::-1]
    return ChangesPage(
        frame=frame(reading, visit),
        changes=tuple(newest_first[:MOST]),
        more=max(0, len(newest_first) - MOST),
    )
