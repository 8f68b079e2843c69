"""What there is: every check and collector, found by walking their packages."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from types import ModuleType
from typing import Any, TypeVar

import checks
import collectors
from checks.contract import Check
from collectors.contract import Collector, Derived, Tracer

T = TypeVar("T")

LOADS_AN_SDK = "live"
"""Modules of this name speak to a vendor: they are loaded when the vendor is read."""


@cache
def all_checks() -> Mapping[str, Check[Any, Any]]:
    """Every check by id.

    Raises:
        ValueError: two checks have the same id.
    """
    return _by_id(_values(checks, Check))


@cache
def all_collectors() -> Mapping[str, Collector[Any, Any]]:
    """Every collector by id.

    Raises:
        ValueError: two collectors have the same id.
    """
    return _by_id(c for c in _values(collectors, Collector) if not isinstance(c, Tracer))


@cache
def all_tracers() -> Mapping[str, Tracer[Any, Any]]:
    """Every tracer by id: what asks who did it.

    Raises:
        ValueError: two tracers have the same id.
    """
    return _by_id(_values(collectors, Tracer))


@cache
def all_that_read() -> Mapping[str, Collector[Any, Any]]:
    """Every collector and every tracer by id: what kept evidence is read again with."""
    return dict(sorted({**all_collectors(), **all_tracers()}.items()))


@cache
def all_joins() -> Mapping[str, Derived[Any]]:
    """Every join by id.

    Raises:
        ValueError: two joins have the same id.
    """
    return _by_id(_values(collectors, Derived))


def _values(package: ModuleType, kind: type[T]) -> Iterator[T]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if found.name.rpartition(".")[2] == LOADS_AN_SDK:
            continue
        module = importlib.import_module(found.name)
        yield from (value for value in vars(module).values() if isinstance(value, kind))


def _by_id(values: Iterable[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for value in values:
        if found.setdefault(value.id, value) is not value:
            raise ValueError(f"two units are called {value.id}")
    return dict(sorted(found.items()))
