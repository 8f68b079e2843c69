"""The registers that are read are those that `config/registers.yaml` describes."""

from pathlib import Path
from types import UnionType
from typing import Literal, Union, get_args, get_origin

import msgspec
import pytest

from collectors.documents.register import WANTED, Address, Moment, Quarter
from collectors.documents.rows import REGISTERS
from collectors.strict_yaml import load

FILE = Path(__file__).parents[3] / "config/registers.yaml"
DESCRIBED = {r["name"]: r for r in load(FILE.read_text(), file=FILE.name)["registers"]}
TYPES = {"text", "date", "datetime", "boolean", "integer", "number", "address", "quarter"}
TYPES |= {"choice", "list", "records"}
OURS = dict(zip(WANTED, ("text", "integer", "boolean", "date", "datetime"), strict=True))


def described(kind):
    """A declared type in the words of the file."""
    if get_origin(kind) in (Union, UnionType):
        (kind,) = (part for part in get_args(kind) if part is not type(None))
    if get_origin(kind) is Literal:
        return "choice"
    if get_origin(kind) is tuple:
        return "records" if issubclass(get_args(kind)[0], msgspec.Struct) else "list"
    named = {Address: "address", Moment: "datetime", Quarter: "quarter"}
    return named.get(kind) or OURS[kind]


@pytest.mark.parametrize("register", DESCRIBED.values(), ids=DESCRIBED)
def test_every_register_is_described_whole(register):
    assert register["kept"] in {"file", "source", "tool"}
    assert register["description"]
    names = [field["name"] for field in register["fields"]]
    assert len(names) == len(set(names))
    for field in register["fields"]:
        assert field["type"] in TYPES
        assert field["description"]
        assert field.get("required", True) is True
        assert ("of" in field) == (field["type"] == "choice")
        assert ("fields" in field) == (field["type"] == "records")


@pytest.mark.parametrize("row", REGISTERS.values(), ids=REGISTERS)
def test_a_register_that_is_read_has_the_described_fields(row):
    register = DESCRIBED[row.REGISTER]
    fields = {field["name"]: field for field in register["fields"]}

    assert register["kept"] == "file"
    read = {field.encode_name: field for field in msgspec.structs.fields(row)}
    assert {*read, *row.NOT_READ} == fields.keys()
    assert not {*row.NOT_READ} & read.keys()
    assert {*row.KEY} <= read.keys()
    for name, field in read.items():
        assert described(field.type) == fields[name]["type"], name
        assert field.required == fields[name].get("required", False), name
