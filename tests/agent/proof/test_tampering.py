"""Whatever somebody does to a store who lacks the key that signs it, the proof tells, and where."""

from contextlib import contextmanager, suppress
from datetime import timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from agent.gaps import events as e
from agent.store import schema
from agent.store.keys import SignerKey
from agent.store.log import decode
from agent.store.merkle import Frontier
from tests.agent.proof.auditor import SIGNER, TRUE_KEY, damage, look, stretch
from tests.agent.proof.forger import (
    GONE,
    changed,
    entries,
    first_named,
    put_checkpoint,
    rewrite,
    row_of,
    sign_again,
    sizes,
    unguarded,
)
from tests.dose import dose

FORGER = SignerKey.generate(SIGNER.name)
"""Another key, by the same name: a note does not tell them apart."""
AS_OFTEN_AS_IT_TAKES = settings(
    max_examples=dose(small=6, whole=500),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
pytestmark = [pytest.mark.proof, pytest.mark.timeout(dose(small=300, whole=3600))]


@contextmanager
def spoiling(history):
    copy = history.copy()
    try:
        yield copy
    finally:
        history.drop(copy)


def test_an_untouched_store_tells_nothing(history):
    assert look(history.store) == []
    assert look(history.store, trusted=()) == []
    with spoiling(history) as copy:
        assert look(copy) == []


# evidence


@given(data=st.data())
@AS_OFTEN_AS_IT_TAKES
def test_one_changed_byte_of_any_blob_is_told_at_the_entry_that_names_it_first(history, data):
    with spoiling(history) as store:
        named = first_named(store)
        digest = data.draw(st.sampled_from(sorted(named)))
        path = store.blobs.folder / digest[:2] / f"{digest[2:]}.zst"
        content = bytearray(path.read_bytes())
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
        path.write_bytes(content)

        told = damage(look(store))

    assert list(told) == [f"log entry {named[digest]}"]
    assert digest in told[f"log entry {named[digest]}"]


@given(data=st.data())
@AS_OFTEN_AS_IT_TAKES
def test_a_blob_that_is_gone_or_another_is_told(history, data):
    with spoiling(history) as store:
        named = first_named(store)
        digest, other = data.draw(st.permutations(sorted(named)))[:2]
        path, another = (
            store.blobs.folder / each[:2] / f"{each[2:]}.zst" for each in (digest, other)
        )
        if data.draw(st.booleans()):
            path.write_bytes(another.read_bytes())
        else:
            path.unlink()

        assert f"log entry {named[digest]}" in damage(look(store))


# the log


def without(rows, place, _):
    """One entry is gone, and nobody renumbers the others."""
    return [*rows[:place], GONE, *rows[place + 1 :]]


def closed_up(rows, place, _):
    """One entry is gone, and the others move up."""
    return [*rows[:place], *rows[place + 1 :]]


def edited(rows, place, data):
    """One entry says something else, with the hash of that or with the old one."""
    new = changed(rows[place], cycle=decode(rows[place][1]).cycle + 1)
    if not data.draw(st.booleans()):
        new = (*new[:2], rows[place][2])
    return [*rows[:place], new, *rows[place + 1 :]]


def back_dated(rows, place, data):
    """One entry says that it happened earlier."""
    event = decode(rows[place][1])
    earlier = event.at - timedelta(seconds=data.draw(st.integers(1, 10**7)))
    return [*rows[:place], row_of(msgspec.structs.replace(event, at=earlier)), *rows[place + 1 :]]


def swapped(rows, place, data):
    """Two entries change places."""
    other = data.draw(st.integers(0, len(rows) - 1).filter(lambda n: rows[n] != rows[place]))
    rows = list(rows)
    rows[place], rows[other] = rows[other], rows[place]
    return rows


def put_in(rows, place, _):
    """An entry that never was, dated like its neighbour."""
    event = decode(rows[place][1])
    invented = e.GapClosed(at=event.at, cycle=event.cycle, number=1)
    return [*rows[:place], row_of(invented), *rows[place:]]


def copied(rows, place, _):
    """An entry stands there twice."""
    place = min(place, len(rows) - 2)
    return [*rows[:place], rows[place], *rows[place:]]


def cut_off(rows, place, _):
    """The log ends earlier."""
    return rows[:place]


FORGERIES = (without, closed_up, edited, back_dated, swapped, put_in, copied, cut_off)


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
@given(data=st.data())
@AS_OFTEN_AS_IT_TAKES
def test_another_log_is_told_and_where_it_differs(history, forge, data):
    with spoiling(history) as store:
        before = entries(store)
        place = data.draw(st.integers(0, len(before) - 1))
        after = forge(before, place, data)
        rewrite(store, after, nodes=GONE not in after and data.draw(st.booleans()))
        if data.draw(st.booleans()):
            with suppress(Exception):  # not every forgery adds up
                store.rebuild()
        signed = [0, *sizes(store)]
        told = damage(look(store))

    first = first_difference(before, after)
    around = max(size for size in signed if size < first), min(s for s in signed if s >= first)
    stretches = [stretch(one) for one in told]
    assert any(
        found and around[0] < found[0] <= first <= found[1] <= around[1] for found in stretches
    )


def first_difference(before, after):
    """The number of the first entry that is not what it was."""
    pairs = zip(before, after, strict=False)
    differing = (number for number, (was, now) in enumerate(pairs, 1) if was != now)
    return next(differing, min(len(before), len(after)) + 1)


def test_what_is_added_behind_the_last_checkpoint_is_not_signed_and_shows_as_that(history):
    """Until the next cycle signs it, only what it adds up to gives it away."""
    with spoiling(history) as store:
        rows = entries(store)
        at = decode(rows[-1][1]).at
        opened = [
            e.CollectorFailed(at=at, cycle=7, connection="", collector="c", scope="s", why="")
        ]
        rewrite(store, [*rows, *map(row_of, opened)], nodes=True)

        assert list(damage(look(store))) == ["states: troubles"]


# the tree


@given(data=st.data())
@AS_OFTEN_AS_IT_TAKES
def test_a_changed_node_of_the_tree_is_told(history, data):
    with spoiling(history) as store:
        with unguarded(store) as connection:
            table = schema.tree
            ((level, position, _),) = connection.execute(table.select()).all()
            here = (table.c.level == level, table.c.position == position)
            spoil = data.draw(st.sampled_from(["edit", "delete", "move", "add"]))
            if spoil == "edit":
                hashed = data.draw(st.binary(min_size=32, max_size=32))
                connection.execute(update(table).where(*here).values(hash=hashed))
            elif spoil == "delete":
                connection.execute(delete(table).where(*here))
            elif spoil == "move":
                moved = data.draw(st.sampled_from([(8, 1), (16, 0), (1, 0), (7, 1), (8, -1)]))
                connection.execute(
                    update(table).where(*here).values(level=moved[0], position=moved[1])
                )
            else:
                connection.execute(table.insert().values(level=16, position=0, hash=bytes(32)))

        told = damage(look(store))

    assert told
    assert all(entry.startswith("tree node ") for entry in told)


# checkpoints


def test_a_checkpoint_that_is_deleted_is_told_wherever_a_cycle_ended(history):
    for size in sizes(history.store):
        with spoiling(history) as store:
            with unguarded(store) as connection:
                table = schema.checkpoints
                connection.execute(delete(table).where(table.c.size == size))
            assert damage(look(store)) == {f"checkpoint {size}": "missing"}


@given(data=st.data())
@AS_OFTEN_AS_IT_TAKES
def test_a_changed_checkpoint_is_told(history, data):
    with spoiling(history) as store:
        size = data.draw(st.sampled_from(sizes(store)))
        table = schema.checkpoints
        with unguarded(store) as connection:
            row = connection.execute(table.select().where(table.c.size == size)).one()
            new = data.draw(st.sampled_from(["note", "at", "size"]))
            value = row.size - 1 if new == "size" else other_text(getattr(row, new), data)
            connection.execute(update(table).where(table.c.size == size).values({new: value}))
        told = damage(look(store))

    assert {f"checkpoint {size}", f"checkpoint {size - 1}"} & told.keys()


def other_text(text, data):
    """The same text but for one character."""
    at = data.draw(st.integers(0, len(text) - 1))
    letters = st.characters(codec="utf-8", exclude_characters="\x00")
    letter = data.draw(letters.filter(lambda letter: letter != text[at]))
    return text[:at] + letter + text[at + 1 :]


def test_a_checkpoint_forged_with_another_key_is_told(history):
    leaves = [hashed for _, _, hashed in entries(history.store)]
    for size in (7, sizes(history.store)[0], len(leaves)):
        with spoiling(history) as store:
            frontier = Frontier()
            frontier.extend(leaves[:size])
            with unguarded(store) as connection:
                table = schema.checkpoints
                connection.execute(delete(table).where(table.c.size == size))
                at = "2026-11-23T09:00:00.000000Z"
                put_checkpoint(connection, frontier, [FORGER], at=at)
            told = damage(look(store))

        assert f"checkpoint {size}" in told
        assert "none of the known keys signed it" in told[f"checkpoint {size}"]


def test_a_checkpoint_of_another_log_by_the_same_key_is_told(history):
    """As somebody could keep it who once ran two stores with one key."""
    with spoiling(history) as store:
        size = sizes(store)[1]
        frontier = Frontier()
        frontier.extend([bytes(32)] * size)
        table = schema.checkpoints
        with unguarded(store) as connection:
            at = connection.scalar(select(table.c.at).where(table.c.size == size))
            connection.execute(delete(table).where(table.c.size == size))
            put_checkpoint(connection, frontier, [SIGNER], at=at)
        told = damage(look(store))

    assert told == {
        f"log entries {sizes(history.store)[0] + 1} to {size}": f"not what was signed as "
        f"checkpoint {size}"
    }


# another key


def test_a_log_that_a_forger_signed_anew_is_told_to_whoever_knows_the_true_key(history):
    for introduced in (replaced, added, left):
        with spoiling(history) as store:
            rows = entries(store)
            rows[9] = changed(rows[9], cycle=5)
            rewrite(store, introduced(rows), nodes=True)
            sign_again(store, [FORGER])
            with suppress(Exception):
                store.rebuild()

            assert damage(look(store)), introduced.__name__
            if introduced is not replaced:
                assert damage(look(store, trusted=()))


def replaced(rows):
    """The true key's introduction becomes the forger's."""
    return [
        changed(row, verifier=FORGER.verifier.encode()) if row[0] == "key_introduced" else row
        for row in rows
    ]


def added(rows):
    """Beside the true key, at the beginning."""
    event = decode(rows[0][1])
    new = e.KeyIntroduced(at=event.at, cycle=1, verifier=FORGER.verifier.encode())
    return [*rows[:3], row_of(new), *rows[3:-1]]


def left(rows):
    """The forger hopes that nobody compares."""
    return rows


def test_a_key_that_a_forger_introduced_at_the_end_speaks_for_nothing(history):
    with spoiling(history) as store:
        rows = entries(store)
        at = decode(rows[-1][1]).at
        new = e.KeyIntroduced(at=at, cycle=0, verifier=FORGER.verifier.encode())
        rewrite(store, [*rows, row_of(new)], nodes=True)
        frontier = Frontier()
        frontier.extend(hashed for _, _, hashed in entries(store))
        with unguarded(store) as connection:
            put_checkpoint(connection, frontier, [FORGER], at="2026-11-23T09:00:00.000000Z")
        for trusted in ((), (TRUE_KEY,)):
            assert "none of the known keys signed it" in str(damage(look(store, trusted=trusted)))


def test_a_log_whose_signatures_were_all_taken_away_is_told_to_whoever_knows_a_key(history):
    with spoiling(history) as store:
        rows = entries(store)
        unsigned = [row for row in rows if row[0] != "key_introduced"]
        rewrite(store, unsigned, nodes=True)
        with unguarded(store) as connection:
            connection.execute(delete(schema.checkpoints))
        store.rebuild()
        told = damage(look(store))

    assert told[f"log entries 1 to {len(unsigned)}"] == (
        "nothing is signed, and a key is known that signs the log"
    )


# states


@given(data=st.data())
@AS_OFTEN_AS_IT_TAKES
def test_a_changed_row_of_any_state_is_told(history, data):
    with spoiling(history) as store:
        with store.transaction() as writer:
            found = {t: writer.connection.execute(t.select()).all() for t in schema.PROJECTIONS}
            table = data.draw(st.sampled_from([table for table, rows in found.items() if rows]))
            row = data.draw(st.sampled_from(found[table]))
            here = [c == row._mapping[c.name] for c in table.primary_key.columns]
            if data.draw(st.integers(0, 4)):
                column = data.draw(st.sampled_from(list(table.columns)))
                value = another(row._mapping[column.name], like=column)
                changing = update(table).where(*here).values({column.name: value})
            else:
                changing = delete(table).where(*here)
            writer.connection.execute(changing)

        assert damage(look(store)) == {
            f"states: {table.name}": "not what the log adds up to: `gapwatch rebuild` works it "
            "out again"
        }
        store.rebuild()
        assert look(store) == []


def another(value, *, like):
    """A value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1000
    if isinstance(value, str):
        return f"{value}x"
    return {str: "other", int: 7}.get(like.type.python_type, ["other"])


def test_a_state_that_cannot_be_read_any_more_is_told(spoilt):
    if spoilt._engine.dialect.name == "postgresql":
        pytest.skip("a column of PostgreSQL takes no garbage")
    with spoilt.transaction() as writer:
        writer.connection.exec_driver_sql("UPDATE findings SET verdict = '{' WHERE gap = 1")
    assert list(damage(look(spoilt))) == ["states: findings"]


# transcripts


@given(data=st.data())
@AS_OFTEN_AS_IT_TAKES
def test_an_answer_dropped_from_a_transcript_is_told(history, data):
    """By the signature; and if whoever dropped it has the key, by performing again."""
    with spoiling(history) as store:
        rows = entries(store)
        events = [decode(body) for _, body, _ in rows]
        kept = [
            n for n, event in enumerate(events) if getattr(event, "answers", ()) and event.records
        ]
        place = data.draw(st.sampled_from(kept))
        rows[place] = fewer_answers(store, rows[place], data)
        rewrite(store, rows, nodes=True)
        signed = [0, *sizes(store)]
        before = max(size for size in signed if size <= place)
        around = before + 1, min(size for size in signed if size > place)
        assert around in [stretch(one) for one in damage(look(store))]

        sign_again(store, [SIGNER])
        store.rebuild()
        told = damage(look(store))
        assert next(iter(told)).startswith(f"log entry {place + 1}, ")


def fewer_answers(store, row, data):
    """The entry, of a transcript that one exchange was dropped from."""
    event = decode(row[1])
    answers = msgspec.json.decode(store.blobs.get(event.answers[0]))
    del answers[data.draw(st.integers(0, len(answers) - 1))]
    digest = store.blobs.put(msgspec.json.encode(answers))
    return changed(row, answers=(digest,), calls=event.calls - 1)
