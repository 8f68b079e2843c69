"""What is tolerated, was, or waits for somebody to approve it."""

from typing import ClassVar

from agent.reading import Reading
from agent.views import AcceptanceView
from agent.web.asking import Waiting, asked_for
from agent.web.door import Visit
from agent.web.forms import Tried
from agent.web.overview import frame
from agent.web.rendering import Shown

ENDED = 50
"""The command line and the JSON give all."""


class AcceptancesPage(Shown, frozen=True, kw_only=True):
    """All acceptances."""

    template: ClassVar[str] = "acceptances.html.j2"

    waiting: tuple[Waiting, ...]
    in_force: tuple[AcceptanceView, ...]
    """The first to end first."""
    ended: tuple[AcceptanceView, ...]
    """The newest first."""
    more: int
    tried: Tried | None

    @property
    def stray(self) -> str | None:
        """Why a form was refused that is not on the page any more: what it was about is over."""
        shown = {f"asked-{one.number}" for one in self.waiting}
        shown |= {f"given-{one.number}" for one in self.in_force}
        return self.tried.why if self.tried and self.tried.form not in shown else None


def acceptances_page(reading: Reading, visit: Visit, tried: Tried | None = None) -> AcceptancesPage:
    """Look at all of them; of those that ended, at the newest."""
    known = reading.acceptances()
    active = [one for one in known if one.state == "active"]
    ended = [one for one in reversed(known) if one.state != "active"]
    return AcceptancesPage(
        frame=frame(reading, visit),
        waiting=tuple(asked_for(reading)),
        in_force=tuple(sorted(active, key=lambda one: (one.until, one.number))),
        ended=tuple(ended[:ENDED]),
        more=max(0, len(ended) - ENDED),
        tried=tried,
    )
