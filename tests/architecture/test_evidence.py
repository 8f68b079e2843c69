"""What every kind of evidence promises, so that it can be read again in years."""

from datetime import datetime
from typing import get_args, get_origin

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.registry import all_collectors, all_joins
from collectors.evidence.record import Fact
from tests.architecture.values import values


def subclasses(kind):
    for below in kind.__subclasses__():
        yield below
        yield from subclasses(below)


def tag(kind):
    return kind.__struct_config__.tag


UNITS = (*all_collectors().values(), *all_joins().values())
KINDS = sorted({unit.yields for unit in UNITS}, key=tag)
FACTS = sorted(
    {
        kind
        for kind in subclasses(Fact)  # tests make kinds of their own, perhaps in this process
        if kind.__module__.startswith("collectors.") and kind.__module__ != Fact.__module__
    },
    key=str,
)


@pytest.mark.parametrize("kind", FACTS, ids=tag)
def test_a_tag_means_one_kind_of_fact_of_one_source(kind):
    _, _, source, *_ = kind.__module__.split(".")

    assert [other for other in FACTS if tag(other) == tag(kind)] == [kind]
    assert tag(kind).startswith(f"{source}.")


@pytest.mark.parametrize("kind", FACTS, ids=tag)
def test_a_fact_is_frozen_and_refuses_what_it_does_not_know(kind):
    assert kind.__struct_config__.frozen
    assert kind.__struct_config__.forbid_unknown_fields


@pytest.mark.parametrize("kind", FACTS, ids=tag)
def test_a_field_cannot_be_changed_and_a_moment_has_its_zone(kind):
    for field in msgspec.structs.fields(kind):
        parts = set(parts_of(field.type))
        assert not parts & {list, set, dict, bytearray, object}, field.name
        assert datetime not in parts, f"{field.name} is an Instant"


def parts_of(hint):
    """Everything a type is made of; what carries a zone stays in its wrapping."""
    if hasattr(hint, "__metadata__"):
        yield hint
        return
    yield get_origin(hint) or hint
    for inner in get_args(hint):
        yield from parts_of(inner)


@pytest.mark.parametrize("kind", KINDS, ids=tag)
@settings(
    max_examples=20,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_what_is_kept_is_read_again_as_it_was(kind, data):
    """Also proves that every union can be told apart: no decoder is built otherwise."""
    decoder = msgspec.json.Decoder(tuple[kind, ...])
    encoder = msgspec.json.Encoder(order="deterministic")
    record = data.draw(values(msgspec.inspect.type_info(kind)))
    kept = encoder.encode((record,))

    assert decoder.decode(kept) == (record,)
    assert encoder.encode(decoder.decode(kept)) == kept
