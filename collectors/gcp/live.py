"""The one place that speaks to Google and catches its errors."""

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit, urlunsplit

from google.api_core.client_options import ClientOptions
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import AuthorizedSession
from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from requests.exceptions import ChunkedEncodingError, RequestException

from collectors.contract import ApiCall
from collectors.evidence.record import Instant
from collectors.transcript import Arguments, Exchange, Live

if TYPE_CHECKING:
    from google.auth.credentials import Credentials

SCOPE = "https://www.googleapis.com/auth/cloud-platform"
SERVICE_DISABLED = "SERVICE_DISABLED"
BUSY = frozenset({429, 500, 502, 503, 504})
TIMEOUT_SECONDS = 60
LONGEST_PAUSE_SECONDS = 30.0
CONNECTIONS = 32

BY_CLIENT: Mapping[str, tuple[str, str, str]] = {
    "cloudasset:searchAllIamPolicies": (
        "asset_v1",
        "AssetServiceClient",
        "search_all_iam_policies",
    ),
    "cloudasset:searchAllResources": ("asset_v1", "AssetServiceClient", "search_all_resources"),
    "cloudresourcemanager:folders.get": ("resourcemanager_v3", "FoldersClient", "get_folder"),
    "cloudresourcemanager:folders.getIamPolicy": (
        "resourcemanager_v3",
        "FoldersClient",
        "get_iam_policy",
    ),
    "cloudresourcemanager:folders.list": ("resourcemanager_v3", "FoldersClient", "list_folders"),
    "cloudresourcemanager:organizations.getIamPolicy": (
        "resourcemanager_v3",
        "OrganizationsClient",
        "get_iam_policy",
    ),
    "cloudresourcemanager:projects.get": ("resourcemanager_v3", "ProjectsClient", "get_project"),
    "cloudresourcemanager:projects.getIamPolicy": (
        "resourcemanager_v3",
        "ProjectsClient",
        "get_iam_policy",
    ),
    "cloudresourcemanager:projects.list": ("resourcemanager_v3", "ProjectsClient", "list_projects"),
    "cloudresourcemanager:projects.search": (
        "resourcemanager_v3",
        "ProjectsClient",
        "search_projects",
    ),
}
"""Module, client and method of Google's SDK, where it has a client that speaks REST."""

BY_PATH: Mapping[str, str] = {
    "logging:sinks.list": "https://logging.googleapis.com/v2/{+parent}/sinks",
    "orgpolicy:projects.policies.getEffectivePolicy": (
        "https://orgpolicy.googleapis.com/v2/{+name}:getEffectivePolicy"
    ),
    "serviceusage:services.get": "https://serviceusage.googleapis.com/v1/{+name}",
    "sqladmin:backupRuns.list": (
        "https://sqladmin.googleapis.com/v1/projects/{project}/instances/{instance}/backupRuns"
    ),
    "sqladmin:instances.list": "https://sqladmin.googleapis.com/v1/projects/{project}/instances",
    "storage:buckets.get": "https://storage.googleapis.com/storage/v1/b/{bucket}",
    "storage:buckets.getIamPolicy": "https://storage.googleapis.com/storage/v1/b/{bucket}/iam",
    "storage:buckets.list": "https://storage.googleapis.com/storage/v1/b",
}
"""The rest, as Google's API descriptions write their paths; all of them are GET."""

BY_POST: Mapping[str, str] = {
    "logging:entries.list": "https://logging.googleapis.com/v2/entries:list",
}
"""Questions too long for a path, asked in the body of a POST; they read all the same."""


@dataclass(frozen=True)
class _Answer:
    code: str | None
    status: int | None = None
    request_id: str | None = None
    server_date: str | None = None
    body: Any = None
    transient: bool = False
    """Whether the same question may well be answered in a moment."""


def live(
    google: "Google",
    clock: Callable[[], Instant],
    *,
    attempts: int = 5,
    pause: Callable[[float], None] = time.sleep,
) -> Live:
    """Make the function that asks Google and writes down whatever happens, refusals included.

    The SDK's own retries leave out an exhausted quota (429), so they are off and these
    are used for every road alike.
    """

    def ask(call: ApiCall, arguments: Arguments) -> Exchange:
        started = clock()
        answer = _answer(google, call, arguments)
        for attempt in range(attempts - 1):
            if not answer.transient:
                break
            pause(min(2.0**attempt, LONGEST_PAUSE_SECONDS))
            answer = _answer(google, call, arguments)
        return Exchange(
            service=call.service,
            operation=call.operation,
            arguments=dict(arguments),
            status=answer.status,
            code=answer.code,
            request_id=answer.request_id,
            server_date=answer.server_date,
            started_at=started,
            ended_at=clock(),
            response=answer.body or {},
        )

    return ask


