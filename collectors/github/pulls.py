"""Pull requests that landed: who wrote them, who looked at them, and what was tested."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from collectors.contract import ApiCall
from collectors.evidence.github.changes import PullRequest, Review
from collectors.evidence.record import Instant, Unread
from collectors.github.landed_request import LANDED_PULL_REQUEST
from collectors.github.organisation import Answer, Organisation, Query, field, moment, whole
from collectors.github.tested import TEST_CALLS, results_on, told_at_once
from collectors.reader import unread
from collectors.sifting import names_in

ACCOUNT = ApiCall(
    "github",
    "GET /users/{username}",
    "metadata:read",
    redact=("body.name", "body.bio", "body.blog", "body.company", "body.location"),
)
PULL_REQUEST_CALLS = (*TEST_CALLS, ACCOUNT)

WEB_FLOW = "web-flow"
"""The account by which GitHub itself commits what somebody does in the browser."""
GITHUBS_ADDRESS = "noreply@github.com"
BOTS_ADDRESS = re.compile(r"(?:\d+\+)?([^@+]+\[bot\])@users\.noreply\.github\.com")
"""GraphQL ties a commit to people only: an app is known by the address GitHub gave it."""

DISMISSED = "ReviewDismissedEvent"
QUEUED = "AddedToMergeQueueEvent"

Listed = tuple[Answer, ...] | Unread


def pull_request(
    organisation: Organisation,
    *,
    owner: str,
    name: str,
    number: int,
    landed_as: str,
    landed_at: Instant,
) -> PullRequest | Unread:
    """One pull request that landed, with all commits, reviews and test results of its head."""
    where = {"owner": owner, "name": name, "number": number}
    root = "repository.pullRequest"
    asked = organisation.ask(LANDED_PULL_REQUEST, **where)
    answer = field(LANDED_PULL_REQUEST, asked, root, dict)
    if isinstance(answer, Unread):
        return answer

    def every(part: str, cursor: str) -> Listed:
        return organisation.listed_nodes(
            LANDED_PULL_REQUEST, f"{root}.{part}", cursor=cursor, **where
        )

    events = every("timelineItems", "events")
    commits = every("commits", "commits")
    reviews = _reviews(every("reviews", "reviews"), events)
    head = field(LANDED_PULL_REQUEST, answer, "headRefOid", str)
    return PullRequest(
        number=number,
        authors=_with_second_accounts(organisation, _authors(answer, commits), commits, reviews),
        head=head,
        reviews=reviews,
        issues=_issues(answer),
        tickets=_tickets(answer),
        checks=events
        if isinstance(events, Unread)
        else results_on(
            organisation,
            _tested(head, landed_as, events),
            told_at_once(answer, landed_at),
            owner=owner,
            repo=name,
        ),
    )


def _tested(
    head: str | Unread, landed_as: str, events: Iterable[Answer]
) -> tuple[str | Unread, ...]:
    """The commits on which tests count: a merge queue tests the landed one before it lands."""
    queued = any(event.get("__typename") == QUEUED for event in events)
    return (head, landed_as) if queued else (head,)


def actor(query: Query, answer: Answer, path: str) -> str | Unread:
    """Who did it, with GitHub's mark for an app; unread when the account is gone."""
    login = field(query, answer, f"{path}.login", str)
    is_bot = _is_bot(query, answer, path)
    return login if isinstance(login, Unread) or not is_bot else f"{login}[bot]"


def _is_bot(query: Query, answer: Answer, path: str) -> bool:
    return field(query, answer, f"{path}.__typename", str) == "Bot"


def _authors(answer: Answer, commits: Listed) -> frozenset[str] | Unread:
    """Who opened it, and everyone whom one of its commits names."""
    if isinstance(commits, Unread):
        return commits
    opened_by = actor(LANDED_PULL_REQUEST, answer, "author")
    people = whole(chain([opened_by], *(_named_by(commit) for commit in commits)))
    return people if isinstance(people, Unread) else frozenset(people) - {WEB_FLOW}


def _named_by(commit: Answer) -> Iterator[str | Unread]:
    """Authors, co-authors and the committer: an author is only what the committer typed."""
    more = field(LANDED_PULL_REQUEST, commit, "commit.authors.pageInfo.hasNextPage", bool)
    people = field(LANDED_PULL_REQUEST, commit, "commit.authors.nodes", list)
    if isinstance(people, Unread) or more is not False:
        yield unread(LANDED_PULL_REQUEST, "the answer has not all authors of a commit")
        return
    yield from (_person(person) for person in people)
    yield _person(field(LANDED_PULL_REQUEST, commit, "commit.committer", dict))


