"""The reader turns every page, and a part that did not come is never an empty one."""

import pytest

from collectors.contract import ApiCall, CannotList
from collectors.evidence.record import Unread
from collectors.github.changes import LANDED_COMMITS
from collectors.github.landed_request import LANDED_PULL_REQUEST
from collectors.github.members import LIST_MEMBERS
from collectors.github.organisation import Organisation, Query, field, moment
from collectors.github.tested import CHECK_RUNS
from collectors.transcript import Recorder, Replay, Transcript
from tests.evidence import NOW
from tests.faults import answered

BY_SELF = '<http://127.0.0.1/orgs/acme/members?page=1>; rel="next"'
QUESTION = Query("graphql", "Question", "", text="query Question { viewer { login } }")


def reader(github, *calls):
    (unit,) = github.units()
    return unit.open(Recorder(unit.live, b"test"), calls, since={}, threads=1)


def told(call, response, **arguments):
    """A reader over one answer that no server would give."""
    replay = Replay(Transcript((answered(call, arguments, response),)))
    return Organisation("github:acme", replay, (call,), given={"begins": NOW.isoformat()})


def test_every_page_is_an_exchange_with_its_number(github):
    github.server.page_limit = 1
    members = reader(github, LIST_MEMBERS)

    assert [m["login"] for m in members.each(LIST_MEMBERS, org="acme")] == ["olga", "otto", "mia"]
    assert [exchange.arguments.get("page") for exchange in members.transcript.exchanges] == [
        "2",
        "3",
        None,
    ]
    assert all(exchange.arguments["per_page"] == 100 for exchange in members.transcript.exchanges)


def test_an_exchange_keeps_what_proves_where_it_came_from(github):
    members = reader(github, LIST_MEMBERS)
    list(members.each(LIST_MEMBERS, org="acme"))

    (exchange,) = members.transcript.exchanges
    assert (exchange.status, exchange.code) == (200, None)
    assert exchange.request_id.startswith("0A01:")
    assert exchange.server_date == "Mon, 23 Nov 2026 09:00:00 GMT"


def test_only_declared_calls_are_made(github):
    with pytest.raises(LookupError, match="not among the collector's declared calls"):
        list(reader(github).each(LIST_MEMBERS, org="acme"))


@pytest.mark.parametrize(
    ("status", "message", "headers", "code"),
    [
        pytest.param(403, "Resource not accessible", {}, "403 Forbidden", id="no permission"),
        pytest.param(404, "Not Found", {}, "404 Not Found", id="hidden"),
        pytest.param(302, "Moved", {}, "302 Found", id="sent to the public members"),
        pytest.param(502, "Server Error", {}, "502 Bad Gateway", id="broken"),
        pytest.param(
            403,
            "API rate limit exceeded for user ID 1.",
            {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "0"},
            "403 rate limit exceeded",
            id="hourly limit",
        ),
        pytest.param(
            403,
            "You have exceeded a secondary rate limit.",
            {"Retry-After": "0"},
            "403 rate limit exceeded",
            id="secondary limit",
        ),
        pytest.param(
            429, "Slow down", {"Retry-After": "0"}, "429 rate limit exceeded", id="too many"
        ),
        pytest.param(418, "Free text 0x1f", {}, "418 I'm a Teapot", id="no message in a code"),
        pytest.param(599, "?", {}, "599", id="a status nobody knows"),
    ],
)
def test_a_refusal_has_githubs_status_and_never_its_message(github, status, message, headers, code):
    github.server.deny("GET /orgs/{org}/members", status, message, headers)

    with pytest.raises(CannotList) as refusal:
        list(reader(github, LIST_MEMBERS).each(LIST_MEMBERS, org="acme"))
    assert refusal.value.why == f"github:GET /orgs/{{org}}/members: {code}"


@pytest.mark.parametrize(
    ("announced", "fault"), [(True, "ChunkedEncodingError"), (False, "JSONDecodeError")]
)
@pytest.mark.parametrize("route", ["GET /orgs/{org}/members", "POST /graphql"])
def test_an_answer_that_breaks_off_is_a_fault(github, route, announced, fault):
    asked = reader(github, LIST_MEMBERS, QUESTION)
    github.server.cut_short(route, announced=announced)
    if route == "POST /graphql":
        assert asked.ask(QUESTION) == Unread(why=f"graphql:Question: {fault}")
    else:
        why = f"github:{route}: {fault}"
        assert asked.listed(LIST_MEMBERS, org="acme") == Unread(why=why)


def test_what_the_local_github_does_not_offer_fails_loudly(github):
    packages = ApiCall("github", "GET /orgs/{org}/packages", "packages:read")

    with pytest.raises(CannotList, match="501 Not Implemented"):
        list(reader(github, packages).each(packages, org="acme"))


