"""Google Cloud: credentials by key file or as the machine has them, divided into projects."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from agent.connections.pace import paced
from agent.connections.unit import Unit, Unreachable
from collectors.contract import ApiCall, CannotList
from collectors.evidence.record import Instant
from collectors.gcp.project import GET_PROJECT, AdminActivity, Node, Organization, Project
from collectors.transcript import Live, Recorder

if TYPE_CHECKING:
    from google.auth.credentials import Credentials

SEARCH_PROJECTS = ApiCall("cloudresourcemanager", "projects.search", GET_PROJECT.permission)
LIST_PROJECTS = ApiCall("cloudresourcemanager", "projects.list", "resourcemanager.projects.list")
LIST_FOLDERS = ApiCall("cloudresourcemanager", "folders.list", "resourcemanager.folders.list")
CALLS = (GET_PROJECT, SEARCH_PROJECTS, LIST_PROJECTS, LIST_FOLDERS)
ANONYMOUS = "anonymous"
ENTRIES_PAUSE = 1.0
"""Seconds: Cloud Logging answers 60 searches a minute in a project."""
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def utc_now() -> Instant:
    """The moment, for the start and the end of an exchange."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class GcpConnection:
    """Some Google Cloud projects, by the credentials the configuration names."""

    name: str
    projects: tuple[str, ...] = ()
    """Ids or numbers; without them, and without an organisation, all the credential may see."""
    organization: str | None = None
    """The number of an organisation, all of whose projects are read."""
    key_file: str | None = None
    """A service account's key; `None` takes the credentials the machine has."""
    endpoint_url: str | None = None
    """Where all services are instead of at Google; on loopback no credentials are sent."""
    attempts: int = 5
    pause: Callable[[float], None] = time.sleep
    clock: Callable[[], Instant] = utc_now
    source: str = "gcp"

    def units(self) -> Iterator[Unit | Unreachable]:
        """One unit for each project; one for the organisation where it is configured."""
        from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415 - loads the SDK

        from collectors.gcp.live import Google, live  # noqa: PLC0415 - loads the SDK

        google = Google(self._credentials, endpoint_url=self.endpoint_url)
        try:
            credentials = google.credentials
        except (GoogleAuthError, OSError) as error:
            yield Unreachable(
                scope=f"gcp:{self.name}",
                reads=(Organization, Project) if self.organization else (Project,),
                why=f"credentials: {type(error).__name__}",
            )
            return
        ask = live(google, self.clock, attempts=self.attempts, pause=self.pause)
        found = dict.fromkeys(self._projects(Recorder(ask, b"")))
        identity = _email(credentials)
        if self.organization:
            yield _unit(ask, identity, Organization, f"organizations/{self.organization}")
        for project in found:
            if isinstance(project, Unreachable):
                yield project
            else:
                yield _unit(ask, identity, Project, project)

    def histories(self) -> Iterator[Unit]:
        """The admin activity log of each project, and of the organisation."""
        near = self.endpoint_url and urlsplit(self.endpoint_url).hostname in LOOPBACK
        for unit in self.units():
            if isinstance(unit, Unit):
                live = unit.live if near else paced(unit.live, ENTRIES_PAUSE)
                yield replace(unit, reads=AdminActivity, live=live)

    def _projects(self, recorder: Recorder) -> Iterator[str | Unreachable]:
        """The projects' names by number, `projects/415104041262`."""
        if self.organization:
            yield from _below(recorder, f"organizations/{self.organization}")
        for project in self.projects:
            yield from _named(recorder, project)
        if not self.organization and not self.projects:
            yield from _visible(recorder, f"gcp:{self.name}")

    def _credentials(self) -> "Credentials":
        """Say who we are.

        Raises:
            GoogleAuthError: there are no credentials, or the key file holds none.
            OSError: the key file cannot be read.
        """
        import google.auth  # noqa: PLC0415 - the SDK is loaded when Google Cloud is read
        from google.auth.credentials import AnonymousCredentials  # noqa: PLC0415 - the same
        from google.auth.exceptions import MalformedError  # noqa: PLC0415 - the same
        from google.oauth2.service_account import Credentials as KeyFile  # noqa: PLC0415 - the same

        from collectors.gcp.live import SCOPE  # noqa: PLC0415 - the same

        if self.endpoint_url and urlsplit(self.endpoint_url).hostname in LOOPBACK:
            return AnonymousCredentials()
        if not self.key_file:
            found: Credentials = google.auth.default(scopes=[SCOPE])[0]
            return found
        try:
            key: Credentials = KeyFile.from_service_account_file(self.key_file, scopes=[SCOPE])
        except ValueError as error:
            raise MalformedError("the key file holds no service account's key") from error
        return key


def _named(recorder: Recorder, project: str) -> Iterator[str | Unreachable]:
    answer = recorder(GET_PROJECT, {"name": f"projects/{project}"})
    if answer.code:
        yield Unreachable(
            scope=f"gcp:projects/{project}", reads=(Project,), why=f"{GET_PROJECT}: {answer.code}"
        )
    else:
        yield answer.response["name"]


def _below(recorder: Recorder, node: str) -> Iterator[str | Unreachable]:
    """Every project in an organisation or folder; a folder closed to us costs only itself."""
    reader = Node(f"gcp:{node}", recorder, CALLS)
    try:
        yield from _living(reader.each(LIST_PROJECTS, "projects", parent=node))
        for folder in reader.each(LIST_FOLDERS, "folders", parent=node):
            yield from _below(recorder, folder["name"])
    except CannotList as refusal:
        yield Unreachable(scope=reader.scope, reads=(Project,), why=refusal.why)


def _visible(recorder: Recorder, scope: str) -> Iterator[str | Unreachable]:
    """Every project the credential may see; Google does not say which others there are."""
    reader = Node(scope, recorder, CALLS)
    try:
        yield from _living(reader.each(SEARCH_PROJECTS, "projects"))
    except CannotList as refusal:
        yield Unreachable(scope=scope, reads=(Project,), why=refusal.why)


def _living(projects: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Projects that await their deletion answer nothing any more, and are left out."""
    for project in projects:
        if project.get("state") != "DELETE_REQUESTED":
            yield project["name"]


def _unit(ask: Live, identity: str, reads: type[Node], node: str) -> Unit:
    scope = f"gcp:{node}"
    return Unit(scope=scope, reads=reads, identity=identity, live=ask)


def _email(credentials: "Credentials") -> str:
    """The address of a service account, or of the person whose login the machine has."""
    from google.auth.credentials import AnonymousCredentials  # noqa: PLC0415 - loads the SDK

    if isinstance(credentials, AnonymousCredentials):
        return ANONYMOUS
    addresses = (getattr(credentials, name, "") for name in ("service_account_email", "account"))
    return next((address for address in addresses if address), "unknown")