class Google:
    """One connection's roads to Google: the SDK's clients, and an authorised session beside them.

    What counts is the response as it came over the wire. The SDK's parsed message would
    leave out what the SDK does not know yet.
    """

    def __init__(
        self, credentials: "Callable[[], Credentials]", *, endpoint_url: str | None = None
    ) -> None:
        self._make_credentials = credentials
        self._endpoint_url = endpoint_url
        self._made: dict[str, Any] = {}
        self._lock = threading.RLock()
        self._heard = threading.local()

    def ask(self, call: ApiCall, arguments: Arguments) -> Response:
        """Ask once, and give the response whatever its status."""
        if str(call) in BY_CLIENT:
            return self._by_client(*BY_CLIENT[str(call)], arguments)
        if str(call) in BY_POST:
            url = self._at_endpoint(BY_POST[str(call)])
            return self._authorised.post(url, json=dict(arguments), timeout=TIMEOUT_SECONDS)
        return self._by_path(BY_PATH[str(call)], arguments)

    @property
    def credentials(self) -> "Credentials":
        """Who we are to Google, worked out on the first question."""
        credentials: Credentials = self._once("credentials", self._make_credentials)
        return credentials

    def _by_client(self, module: str, client: str, method: str, arguments: Arguments) -> Response:
        asked = getattr(self._client(module, client), method)
        vars(self._heard).clear()  # an older answer must never stand in for a missing one
        try:
            asked(request=_snake_case(arguments), retry=None, timeout=TIMEOUT_SECONDS)
        except RequestException:
            raise
        except Exception:  # what the SDK makes of a response does not matter once it came
            if not hasattr(self._heard, "response"):
                raise
        response: Response = self._heard.response
        return response

    def _by_path(self, template: str, arguments: Arguments) -> Response:
        url, query = _filled_in(template, arguments)
        at = self._at_endpoint(url)
        return self._authorised.get(at, params=query, timeout=TIMEOUT_SECONDS)

    @property
    def _authorised(self) -> Session:
        session: Session = self._once("session", self._session)
        return session

    def _session(self) -> Session:
        session: Session = AuthorizedSession(self.credentials)
        session.mount("http://", HTTPAdapter(pool_maxsize=CONNECTIONS))
        session.mount("https://", HTTPAdapter(pool_maxsize=CONNECTIONS))
        return session

    def _client(self, module: str, client: str) -> Any:
        return self._once(f"{module}.{client}", lambda: self._make_client(module, client))

    def _make_client(self, module: str, client: str) -> Any:
        options = ClientOptions(api_endpoint=self._endpoint_url) if self._endpoint_url else None
        made = getattr(import_module(f"google.cloud.{module}"), client)(
            transport="rest", credentials=self.credentials, client_options=options
        )
        session = vars(made.transport)["_session"]  # the SDK has no door to it; a test pins it
        session.mount("http://", _EnumsByName(pool_maxsize=CONNECTIONS))
        session.mount("https://", _EnumsByName(pool_maxsize=CONNECTIONS))
        session.hooks["response"].append(self._hear)
        return made

    def _hear(self, response: Response, **_: Any) -> None:
        self._heard.response = response

    def _at_endpoint(self, url: str) -> str:
        if not self._endpoint_url:
            return url
        here = urlsplit(self._endpoint_url)
        return urlunsplit(urlsplit(url)._replace(scheme=here.scheme, netloc=here.netloc))

    def _once(self, name: str, make: Callable[[], Any]) -> Any:
        with self._lock:
            if name not in self._made:
                self._made[name] = make()
            return self._made[name]


class _EnumsByName(HTTPAdapter):
    """The SDK asks for enumerations as numbers; in evidence they stand by name."""

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        request.url = re.sub(r"%24alt=json%3Benum-encoding%3Dint&?", "", request.url or "")
        return super().send(request, *args, **options)


def _answer(google: Google, call: ApiCall, arguments: Arguments) -> _Answer:
    try:
        response = google.ask(call, arguments)
    except ChunkedEncodingError:  # fewer bytes came than were announced (RFC 9110, section 8.6)
        return _Answer("AnswerBrokenOff", transient=True)
    except RequestException as error:
        return _Answer(type(error).__name__, transient=True)
    except (GoogleAuthError, OSError) as error:
        return _Answer(type(error).__name__)
    answer = _Answer(
        _refusal(response),
        status=response.status_code,
        request_id=response.headers.get("X-GUploader-UploadID"),
        server_date=response.headers.get("Date"),
        transient=response.status_code in BUSY,
    )
    if answer.code:  # a refusal is kept by its code: its text may quote what was sent
        return answer
    body = _json(response)
    return replace(answer, code="AnswerNotJson") if body is None else replace(answer, body=body)


def _refusal(response: Response) -> str | None:
    """Google's own word for why it refused; that an API is off is told from a denial.

    Newer APIs name a canonical status, older ones only the reason of the first error.
    """
    if response.ok:
        return None
    error = (_json(response) or {}).get("error")
    if not isinstance(error, dict):
        return f"HTTP {response.status_code}"
    if any(detail.get("reason") == SERVICE_DISABLED for detail in error.get("details", ())):
        return SERVICE_DISABLED
    words = [error.get("status"), *(first.get("reason") for first in error.get("errors", ()))]
    return next((str(word) for word in words if word), f"HTTP {response.status_code}")


def _json(response: Response) -> dict[str, Any] | None:
    try:
        body = response.json()
    except RequestException:  # requests' word for text that is no JSON
        return None
    return body if isinstance(body, dict) else None


def _filled_in(template: str, arguments: Arguments) -> tuple[str, dict[str, Any]]:
    """The URL, and the arguments its path has no place for."""
    places = re.findall(r"\{(\+?)(\w+)\}", template)
    url = template
    for plus, name in places:
        text = quote(str(arguments[name]), safe="/" if plus else "")
        url = url.replace(f"{{{plus}{name}}}", text)
    in_path = {name for _, name in places}
    return url, {name: value for name, value in arguments.items() if name not in in_path}


def _snake_case(value: Any) -> Any:
    """Google writes `pageToken` in JSON and `page_token` in its SDK."""
    if isinstance(value, Mapping):
        return {
            re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", name): _snake_case(inner)
            for name, inner in value.items()
        }
    return value
