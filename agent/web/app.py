"""Where the page is wired together: handlers, what they read, and what happens when they fail."""

from typing import Any, ClassVar
from urllib.parse import urlsplit

import structlog
from litestar import Litestar, MediaType, Request, Response
from litestar.di import Provide
from litestar.exceptions import HTTPException, PermissionDeniedException
from litestar.status_codes import HTTP_500_INTERNAL_SERVER_ERROR
from litestar.types import ASGIApp

from agent.estate import Estate
from agent.store.store import Store
from agent.web import deciding, pages, signing_in
from agent.web.door import Door, Visit
from agent.web.doorway import API, kept
from agent.web.guard import guarded
from agent.web.overview import frame
from agent.web.rendering import Html, Shown
from agent.web.witness import Witness

log = structlog.get_logger()

HANDLERS = (*pages.HANDLERS, *deciding.HANDLERS, *signing_in.HANDLERS)
BROKEN = "This page could not be put together. The service's log says where it failed."
NOT_OURS = "This form is too old, or not one of ours: load the page again and fill it in anew."
LARGEST_FORM = 64 * 1024
"""In bytes."""

Asking = Request[Visit, Any, Any]


class Apology(Shown, frozen=True, kw_only=True):
    """Why there is no such page."""

    template: ClassVar[str] = "apology.html.j2"

    status: int
    why: str


def application(company: Estate, store: Store) -> ASGIApp:
    """The page and its JSON, answering only to who may ask.

    Raises:
        MissingSecret: see `Door`.
    """

    def apologise(request: Asking, error: Exception) -> Response[Any]:
        status, why = HTTP_500_INTERNAL_SERVER_ERROR, BROKEN
        if isinstance(error, HTTPException):
            status, why = error.status_code, error.detail
        else:
            log.error("page_failed", page=request.url.path, exc_info=error)
        if request.url.path.startswith(API):
            return Response({"why": why}, status_code=status, media_type=MediaType.JSON)
        around = frame(company.reading(store), request.user)
        apology = Apology(frame=around, status=status, why=why)
        return Html(apology, status_code=status, media_type=MediaType.HTML)

    door, witness = Door(company), Witness(company, store)
    app = Litestar(
        HANDLERS,
        before_request=refuse_what_is_not_ours,
        dependencies={
            "company": Provide(lambda: company, sync_to_thread=False),
            "store": Provide(lambda: store, sync_to_thread=False),
            "reading": Provide(lambda: company.reading(store), sync_to_thread=False),
            "door": Provide(lambda: door, sync_to_thread=False),
            "witness": Provide(lambda: witness, sync_to_thread=False),
            "visit": Provide(visit_of, sync_to_thread=False),
            "decider": Provide(deciding.decider, sync_to_thread=False),
        },
        exception_handlers={Exception: apologise},
        request_max_body_size=LARGEST_FORM,
        logging_config=None,
        openapi_config=None,
    )
    web = company.settings.web
    public = urlsplit(web.public_url or "").hostname
    hosts = {web.host, *([public] if public else [])}
    return guarded(kept(app, door), hosts=hosts, forms=not door.stands_open)


def visit_of(request: Asking) -> Visit:
    """Who asks."""
    return request.user


async def refuse_what_is_not_ours(request: Asking) -> None:
    """Take no form that does not bring back what we gave with it."""
    if request.method == "POST":
        form = await request.form()
        if not request.user.brings(str(form.get("token", ""))):
            raise PermissionDeniedException(NOT_OURS)
