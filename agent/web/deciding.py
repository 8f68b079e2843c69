"""What people decide on the page: by the functions of the commands, under the name they signed in.

A form that is refused is shown again with the reason beside it, in the words of the command.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException
from litestar.params import Body, FromPath, SkipValidation
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from agent.deciding import CannotDecide, Desk
from agent.estate import Estate
from agent.reading import Reading
from agent.reviewed import BadAcceptances
from agent.store.faults import StoreUnusable
from agent.store.store import Store
from agent.web.acceptances import AcceptancesPage, acceptances_page
from agent.web.details import GapPage, gap_page
from agent.web.door import Visit
from agent.web.forms import Asked, Assigned, Reasoned, Tried, one_line, said
from agent.web.permission import needs
from agent.web.rendering import Html, Shown
from agent.web.roles import Deed

T = TypeVar("T")

Form = Annotated[T, Body(media_type=RequestEncodingType.URL_ENCODED)]
ACCEPTANCES = "/acceptances"


@dataclass(frozen=True)
class Decider:
    """Whoever is signed in, at the desk where decisions are taken."""

    company: Estate
    store: Store
    reading: Reading
    visit: Visit

    def decides(
        self, deed: Callable[[Desk, str], Any], *, then: str, otherwise: Callable[[str], Shown]
    ) -> Response[Any]:
        """Do it in their name and lead on; if it is refused, show the form again.

        Args:
            deed: Is handed the desk, and by whom it is decided.
            then: Where to go when it is done.
            otherwise: The page with the form, given why it was refused.
        """
        if self.visit.person is None:
            raise NotFoundException("Nobody is signed in.")
        try:
            deed(self.company.desk(self.store), self.visit.person.email)
        except (BadAcceptances, CannotDecide, StoreUnusable) as refusal:
            again = otherwise(str(refusal))
            return Html(again, status_code=HTTP_422_UNPROCESSABLE_ENTITY, media_type=MediaType.HTML)
        return Redirect(then, status_code=HTTP_303_SEE_OTHER)

    def gap(self, number: int, tried: Tried | None = None) -> GapPage:
        """The page of one gap."""
        page = gap_page(self.reading, number, self.visit, tried)
        if page is None:
            raise NotFoundException(f"There is no gap G-{number}.")
        return page

    def acceptances(self, tried: Tried | None = None) -> AcceptancesPage:
        """The page of all acceptances."""
        return acceptances_page(self.reading, self.visit, tried)


AtDesk = NamedDependency[SkipValidation[Decider]]


def decider(
    company: NamedDependency[SkipValidation[Estate]],
    store: NamedDependency[SkipValidation[Store]],
    reading: NamedDependency[SkipValidation[Reading]],
    visit: NamedDependency[SkipValidation[Visit]],
) -> Decider:
    """Who decides in this request."""
    return Decider(company, store, reading, visit)


@get(ACCEPTANCES, response_class=Html, media_type=MediaType.HTML, sync_to_thread=True)
def acceptances(decider: AtDesk) -> AcceptancesPage:
    """Everything that is tolerated, was, or waits for an approval."""
    return decider.acceptances()


@post("/gaps/{number:int}/ask", guards=[needs(Deed.DECIDE)], sync_to_thread=True)
def ask(decider: AtDesk, number: FromPath[int], data: Form[Asked]) -> Response[Any]:
    """Ask that a gap, one of its findings or a pattern be tolerated."""
    check = decider.gap(number).gap.check
    return decider.decides(
        lambda desk, by: desk.ask(data.declared(number, check, by=by)),
        then=f"/gaps/{number}#acceptance",
        otherwise=lambda why: decider.gap(number, tried("ask", why, data)),
    )


@post("/gaps/{number:int}/assign", guards=[needs(Deed.DECIDE)], sync_to_thread=True)
def assign(decider: AtDesk, number: FromPath[int], data: Form[Assigned]) -> Response[Any]:
    """Say who answers for a gap, by when, and how far it is."""
    return decider.decides(
        lambda desk, by: desk.assign(
            number, by=by, owner=data.person, due=data.day, note=data.progress
        ),
        then=f"/gaps/{number}#assignment",
        otherwise=lambda why: decider.gap(number, tried("assign", why, data)),
    )


@post("/acceptances/asked/{entry:int}/approve", guards=[needs(Deed.APPROVE)], sync_to_thread=True)
def approve(decider: AtDesk, entry: FromPath[int]) -> Response[Any]:
    """Approve what somebody else asks for."""
    return decider.decides(
        lambda desk, by: desk.approve(entry, by=by),
        then=ACCEPTANCES,
        otherwise=lambda why: decider.acceptances(tried(f"asked-{entry}", why)),
    )


@post("/acceptances/asked/{entry:int}/refuse", guards=[needs(Deed.DECIDE)], sync_to_thread=True)
def refuse(decider: AtDesk, entry: FromPath[int], data: Form[Reasoned]) -> Response[Any]:
    """Refuse what somebody asks for, or take back what one asked for oneself."""
    return decider.decides(
        lambda desk, by: desk.refuse(entry, by=by, reason=said("the reason", data.reason)),
        then=ACCEPTANCES,
        otherwise=lambda why: decider.acceptances(tried(f"asked-{entry}", why, data)),
    )


@post("/acceptances/{number:int}/withdraw", guards=[needs(Deed.DECIDE)], sync_to_thread=True)
def withdraw(decider: AtDesk, number: FromPath[int], data: Form[Reasoned]) -> Response[Any]:
    """End an acceptance before its time."""
    return decider.decides(
        lambda desk, by: desk.withdraw(number, by=by, reason=said("the reason", data.reason)),
        then=ACCEPTANCES,
        otherwise=lambda why: decider.acceptances(tried(f"given-{number}", why, data)),
    )


def tried(form: str, why: str, data: msgspec.Struct | None = None) -> Tried:
    """A form as it was sent, and why it was refused."""
    given = msgspec.to_builtins(data) if data else {}
    return Tried(form=form, why=why, given={name: one_line(text) for name, text in given.items()})


HANDLERS = (acceptances, ask, assign, approve, refuse, withdraw)
