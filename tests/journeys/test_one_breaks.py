"""A source, a collector and a check break at once: the rest is unharmed, and each is told."""

import socket
from typing import NamedTuple

import pytest

from agent.demo.receiver import Receiver
from tests.journeys.company import Answer, Company

CHECK = "aws.iam.console-user-has-mfa"
COLLECTOR = "aws.s3.buckets"
BROKEN = ("github.", "aws.s3.", CHECK, "derived.")
"""Whose verdicts rest on what breaks; these joins take what GitHub gives as well."""
SECRET = "hunter2"
CRASHING = f"""
from agent.registry import all_checks, all_collectors

def crash(*_, **__):
    raise ZeroDivisionError("planted, with {SECRET}")

def break_down(unit, function):
    file = getattr(unit, function).__code__.co_filename
    crash.__code__ = crash.__code__.replace(co_filename=file)
    object.__setattr__(unit, function, crash)

break_down(all_collectors()["{COLLECTOR}"], "pull")
break_down(all_checks()["{CHECK}"], "judge")
"""
"""Run in the command's process, before the command; a crash stands in a file of ours."""


class Broken(NamedTuple):
    """A company after a cycle in which three things broke."""

    company: Company
    before: dict
    answer: Answer
    received: list

    @property
    def status(self):
        (status,) = self.company.rows("status")
        return status

    @property
    def told(self):
        """The headline of every change of a kind that was received."""
        changes = [change for alert in self.received for change in alert["payload"]["changes"]]
        return [(change["kind"], change["headline"]) for change in changes]


@pytest.fixture(scope="module")
def broken(after_one_cycle, tmp_path_factory):
    company = after_one_cycle[0].copy(tmp_path_factory.mktemp("broken"))
    before = company.verdicts()
    with socket.socket() as nobody, Receiver() as receiver:
        nobody.bind(("127.0.0.1", 0))  # and listens not
        company.reach(github=f"http://127.0.0.1:{nobody.getsockname()[1]}")
        with company.settings() as settings:
            settings["alerts"] = [{"to": receiver.url}]
        return Broken(company, before, company.run(driver=CRASHING), receiver.received)


def test_everything_else_keeps_its_verdicts(broken):
    before, after = (
        {key: told for key, told in verdicts.items() if not key[0].startswith(BROKEN)}
        for verdicts in (broken.before, broken.company.verdicts())
    )
    assert after == before
    assert broken.answer.status == 3


@pytest.mark.parametrize(
    ("check", "reason"),
    [
        pytest.param(
            "github.branch.approval-required",
            "github:GET /user: ConnectionError",
            id="unreachable source",
        ),
        pytest.param(
            "aws.s3.public-access-blocked",
            "the collector failed: ZeroDivisionError",
            id="crashing collector",
        ),
        pytest.param(CHECK, "the check itself failed: ZeroDivisionError", id="crashing check"),
    ],
)
def test_what_broke_is_undetermined(broken, check, reason):
    production = ("github:acme", "aws:123456789012")
    rows = broken.company.rows("verdicts", "--where", f"check={check}")
    rows = [row for row in rows if row["scope"] in production]
    assert {(row["outcome"], row["reason"]) for row in rows} == {("undetermined", reason)}


@pytest.mark.parametrize(
    ("kind", "what", "scope"),
    [
        pytest.param("collector_failed", "github.landed-changes", "github:acme", id="source"),
        pytest.param("collector_failed", COLLECTOR, "aws:123456789012", id="collector"),
        pytest.param("check_crashed", CHECK, "aws:123456789012", id="check"),
    ],
)
def test_it_shows_and_is_told(broken, kind, what, scope):
    assert any(
        trouble.startswith(f"{kind}: {what} in {scope}: ") for trouble in broken.status["troubles"]
    )
    assert any(told == kind and what in headline for told, headline in broken.told)


def test_nothing_closes_and_nothing_opens(broken):
    assert broken.company.log("finding_closed", "gap_closed", "scope_left") == []
    assert broken.answer.rows[0]["new_gaps"] == []


def test_no_error_text_leaves_the_process(broken):
    left = [broken.answer.told, broken.answer.out, str(broken.received), str(broken.status)]
    assert SECRET not in "".join(left)
    assert SECRET.encode() not in broken.company.database.read_bytes()
