"""The demo's GitHub: an organisation that mostly does as it promised, with a few lapses."""

from datetime import datetime, timedelta

from agent.demo.github.server import GithubServer
from agent.demo.github.state import GithubState
from agent.demo.github.things import PullRequest

TEST = "test"
ACTIONS = 15368
"""The app as which GitHub's own workflows report."""
PROTECTED = ("web", "api")
BY_RULESET = ("billing", "infrastructure")
LAX = "docs"
ARCHIVED = "prototype"
WROTE_AND_READ = (("ada", "ben"), ("ben", "grace"), ("cleo", "ada"), ("grace", "ada"))
CHANGES = 20
FIRST_LANDED = timedelta(days=28)


def seed(server: GithubServer, now: datetime) -> None:
    """Make the organisation as it stands at `now`: people, repositories, four weeks of changes."""
    state = server.state
    _people(state)
    _repositories(state, now - timedelta(days=400))
    for number in range(CHANGES):
        at = now - FIRST_LANDED + number * timedelta(days=1, hours=5)
        places = (*PROTECTED, *BY_RULESET)
        author, reviewer = WROTE_AND_READ[number % len(WROTE_AND_READ)]
        _reviewed_change(state, places[number % len(places)], author, reviewer, at)
    _unusual_changes(state, now - timedelta(days=2))
    _lapses(state, now - timedelta(days=1, hours=12))


def drift(server: GithubServer, now: datetime) -> None:
    """Somebody is in a hurry: protection goes, and a change is pushed past review."""
    server.state.remove_protection("api", "ben", at=now)
    server.state.push("api", "ben", "Raise the timeout", at=now)


def _people(state: GithubState) -> None:
    state.add_member("ada", "admin")
    state.add_member("grace", "admin")
    state.add_member("ben")
    state.add_member("dan")
    state.add_member("acme-deploy", email="deploy@acme.test")
    state.add_outside_collaborator("cleo", email="cleo@partner.test")
    state.add_account("dependabot", type="Bot")
    state.single_sign_on = {name: f"{name}@acme.test" for name in ("ada", "grace", "ben", "dan")}


def _repositories(state: GithubState, at: datetime) -> None:
    for name in (*PROTECTED, *BY_RULESET, LAX, ARCHIVED):
        state.add_repository(name, at=at, private=name != LAX)
    for name in PROTECTED:
        state.protect(name, checks=(TEST,), app=ACTIONS, conversations=True)
    state.protect(LAX, enforce_admins=False)
    state.add_ruleset(
        "production",
        repositories=BY_RULESET,
        last_push=True,
        checks=(TEST,),
        app=ACTIONS,
        extra=("deletion", "non_fast_forward"),
    )
    state.archive(ARCHIVED)


def _reviewed_change(
    state: GithubState, repository: str, author: str, reviewer: str, at: datetime
) -> None:
    pull = state.open_pull_request(repository, author, "Improve", at=at)
    _test(state, repository, pull, at + timedelta(minutes=20))
    state.review(pull, reviewer, at=at + timedelta(hours=2))
    state.merge(repository, pull, author, at=at + timedelta(hours=3))


def _unusual_changes(state: GithubState, at: datetime) -> None:
    """Written by two, by an app, and landed by the merge queue: all of them reviewed."""
    hour = timedelta(hours=1)
    together = state.open_pull_request("web", "ada", "Pair", at=at, co_authors=("ben",))
    _test(state, "web", together, at + hour)
    state.review(together, "grace", at=at + 2 * hour)
    state.merge("web", together, "ada", at=at + 3 * hour, method="merge")

    update = state.open_pull_request("api", "dependabot", "Bump", at=at, committer="web-flow")
    _test(state, "api", update, at + hour)
    state.review(update, "ben", at=at + 2 * hour)
    state.merge("api", update, "ben", at=at + 3 * hour)

    queued = state.open_pull_request("billing", "ben", "Round", at=at)
    _test(state, "billing", queued, at + hour)
    state.review(queued, "ada", at=at + 2 * hour)
    state.queue(queued, at=at + 2 * hour)
    state.merge("billing", queued, "ada", at=at + 3 * hour, method="rebase")


def _lapses(state: GithubState, at: datetime) -> None:
    """An owner lands her own words unread; an approval outlives the push that came after it."""
    hour = timedelta(hours=1)
    alone = state.open_pull_request(LAX, "grace", "Describe", at=at)
    state.merge(LAX, alone, "grace", at=at + hour)

    outlived = state.open_pull_request("infrastructure", "ada", "Resize", at=at)
    state.review(outlived, "ben", at=at + hour)
    state.add_commit("infrastructure", outlived, "ada", "Resize more", at=at + 2 * hour)
    _test(state, "infrastructure", outlived, at + 3 * hour)
    state.merge("infrastructure", outlived, "ada", at=at + 4 * hour)


def _test(state: GithubState, repository: str, pull: PullRequest, at: datetime) -> None:
    state.run_check(repository, pull.head, TEST, at=at)
