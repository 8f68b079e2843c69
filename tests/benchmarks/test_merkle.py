"""What the tree costs, in hashes and reads: counts, because a clock on a shared machine lies."""

from math import ceil, log2

import pytest

from agent.store import merkle
from agent.store.merkle import (
    HASH_BYTES,
    TILE_HEIGHT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root,
)
from tests.agent.store.kept import KeptTree, numbered

COUNT = 100_000
LEVELS = 1 + int(log2(COUNT)) // TILE_HEIGHT


@pytest.fixture(scope="module")
def log():
    return KeptTree(numbered(COUNT))


@pytest.fixture
def hashed(monkeypatch):
    """Counts the hashes made while a test runs."""
    made = {"leaf": 0, "node": 0}
    leaf, node = merkle.leaf_hash, merkle.node_hash

    def counting_leaf(entry):
        made["leaf"] += 1
        return leaf(entry)

    def counting_node(left, right):
        made["node"] += 1
        return node(left, right)

    monkeypatch.setattr(merkle, "leaf_hash", counting_leaf)
    monkeypatch.setattr(merkle, "node_hash", counting_node)
    return made


def test_an_append_makes_two_hashes_on_average_and_one_a_level_at_most(hashed):
    frontier, most = Frontier(), 0
    for entry in numbered(COUNT):
        before = hashed["node"]
        frontier.append(merkle.leaf_hash(entry))
        most = max(most, hashed["node"] - before)

    assert hashed["leaf"] + hashed["node"] <= 2 * COUNT
    assert most <= log2(COUNT)


def test_a_root_at_any_time_is_one_hash_a_level(hashed):
    frontier = Frontier()
    for entry in numbered(2_000):
        frontier.append(leaf_hash(entry))
        before = hashed["node"]
        assert frontier.root
        assert hashed["node"] - before <= log2(frontier.size)


def test_what_is_held_in_memory_is_one_hash_a_level():
    frontier = Frontier()
    for entry in numbered(2_000):
        frontier.append(leaf_hash(entry))
        assert len(frontier.encode()) <= 8 + HASH_BYTES * frontier.size.bit_length()


def test_what_is_kept_beside_the_leaves_is_one_hash_in_255(log):
    beside = sum(len(hashes) for level, hashes in log.levels.items() if level)

    assert beside <= COUNT / 255


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 65_535, 65_536, 65_537, COUNT])
def test_proofs_are_as_long_as_the_tree_is_high(log, size):
    height = ceil(log2(size))
    tiles = log.tiles(size)
    places = {0, 1, size // 3, size // 2, size - 2, size - 1} & set(range(size))

    assert max(len(inclusion_proof(each, size, tiles)) for each in places) == height
    assert all(len(consistency_proof(each, size, tiles)) <= height + 1 for each in places)


@pytest.mark.parametrize("size", [256, 65_536, 65_537, COUNT - 1, COUNT])
def test_a_proof_reads_two_tiles_a_kept_level_and_no_more(log, size, hashed):
    for index in (0, size // 3, size // 2, size - 1):
        for prove in (inclusion_proof, consistency_proof):
            before = hashed["node"]
            log.reads.clear()
            prove(index, size, log.tiles(size))

            assert len(log.reads) <= 2 * LEVELS
            assert all(stop - start <= 256 for _, start, stop in log.reads)
            assert hashed["node"] - before <= 2 * 255 * LEVELS + 4 * log2(size)


def test_a_frontier_is_resumed_from_one_tile_a_kept_level(log):
    log.reads.clear()
    resumed = Frontier.resume(COUNT, log.tiles())

    assert len(log.reads) <= LEVELS
    assert resumed.root == log.frontier.root == root(COUNT, log.tiles())


def test_proofs_of_neighbours_share_what_they_read(log):
    log.reads.clear()
    tiles = log.tiles()
    for index in range(50_000, 50_256):
        inclusion_proof(index, COUNT, tiles)

    assert len(log.reads) <= 2 * LEVELS + 2
