"""GitHub: one organisation, by a token that was handed in."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from agent.connections.unit import Unit, Unreachable
from collectors.contract import ApiCall
from collectors.evidence.record import Instant
from collectors.github.organisation import Organisation, Query
from collectors.transcript import Exchange, Live

NO_PERMISSION = ""
WHO_ARE_WE = ApiCall("github", "GET /user", NO_PERMISSION)
WHICH_APP = Query("graphql", "Viewer", NO_PERMISSION, text="query Viewer { viewer { login } }")
WHICH_ORGANISATION = ApiCall("github", "GET /orgs/{org}", NO_PERMISSION)
AN_APP_IS_NO_USER = "403 Forbidden"

PAUSE = 0.07
"""Seconds between requests: GitHub allows 900 points a minute, and a reading call is one."""
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def utc_now() -> Instant:
    """The moment, for the start and the end of an exchange."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class GithubConnection:
    """One organisation, as far as the token may see it."""

    name: str
    organization: str
    token: str = field(repr=False)
    begins: Instant
    """The start of the assessment window: older changes belong to no population."""
    base_url: str = "https://api.github.com"
    attempts: int = 5
    clock: Callable[[], Instant] = utc_now
    source: str = "github"

    def units(self) -> Iterator[Unit | Unreachable]:
        """The organisation, under the name GitHub gives it."""
        live = self._live()
        who = _identity(live)
        if who.code:
            yield self._unreachable(who)
            return
        found = live(WHICH_ORGANISATION, {"org": self.organization})
        if found.code:
            yield self._unreachable(found)
            return
        scope = f"github:{found.response['body']['login']}"
        yield Unit(
            scope=scope,
            reads=Organisation,
            identity=_login(who),
            live=live,
            given={"begins": self.begins.isoformat()},
        )

    def _unreachable(self, refused: Exchange) -> Unreachable:
        return Unreachable(
            scope=f"github:{self.organization}",
            reads=(Organisation,),
            why=f"{refused.service}:{refused.operation}: {refused.code}",
        )

    def _live(self) -> Live:
        from collectors.github.live import (  # noqa: PLC0415 - the SDK is loaded when GitHub is read
            live,
            requester,
        )

        near = urlsplit(self.base_url).hostname in LOOPBACK
        pause = None if near else PAUSE
        return live(
            requester(self.base_url, self.token, attempts=self.attempts, pause=pause), self.clock
        )


def _identity(live: Live) -> Exchange:
    """Ask who the token is; an app is no user, and is asked for by its own question."""
    who = live(WHO_ARE_WE, {})
    return live(WHICH_APP, {}) if who.code == AN_APP_IS_NO_USER else who


def _login(who: Exchange) -> str:
    answer = who.response
    login: str = answer["data"]["viewer"]["login"] if "data" in answer else answer["body"]["login"]
    return login
