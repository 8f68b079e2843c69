"""Where the page is wired together: handlers, what they read, and what happens when they fail."""

from typing import Any, ClassVar
from urllib.parse import urlsplit

import structlog
from litestar import Litestar, MediaType, Request, Response
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.status_codes import HTTP_500_INTERNAL_SERVER_ERROR
from litestar.types import ASGIApp

from agent.estate import Estate
from agent.store.store import Store
from agent.web.guard import guarded
from agent.web.overview import frame
from agent.web.pages import HANDLERS
from agent.web.rendering import Html, Shown

log = structlog.get_logger()

API = "/api/"
BROKEN = "This page could not be put together. The service's log says where it failed."


class Apology(Shown, frozen=True, kw_only=True):
    """Why there is no such page."""

    template: ClassVar[str] = "apology.html.j2"

    status: int
    why: str


def application(company: Estate, store: Store) -> ASGIApp:
    """The page and its JSON, answering only to who may ask."""

    def apologise(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        status, why = HTTP_500_INTERNAL_SERVER_ERROR, BROKEN
        if isinstance(error, HTTPException):
            status, why = error.status_code, error.detail
        else:
            log.error("page_failed", page=request.url.path, exc_info=error)
        if request.url.path.startswith(API):
            return Response({"why": why}, status_code=status, media_type=MediaType.JSON)
        apology = Apology(frame=frame(company.reading(store)), status=status, why=why)
        return Html(apology, status_code=status, media_type=MediaType.HTML)

    app = Litestar(
        HANDLERS,
        dependencies={
            "company": Provide(lambda: company, sync_to_thread=False),
            "store": Provide(lambda: store, sync_to_thread=False),
            "reading": Provide(lambda: company.reading(store), sync_to_thread=False),
        },
        exception_handlers={Exception: apologise},
        logging_config=None,
        openapi_config=None,
    )
    web = company.settings.web
    public = urlsplit(web.public_url or "").hostname
    return guarded(app, hosts={web.host, *([public] if public else [])})
