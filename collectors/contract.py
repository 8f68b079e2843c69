"""What a collector declares: every call it makes, and the kind of record it yields."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any, Generic, TypeVar, get_args, get_origin, get_type_hints

from collectors.evidence.record import Record

Source = TypeVar("Source")
R = TypeVar("R", bound=Record)


class CannotList(Exception):
    """A population could not be listed to its end; the framework makes an omission of it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class ApiCall:
    """One reading operation, and the permission the vendor demands for it.

    The two names differ more often than one would think: S3's `ListBuckets`
    needs `s3:ListAllMyBuckets`.
    """

    service: str
    operation: str
    permission: str
    redact: tuple[str, ...] = ()
    """Fields of the response that are cut out before anyone sees or keeps them."""
    scheme_only: tuple[str, ...] = ()
    """Addresses that may open what they lead to: of them only what stands before :// is kept."""
    sift: tuple[str, ...] = ()
    """Fields that people write: of them only length and ticket-like names are kept."""
    recognise: tuple[str, ...] = ()
    """Fields that may hold a credential: cut out, and of them only what they look like is kept."""
    sections: tuple[str, ...] = ()
    """Texts that are filled-in forms: of them only the answers under `kept_headings` are kept."""
    kept_headings: tuple[str, ...] = ()
    passing: tuple[str, ...] = ()
    """Fields that move by themselves and that nobody reads here: they are not kept at all.

    Otherwise an estate on which nobody laid a hand would be new evidence in every cycle.
    """

    def without(self, *passing: str) -> "ApiCall":
        """The same question, asked by somebody who does not read these fields."""
        return replace(self, passing=(*self.passing, *passing))

    def keeping(self, *headings: str) -> "ApiCall":
        """The same question, of whose forms the answers under these headings are kept."""
        return replace(self, kept_headings=tuple(sorted(headings)))

    def __str__(self) -> str:
        return f"{self.service}:{self.operation}"


@dataclass(frozen=True, kw_only=True)
class Collector(Generic[Source, R]):
    """A pull from one source, yielding records of one kind."""

    id: str
    calls: tuple[ApiCall, ...]
    reads: type[Source]
    """The reader it needs; its type says over which scope the collector runs."""
    yields: type[R]
    purpose: str
    pull: Callable[[Source], Iterator[R]]

    @property
    def source(self) -> str:
        """The vendor it reads: the first word of its id."""
        return self.id.partition(".")[0]


@dataclass(frozen=True, kw_only=True)
class Tracer(Collector[Source, R]):
    """A pull from a source's own log of changes, about subjects that drifted.

    No check judges what it yields. Its permissions are optional.
    """


@dataclass(frozen=True)
class Of:
    """Beside a parameter of a join: it takes that kind of record of one source alone.

    What another source could not read then costs the join nothing.
    """

    source: str


@dataclass(frozen=True)
class Searched:
    """Beside a parameter of a join: the others are looked up in it, and fail if not found.

    Where some of it could not be listed, not found is not known: then nothing fails for it.
    """

    by_choice: bool = False
    """Whether a company may keep none of it: where no source has it, nothing is in it."""


@dataclass(frozen=True, kw_only=True)
class Derived(Generic[R]):
    """A pure join: records in, one sequence for each kind, records out."""

    id: str
    inputs: tuple[type[Record], ...]
    sources: Mapping[type[Record], str]
    """Of which source alone it takes a kind; one that is not named, of every source."""
    searched: Mapping[type[Record], Searched]
    """The kinds in which it looks the others up."""
    yields: type[R]
    purpose: str
    join: Callable[..., Iterator[R]]

    @property
    def source(self) -> str:
        """The first word of its id, as for a collector."""
        return self.id.partition(".")[0]

    def takes(self, unit: "Collector[Any, Any] | Derived[Any]") -> bool:
        """Whether it joins what a collector or another join yields."""
        kind = unit.yields
        return kind in self.inputs and self.sources.get(kind, unit.source) == unit.source


def collector(
    *, id: str, calls: tuple[ApiCall, ...]
) -> Callable[[Callable[[Source], Iterator[R]]], Collector[Source, R]]:
    """Make a collector of a generator over one reader; its annotations say the rest."""
    return partial(_declared, Collector, id, calls)


def tracer(
    *, id: str, calls: tuple[ApiCall, ...]
) -> Callable[[Callable[[Source], Iterator[R]]], Tracer[Source, R]]:
    """Make a tracer of a generator over one reader, as `collector` makes a collector."""
    return partial(_declared, Tracer, id, calls)


def derived(*, id: str) -> Callable[[Callable[..., Iterator[R]]], Derived[R]]:
    """Make a join of a generator over sequences of records, one parameter for each kind."""

    def declare(join: Callable[..., Iterator[R]]) -> Derived[R]:
        hints = get_type_hints(join, include_extras=True)
        yields = _yielded(hints.pop("return"))
        taken = dict(map(_taken, hints.values()))
        return Derived(
            id=id,
            inputs=tuple(taken),
            sources={
                kind: one.source for kind, said in taken.items() for one in said if type(one) is Of
            },
            searched={
                kind: one for kind, said in taken.items() for one in said if type(one) is Searched
            },
            yields=yields,
            purpose=_docstring(join, id),
            join=join,
        )

    return declare


def _declared(
    kind: Callable[..., Any], id: str, calls: tuple[ApiCall, ...], pull: Callable[..., Any]
) -> Any:
    hints = get_type_hints(pull)
    yields = _yielded(hints.pop("return"))
    (reads,) = hints.values()
    return kind(
        id=id, calls=calls, reads=reads, yields=yields, purpose=_docstring(pull, id), pull=pull
    )


def _taken(hint: Any) -> tuple[type[Record], tuple[object, ...]]:
    """The kind of record a parameter of a join asks for, and what stands beside it."""
    if get_origin(hint) is Annotated:
        sequence, *beside = get_args(hint)
        return get_args(sequence)[0], tuple(beside)
    return get_args(hint)[0], ()


def _yielded(hint: Any) -> Any:
    (record,) = get_args(hint)
    return record


def _docstring(function: Callable[..., object], id: str) -> str:
    text = inspect.getdoc(function)
    if not text:
        message = f"{id} has no docstring: it is published as the collector's purpose"
        raise TypeError(message)
    return text
