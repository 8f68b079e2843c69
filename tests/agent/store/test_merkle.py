"""The tree is that of RFC 6962; nothing can be changed, removed, inserted or moved in it unseen.

There are two oracles: pymerkle, written by others, for roots and inclusion (it counts entries from
1, and begins each path with the leaf; its consistency proofs are not those of the RFC), and the
RFC's own recursive definitions, word for word.
"""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from agent.store.merkle import (
    EMPTY_ROOT,
    Frontier,
    NotConsistent,
    NotIncluded,
    Tiles,
    TreeDamaged,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
)
from tests.agent.store.kept import KeptTree, numbered

REFERENCE_ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The entries, roots and proofs with which certificate transparency's own code is tested."""
REFERENCE_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A, B, C, D, E, F, J = (leaf_hash(entry) for entry in numbered(7))
G, H, I = node_hash(A, B), node_hash(C, D), node_hash(E, F)  # noqa: E741 - the RFC's letters
K, L = node_hash(G, H), node_hash(I, J)

SIZES = st.integers(1, 700)
"""Beyond one tile, and beyond two."""
LOG = KeptTree(numbered(700))
ENTRIES = st.lists(st.binary(max_size=2), min_size=1, max_size=40)


def rfc_root(leaves):
    """MTH of section 2.1, for one leaf or more."""
    if len(leaves) == 1:
        return leaves[0]
    k = max(1 << i for i in range(20) if 1 << i < len(leaves))
    return node_hash(rfc_root(leaves[:k]), rfc_root(leaves[k:]))


def rfc_proof(m, leaves, *, b=True):
    """PROOF and SUBPROOF of section 2.1.2."""
    if m == len(leaves):
        return [] if b else [rfc_root(leaves)]
    k = max(1 << i for i in range(20) if 1 << i < len(leaves))
    if m <= k:
        return [*rfc_proof(m, leaves[:k], b=b), rfc_root(leaves[k:])]
    return [*rfc_proof(m - k, leaves[k:], b=False), rfc_root(leaves[:k])]


def included(entry, proof, index, size, root):
    try:
        check_inclusion(leaf_hash(entry), proof, index=index, size=size, root=root)
    except NotIncluded:
        return False
    return True


def consistent(proof, earlier, earlier_root, later, later_root):
    try:
        check_consistency(
            proof,
            earlier=earlier,
            earlier_root=earlier_root,
            later=later,
            later_root=later_root,
        )
    except NotConsistent:
        return False
    return True


@pytest.mark.parametrize("size", range(9))
def test_the_roots_of_the_reference_entries(size):
    tree = KeptTree(REFERENCE_ENTRIES[:size])

    assert tree.frontier.root.hex() == REFERENCE_ROOTS[size]
    assert root(size, tree.tiles()).hex() == REFERENCE_ROOTS[size]


@pytest.mark.parametrize(
    ("index", "size", "proof"),
    [
        pytest.param(0, 1, [], id="the only entry"),
        pytest.param(0, 8, ["96a296d2", "5f083f0a", "6b47aaf2"], id="first of 8"),
        pytest.param(5, 8, ["bc1a0643", "ca854ea1", "d37ee418"], id="sixth of 8"),
        pytest.param(2, 3, ["fac54203"], id="last of 3"),
        pytest.param(1, 5, ["6e340b9c", "5f083f0a", "bc1a0643"], id="second of 5"),
    ],
)
def test_the_inclusion_proofs_of_the_reference_entries(index, size, proof):
    found = inclusion_proof(index, size, KeptTree(REFERENCE_ENTRIES).tiles(size))

    assert [each.hex()[:8] for each in found] == proof


@pytest.mark.parametrize(
    ("earlier", "later", "proof"),
    [
        pytest.param(1, 1, [], id="the same"),
        pytest.param(1, 8, ["96a296d2", "5f083f0a", "6b47aaf2"], id="1 to 8"),
        pytest.param(6, 8, ["0ebc5d34", "ca854ea1", "d37ee418"], id="6 to 8"),
        pytest.param(2, 5, ["5f083f0a", "bc1a0643"], id="2 to 5"),
    ],
)
def test_the_consistency_proofs_of_the_reference_entries(earlier, later, proof):
    found = consistency_proof(earlier, later, KeptTree(REFERENCE_ENTRIES).tiles())

    assert [each.hex()[:8] for each in found] == proof


def test_the_example_of_the_rfc():
    """Section 2.1.3: a log of seven entries, drawn with a letter for each hash."""
    tree = KeptTree(numbered(7))
    tiles = tree.tiles()

    assert tree.frontier.root == node_hash(K, L)
    assert inclusion_proof(0, 7, tiles) == (B, H, L)
    assert inclusion_proof(3, 7, tiles) == (C, G, L)
    assert inclusion_proof(4, 7, tiles) == (F, J, K)
    assert inclusion_proof(6, 7, tiles) == (I, K)
    assert consistency_proof(3, 7, tiles) == (C, D, G, L)
    assert consistency_proof(4, 7, tiles) == (L,)
    assert consistency_proof(6, 7, tiles) == (I, J, K)


