"""Tests of the tree: the published vectors of RFC 6962 and 9162, all small trees, what is refused."""

import hashlib
import random

import pytest

from workflow.audit import merkle
from workflow.audit.merkle import EMPTY, Edge

Proof = list[bytes]


def hashes(*lines: str) -> Proof:
    """Return hashes written in hex."""
    return [bytes.fromhex(line) for line in lines]


#: The leaves of the tests of Certificate Transparency, and the root of the first 1, 2 … 8 of them.
LEAVES = [
    bytes.fromhex(line)
    for line in (
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
ROOTS = hashes(
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
_QUARTER = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
_FIFTH = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
_LAST_QUARTER = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
_HALF = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
_SECOND = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
_RIGHT_HALF = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
_THIRD_QUARTER = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
_SEVENTH = "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"
#: (index, size) and (first, second), as published.
INCLUSION = {
    (0, 1): hashes(),
    (0, 8): hashes(_SECOND, _QUARTER, _RIGHT_HALF),
    (5, 8): hashes(_FIFTH, _LAST_QUARTER, _HALF),
    (2, 3): hashes(ROOTS[1].hex()),
    (1, 5): hashes(ROOTS[0].hex(), _QUARTER, _FIFTH),
}
CONSISTENCY = {
    (1, 1): hashes(),
    (1, 8): hashes(_SECOND, _QUARTER, _RIGHT_HALF),
    (6, 8): hashes(_THIRD_QUARTER, _LAST_QUARTER, _HALF),
    (2, 5): hashes(_QUARTER, _FIFTH),
    (6, 7): hashes(_THIRD_QUARTER, _SEVENTH, _HALF),
}
STRANGE = hashlib.sha256(b"strange").digest()


class Tree:
    """A grown tree: every complete subtree it ever told, every root it had, and how many look-ups it saw."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.stored: dict[tuple[int, int], bytes] = {}
        self.edge, self.roots, self.looked_up = Edge(), [EMPTY], 0
        for leaf in leaves:
            for level, index, told in self.edge.append(merkle.leaf_hash(leaf)):
                assert (level, index) not in self.stored
                self.stored[level, index] = told
            self.roots.append(self.edge.root())

    def subtree(self, level: int, index: int) -> bytes:
        """Look up a stored hash."""
        self.looked_up += 1
        return self.stored[level, index]


@pytest.fixture(scope="module")
def published() -> Tree:
    """Give the tree of the published leaves."""
    return Tree(LEAVES)


@pytest.fixture(scope="module")
def tree() -> Tree:
    """Give a tree of 129 leaves."""
    return Tree([b"leaf %d" % number for number in range(129)])


def defined(leaves: list[bytes]) -> bytes:
    """Return the root as RFC 9162, 2.1.1 defines it."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + defined(leaves[:split]) + defined(leaves[split:])).digest()


def test_published_roots_are_computed(published: Tree) -> None:
    assert published.roots == [EMPTY, *ROOTS]
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert [merkle.root_of(size, published.subtree) for size in range(9)] == [EMPTY, *ROOTS]


def test_published_inclusion_proofs_are_made_and_verified(published: Tree) -> None:
    for (index, size), proof in INCLUSION.items():
        assert merkle.inclusion_proof(index, size, published.subtree) == proof
        leaf = merkle.leaf_hash(LEAVES[index])
        assert merkle.verify_inclusion(leaf, index, size, proof, ROOTS[size - 1])


def test_published_consistency_proofs_are_made_and_verified(published: Tree) -> None:
    for (first, second), proof in CONSISTENCY.items():
        assert merkle.consistency_proof(first, second, published.subtree) == proof
        assert merkle.verify_consistency(first, second, proof, ROOTS[first - 1], ROOTS[second - 1])


def test_roots_are_those_of_the_definition(tree: Tree) -> None:
    leaves = [b"leaf %d" % number for number in range(129)]
    assert tree.roots == [defined(leaves[:size]) for size in range(130)]


def test_every_inclusion_proof_up_to_129_leaves_is_verified(tree: Tree) -> None:
    for size in range(1, 130):
        for index in range(size):
            tree.looked_up = 0
            proof = merkle.inclusion_proof(index, size, tree.subtree)
            assert tree.looked_up <= 2 * size.bit_length()
            assert merkle.verify_inclusion(tree.stored[0, index], index, size, proof, tree.roots[size])


def test_every_consistency_proof_up_to_64_leaves_is_verified(tree: Tree) -> None:
    for second in range(1, 65):
        for first in range(1, second + 1):
            tree.looked_up = 0
            proof = merkle.consistency_proof(first, second, tree.subtree)
            assert tree.looked_up <= 2 * second.bit_length()
            roots = tree.roots[first], tree.roots[second]
            assert merkle.verify_consistency(first, second, proof, *roots)
            wrong = {
                (first, second, *roots[::-1]),
                (first, second, STRANGE, roots[1]),
                (first, second, roots[0], STRANGE),
                (first - 1, second, *roots),
                (first + 1, second, *roots),
                (first, second * 2, *roots),
                (second, first, *roots),
            } - {(first, second, *roots)}
            for older, newer, *told in wrong:
                assert not merkle.verify_consistency(older, newer, proof, *told)


def corrupted(proof: Proof) -> list[Proof]:
    """Return proofs that differ from this one."""
    chosen = random.Random(len(proof))
    found = [[*proof, STRANGE], [STRANGE, *proof], [*proof, b""], [*proof, proof[0]], [proof[0], *proof]]
    found += [proof[:-1], proof[1:]]
    for place, one in enumerate(proof):
        bit = chosen.randrange(256)
        flipped = bytearray(one)
        flipped[bit // 8] ^= 1 << bit % 8
        found += [[*proof[:place], bytes(flipped), *proof[place + 1 :]], proof[:place] + proof[place + 1 :]]
        found += [[*proof[:place], one[:31], *proof[place + 1 :]]]
    if len(set(proof)) > 1:
        found.append(proof[::-1])
    return found


@pytest.mark.parametrize(("index", "size"), [(0, 2), (1, 2), (4, 5), (6, 8), (63, 65), (64, 65), (100, 129)])
def test_a_corrupted_inclusion_proof_is_refused(tree: Tree, index: int, size: int) -> None:
    leaf, root = tree.stored[0, index], tree.roots[size]
    proof = merkle.inclusion_proof(index, size, tree.subtree)
    for one in corrupted(proof):
        assert not merkle.verify_inclusion(leaf, index, size, one, root)
    for other, of in [(index - 1, size), (index + 1, size), (index, index), (index, size * 2), (-1, size)]:
        assert not merkle.verify_inclusion(leaf, other, of, proof, root)
    for wrong in (STRANGE, b"", leaf[:31], EMPTY):
        assert not merkle.verify_inclusion(wrong, index, size, proof, root)
        assert not merkle.verify_inclusion(leaf, index, size, proof, wrong)


@pytest.mark.parametrize(("first", "second"), [(1, 2), (2, 3), (3, 4), (6, 7), (32, 33), (63, 64), (50, 129)])
def test_a_corrupted_consistency_proof_is_refused(tree: Tree, first: int, second: int) -> None:
    roots = tree.roots[first], tree.roots[second]
    proof = merkle.consistency_proof(first, second, tree.subtree)
    for one in [[], *corrupted(proof)]:
        assert not merkle.verify_consistency(first, second, one, *roots)


def test_equal_and_empty_trees_are_consistent_with_an_empty_proof_alone(tree: Tree) -> None:
    root = tree.roots[5]
    assert merkle.verify_consistency(5, 5, [], root, root)
    assert merkle.verify_consistency(0, 5, [], EMPTY, root)
    assert merkle.verify_consistency(0, 0, [], EMPTY, EMPTY)
    for first, second, proof, older, newer in [
        (5, 5, [root], root, root),
        (5, 5, [], root, STRANGE),
        (0, 5, [root], EMPTY, root),
        (0, 5, [], STRANGE, root),
        (0, 0, [], EMPTY, STRANGE),
        (5, 4, [], root, root),
        (-1, 4, [], root, root),
    ]:
        assert not merkle.verify_consistency(first, second, proof, older, newer)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 4), (5, 4)])
def test_there_is_no_proof_of_a_leaf_outside_the_tree(tree: Tree, index: int, size: int) -> None:
    with pytest.raises(ValueError, match="is not in a tree"):
        merkle.inclusion_proof(index, size, tree.subtree)


@pytest.mark.parametrize(("first", "second"), [(0, 4), (5, 4), (-1, 4)])
def test_there_is_no_proof_that_a_later_tree_comes_first(tree: Tree, first: int, second: int) -> None:
    with pytest.raises(ValueError, match="does not begin"):
        merkle.consistency_proof(first, second, tree.subtree)


def test_an_edge_is_written_and_read_at_every_size(tree: Tree) -> None:
    edge = Edge()
    for number in range(129):
        edge = Edge.decode(edge.encode())
        assert (edge.size, edge.root()) == (number, tree.roots[number])
        edge.append(tree.stored[0, number])
    assert len(edge.encode()) == 8 + 2 * 32


@pytest.mark.parametrize(
    "data", [b"", b"\x00" * 7, b"\x00" * 9, (3).to_bytes(8, "big") + bytes(32), (1).to_bytes(8, "big")]
)
def test_what_is_no_edge_is_not_read(data: bytes) -> None:
    with pytest.raises(ValueError, match="no right edge"):
        Edge.decode(data)


def test_an_edge_takes_hashes_only() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Edge().append(b"no hash")
    with pytest.raises(ValueError, match="right edge"):
        Edge(1, [b"no hash"])
    with pytest.raises(ValueError, match="right edge"):
        Edge(-1)


def test_an_append_completes_the_subtrees_it_ends() -> None:
    edge = Edge()
    told = [[(level, index) for level, index, _ in edge.append(STRANGE)] for _ in range(4)]
    assert told == [[(0, 0)], [(0, 1), (1, 0)], [(0, 2)], [(0, 3), (1, 1), (2, 0)]]
