"""From a struct to a page: one template for each kind, and every text in it made harmless."""

from collections.abc import Mapping
from datetime import UTC, date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Response
from markupsafe import Markup

from agent.alerts.plain import shortened, utc, visible
from agent.gaps.events import Origin
from agent.gaps.origins import who_and_when
from agent.web.door import Visit
from agent.web.roles import Deed
from checks.contract import Observed
from collectors.evidence.record import Instant

TEMPLATES = Path(__file__).with_name("templates")
VALUE = 400
"""Characters of one observed value or name; the JSON has all of it."""
VALUES = 20
EFFORT = {
    "S": "small: up to 2 person-days",
    "M": "medium: up to 10 person-days",
    "L": "large: more than 10 person-days",
}


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """What stands around every page."""

    company: str
    service: str
    report: str
    categories: tuple[str, ...]
    window_start: date
    window_end: date
    as_of: Instant
    visit: Visit


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What one page tells."""

    template: ClassVar[str]

    frame: Frame


class Html(Response[Shown]):
    """A struct shown through the template of its kind."""

    def render(self, content: Any, *_: Any, **__: Any) -> bytes:
        """The page as UTF-8."""
        page: Shown = content
        return environment().get_template(page.template).render(page=page).encode()


@cache
def environment() -> Environment:
    """Templates that escape whatever they print, and show what would be invisible in it.

    Both happen to every printed text, so no template can forget it.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=harmless,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "counted": counted,
        "effort": EFFORT.get,
        "fold": fold,
        "iso": msgspec.to_builtins,
        "observed": observed,
        "told": told,
        "utc": utc,
        "who": who,
        "words": words,
    }
    environment.globals |= {"deeds": Deed, "duration": duration}
    return environment


def harmless(value: Any) -> Any:
    """What is printed instead of a value: nothing in it may hide or turn the text around it."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(value)
    return "none" if value is None else value


def words(value: str) -> str:
    """A name of the program as people say it."""
    return value.replace("_", " ")


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: 1 gap, 2 gaps."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def fold(text: str) -> str:
    """A name of a sane length, cut in the middle."""
    return shortened(text, VALUE)


def observed(values: Mapping[str, Observed]) -> list[tuple[str, str]]:
    """Each observed value with its name, in words."""
    return [(words(name), fold(_told(value))) for name, value in values.items()]


def told(arguments: Mapping[str, Any]) -> dict[str, str]:
    """What a question was asked with, whatever its shape."""
    return {
        name: value if isinstance(value, str) else msgspec.json.encode(value).decode()
        for name, value in arguments.items()
    }


def who(origin: Origin | None) -> str | None:
    """Who changed something and when, as far as it was traced."""
    return who_and_when(origin) if origin else None


def duration(started: Instant, finished: Instant) -> str:
    """How long something took, in its largest sensible unit."""
    took = finished.astimezone(UTC) - started.astimezone(UTC)
    seconds = took / timedelta(seconds=1)
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.0f} s"
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes} min {seconds} s"


def _told(value: Observed) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, tuple):
        return str(value)
    more = len(value) - VALUES
    first = [str(member) for member in value[:VALUES]]
    return ", ".join([*first, f"and {more} more"] if more > 0 else first) or "none"
