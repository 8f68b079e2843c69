"""Every history gives the verdicts it must, and no fault in the checks' logic goes unseen."""

import ast
import inspect
from collections import Counter
from dataclasses import dataclass
from types import ModuleType

import pytest

from agent.demo.github.server import GithubServer
from agent.registry import all_checks
from checks.change import landing, review
from checks.contract import Check, Outcome
from collectors.github.changes import landed_changes
from tests.collectors.github.conftest import Github, described
from tests.collectors.github.histories import CHECKS, HISTORIES, Story
from tests.evidence import NOW

LETTERS = {
    Outcome.PASSED: "P",
    Outcome.FAILED: "F",
    Outcome.UNDETERMINED: "U",
    Outcome.NOT_APPLICABLE: "N",
}


@dataclass(frozen=True)
class Played:
    """A history and the records it was read as."""

    history: object
    changes: tuple
    complete: bool


@pytest.fixture(scope="module")
def played():
    return {history.name: play(history) for history in HISTORIES}


def play(history):
    with GithubServer("acme", clock=lambda: NOW) as server:
        server.state.add_member("olga", "admin", email="olga@acme.test")
        server.state.add_member("otto", "admin")
        server.state.add_member("mia")
        with described(server) as misfits:
            story = Story(Github(server))
            history.play(story)
            snapshot, _ = story.github.snapshot(landed_changes, since=story.since)
        assert misfits == []
    changes = sorted(
        snapshot.records, key=lambda change: (change.rewrote is None, change.occurred_at)
    )
    return Played(history, tuple(changes), snapshot.complete)


def verdict(check, change, thresholds):
    """A letter; a check that breaks is as good as seen."""
    given = {name: value for name, value in thresholds.items() if name in check.thresholds}
    try:
        return LETTERS[check(change, **given).outcome]
    except Exception:  # noqa: BLE001 - a mutant may fail in any way
        return "!"


def verdicts(checks, one):
    return tuple(
        "".join(verdict(checks[name], change, one.history.thresholds) for name in CHECKS)
        for change in one.changes
    )


def test_the_table_is_as_long_as_was_promised_and_says_each_thing_once():
    assert len(HISTORIES) >= 40
    assert max(Counter(history.name for history in HISTORIES).values()) == 1


@pytest.mark.parametrize("name", [history.name for history in HISTORIES])
def test_a_history_gives_the_verdicts_it_must(played, name):
    assert verdicts(all_checks(), played[name]) == played[name].history.verdicts


def test_what_is_in_doubt_is_never_passed_in_the_table():
    """A table of verdicts could be wrong itself: each letter is there for each check."""
    given = [letters for history in HISTORIES for letters in history.verdicts]
    for position, _ in enumerate(CHECKS):
        assert {"P", "F", "U"} <= {letters[position] for letters in given}


@pytest.mark.parametrize(
    "name",
    [
        "The head was replaced by force: one change is gone, another is there",
        "A change came and was taken away by force between two looks",
    ],
)
def test_a_hole_leaves_the_snapshot_incomplete(played, name):
    assert not played[name].complete


SWAPPED = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Sub: ast.BitOr,
    ast.BitAnd: ast.BitOr,
}


WORDING = {"_known"}
"""It says what was observed, and decides nothing."""


def places(tree):
    """Every comparison and every connective of the functions that judge."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            yield from ((node, number) for number, _ in enumerate(node.ops))
        elif (isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in SWAPPED) or isinstance(
            node, ast.If | ast.IfExp
        ):
            yield node, None


def mutants(module):
    source = inspect.getsource(module)
    for number, _ in enumerate(judging(ast.parse(source))):
        tree = ast.parse(source)
        node, position = judging(tree)[number]
        before = ast.unparse(node if isinstance(node, ast.expr) else node.test)
        change(node, position)
        after = ast.unparse(node if isinstance(node, ast.expr) else node.test)
        where = f"{module.__name__} line {node.lineno}"
        label = f"{where}: {before} -> {after}"
        yield pytest.param(ast.unparse(tree), id=label)


def judging(tree):
    """Places outside of annotations and declarations."""
    return [
        place
        for function in tree.body
        if isinstance(function, ast.FunctionDef) and function.name not in WORDING
        for statement in function.body
        for place in places(statement)
    ]


def change(node, position):
    if isinstance(node, ast.If | ast.IfExp):
        node.test = ast.UnaryOp(ast.Not(), node.test)
    elif position is None:
        node.op = SWAPPED[type(node.op)]()
    else:
        node.ops[position] = SWAPPED[type(node.ops[position])]()
    ast.fix_missing_locations(node)


def checks_of(source):
    module = ModuleType("mutant")
    exec(compile(source, "mutant", "exec"), module.__dict__)
    return {one.id: one for one in vars(module).values() if isinstance(one, Check)}


@pytest.mark.parametrize("source", [*mutants(landing), *mutants(review)])
def test_a_fault_in_the_logic_is_seen_by_some_history(played, source):
    checks = {**all_checks(), **checks_of(source)}

    assert any(verdicts(checks, one) != one.history.verdicts for one in played.values())
