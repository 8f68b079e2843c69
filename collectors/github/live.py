"""The one place that speaks to GitHub and catches its errors."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from threading import Lock
from typing import Any
from urllib.parse import quote

import msgspec
from github import Auth, Github, GithubRetry
from github.GithubException import GithubException
from github.Requester import Requester
from requests.exceptions import RequestException

from collectors.contract import ApiCall
from collectors.evidence.record import Instant
from collectors.github.app import Installation
from collectors.github.organisation import LARGEST_PAGE, RATE_LIMITED, Query, error_code
from collectors.github.plan import WORDS_OF_THE_PLAN
from collectors.transcript import Arguments, Conditional, Exchange

API_VERSION = "2022-11-28"
LONGEST_WAIT = 900
"""Seconds to wait for a rate limit to be lifted; after that the call is refused."""

TOLD_APART = (
    *("Branch not protected", "Branch not found"),
    *("Vulnerability alerts are disabled.", "no analysis found"),
    *WORDS_OF_THE_PLAN,
)
"""Messages that GitHub answers word for word and that mean more than their status."""

NOTHING_SAID: Mapping[str, None] = {"link": None, "body": None}
"""Of a refusal only the code is kept: its text may quote what was sent, the token too."""


class _Answer(msgspec.Struct):
    status: int | None = None
    headers: Mapping[str, str] = {}
    response: Any = None
    code: str | None = None
    unchanged: bool = False


NOT_ASKED = _Answer(response=NOTHING_SAID, code=RATE_LIMITED)


class UsedUp:
    """The hourly limits that are used up, and until when: GitHub bars who asks on and on."""

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}

    def at(self, call: ApiCall, moment: Instant) -> bool:
        """Whether there is nothing to be had by this call yet."""
        until = self._until.get("graphql" if isinstance(call, Query) else "core")
        return until is not None and moment < until

    def hear(self, headers: Mapping[str, str]) -> None:
        """Take note of what an answer says of its limit."""
        left, reset = headers.get("x-ratelimit-remaining"), headers.get("x-ratelimit-reset", "")
        if left == "0" and reset.isdigit():
            limit = headers.get("x-ratelimit-resource", "core")
            self._until[limit] = datetime.fromtimestamp(int(reset), UTC)


SIGN_IN = "POST /app/installations/{installation_id}/access_tokens"


def requester(
    base_url: str, credentials: str | Installation, *, attempts: int, pause: float | None
) -> Requester:
    """PyGithub's requester: it authenticates, retries, and waits for rate limits.

    It keeps a refused answer after the last attempt instead of raising an error that has
    lost the status.
    """
    retry = GithubRetry(
        total=attempts - 1,
        backoff_factor=1,
        max_rate_limit_wait=LONGEST_WAIT,
        raise_on_status=False,
    )
    github = Github(
        base_url=base_url,
        auth=_auth(credentials),
        user_agent="gapwatch",
        per_page=LARGEST_PAGE,
        retry=retry,
        seconds_between_requests=pause,
        seconds_between_writes=None,  # GraphQL is asked by POST, which PyGithub takes for writing
        api_version=API_VERSION,
    )
    return github.requester


def _auth(credentials: str | Installation) -> Auth.Auth:
    """A token as it was handed in, or those of an App, each asked for when the last one ends."""
    if isinstance(credentials, str):
        return Auth.Token(credentials)
    app = Auth.AppAuth(credentials.app, credentials.key)
    return app.get_installation_auth(credentials.number)


def sign_in(requester: Requester) -> str | None:
    """Have a token, and say why there is none: an App is given one, unlike whoever brings one."""
    try:
        return None if requester.auth and requester.auth.token else "no token"
    except GithubException as refusal:
        headers = {name.lower(): value for name, value in (refusal.headers or {}).items()}
        return _refusal(refusal.status, headers, refusal.data)
    except RequestException as fault:
        return type(fault).__name__


def live(
    requester: Requester,
    clock: Callable[[], Instant],
    heard: Callable[[Mapping[str, str]], None] = lambda _: None,
) -> Conditional:
    """Make the function that asks GitHub and writes down whatever happens, refusals included.

    One question at a time: GitHub asks for it, and PyGithub's connection holds one request.
    `heard` is told the headers of each answer.
    """
    one_at_a_time = Lock()
    used_up = UsedUp()

    def ask(call: ApiCall, arguments: Arguments, unless: str | None = None, /) -> Exchange:
        with one_at_a_time:
            started = clock()
            waits = used_up.at(call, started)
            answer = NOT_ASKED if waits else _answer(requester, call, arguments, unless)
            used_up.hear(answer.headers)
            ended = clock()
        heard(answer.headers)
        return Exchange(
            service=call.service,
            operation=call.operation,
            arguments=dict(arguments),
            status=answer.status,
            code=answer.code,
            request_id=answer.headers.get("x-github-request-id"),
            server_date=answer.headers.get("date"),
            started_at=started,
            ended_at=ended,
            response=answer.response,
            etag=None if _may_grow(answer, arguments) else answer.headers.get("etag"),
            unchanged=answer.unchanged,
        )

    return ask


def _answer(
    requester: Requester, call: ApiCall, arguments: Arguments, unless: str | None
) -> _Answer:
    try:
        if isinstance(call, Query):
            return _graphql(requester, call, arguments)
        return _rest(requester, call, arguments, unless)
    except GithubException as refusal:  # raised out of a retry: GitHub answered 403
        headers = {name.lower(): value for name, value in (refusal.headers or {}).items()}
        return _Answer(
            status=refusal.status,
            headers=headers,
            response=NOTHING_SAID,
            code=_refusal(refusal.status, headers, refusal.data),
        )
    except (RequestException, RuntimeError) as fault:  # RuntimeError: sent on to another host
        return _Answer(code=type(fault).__name__)


def _may_grow(answer: _Answer, arguments: Arguments) -> bool:
    """Whether a page is the last and full: more may follow one day while it stays the same.

    A 304 would then hide the next page, since the kept answer knows of none. GraphQL knows no
    304 at all.
    """
    if not isinstance(answer.response, dict) or "link" not in answer.response:
        return True
    body = answer.response["body"]
    lists = [body, *(body.values() if isinstance(body, dict) else ())]
    longest = max((len(one) for one in lists if isinstance(one, list)), default=0)
    full = longest >= int(arguments.get("per_page", LARGEST_PAGE))
    return full and 'rel="next"' not in (answer.response["link"] or "")


def _rest(requester: Requester, call: ApiCall, arguments: Arguments, unless: str | None) -> _Answer:
    verb, _, template = call.operation.partition(" ")
    in_path = {name for name in arguments if f"{{{name}}}" in template}
    path = template.format(**{name: _quoted(name, arguments[name]) for name in in_path})
    asked = {name: value for name, value in arguments.items() if name not in in_path}
    sent = {"Accept": "application/vnd.github+json"} | ({"If-None-Match": unless} if unless else {})
    status, headers, text = requester.requestJson(verb, path, parameters=asked, headers=sent)
    if unless and status == HTTPStatus.NOT_MODIFIED:
        return _Answer(status, headers, unchanged=True)
    if status == HTTPStatus.NO_CONTENT:
        return _Answer(status, headers, NOTHING_SAID)
    body, fault = _json(text)
    if status >= HTTPStatus.MULTIPLE_CHOICES:
        return _Answer(status, headers, NOTHING_SAID, _refusal(status, headers, body))
    return _Answer(status, headers, {"link": headers.get("link"), "body": body}, fault)


def _quoted(name: str, value: Any) -> str:
    """One piece of a path; a file's own path keeps its slashes."""
    return quote(str(value), safe="/" if name == "path" else "")