def _person(named: Answer | Unread) -> str | Unread:
    login = field(LANDED_PULL_REQUEST, named, "user.login", str)
    if isinstance(login, str):
        return login
    email = field(LANDED_PULL_REQUEST, named, "email", str)
    if isinstance(email, Unread):
        return email
    if email == GITHUBS_ADDRESS:
        return WEB_FLOW
    bot = BOTS_ADDRESS.fullmatch(email)
    return bot[1] if bot else unread(LANDED_PULL_REQUEST, "an author has no known login")


def _with_second_accounts(
    organisation: Organisation,
    authors: frozenset[str] | Unread,
    commits: Listed,
    reviews: tuple[Review, ...] | Unread,
) -> frozenset[str] | Unread:
    """The authors, and each reviewer who wrote under another login: a commit names their address.

    The address is what the reviewer's account shows to everybody; many show none.
    """
    if isinstance(authors, Unread) or isinstance(commits, Unread) or isinstance(reviews, Unread):
        return authors
    addresses = {
        email.casefold()
        for commit in commits
        for person in _people(commit)
        if isinstance(email := person.get("email"), str)
    }
    reviewers = {r.reviewer for r in reviews if isinstance(r.reviewer, str) and not r.is_bot}
    shown = {login: _address(organisation, login) for login in sorted(reviewers - authors)}
    refused = next((one for one in shown.values() if isinstance(one, Unread)), None)
    return refused or authors | {
        login for login, address in shown.items() if address and address in addresses
    }


def _people(commit: Answer) -> list[Answer]:
    people = field(LANDED_PULL_REQUEST, commit, "commit.authors.nodes", list)
    committer = field(LANDED_PULL_REQUEST, commit, "commit.committer", dict)
    named = [] if isinstance(people, Unread) else people
    return [*named, *([] if isinstance(committer, Unread) else [committer])]


def _address(organisation: Organisation, login: str) -> str | Unread | None:
    answer = organisation.detail(ACCOUNT, username=login)
    if isinstance(answer, Unread):
        return answer
    email = answer.get("email")
    return email.casefold() if isinstance(email, str) else None


def _issues(answer: Answer) -> tuple[str, ...] | Unread:
    """What the request closes, as GitHub itself reads its text."""
    more = field(LANDED_PULL_REQUEST, answer, "closingIssuesReferences.pageInfo.hasNextPage", bool)
    nodes = field(LANDED_PULL_REQUEST, answer, "closingIssuesReferences.nodes", list)
    if isinstance(nodes, Unread):
        return nodes
    if more is not False and not nodes:
        return unread(LANDED_PULL_REQUEST, "the answer has not all linked issues")
    issues = whole(nodes)
    if isinstance(issues, Unread):
        return issues
    return tuple(f"{issue['repository']['nameWithOwner']}#{issue['number']}" for issue in issues)


def _tickets(answer: Answer) -> tuple[str, ...] | Unread:
    """What looks like a ticket in what people wrote; of the words nothing else is kept."""
    branch = field(LANDED_PULL_REQUEST, answer, "headRefName", str)
    title = field(LANDED_PULL_REQUEST, answer, "title.names", list)
    text = field(LANDED_PULL_REQUEST, answer, "bodyText.names", list)
    if isinstance(branch, Unread):
        return branch
    if isinstance(title, Unread):
        return title
    if isinstance(text, Unread):
        return text
    return tuple(sorted({*names_in(branch), *title, *text}))


def _reviews(reviews: Listed, events: Listed) -> tuple[Review, ...] | Unread:
    """Every review that was sent; one dismissed since is told as it was given."""
    if isinstance(reviews, Unread):
        return reviews
    if isinstance(events, Unread):
        return events
    dismissals = {
        field(LANDED_PULL_REQUEST, event, "review.id", str): event
        for event in events
        if event.get("__typename") == DISMISSED
    }
    sent = (review for review in reviews if review.get("state") != "PENDING")
    return whole(_review(review, dismissals.get(str(review.get("id")))) for review in sent)


def _review(review: Answer, dismissal: Answer | None) -> Review | Unread:
    state = field(LANDED_PULL_REQUEST, review, "state", str)
    submitted = moment(LANDED_PULL_REQUEST, review, "submittedAt")
    dismissed = None
    if state == "DISMISSED":
        state = field(LANDED_PULL_REQUEST, dismissal or {}, "previousReviewState", str)
        dismissed = moment(LANDED_PULL_REQUEST, dismissal or {}, "createdAt")
    if isinstance(state, Unread) or isinstance(submitted, Unread) or isinstance(dismissed, Unread):
        return unread(LANDED_PULL_REQUEST, "the answer has a review without its state or time")
    return Review(
        reviewer=actor(LANDED_PULL_REQUEST, review, "author"),
        is_bot=_is_bot(LANDED_PULL_REQUEST, review, "author"),
        state=state,
        commit=field(LANDED_PULL_REQUEST, review, "commit.oid", str),
        submitted_at=submitted,
        dismissed_at=dismissed,
    )