@settings(max_examples=60, deadline=None)
@given(size=SIZES, data=st.data())
def test_another_implementation_finds_the_same(size, data):
    index = data.draw(st.integers(0, size - 1))
    earlier = data.draw(st.integers(1, size))
    oracle = InmemoryTree(algorithm="sha256")
    oracle.append_entries(numbered(size))
    leaves = [leaf_hash(entry) for entry in numbered(size)]
    path = oracle.prove_inclusion(index + 1, size).path
    tiles = LOG.tiles(size)

    assert root(size, tiles) == oracle.get_root() == rfc_root(leaves)
    assert inclusion_proof(index, size, tiles) == tuple(path[1:])
    assert consistency_proof(earlier, size, tiles) == tuple(rfc_proof(earlier, leaves))


def test_a_log_with_two_kept_levels_has_the_root_another_implementation_finds():
    entries = numbered(66_000)
    oracle = InmemoryTree(algorithm="sha256")
    oracle.append_entries(entries)
    tree = KeptTree(entries)

    assert {level: len(hashes) for level, hashes in tree.levels.items()} == {
        0: 66_000,
        8: 257,
        16: 1,
    }
    assert tree.frontier.root == root(66_000, tree.tiles()) == oracle.get_root()
    for index in (0, 65_535, 65_536, 65_999):
        path = oracle.prove_inclusion(index + 1, 66_000).path
        assert inclusion_proof(index, 66_000, tree.tiles()) == tuple(path[1:])


@settings(max_examples=60, deadline=None)
@given(size=SIZES, data=st.data())
def test_every_entry_proves_itself_and_nothing_else(size, data):
    index = data.draw(st.integers(0, size - 1))
    tiles = LOG.tiles(size)
    entries, top = numbered(size), root(size, tiles)
    proof = inclusion_proof(index, size, tiles)

    assert included(entries[index], proof, index, size, top)
    for other in {0, index - 1, index + 1, size - 1, size} - {index}:
        assert not included(entries[index], proof, other, size, top)
    assert not included(entries[index - 1], proof, index, size, top) or size == 1
    for other in {1, size - 1, size + 1, 700} - {size, 0, 701}:
        assert not included(entries[index], proof, index, other, root(other, LOG.tiles(other)))
    assert not included(entries[index], (*proof, A), index, size, top)
    assert not included(entries[index], proof[:-1], index, size, top) or not proof


@settings(deadline=None)
@given(size=st.integers(2, 700), data=st.data())
def test_no_hash_of_a_proof_can_be_another(size, data):
    index = data.draw(st.integers(0, size - 1))
    proof = list(inclusion_proof(index, size, LOG.tiles(size)))
    changed = data.draw(st.integers(0, len(proof) - 1))
    proof[changed] = data.draw(st.sampled_from([A[:31], A + b"\0", b"", leaf_hash(b"another")]))

    assert not included(numbered(size)[index], proof, index, size, root(size, LOG.tiles(size)))


def test_a_proof_is_as_long_as_its_log_demands_whatever_it_leads_to():
    root_of_4 = node_hash(G, H)

    with pytest.raises(NotIncluded, match="too short for entry 0 in a log of 4"):
        check_inclusion(G, (H,), index=0, size=4, root=root_of_4)  # a node is no leaf
    with pytest.raises(NotIncluded, match="too long for entry 0 in a log of 2"):
        check_inclusion(A, (B, H), index=0, size=2, root=root_of_4)
    with pytest.raises(NotConsistent, match="from 2 to 8 entries is too short"):
        check_consistency((H,), earlier=2, earlier_root=G, later=8, later_root=root_of_4)
    with pytest.raises(NotConsistent, match="from 1 to 2 entries is too long"):
        check_consistency((B, H), earlier=1, earlier_root=A, later=2, later_root=root_of_4)
    with pytest.raises(NotConsistent, match="from 3 to 7 entries is empty"):
        check_consistency((), earlier=3, earlier_root=A, later=7, later_root=B)


def test_what_is_no_hash_is_in_no_proof():
    cut_elsewhere = {"index": 0, "size": 2, "root": G}
    with pytest.raises(NotIncluded, match="not a SHA-256 hash"):
        check_inclusion(A + B[:1], (B[1:],), **cut_elsewhere)
    with pytest.raises(NotIncluded, match="not a SHA-256 hash"):
        check_inclusion(A, (B[1:],), **cut_elsewhere)
    with pytest.raises(NotConsistent, match="not a SHA-256 hash"):
        check_consistency((C[1:], D), earlier=3, earlier_root=G, later=4, later_root=K)


def test_every_index_of_every_small_log_proves_itself():
    for size in range(1, 66):
        tiles, top = LOG.tiles(size), root(size, LOG.tiles(size))
        for index, entry in enumerate(numbered(size)):
            assert included(entry, inclusion_proof(index, size, tiles), index, size, top)


