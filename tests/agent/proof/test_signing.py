"""The key that signs the log: made once, kept safe, replaced by its own word, and never lost."""

import stat
from itertools import count

import pytest

from agent import rotation
from agent.connections import signing
from agent.connections.secrets import MissingSecret
from agent.gaps import events as e
from agent.rotation import rotate
from agent.store import queries
from agent.store.faults import StoreUnusable
from agent.store.keys import KeyUnusable, MalformedKey, SignerKey, read_key_file
from agent.store.tree import known_keys
from tests.agent.proof.auditor import damage
from tests.agent.proof.company import company, proven, run
from tests.agent.proof.forger import entries, unguarded

KEY = "gapwatch.key"


@pytest.fixture
def acme(tmp_path):
    return company(tmp_path)


@pytest.fixture
def key(tmp_path):
    """Where the key is kept."""
    return tmp_path / KEY


def public(store):
    """The keys the log knows, oldest first."""
    with store.reading() as connection:
        return known_keys(connection)


def events(store, kind):
    with store.reading() as connection:
        return [event for _, event in queries.entries(connection, kind=kind)]


# made, lost, exposed


def test_the_key_is_made_with_the_store_for_its_owner_alone(acme, key):
    store = run(acme)

    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert [event.verifier for event in events(store, "key_introduced")] == [
        read_key_file(key).verifier.encode()
    ]
    assert read_key_file(key).name.startswith("gapwatch/acme-")
    assert proven(acme)[0] == []


def test_the_same_key_signs_every_cycle(acme, key):
    run(acme)
    before = read_key_file(key)
    store = run(acme)

    assert read_key_file(key) == before
    assert len(public(store)) == 1


def test_a_key_that_is_lost_stops_the_next_cycle_with_a_sentence(acme, key):
    store = run(acme)
    before = entries(store)
    key.unlink()

    with pytest.raises(KeyUnusable, match=r"gapwatch\.key is missing.*bring it back from a backup"):
        run(acme)
    assert not key.exists()
    assert entries(store) == before


def test_a_proof_without_the_key_makes_none_and_says_whose_word_it_took(acme, key):
    run(acme)
    kept = read_key_file(key)
    key.unlink()
    told, summary = proven(acme)

    assert told == []
    assert not key.exists()
    assert "by the log's own word, as no public key was given" in summary
    assert "own word" not in proven(acme, kept.verifier.encode())[1]


def test_a_key_that_others_can_read_stops_the_next_cycle(acme, key):
    run(acme)
    key.chmod(0o640)
    with pytest.raises(KeyUnusable, match=r"can be read or changed by others: chmod 600"):
        run(acme)


def test_another_key_in_its_place_is_refused_and_signs_nothing(acme, key):
    store = run(acme)
    before = entries(store)
    replace(key, SignerKey.generate(read_key_file(key).name))

    with pytest.raises(KeyUnusable, match=r"the configuration names another key: bring that one"):
        run(acme)
    with pytest.raises(KeyUnusable, match=r"the configuration names another key: bring that one"):
        rotate(acme, acme.store())
    assert entries(store) == before
    assert "none of the trusted keys" in str(damage(proven(acme)[0]))


def replace(path, key):
    path.write_text(key.encode() + "\n")
    path.chmod(0o600)


def test_a_file_that_holds_no_key_is_refused(acme, key):
    replace(key, SignerKey.generate("acme"))
    key.write_text("PRIVATE+KEY+half of a k")
    with pytest.raises(MalformedKey):
        run(acme)


def test_the_key_may_come_from_the_environment(tmp_path):
    given = SignerKey.generate("acme.example/gapwatch")
    store = {"signing_key": "env:ACME_SIGNING_KEY"}
    acme = company(tmp_path, environment={"ACME_SIGNING_KEY": given.encode()}, store=store)

    assert public(run(acme)) == (given.verifier,)
    assert not (tmp_path / KEY).exists()
    assert proven(acme)[0] == []
    with pytest.raises(KeyUnusable, match="comes from the environment: rotate it in a file"):
        rotate(acme, acme.store())
    without = company(tmp_path, store=store)
    with pytest.raises(MissingSecret, match="ACME_SIGNING_KEY is not set"):
        run(without)
    assert proven(without, given.verifier.encode())[0] == []
    assert "own word" in proven(without)[1]


# replaced


def test_a_new_key_is_introduced_by_the_old_one_and_either_proves_the_store(acme, key):
    store = run(acme)
    old = read_key_file(key)
    new = rotate(acme, store)
    run(acme)
    run(acme)

    assert read_key_file(key) == new != old
    assert new.name == old.name
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    retired = key.with_name(f"{KEY}.{old.verifier.id.hex()}.retired")
    assert read_key_file(retired) == old
    assert public(store) == (old.verifier, new.verifier)
    for trusted in (old, new):
        assert proven(acme, trusted.verifier.encode())[0] == []
    assert proven(acme)[0] == []
    assert proven(acme, stranger(old))[0] != []


