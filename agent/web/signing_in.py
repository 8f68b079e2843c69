"""Signing in and out."""

from typing import Annotated, Any, ClassVar

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException
from litestar.params import Body, FromQuery, SkipValidation
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY

from agent.reading import Reading
from agent.web.door import Door, NotSignedIn, Visit
from agent.web.doorway import FIRST_PAGE, LET_IN, SIGN_IN, inside
from agent.web.overview import frame
from agent.web.rendering import Html, Shown

Now = NamedDependency[SkipValidation[Reading]]
AtDoor = NamedDependency[SkipValidation[Door]]
Visitor = NamedDependency[SkipValidation[Visit]]
Asking = Request[Visit, Any, Any]


class SignInPage(Shown, frozen=True, kw_only=True):
    """The door."""

    template: ClassVar[str] = "sign_in.html.j2"

    to: str
    email: str = ""
    why: str | None = None
    """Why somebody was not let in."""


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """What the form holds."""

    email: str = ""
    password: str = ""
    to: str = FIRST_PAGE


@get(SIGN_IN, sync_to_thread=True)
def door_page(
    request: Asking, reading: Now, door: AtDoor, visit: Visitor, to: FromQuery[str] = FIRST_PAGE
) -> Response[Any]:
    """The form; who is signed in needs none."""
    if visit.inside:
        return Redirect(inside(to), status_code=HTTP_303_SEE_OTHER)
    sign = request.cookies.get(door.cookie) or door.sign_for_a_visitor()
    page = SignInPage(frame=frame(reading, door.visit(sign)), to=inside(to))
    return _shown(page, cookies=[_carried(door, sign)])


@post(LET_IN, sync_to_thread=True)
def sign_in(
    request: Asking,
    reading: Now,
    door: AtDoor,
    visit: Visitor,
    data: Annotated[Named, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Let somebody in under a sign that nobody knew before."""
    if door.stands_open:
        raise NotFoundException("Nobody can sign in here: `web.people` names no one.")
    place = request.client.host if request.client else ""
    try:
        sign = door.sign_in(data.email, data.password, place=place)
    except NotSignedIn as refusal:
        page = SignInPage(
            frame=frame(reading, visit), to=inside(data.to), email=data.email, why=str(refusal)
        )
        return _shown(page, status_code=HTTP_422_UNPROCESSABLE_ENTITY)
    door.sign_out(request.cookies.get(door.cookie, ""))
    return Redirect(inside(data.to), status_code=HTTP_303_SEE_OTHER, cookies=[_carried(door, sign)])


@post("/sign-out", sync_to_thread=True)
def sign_out(request: Asking, door: AtDoor) -> Redirect:
    """End this browser's session."""
    door.sign_out(request.cookies.get(door.cookie, ""))
    gone = _carried(door, "", max_age=0)
    return Redirect(SIGN_IN, status_code=HTTP_303_SEE_OTHER, cookies=[gone])


def _shown(page: SignInPage, **how: Any) -> Html:
    return Html(page, media_type=MediaType.HTML, **how)


def _carried(door: Door, sign: str, *, max_age: int | None = None) -> Cookie:
    """What the browser carries: unreadable to scripts, and sent with requests of ours only."""
    return Cookie(
        key=door.cookie,
        value=sign,
        path="/",
        max_age=max_age,
        httponly=True,
        samesite="strict",
        secure=door.secure,
    )


HANDLERS = (door_page, sign_in, sign_out)