def _graphql(requester: Requester, query: Query, variables: Arguments) -> _Answer:
    status, headers, text = requester.requestJson(
        "POST", requester.graphql_url, input={"query": query.text, "variables": dict(variables)}
    )
    body, fault = _json(text)
    answered: dict[str, Any] = {"query": query.text}
    if status >= HTTPStatus.MULTIPLE_CHOICES:
        code: str | None = _refusal(status, headers, body)
    elif fault or not isinstance(body, dict):
        code = fault or "no answer"
    else:
        code = None if body.get("data") else _why_no_data(body)
        answered |= {"data": body.get("data"), "errors": _without_messages(body)}
    return _Answer(status, headers, answered, code)


def _json(text: str) -> tuple[Any, str | None]:
    """The body, or why it is none: an answer that broke off is a fault and not an answer."""
    try:
        return json.loads(text), None
    except json.JSONDecodeError as fault:
        return None, type(fault).__name__


def _refusal(status: int, headers: Mapping[str, str], body: Any) -> str:
    """The status and its meaning in the vendor's fixed words; never a free message."""
    message = body.get("message") if isinstance(body, dict) else None
    if message in TOLD_APART:
        return f"{status} {message}"
    waits = headers.get("x-ratelimit-remaining") == "0" or "retry-after" in headers
    if waits and status in {HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}:
        return f"{status} {RATE_LIMITED}"
    known = status in HTTPStatus.__members__.values()
    return f"{status} {HTTPStatus(status).phrase}" if known else str(status)


def _without_messages(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Where a part is missing and GitHub's word for why; the message may quote the question."""
    return [
        {"path": error.get("path") or [], "type": error_code(error)}
        for error in body.get("errors") or ()
    ]


def _why_no_data(body: Mapping[str, Any]) -> str:
    words = sorted({error_code(error) for error in body.get("errors") or ()})
    return ", ".join(words) or "no data"
