"""Tests of receipts: their exact form, that they verify, and that nothing else does."""

import base64

import pytest

from tests.audit.test_checkpoints import KEY, NEXT_KEY, ORIGIN, PRIVATE
from tests.audit.test_merkle import Tree
from workflow.audit import checkpoints, merkle
from workflow.audit.checkpoints import Checkpoint, NotVerified
from workflow.audit.proofs import Proof, Receipt, receipt

ENTRIES = [b'{"seq":%d}' % number for number in range(11)]
TREE = Tree(ENTRIES)


def written(index: int, size: int) -> Receipt:
    """Return the receipt of an entry against the checkpoint of this size."""
    note = checkpoints.sign(Checkpoint(ORIGIN, size, TREE.roots[size]), PRIVATE)
    return receipt(ENTRIES[index], index, merkle.inclusion_proof(index, size, TREE.subtree), note)


def test_every_receipt_is_read_back_and_verified() -> None:
    for size in range(1, 12):
        for index in range(size):
            made = written(index, size)
            read = Receipt.parse(made.encode())
            assert read == made
            assert read.verify([KEY]) == Checkpoint(ORIGIN, size, TREE.roots[size])


def test_a_receipt_is_these_lines() -> None:
    made = written(2, 3)
    [sibling] = merkle.inclusion_proof(2, 3, TREE.subtree)
    assert made.encode().decode() == (
        '{"seq":2}\n'
        "c2sp.org/tlog-proof@v1\n"
        "index 2\n"
        f"{base64.b64encode(sibling).decode()}\n"
        "\n"
        f"{made.proof.note}"
    )
    alone = written(0, 1).proof
    assert alone.encode() == f"c2sp.org/tlog-proof@v1\nindex 0\n\n{alone.note}"


def test_extra_data_is_carried_and_authenticates_nothing() -> None:
    proof = written(2, 3).proof
    carrying = Proof(proof.index, proof.hashes, proof.note, b"2020-1")
    assert carrying.encode().split("\n")[1] == "extra MjAyMC0x"
    assert Proof.parse(carrying.encode()) == carrying
    assert Receipt(ENTRIES[2], carrying).verify([KEY]).size == 3


def test_a_receipt_of_another_key_or_entry_is_refused() -> None:
    made = written(2, 3)
    with pytest.raises(NotVerified, match="No known key"):
        made.verify([NEXT_KEY])
    for entry in (ENTRIES[1], ENTRIES[2] + b" ", b""):
        with pytest.raises(NotVerified, match="does not lead"):
            Receipt(entry, made.proof).verify([KEY])
    for index in (0, 1, 3):
        with pytest.raises(NotVerified, match="does not lead"):
            Receipt(ENTRIES[2], Proof(index, made.proof.hashes, made.proof.note)).verify([KEY])


def test_every_bit_of_a_receipt_counts() -> None:
    data, accepted = written(6, 11).encode(), []
    for bit in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            accepted.append(Receipt.parse(bytes(flipped)).verify([KEY]))
        except NotVerified:
            continue
    assert accepted == []


PROOF = written(2, 3).proof.encode()
HASH = PROOF.split("\n")[2]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        PROOF.replace("v1", "v2"),
        PROOF.replace("\n", "\r\n"),
        " " + PROOF,
        PROOF.removesuffix("\n"),
        PROOF.replace("index 2", "index 02"),
        PROOF.replace("index 2", "index  2"),
        PROOF.replace("index 2", "index"),
        PROOF.replace("index 2\n", ""),
        PROOF.replace("index 2", "index -2"),
        PROOF.replace("index 2", "extra !!\nindex 2"),
        PROOF.replace("index 2", "extra \nindex 2"),
        PROOF.replace("index 2", "index 2\nextra MjAyMC0x"),
        PROOF.replace(HASH, HASH.removesuffix("=")),
        PROOF.replace(HASH, base64.b64encode(bytes(64)).decode()),
        PROOF.replace(HASH, f"{HASH}\n" * 60),
        PROOF.replace("\n\n", "\n"),
        PROOF.replace("\n\n", "\n\n\n"),
        PROOF.partition("\n\n")[0] + "\n\n",
    ],
)
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(NotVerified):
        Proof.parse(text)


def test_a_receipt_is_in_utf_8() -> None:
    with pytest.raises(NotVerified, match="UTF-8"):
        Receipt.parse(b"{}\n\xff")