@pytest.mark.parametrize(
    ("call", "item_key", "response", "why"),
    [
        pytest.param(
            CHECK_RUNS,
            "check_runs",
            {"link": None, "body": {"total_count": 0}},
            "the answer has no check_runs",
            id="an object without its list",
        ),
        pytest.param(
            LIST_MEMBERS,
            None,
            {"link": None, "body": {"message": "?"}},
            "the answer has no list",
            id="an object instead of a list",
        ),
        pytest.param(
            LIST_MEMBERS,
            None,
            {"link": None, "body": [None]},
            "the answer lists a null",
            id="a null among the members",
        ),
        pytest.param(
            LIST_MEMBERS,
            None,
            {"link": None, "body": [{"id": 1}]},
            "an item has no login",
            id="a member without a login",
        ),
        pytest.param(
            LIST_MEMBERS,
            None,
            {"link": BY_SELF, "body": []},
            "the next page is this one",
            id="a page that follows itself",
        ),
    ],
)
def test_a_malformed_page_is_not_an_empty_one(call, item_key, response, why):
    asked = {"per_page": 100} | ({"page": "1"} if response["link"] else {})
    page = told(call, response, **asked)
    first = {name: value for name, value in asked.items() if name != "per_page"}

    with pytest.raises(CannotList) as refusal:
        list(page.each(call, item_key, needs=("login",), **first))
    assert refusal.value.why == f"{call}: {why}"


def errors(kind, *path):
    return {"type": kind, "path": list(path), "message": "Free text."}


@pytest.mark.parametrize(
    ("response", "said"),
    [
        pytest.param(
            {"data": {"a": {"b": 1}}}, {"a": {"b": 1}}, id="an answer without errors is as it came"
        ),
        pytest.param(
            {"data": {"a": {"b": None}}, "errors": [errors("FORBIDDEN", "a", "b")]},
            {"a": {"b": Unread(why="graphql:Question: FORBIDDEN")}},
            id="the null of an error is unread",
        ),
        pytest.param(
            {"data": {"a": {"b": None, "c": None}}, "errors": [errors("FORBIDDEN", "a", "b")]},
            {"a": {"b": Unread(why="graphql:Question: FORBIDDEN"), "c": None}},
            id="a null that no error explains is a null",
        ),
        pytest.param(
            {"data": {"a": [None, {"d": 1}]}, "errors": [errors("FORBIDDEN", "a", 0, "d")]},
            {"a": [Unread(why="graphql:Question: FORBIDDEN"), {"d": 1}]},
            id="a null above the error's field",
        ),
        pytest.param(
            {"data": {"a": 1}, "errors": [{"message": "?"}]},
            Unread(why="graphql:Question: error"),
            id="an error without a place spoils the answer",
        ),
        pytest.param(
            {"data": {"a": 1}, "errors": [errors("FORBIDDEN", "x", "y")]},
            Unread(why="graphql:Question: FORBIDDEN"),
            id="an error whose place does not exist spoils the answer",
        ),
    ],
)
def test_what_an_error_made_null_is_unread(response, said):
    assert told(QUESTION, response).ask(QUESTION) == said


def test_a_question_github_does_not_understand_is_refused(github):
    wrong = Query("graphql", "Wrong", "", text="query Wrong { viewer { shoeSize } }")

    assert reader(github, wrong).ask(wrong) == Unread(why="graphql:Wrong: undefinedField")


def test_a_rate_limit_of_graphql_is_a_refusal(github):
    github.server.deny("POST /graphql", 403, "API rate limit exceeded", {"Retry-After": "0"})

    assert reader(github, QUESTION).ask(QUESTION) == Unread(
        why="graphql:Question: 403 rate limit exceeded"
    )


def test_the_text_of_a_question_is_kept_with_its_answer(github):
    asked = reader(github, QUESTION)
    asked.ask(QUESTION)

    (exchange,) = asked.transcript.exchanges
    assert exchange.response["query"] == QUESTION.text
    assert exchange.arguments == {}


@pytest.mark.parametrize(
    ("connection", "why"),
    [
        pytest.param(None, "the answer has no repository.object.history", id="no connection"),
        pytest.param(
            {"pageInfo": {"hasNextPage": False}}, "the answer has no nodes", id="no nodes"
        ),
        pytest.param(
            {"nodes": []}, "the answer has no pageInfo.hasNextPage", id="nothing of more pages"
        ),
        pytest.param(
            {"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": None}},
            "the answer has no pageInfo.endCursor",
            id="more, but no cursor",
        ),
        pytest.param(
            {"nodes": [{}], "pageInfo": {"hasNextPage": False}, "totalCount": 2},
            "1 of 2 in repository.object.history",
            id="fewer than there are",
        ),
    ],
)
def test_a_malformed_connection_is_not_an_empty_one(connection, why):
    response = {"data": {"repository": {"object": {"history": connection}}}}

    with pytest.raises(CannotList) as refusal:
        list(
            told(LANDED_COMMITS, response).nodes(
                LANDED_COMMITS, "repository.object.history", cursor="after"
            )
        )
    assert refusal.value.why == f"{LANDED_COMMITS}: {why}"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param({"a": {"b": True}}, True, id="there"),
        pytest.param({"a": {"b": False}}, False, id="off is a value"),
        pytest.param({"a": {"b": None}}, None, id="null"),
        pytest.param({"a": {}}, None, id="left out"),
        pytest.param({"a": {"b": "yes"}}, None, id="not of its kind"),
        pytest.param({}, None, id="the whole part left out"),
    ],
)
def test_a_field_that_did_not_come_is_never_a_default(answer, said):
    missing = Unread(why=f"{LANDED_PULL_REQUEST}: the answer has no a.b")

    assert field(LANDED_PULL_REQUEST, answer, "a.b", bool) == (missing if said is None else said)


def test_a_refused_answer_stays_refused_in_all_its_fields():
    refused = Unread(why="graphql:Question: FORBIDDEN")

    assert field(QUESTION, refused, "a.b", str) is refused
    assert moment(QUESTION, {"a": refused}, "a.b") is refused
