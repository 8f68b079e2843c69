"""What a handler may be asked for, and by whom: refused before anything is looked up."""

from collections.abc import Callable
from typing import Any

from litestar.connection import ASGIConnection
from litestar.exceptions import PermissionDeniedException
from litestar.handlers import BaseRouteHandler

from agent.web.door import Visit
from agent.web.roles import Deed

Asking = ASGIConnection[Any, Visit, Any, Any]


def needs(deed: Deed) -> Callable[[Asking, BaseRouteHandler], None]:
    """A handler's guard: only those may ask whose role lets them do this."""

    def refuse(asking: Asking, _: BaseRouteHandler) -> None:
        if not asking.user.may(deed):
            raise PermissionDeniedException(f"Your role does not let you {deed}.")

    return refuse
