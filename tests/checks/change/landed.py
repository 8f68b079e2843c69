"""The smallest change that landed well; a test names what is different about its own."""

from datetime import timedelta

from collectors.evidence.github.changes import CheckResult, LandedChange, PullRequest, Review
from tests.evidence import NOW

HEAD = "head"
SECOND = timedelta(seconds=1)


def review(reviewer="otto", state="APPROVED", *, commit=HEAD, at=-2, dismissed=None, bot=False):
    """A review so many seconds after landing; before it is negative."""
    return Review(
        reviewer=reviewer,
        is_bot=bot,
        state=state,
        commit=commit,
        submitted_at=NOW + at * SECOND,
        dismissed_at=None if dismissed is None else NOW + dismissed * SECOND,
    )


def ran(conclusion="success", *, name="test", commit=HEAD, at=-2):
    """A check that finished so many seconds after landing; before it is negative."""
    return CheckResult(
        name=name, commit=commit, conclusion=conclusion, completed_at=NOW + at * SECOND
    )


def request(*, reviews=(), authors=frozenset({"mia"}), head=HEAD, checks=(), **linked):
    return PullRequest(
        number=7, authors=authors, head=head, reviews=reviews, checks=checks, **linked
    )


def change(pull_request, *, required=frozenset(), landed_by="mia", **known):
    return LandedChange(
        id="R_1/abc",
        name="acme/web#7",
        occurred_at=NOW,
        repository="acme/web",
        branch="main",
        commit="abc",
        landed_by=landed_by,
        required_checks=required,
        pull_request=pull_request,
        **known,
    )