def stranger(key):
    return SignerKey.generate(key.name).verifier.encode()


def test_keys_can_be_replaced_again_and_again(acme, key):
    store = run(acme)
    first = read_key_file(key)
    for _ in range(3):
        rotate(acme, store)
        run(acme)
    assert len(public(store)) == 4
    for verifier in (first.verifier, *public(store)):
        assert proven(acme, verifier.encode())[0] == []


def test_the_checkpoint_of_an_introduction_cannot_be_taken_away(acme):
    store = run(acme)
    rotate(acme, store)
    size = len(entries(store))
    run(acme)
    with unguarded(store) as connection:
        connection.exec_driver_sql(f"DELETE FROM checkpoints WHERE size = {size}")

    for verifier in public(store):
        assert f"checkpoint {size}" in damage(proven(acme, verifier.encode())[0])


def test_a_store_that_no_cycle_signed_yet_may_change_its_key(acme):
    store = acme.store(create=True)
    new = rotate(acme, store)
    run(acme)

    assert public(store)[-1] == new.verifier
    assert proven(acme)[0] == []
    assert proven(acme, public(store)[0].encode())[0] == []


def test_a_key_that_was_replaced_signs_nothing_any_more(acme, key):
    store = run(acme)
    old = read_key_file(key)
    new = rotate(acme, store)
    run(acme)
    before = entries(store)
    replace(key, old)

    with pytest.raises(KeyUnusable, match=r"which took this key's place: bring that one back"):
        run(acme)
    assert entries(store) == before
    replace(key, new)
    run(acme)
    assert proven(acme)[0] == []


def test_what_a_stolen_old_key_signs_after_its_time_is_told(acme, key, monkeypatch):
    store = run(acme)
    old = read_key_file(key)
    rotate(acme, store)
    run(acme)
    replace(key, old)
    monkeypatch.setattr("agent.store.tree._refuse_replaced", lambda *_: None)
    run(acme)
    for verifier in public(store):
        told = damage(proven(acme, verifier.encode())[0])
        assert told == {
            f"checkpoint {len(entries(store))}": f"{old.verifier.encode()} signed it, whose place "
            "another key had taken"
        }


def test_a_running_cycle_keeps_its_key(acme, key):
    store = run(acme)
    before = read_key_file(key)
    with acme.store().exclusive(), pytest.raises(StoreUnusable, match="another gapwatch"):
        rotate(acme, store)
    assert read_key_file(key) == before
    assert [path.name for path in key.parent.glob(f"{KEY}*")] == [KEY]


STEPS = {
    "the new key is made": (signing, "create_key_file", 1),
    "the new key is read": (signing, "read_key_file", 2),
    "it is introduced": (rotation, "_introduce", 1),
    "its introduction is signed": (rotation, "sign", 1),
    "the two change places": (rotation, "swap", 1),
    "the old one is kept": (signing, "create_key_file", 2),
    "the folder is on the disk": (signing, "sync_folder", 1),
}
"""What is called for each, and for the how manieth time."""


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
def test_a_replacement_that_is_interrupted_leaves_a_store_that_goes_on(
    acme, key, monkeypatch, step, late
):
    store = run(acme)
    old = read_key_file(key)
    module, name, turn = STEPS[step]
    with monkeypatch.context() as patch:
        patch.setattr(module, name, interrupted(getattr(module, name), turn, late=late))
        with pytest.raises(KeyboardInterrupt):
            rotate(acme, store)

    assert proven(acme, old.verifier.encode())[0] == []
    assert read_key_file(key).verifier in public(store)
    run(acme)
    assert proven(acme, old.verifier.encode())[0] == []
    new = rotate(acme, store)
    run(acme)
    assert read_key_file(key) == new != old
    assert not key.with_name(f"{KEY}.new").exists()
    for verifier in (old.verifier, new.verifier):
        assert proven(acme, verifier.encode())[0] == []


def interrupted(function, turn, *, late):
    """The function, killed before or after its n-th call."""
    calls = count(1)

    def killed(*arguments, **options):
        kill = next(calls) == turn
        if kill and not late:
            raise KeyboardInterrupt
        result = function(*arguments, **options)
        if kill:
            raise KeyboardInterrupt
        return result

    return killed


def test_a_key_in_the_log_that_is_none_is_told(acme):
    store = run(acme)
    (event,) = events(store, "key_introduced")
    with store.transaction() as writer:
        writer.append([e.KeyIntroduced(at=event.at, cycle=0, verifier="acme+00000000+AAAA")])
    place = len(entries(store))

    assert "the verifier key is cut short" in damage(proven(acme)[0])[f"log entry {place}"]
