"""Any value a type of evidence can hold, worked out from its declaration."""

from datetime import UTC

from hypothesis import strategies as st
from msgspec import inspect


def values(kind):
    """A strategy for a type as `msgspec.inspect` describes it."""
    return MADE[type(kind)](kind)


def record(kind):
    fields = {field.name: values(field.type) for field in kind.fields}
    return st.builds(kind.cls, **fields)


def several(kind):
    return st.lists(values(kind.item_type), max_size=2)


MADE = {
    inspect.BoolType: lambda _: st.booleans(),
    inspect.IntType: lambda _: st.integers(-(2**53), 2**53),
    inspect.FloatType: lambda _: st.floats(allow_nan=False, allow_infinity=False),
    inspect.StrType: lambda _: st.text(max_size=5),
    inspect.NoneType: lambda _: st.none(),
    inspect.DateType: lambda _: st.dates(),
    inspect.DateTimeType: lambda _: st.datetimes(timezones=st.just(UTC)),
    inspect.LiteralType: lambda kind: st.sampled_from(kind.values),
    inspect.EnumType: lambda kind: st.sampled_from(list(kind.cls)),
    inspect.VarTupleType: lambda kind: several(kind).map(tuple),
    inspect.FrozenSetType: lambda kind: several(kind).map(frozenset),
    inspect.DictType: lambda kind: st.dictionaries(
        values(kind.key_type), values(kind.value_type), max_size=2
    ),
    inspect.UnionType: lambda kind: st.one_of(*map(values, kind.types)),
    inspect.StructType: record,
    inspect.Metadata: lambda kind: values(kind.type),
}
