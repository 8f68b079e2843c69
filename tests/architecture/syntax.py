"""What a module reaches for, read off its syntax tree: nothing is run to find out."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("agent", "checks", "collectors")


@dataclass(frozen=True)
class Reached:
    """One name of another module, by its whole name, and where it is reached for."""

    at: str
    name: str
    when_imported: bool
    """Whether importing the module already loads it: neither lazily nor for types alone."""

    def __str__(self):
        return f"{self.at} reaches {self.name}"


def files(*patterns):
    """The modules that the patterns name, such as `checks` for a whole folder."""
    found = set()
    for pattern in patterns:
        path = ROOT / pattern
        found |= {*path.rglob("*.py")} if path.is_dir() else {*ROOT.glob(pattern)}
    return sorted(found)


def name_of(path):
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def reached(path):
    """Every name a module imports, and every attribute it takes of one of them."""
    seen = _Names(name_of(path))
    seen.visit(tree(path))
    return tuple(seen.found)


def reaching(name, names):
    """Whether a name is one of the others or lies in one of them."""
    return any(name == other or name.startswith(f"{other}.") for other in names)


class _Names(ast.NodeVisitor):
    def __init__(self, path):
        self.path = path
        self.found = []
        self.known = {}
        self.when_imported = True

    def visit_Import(self, node):
        for alias in node.names:
            whole = alias.name if alias.asname else alias.name.partition(".")[0]
            self.known[alias.asname or whole] = whole
            self._reach(node, alias.name)

    def visit_ImportFrom(self, node):
        assert node.level == 0, f"{self.path}:{node.lineno} imports by a relative name"
        for alias in node.names:
            whole = f"{node.module}.{alias.name}"
            self.known[alias.asname or alias.name] = whole
            self._reach(node, whole)

    def visit_Attribute(self, node):
        whole = self._whole(node)
        if whole:
            self._reach(node, whole)
        else:
            self.generic_visit(node)

    def visit_FunctionDef(self, node):
        for part in (*node.decorator_list, node.args, *filter(None, [node.returns])):
            self.visit(part)
        self._later(node.body)

    def visit_AsyncFunctionDef(self, node):
        self.visit_FunctionDef(node)

    def visit_If(self, node):
        for_types = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        if for_types:
            self._later(node.body)
        else:
            self.generic_visit(node)

    def _later(self, body):
        before, self.when_imported = self.when_imported, False
        for part in body:
            self.visit(part)
        self.when_imported = before

    def _whole(self, node):
        if isinstance(node, ast.Name):
            return self.known.get(node.id)
        inner = self._whole(node.value) if isinstance(node, ast.Attribute) else None
        return inner and f"{inner}.{node.attr}"

    def _reach(self, node, name):
        self.found.append(Reached(f"{self.path}:{node.lineno}", name, self.when_imported))
