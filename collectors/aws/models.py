"""botocore's descriptions of AWS, of which only what is declared is kept.

EC2's alone are megabytes, and gapwatch asks a few dozen of its seven hundred operations. What is
not declared, no client knows: it could not be asked even by mistake.
"""

import gzip
import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from collectors.contract import ApiCall, Collector

SERVICE = "service-2"
ADDED = f"{SERVICE}.sdk-extras"
OF_CONNECTIONS = {
    "ec2": {"DescribeRegions"},
    "organizations": {"ListAccounts"},
    "sts": {"AssumeRole", "AssumeRoleWithWebIdentity", "GetCallerIdentity"},
}
"""What is asked before any collector does."""
LOADS_AN_SDK = "live"
ROLES = ("input", "output", "member", "key", "value")
"""What an operation or a shape calls the one shape it names; structures have `members`."""
Part = dict[str, Any]
Parts = Mapping[str, msgspec.Raw]


class Files:
    """Reads descriptions for botocore's loader, in place of its `JSONFileLoader`."""

    def exists(self, file_path: str) -> bool:
        """Whether there is such a file, packed or not; the path has no ending."""
        return any(path.is_file() for path in _paths(file_path))

    def load_file(self, file_path: str) -> Any:
        """What the file says; `None` if there is none."""
        for path in _paths(file_path):
            if path.is_file():
                text = path.read_bytes()
                text = gzip.decompress(text) if path.suffix == ".gz" else text
                return _read(text, path.parent.parent.name, Path(file_path).name)
        return None


@cache
def declared() -> Mapping[str, frozenset[str]]:
    """Every operation that a collector of AWS declares, by service."""
    found: dict[str, set[str]] = defaultdict(set)
    for service, operations in OF_CONNECTIONS.items():
        found[service] |= operations
    for call in declared_calls():
        found[call.service].add(call.operation)
    return {service: frozenset(operations) for service, operations in found.items()}


@cache
def declared_calls() -> frozenset[ApiCall]:
    """Every call that a collector of AWS declares."""
    import collectors.aws  # noqa: PLC0415 - it imports this module

    return frozenset(
        call
        for module in pkgutil.iter_modules(collectors.aws.__path__, "collectors.aws.")
        if module.name.rpartition(".")[2] != LOADS_AN_SDK
        for value in vars(importlib.import_module(module.name)).values()
        for call in (value.calls if isinstance(value, Collector) else ())
    )


@cache
def described() -> Any:
    """A session of botocore's that asks nobody: it only knows what AWS is like.

    Its loader serves all clients, so nothing is read twice.
    """
    import botocore.session  # noqa: PLC0415 - only when AWS is read: importing is free

    session = botocore.session.get_session()
    loader = session.get_component("data_loader")
    loader.file_loader = Files()
    loader.list_available_services = lambda _type_name: sorted(declared())  # it would look for all
    return session


def _paths(file_path: str) -> tuple[Path, Path]:
    return Path(f"{file_path}.json"), Path(f"{file_path}.json.gz")


def _read(text: bytes, service: str, kind: str) -> Any:
    """A file of one service; what is added to services concerns copies between regions alone."""
    if service in declared() and kind == SERVICE:
        return _trimmed(text, declared()[service])
    if service in declared() and kind == ADDED:
        return {}
    return msgspec.json.decode(text)


def _trimmed(text: bytes, operations: Collection[str]) -> dict[str, Any]:
    """A service with these operations and the shapes they are made of, and no word about them."""
    parts = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    known = msgspec.json.decode(parts.pop("operations"), type=dict[str, msgspec.Raw])
    shapes = msgspec.json.decode(parts.pop("shapes"), type=dict[str, msgspec.Raw])
    parts.pop("documentation", None)
    kept = {name: _quiet(known[name]) for name in sorted(operations)}
    return {
        **{name: msgspec.json.decode(part) for name, part in parts.items()},
        "operations": kept,
        "shapes": _reached(kept.values(), shapes),
    }


def _reached(operations: Iterable[Part], shapes: Parts) -> dict[str, Part]:
    """Every shape that the operations name, and whatever those name in turn."""
    found: dict[str, Part] = {}
    waiting = [named["shape"] for operation in operations for named in _names(operation)]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = _quiet(shapes[name])
            waiting += [named["shape"] for named in _names(found[name])]
    return found


def _quiet(text: msgspec.Raw) -> Part:
    """An operation or a shape, without the documentation of it and of what it names."""
    part: Part = msgspec.json.decode(text)
    part.pop("documentation", None)
    for named in _names(part):
        named.pop("documentation", None)
    return part


def _names(part: Part) -> Iterator[Part]:
    """Where an operation or a shape names other shapes."""
    yield from part.get("members", {}).values()
    yield from part.get("errors", ())
    for role in ROLES:
        if role in part:
            yield part[role]
