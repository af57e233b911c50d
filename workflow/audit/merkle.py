"""The tree of the log in pure mathematics: hashes, the right edge, proofs and their verification (RFC 9162).

Where hashes are kept is not here, nor who signs a root: see `checkpoints`. A complete subtree is named by
(level, index): it holds the leaves from `index * 2**level` to before `(index + 1) * 2**level`.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import reduce

#: Bytes of a hash.
WIDTH = 32
#: The root of the tree that has no leaf.
EMPTY = hashlib.sha256().digest()

#: Looks up the hash of a complete subtree by level and index.
Subtree = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two neighbouring subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Edge:
    """The right edge of a tree: its size, and the roots of its complete subtrees, largest first.

    It holds all that an append needs, in at most 64 hashes however large the tree is.
    """

    def __init__(self, size: int = 0, roots: Sequence[bytes] = ()) -> None:
        if size < 0 or len(roots) != size.bit_count() or any(len(one) != WIDTH for one in roots):
            raise ValueError(f"{len(roots)} hashes are not the right edge of a tree of {size} leaves")
        self.size = size
        self._roots = list(roots)

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add the hash of one leaf; return the subtrees it completes, as (level, index, hash), lowest first.

        The leaf itself is the first of them. Raises ValueError for what is no hash.
        """
        if len(leaf) != WIDTH:
            raise ValueError(f"a leaf's hash has {WIDTH} bytes, not {len(leaf)}")
        completed = [(0, self.size, leaf)]
        while (self.size >> (len(completed) - 1)) & 1:
            level, index, right = completed[-1]
            completed.append((level + 1, index >> 1, node_hash(self._roots.pop(), right)))
        self._roots.append(completed[-1][2])
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Return the root of the tree."""
        return _joined(self._roots)

    def encode(self) -> bytes:
        """Return the edge as bytes: the size in eight, then the roots."""
        return self.size.to_bytes(8, "big") + b"".join(self._roots)

    @classmethod
    def decode(cls, data: bytes) -> "Edge":
        """Return the edge that `encode` wrote; raises ValueError for anything else."""
        size, rest = int.from_bytes(data[:8], "big"), data[8:]
        if len(data) < 8 or len(rest) != size.bit_count() * WIDTH:
            raise ValueError(f"{len(data)} bytes are no right edge")
        return cls(size, [rest[place : place + WIDTH] for place in range(0, len(rest), WIDTH)])


def root_of(size: int, subtree: Subtree) -> bytes:
    """Return the root of the first `size` leaves."""
    return _range_root(0, size, subtree)


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """Return the proof that leaf `index` is in the tree of `size` leaves (RFC 9162, 2.1.3.1).

    The hashes run from the leaf's sibling upwards. It costs at most two look-ups a level. Raises
    ValueError for a leaf that is not in the tree.
    """
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size} leaves")
    start, end, siblings = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        beside = (middle, end) if index < middle else (start, middle)
        siblings.append(_range_root(*beside, subtree))
        start, end = (start, middle) if index < middle else (middle, end)
    return siblings[::-1]


def consistency_proof(first: int, second: int, subtree: Subtree) -> list[bytes]:
    """Return the proof that the tree of `first` leaves begins that of `second` (RFC 9162, 2.1.4.1).

    It is empty for equal sizes. Raises ValueError unless 0 < first <= second.
    """
    if not 0 < first <= second:
        raise ValueError(f"a tree of {first} leaves does not begin one of {second}")
    start, end, hashes = 0, second, []
    while first != end:
        middle = start + _split(end - start)
        beside = (middle, end) if first <= middle else (start, middle)
        hashes.append(_range_root(*beside, subtree))
        start, end = (start, middle) if first <= middle else (middle, end)
    # The verifier knows the old root: it is left out where it is the subtree reached.
    if start > 0:
        hashes.append(_range_root(start, end, subtree))
    return hashes[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Tell whether `proof` shows the leaf's hash at `index` of the tree of `size` (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or any(len(one) != WIDTH for one in (leaf, *proof)):
        return False
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            place, last = _above_left_edge(place, last)
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(
    first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes
) -> bool:
    """Tell whether `proof` shows that one tree begins the other (RFC 9162, 2.1.4.2).

    Nothing but itself begins with the empty tree's root; the empty tree begins every tree.
    """
    if not 0 <= first <= second or any(len(one) != WIDTH for one in (first_root, second_root, *proof)):
        return False
    if first == 0:
        return not proof and first_root == EMPTY and (second > 0 or second_root == EMPTY)
    if first == second:
        return not proof and first_root == second_root
    # A first tree that is one complete subtree of the second begins the proof with its own root.
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    return bool(path) and _roots_after(first, second, path) == (first_root, second_root)


def _roots_after(first: int, second: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = path[0]
    for hash_ in path[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            older, newer = node_hash(hash_, older), node_hash(hash_, newer)
            place, last = _above_left_edge(place, last)
        else:
            newer = node_hash(newer, hash_)
        place, last = place >> 1, last >> 1
    return (older, newer) if last == 0 else None


def _above_left_edge(place: int, last: int) -> tuple[int, int]:
    """Climb past the levels on which an incomplete subtree has no sibling."""
    while not place & 1 and place:
        place, last = place >> 1, last >> 1
    return place, last


def _split(size: int) -> int:
    """Return the largest power of two below `size`: how many leaves the left side has."""
    return 1 << ((size - 1).bit_length() - 1)


def _range_root(start: int, end: int, subtree: Subtree) -> bytes:
    """Return the root of these leaves; `start` is a multiple of the largest subtree among them."""
    roots = []
    while start < end:
        level = (end - start).bit_length() - 1
        roots.append(subtree(level, start >> level))
        start += 1 << level
    return _joined(roots)


def _joined(roots: Sequence[bytes]) -> bytes:
    """Return the root over neighbouring complete subtrees, largest first."""
    if not roots:
        return EMPTY
    return reduce(lambda right, left: node_hash(left, right), reversed(roots))
