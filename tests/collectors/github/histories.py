"""What may happen to a branch, and the verdict that each of it must give, in plain words.

Each history is played on the local GitHub and read by the real client. The verdicts stand in
the order of `CHECKS`: P passed, F failed, U undetermined, N not applicable. A verdict for
each change that landed in the window, the oldest first.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from agent.demo.github.people import Signature
from agent.demo.github.rest.view import Viewer
from tests.evidence import NOW

CHECKS = (
    "github.change.came-by-pull-request",
    "github.change.not-landed-by-bypass",
    "github.change.approved-by-another-person",
    "github.change.tests-passed",
    "github.change.has-ticket",
)
OLD = NOW - timedelta(days=300)
HISTORIES = []


@dataclass(frozen=True)
class History:
    name: str
    play: object
    verdicts: tuple[str, ...]
    thresholds: dict = field(default_factory=dict)


def history(name, *verdicts, **thresholds):
    """Add a history to the table."""

    def add(play):
        HISTORIES.append(History(name, play, verdicts, thresholds))
        return play

    return add


def ago(hours):
    return NOW - timedelta(hours=hours)


TESTED, REVIEWED, LANDED = ago(40), ago(20), ago(10)


class Story:
    """One repository under a ruleset that asks for an approval and a test; what people do to it."""

    def __init__(self, github):
        self.github = github
        self.server = github.server
        self.state = github.state
        self.since = None
        self.state.add_account("robot", type="Bot")
        self.state.add_ruleset("everywhere", checks=("test",))
        self.place = self.state.add_repository("web", at=OLD)

    def ask(self, author="mia", *, title="OPS-1: Improve", **names):
        pull = self.state.open_pull_request("web", author, title, at=ago(50), **names)
        pull.head_name = "improve"
        return pull

    def test(self, pull, conclusion="success", *, at=TESTED, name="test", sha=None):
        self.state.run_check("web", sha or pull.head, name, conclusion, at=at)

    def review(self, pull, by="olga", state="APPROVED", *, at=REVIEWED):
        return self.state.review(pull, by, state, at=at)

    def merge(self, pull, by="mia", *, at=LANDED, **how):
        return self.state.merge("web", pull, by, at=at, **how)

    def good(self, *, at=LANDED, **how):
        """A change as it should be."""
        pull = self.ask()
        self.test(pull)
        self.review(pull)
        self.merge(pull, at=at, **how)
        return pull

    def push(self, author="mia", *, at=LANDED, **names):
        return self.state.push("web", author, "Hotfix", at=at, **names)

    def seen(self):
        """An earlier snapshot read everything so far."""
        from collectors.github.changes import landed_changes  # noqa: PLC0415 - played, not imported

        snapshot, _ = self.github.snapshot(landed_changes)
        self.since = snapshot.reached


@history("Approved by somebody else, tested, merged by its author", "PPPPP")
def _(s):
    s.good()


@history("Squashed", "PPPPP")
def _(s):
    s.good(method="squash")


@history("Merged with a merge commit", "PPPPP")
def _(s):
    s.good(method="merge")


@history("Rebased: each of two commits lands, both by the same request", "PPPPP", "PPPPP")
def _(s):
    pull = s.ask()
    s.state.add_commit("web", pull, "mia", "More", at=ago(45))
    s.test(pull)
    s.review(pull)
    s.merge(pull, method="rebase")


@history("Pushed straight to the branch", "FPFFF")
def _(s):
    s.push()


@history("Pushed straight, by a right to bypass", "FFFFF")
def _(s):
    s.push(bypass=True)


@history("Pushed in the browser", "FPFFF")
def _(s):
    s.push(committer="web-flow")


@history("An administrator merges by bypass what nobody approved", "PFFPP")
def _(s):
    pull = s.ask()
    s.test(pull)
    s.merge(pull, "otto", bypass=True)


@history("Bypassed although it was approved", "PFPPP")
def _(s):
    s.good(bypass=True)


@history("Classic protection overridden, as the audit log tells", "FFFFF")
def _(s):
    s.state.rulesets.clear()
    s.state.protect("web", checks=("test",))
    s.push(bypass=True)


@history("Classic protection kept, and the audit log says nothing", "PPPPP")
def _(s):
    s.state.rulesets.clear()
    s.state.protect("web", checks=("test",))
    s.good()


@history("Classic protection, and the plan has no audit log", "PUPPP")
def _(s):
    s.state.rulesets.clear()
    s.state.protect("web", checks=("test",))
    s.good()
    s.server.deny("GET /orgs/{org}/audit-log", status=404, message="Not Found")


@history("Rulesets bypassed, and the plan has no audit log", "PFPPP")
def _(s):
    s.state.protect("web", checks=("test",))
    s.good(bypass=True)
    s.server.deny("GET /orgs/{org}/audit-log", status=404, message="Not Found")


@history("Rule suites cannot be read, and nothing else shows a bypass", "PUPPP")
def _(s):
    s.good()
    s.server.deny("GET /repos/{owner}/{repo}/rulesets/rule-suites")


@history("Classic protection overridden, while rule suites cannot be read", "PFPPP")
def _(s):
    s.state.protect("web", checks=("test",))
    s.good(bypass=True)
    s.server.deny("GET /repos/{owner}/{repo}/rulesets/rule-suites")


@history("GitHub keeps its rule suite no more", "PUPPP")
def _(s):
    s.good()
    s.place.rule_suites.clear()


@history("Its rule suite failed, and still it landed", "PUPPP")
def _(s):
    s.good()
    suite = s.place.rule_suites[-1]
    s.place.rule_suites[-1] = type(suite)(**{**vars(suite), "result": "fail"})


@history("Nothing guards the branch", "PNPPP")
def _(s):
    s.state.rulesets.clear()
    s.good()


@history("Nobody may see what guards the branch, and a bypass would not show", "PUPUP")
def _(s):
    s.state.rulesets.clear()
    s.state.protect("web", checks=("test",))
    s.good()
    s.server.viewer = Viewer(owns=False)


@history("Merged by its author alone, unread by anybody", "PPFPP")
def _(s):
    pull = s.ask()
    s.test(pull)
    s.merge(pull)


@history("Its author approves it", "PPFPP")
def _(s):
    pull = s.ask()
    s.test(pull)
    s.review(pull, "mia")
    s.merge(pull, "olga")


@history("A co-author approves it", "PPFPP")
def _(s):
    pull = s.ask(co_authors=("olga",))
    s.test(pull)
    s.review(pull)
    s.merge(pull)


@history("Who committed it for its author approves it", "PPFPP")
def _(s):
    pull = s.ask(committer="olga")
    s.test(pull)
    s.review(pull)
    s.merge(pull)


@history("Whoever opened it approves what another wrote", "PPFPP")
def _(s):
    pull = s.ask()
    pull.author = "olga"
    s.test(pull)
    s.review(pull)
    s.merge(pull)


@history("An author approves under another login, which shows the same address", "PPFPP")
def _(s):
    s.state.add_account("mia-work", email="mia@acme.test")
    pull = s.ask(signed_by=Signature("Mia", "mia@acme.test", "mia"))
    s.test(pull)
    s.review(pull, "mia-work")
    s.merge(pull)


@history(
    "An author approves under another login, which the configuration lists",
    "PPFPP",
    same_person=("mia=mia-work",),
)
def _(s):
    s.state.add_account("mia-work")
    pull = s.ask()
    s.test(pull)
    s.review(pull, "mia-work")
    s.merge(pull)


@history(
    "Two logins of one person are listed, and somebody else approved",
    "PPPPP",
    same_person=("mia=mia-work", "olga=olga-work"),
)
def _(s):
    s.good()


@history("Whether the reviewer shows an author's address cannot be read", "PPUPP")
def _(s):
    s.good()
    s.server.deny("GET /users/{username}")


@history("An author nobody knows, and one approval: it may be the same person", "PPUPP")
def _(s):
    pull = s.ask(signed_by=Signature("Mia", "mia@home.test", None))
    s.test(pull)
    s.review(pull)
    s.merge(pull)


@history("An author nobody knows, and no approval", "PPFPP")
def _(s):
    pull = s.ask(signed_by=Signature("Mia", "mia@home.test", None))
    s.test(pull)
    s.merge(pull)


@history("Approved by an account that is gone: it may have been anybody", "PPUPP")
def _(s):
    pull = s.ask()
    s.test(pull)
    s.review(pull, None)
    s.merge(pull)


@history("An account that is gone approved an earlier commit", "PPFPP")
def _(s):
    pull = s.ask()
    s.review(pull, None, at=ago(48))
    s.state.add_commit("web", pull, "mia", "More", at=ago(45))
    s.test(pull)
    s.merge(pull)


@history("Approved before the last commit", "PPFPP")
def _(s):
    pull = s.ask()
    s.review(pull, at=ago(48))
    s.state.add_commit("web", pull, "mia", "More", at=ago(45))
    s.test(pull)
    s.merge(pull)


@history("Approved before the last commit, and again after it", "PPPPP")
def _(s):
    pull = s.ask()
    s.review(pull, at=ago(48))
    s.state.add_commit("web", pull, "mia", "More", at=ago(45))
    s.test(pull)
    s.review(pull)
    s.merge(pull)


@history("Approved after it landed", "PPFPP")
def _(s):
    pull = s.ask()
    s.test(pull)
    s.merge(pull)
    s.review(pull, at=ago(5))


@history("Approved at the very second it landed", "PPPPP")
def _(s):
    pull = s.ask()
    s.test(pull)
    s.review(pull, at=ago(10))
    s.merge(pull, at=ago(10))


@history("The approval was dismissed before it landed", "PPFPP")
def _(s):
    pull = s.ask()
    s.test(pull)
    s.state.dismiss(pull, s.review(pull), at=ago(15))
    s.merge(pull)


@history("The approval was dismissed at the very second it landed", "PPFPP")
def _(s):
    pull = s.ask()
    s.test(pull)
    s.state.dismiss(pull, s.review(pull), at=ago(10))
    s.merge(pull, at=ago(10))


@history("The approval was dismissed after it landed", "PPPPP")
def _(s):
    pull = s.ask()
    s.test(pull)
    review = s.review(pull)
    s.merge(pull)
    s.state.dismiss(pull, review, at=ago(5))


@history("Dismissed, and GitHub does not say what it had been", "PPUPP")
def _(s):
    pull = s.ask()
    s.test(pull)
    s.review(pull, state="DISMISSED")
    s.merge(pull)


@history("Approved, then the same reviewer asks for changes", "PPFPP")
def _(s):
    pull = s.ask()
    s.test(pull)
    s.review(pull)
    s.review(pull, state="CHANGES_REQUESTED", at=ago(15))
    s.merge(pull)


@history("Changes asked for, then approved, then a comment", "PPPPP")
def _(s):
    pull = s.ask()
    s.test(pull)
    s.review(pull, state="CHANGES_REQUESTED", at=ago(25))
    s.review(pull)
    s.review(pull, state="COMMENTED", at=ago(15))
    s.merge(pull)


@history("Only a comment", "PPFPP")
def _(s):
    pull = s.ask()
    s.test(pull)
    s.review(pull, state="COMMENTED")
    s.merge(pull)


@history("Approved by an app alone", "PPFPP")
def _(s):
    pull = s.ask()
    s.test(pull)
    s.review(pull, "robot")
    s.merge(pull)


@history("One approval where two are asked for", "PPFPP", approvals=2)
def _(s):
    s.good()


@history("Two approvals where two are asked for", "PPPPP", approvals=2)
def _(s):
    pull = s.ask()
    s.test(pull)
    s.review(pull)
    s.review(pull, "otto")
    s.merge(pull)


@history(
    "Two approvals, one of an account that is gone, where two are asked for", "PPUPP", approvals=2
)
def _(s):
    pull = s.ask()
    s.test(pull)
    s.review(pull)
    s.review(pull, None)
    s.merge(pull)


@history("Written by an app, approved by a person, merged by the app", "PPPPP")
def _(s):
    pull = s.ask("robot", committer="web-flow")
    s.test(pull)
    s.review(pull)
    s.merge(pull, "robot")


@history("Written and merged by an app, unread by anybody", "PPFPP")
def _(s):
    pull = s.ask("robot", committer="web-flow")
    s.test(pull)
    s.merge(pull, "robot")


@history(
    "An app's update without a ticket, and the app is exempt",
    "PPPPN",
    exempt_authors=("robot[bot]",),
)
def _(s):
    pull = s.ask("robot", committer="web-flow", title="Bump")
    s.test(pull)
    s.review(pull)
    s.merge(pull)


@history("An app is exempt, and a person wrote with it", "PPPPF", exempt_authors=("robot[bot]",))
def _(s):
    pull = s.ask("robot", committer="web-flow", title="Bump", co_authors=("mia",))
    s.test(pull)
    s.review(pull)
    s.merge(pull)


@history("An app is exempt, and an author is not known", "PPUPU", exempt_authors=("robot[bot]",))
def _(s):
    pull = s.ask(signed_by=Signature("Mia", "mia@home.test", None), title="Bump")
    s.test(pull)
    s.review(pull)
    s.merge(pull)


@history("A change and its revert, both reviewed", "PPPPP", "PPPPP")
def _(s):
    s.good(at=ago(12))
    s.good(at=ago(10))


@history("A reviewed change, and a revert that nobody read", "PPPPP", "PPFPP")
def _(s):
    s.good(at=ago(12))
    pull = s.ask("olga", title="Revert OPS-1")
    s.test(pull)
    s.merge(pull, "olga")


@history("Landed by the merge queue, tested on the queue's own commit", "PPPPP")
def _(s):
    pull = s.ask()
    s.review(pull)
    s.state.queue(pull, at=ago(12))
    commit = s.merge(pull)
    s.test(pull, sha=commit, at=ago(11))


@history("Tested on the landed commit without a queue: that was too late", "PPPFP")
def _(s):
    pull = s.ask()
    s.review(pull)
    commit = s.merge(pull)
    s.test(pull, sha=commit, at=ago(11))


@history("The test failed", "PPPFP")
def _(s):
    pull = s.ask()
    s.test(pull, "failure")
    s.review(pull)
    s.merge(pull)


@history("The test failed, then passed", "PPPPP")
def _(s):
    pull = s.ask()
    s.test(pull, "failure")
    s.test(pull, at=ago(30))
    s.review(pull)
    s.merge(pull)


@history("The test passed, then failed", "PPPFP")
def _(s):
    pull = s.ask()
    s.test(pull)
    s.test(pull, "failure", at=ago(30))
    s.review(pull)
    s.merge(pull)


@history("The test passed only after it landed", "PPPFP")
def _(s):
    pull = s.ask()
    s.review(pull)
    s.merge(pull)
    s.test(pull, at=ago(5))


@history("The test passed at the very second it landed", "PPPPP")
def _(s):
    pull = s.ask()
    s.review(pull)
    s.merge(pull, at=ago(10))
    s.test(pull, at=ago(10))


@history("The test was skipped, and that does not count", "PPPFP")
def _(s):
    pull = s.ask()
    s.test(pull, "skipped")
    s.review(pull)
    s.merge(pull)


@history("The test was skipped, and that is allowed", "PPPPP", neutral_allowed=True)
def _(s):
    pull = s.ask()
    s.test(pull, "skipped")
    s.review(pull)
    s.merge(pull)


@history("Another test failed, which nothing requires", "PPPPP")
def _(s):
    pull = s.ask()
    s.test(pull)
    s.test(pull, "failure", name="lint")
    s.review(pull)
    s.merge(pull)


@history("Nothing is required, and what ran failed", "PNPFP")
def _(s):
    s.state.rulesets.clear()
    pull = s.ask()
    s.test(pull, "failure")
    s.review(pull)
    s.merge(pull)


@history("Nothing is required, and nothing ran", "PNPFP")
def _(s):
    s.state.rulesets.clear()
    pull = s.ask()
    s.review(pull)
    s.merge(pull)


@history("Test results cannot be read", "PPPUP")
def _(s):
    s.good()
    s.server.deny("Commit.checkSuites")
    s.server.deny("GET /repos/{owner}/{repo}/commits/{ref}/check-runs")


@history("Reviews cannot be read", "PPUPP")
def _(s):
    s.good()
    s.server.deny("PullRequest.reviews")


@history("The last commit of the request cannot be read, so GitHub gives nothing of it", "UPUUU")
def _(s):
    s.good()
    s.server.deny("PullRequest.headRefOid")


@history("The request itself cannot be read", "UPUUU")
def _(s):
    s.good()
    s.server.deny("Repository.pullRequest")


@history("The requests of a commit cannot be read: it is no push", "UPUUU")
def _(s):
    s.good()
    s.server.deny("Commit.associatedPullRequests")


@history("A ticket in the branch's name", "PPPPP")
def _(s):
    s.good().title = "Improve"
    s.place.pulls[1].head_name = "OPS-9-improve"


@history("A ticket in the text", "PPPPP")
def _(s):
    s.good().title = "Improve"
    s.place.pulls[1].text = "As asked for in OPS-9."


@history("An issue that it closes", "PPPPP")
def _(s):
    s.good().title = "Improve"
    s.place.pulls[1].closes = (7,)


@history("No ticket anywhere", "PPPPF")
def _(s):
    s.good().title = "Improve"


@history("A ticket of another pattern", "PPPPF", pattern="WEB-[0-9]+")
def _(s):
    s.good()


@history("Linked issues cannot be read, and no ticket is named", "PPPPU")
def _(s):
    s.good().title = "Improve"
    s.server.deny("PullRequest.closingIssuesReferences")


@history("Linked issues cannot be read, and a ticket is named", "PPPPP")
def _(s):
    s.good()
    s.server.deny("PullRequest.closingIssuesReferences")


@history("From a fork by somebody outside, approved by a member", "PPPPP")
def _(s):
    s.state.add_account("stranger")
    pull = s.ask("stranger")
    s.test(pull)
    s.review(pull)
    s.merge(pull, "olga")


@history("A fork takes over what was merged in its source", "UPUUU")
def _(s):
    s.place.fork = True
    s.good().into = "R_upstream"


@history("Merged into another branch, and pushed on from there", "FPFFF")
def _(s):
    s.good().base = "develop"
    s.state.add_branch("web", "develop")


@history("Merged into the branch before it was renamed, before our time", "UPUUU")
def _(s):
    s.good()
    s.state.rename_branch("web", "trunk")
    s.place.rule_suites[-1] = type(s.place.rule_suites[-1])(
        **{**vars(s.place.rule_suites[-1]), "branch": "trunk"}
    )


@history("Merged into the branch before it was renamed, and we knew the name", "PUPPP")
def _(s):
    s.push(at=ago(60))
    s.seen()
    s.good()
    s.state.rename_branch("web", "trunk")


@history("Merged after the branch was renamed", "PPPPP")
def _(s):
    s.push(at=ago(60))
    s.seen()
    s.state.rename_branch("web", "trunk")
    s.good()


@history("The head was replaced by force: one change is gone, another is there", "FUUUU", "FPFFF")
def _(s):
    s.push(at=ago(20))
    s.seen()
    s.state.rewrite("web", "mia", "Never happened", at=ago(10))


@history("A change came and was taken away by force between two looks", "FUUUU")
def _(s):
    kept = s.push(at=ago(20))
    s.seen()
    s.push(at=ago(15))
    s.state.reset("web", "mia", kept, at=ago(12))


@history("Reviewed, and the repository was archived afterwards", "PPPPP")
def _(s):
    s.good()
    s.state.archive("web")


@history("Pushed, and the repository was archived afterwards", "FPFFF")
def _(s):
    s.push()
    s.state.archive("web")


@history(
    "A repository came from another organisation: its window is read from the start",
    "FPFFF",
    "PPPPP",
)
def _(s):
    s.push(at=ago(400))
    s.good()


@history("A repository went to another organisation: nothing of it can be read")
def _(s):
    s.good()
    s.state.leave("web")


@history("An empty repository")
def _(s):
    s.state.leave("web")
    s.state.add_repository("empty")


@history("Nothing landed since the last look")
def _(s):
    s.good()
    s.seen()


@history("It landed before the window")
def _(s):
    s.push(at=NOW - timedelta(days=40))


@history("Its author's clock is years behind", "FPFFF")
def _(s):
    s.push(dated=OLD)


@history("Three commits in one push, of which the last is told", "FPFFF", "FPFFF", "FPFFF")
def _(s):
    before = s.place.branches["main"]
    for number in range(3):
        s.push(at=ago(12 - number))
    last = s.place.rule_suites[-1]
    s.place.rule_suites[-3:] = [type(last)(**{**vars(last), "before": before})]
