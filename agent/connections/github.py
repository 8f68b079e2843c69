"""GitHub: one organisation, by a token that was handed in or as an App that is installed there."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from agent.connections.pace import paced
from agent.connections.unit import Unit, Unreachable
from collectors.contract import ApiCall
from collectors.evidence.record import Instant
from collectors.github.app import Installation
from collectors.github.organisation import AuditLog, Organisation, Query
from collectors.transcript import Conditional, Exchange, Live

NO_PERMISSION = ""
WHO_ARE_WE = ApiCall("github", "GET /user", NO_PERMISSION)
WHICH_APP = Query("graphql", "Viewer", NO_PERMISSION, text="query Viewer { viewer { login } }")
WHICH_ORGANISATION = ApiCall("github", "GET /orgs/{org}", NO_PERMISSION)
AN_APP_IS_NO_USER = "403 Forbidden"

PAUSE = 0.07
"""Seconds between requests: GitHub allows 900 points a minute, and a reading call is one."""
EXPIRES = "github-authentication-token-expiration"
"""The header that tells the end of a token that has one, such as `2026-12-24 17:00:00 UTC`."""
EXPIRES_IN = ("%Y-%m-%d %H:%M:%S %Z", "%Y-%m-%d %H:%M:%S %z")
AUDIT_LOG_PAUSE = 2.1
"""Seconds: the audit log answers 1,750 questions an hour."""
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def utc_now() -> Instant:
    """The moment, for the start and the end of an exchange."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class GithubConnection:
    """One organisation, as far as the token may see it."""

    name: str
    organization: str
    token: str = field(repr=False, default="")
    app: Installation | None = None
    """Where it is given, it signs in and there is no token."""
    begins: Instant
    """The start of the assessment window: older changes belong to no population."""
    branches: tuple[str, ...] = ()
    """Patterns of branches that lead to production, beside the default ones."""
    production: tuple[str, ...] = ()
    """Names of the environments that are production; none stands for the usual ones."""
    registers: tuple[tuple[str, ...], ...] = ()
    """Registers kept as issues: which it is, in which repository, under which label.

    After these three, each field that its form asks for, as `name=heading`.
    """
    policies: tuple[tuple[str, str, tuple[str, ...]], ...] = ()
    """Policies kept as files: in which repository, under which path, and who owns them."""
    base_url: str = "https://api.github.com"
    attempts: int = 5
    clock: Callable[[], Instant] = utc_now
    source: str = "github"

    def units(self) -> Iterator[Unit | Unreachable]:
        """The organisation, under the name GitHub gives it."""
        headers: dict[str, str] = {}
        live, refused = self._signed_in(headers.update)
        if refused:
            yield self._unreachable(refused)
            return
        who = _identity(live)
        if who.code:
            yield self._unreachable(_told(who))
            return
        found = live(WHICH_ORGANISATION, {"org": self.organization})
        if found.code:
            yield self._unreachable(_told(found))
            return
        scope = f"github:{found.response['body']['login']}"
        yield Unit(
            scope=scope,
            reads=Organisation,
            identity=_login(who),
            live=live,
            unless=live,
            given=self._given,
            expires_at=None if self.app else token_ends(headers),
        )

    def histories(self) -> Iterator[Unit]:
        """The organisation's audit log."""
        near = urlsplit(self.base_url).hostname in LOOPBACK
        for unit in self.units():
            if isinstance(unit, Unit):
                live = unit.live if near else paced(unit.live, AUDIT_LOG_PAUSE)
                yield replace(unit, reads=AuditLog, live=live, unless=None)

    @property
    def _given(self) -> Mapping[str, str]:
        """What the reader knows before the first question, each only where it is configured."""
        configured = {
            "branches": " ".join(self.branches),
            "production": "\n".join(self.production),
            "policies": "\n".join(
                f"{repository}\t{path}\t{','.join(owners)}"
                for repository, path, owners in self.policies
            ),
            "registers": "\n".join("\t".join(one) for one in self.registers),
        }
        known = {name: value for name, value in configured.items() if value}
        return {"begins": self.begins.isoformat(), **known}

    def _unreachable(self, why: str) -> Unreachable:
        return Unreachable(scope=f"github:{self.organization}", reads=(Organisation,), why=why)

    def _signed_in(
        self, heard: Callable[[Mapping[str, str]], None]
    ) -> tuple[Conditional, str | None]:
        """What asks GitHub, and why an App was given no token to ask with."""
        from collectors.github.live import (  # noqa: PLC0415 - the SDK is loaded when GitHub is read
            SIGN_IN,
            live,
            requester,
            sign_in,
        )

        near = urlsplit(self.base_url).hostname in LOOPBACK
        pause = None if near else PAUSE
        credentials = self.app or self.token
        asker = requester(self.base_url, credentials, attempts=self.attempts, pause=pause)
        refusal = sign_in(asker) if self.app else None
        return live(asker, self.clock, heard), refusal and f"github:{SIGN_IN}: {refusal}"


def _told(refused: Exchange) -> str:
    return f"{refused.service}:{refused.operation}: {refused.code}"


def token_ends(headers: Mapping[str, str]) -> Instant | None:
    """When the token ends, as GitHub says in UTC or with an offset; `None` if it does not say."""
    for written in EXPIRES_IN:
        try:
            ends = datetime.strptime(headers.get(EXPIRES, ""), written)  # noqa: DTZ007 - next line
        except ValueError:
            continue
        return ends if ends.tzinfo else ends.replace(tzinfo=UTC)
    return None


def _identity(live: Live) -> Exchange:
    """Ask who the token is; an app is no user, and is asked for by its own question."""
    who = live(WHO_ARE_WE, {})
    return live(WHICH_APP, {}) if who.code == AN_APP_IS_NO_USER else who


def _login(who: Exchange) -> str:
    answer = who.response
    login: str = answer["data"]["viewer"]["login"] if "data" in answer else answer["body"]["login"]
    return login