def test_every_small_log_goes_on_from_every_earlier_one():
    for later in range(66):
        later_root = root(later, LOG.tiles(later))
        for earlier in range(later + 1):
            earlier_root = root(earlier, LOG.tiles(earlier))
            proof = consistency_proof(earlier, later, LOG.tiles(later))
            assert consistent(proof, earlier, earlier_root, later, later_root)
            assert not consistent((*proof, A), earlier, earlier_root, later, later_root)
            if 0 < earlier < later:
                assert not consistent(proof, earlier, later_root, later, later_root)
                assert not consistent(proof, earlier, earlier_root, later, earlier_root)
                assert not consistent(proof[:-1], earlier, earlier_root, later, later_root)


@st.composite
def tampering(draw):
    """A log, how long it was when its root was signed, and the log after the change."""
    entries = draw(ENTRIES)
    signed = draw(st.integers(1, len(entries)))
    at = draw(st.integers(0, signed - 1))
    what = draw(st.sampled_from(["change", "remove", "insert", "swap"]))
    after = list(entries)
    if what == "change":
        after[at] = draw(st.binary(max_size=2))
    elif what == "remove":
        del after[at]
    elif what == "insert":
        after.insert(at, draw(st.binary(max_size=2)))
    else:
        other = draw(st.integers(0, len(entries) - 1))
        after[at], after[other] = after[other], after[at]
    after += [b"later"] * max(0, signed - len(after))
    assume(after[:signed] != entries[:signed])
    return entries, signed, after


@settings(max_examples=300, deadline=None)
@given(tampering())
def test_a_log_changed_behind_its_signed_root_cannot_show_that_it_goes_on_from_it(case):
    entries, signed, after = case
    changed = KeptTree(after)
    proof = consistency_proof(signed, len(after), changed.tiles())
    honest_root = KeptTree(entries[:signed]).frontier.root

    assert changed.frontier.root != KeptTree(entries).frontier.root
    assert not consistent(proof, signed, honest_root, len(after), changed.frontier.root)


@settings(deadline=None)
@given(entries=ENTRIES, data=st.data())
def test_any_prefix_of_a_log_is_what_it_goes_on_from(entries, data):
    earlier = data.draw(st.integers(0, len(entries)))
    tree = KeptTree(entries)
    proof = consistency_proof(earlier, len(entries), tree.tiles())
    earlier_root = KeptTree(entries[:earlier]).frontier.root

    assert consistent(proof, earlier, earlier_root, len(entries), tree.frontier.root)


@settings(max_examples=60, deadline=None)
@given(size=SIZES, data=st.data())
def test_a_frontier_goes_on_from_where_it_was_stored(size, data):
    stop = data.draw(st.integers(0, size))
    leaves = [leaf_hash(entry) for entry in numbered(size)]
    whole = Frontier()
    nodes = whole.extend(leaves)
    first = Frontier()
    before = first.extend(leaves[:stop])

    for resumed in (Frontier.decode(first.encode()), Frontier.resume(stop, LOG.tiles(stop))):
        assert (resumed.size, resumed.root) == (stop, first.root)
        assert before + resumed.extend(leaves[stop:]) == nodes
        assert (resumed.encode(), resumed.root) == (whole.encode(), whole.root)


def test_an_empty_log_has_a_root():
    assert Frontier().root == root(0, LOG.tiles(0)) == EMPTY_ROOT
    assert Frontier.decode(Frontier().encode()).root == EMPTY_ROOT
    assert not consistent((), 0, A, 7, B)
    assert not consistent((), 3, A, 7, B)


@pytest.mark.parametrize(
    "encoded",
    [
        pytest.param(b"", id="nothing"),
        pytest.param((1).to_bytes(8, "big"), id="its hash is missing"),
        pytest.param((1).to_bytes(8, "big") + A[:31], id="its hash is cut short"),
        pytest.param((2).to_bytes(8, "big") + A + B, id="a hash too many"),
    ],
)
def test_a_stored_frontier_of_the_wrong_length_is_refused(encoded):
    with pytest.raises(TreeDamaged, match="not as long as its size demands"):
        Frontier.decode(encoded)


@pytest.mark.parametrize(
    "kept",
    [
        pytest.param(lambda level, start, stop: LOG.kept(level, start, stop)[1:], id="missing"),
        pytest.param(lambda *where: [each[:31] for each in LOG.kept(*where)], id="cut short"),
    ],
)
def test_hashes_that_are_not_there_are_named(kept):
    with pytest.raises(TreeDamaged, match="of the tree's level 8, the hashes 0 to 1 are"):
        inclusion_proof(600, 700, Tiles(700, kept))


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_there_is_no_proof_of_what_is_not_there(index, size):
    with pytest.raises(ValueError, match="there is no entry"):
        inclusion_proof(index, size, LOG.tiles())
    with pytest.raises(NotIncluded, match="there is no entry"):
        check_inclusion(A, (), index=index, size=size, root=A)


@pytest.mark.parametrize(("earlier", "later"), [(-1, 3), (4, 3)])
def test_a_log_does_not_begin_with_a_longer_one(earlier, later):
    with pytest.raises(ValueError, match="cannot begin with"):
        consistency_proof(earlier, later, LOG.tiles())
    with pytest.raises(NotConsistent, match="cannot begin with"):
        check_consistency((), earlier=earlier, earlier_root=A, later=later, later_root=A)
