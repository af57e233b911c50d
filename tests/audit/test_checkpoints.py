"""Tests of signed checkpoints and keys: published notes, exact bytes, strict reading, several signatures."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from workflow.audit import checkpoints
from workflow.audit.checkpoints import Checkpoint, LogKey, NotVerified
from workflow.audit.merkle import EMPTY

ORIGIN = "adref.example.org/body"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NEXT = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
KEY, NEXT_KEY = LogKey.of(ORIGIN, PRIVATE), LogKey.of(ORIGIN, NEXT)
CHECKPOINT = Checkpoint(ORIGIN, 58, EMPTY)
NOTE = checkpoints.sign(CHECKPOINT, PRIVATE)

#: The example of Go's `sumdb/note`: the seed, the key's name, the text, the signature.
SEED = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER = "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_TEXT = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FF"
    "YC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
#: The example of C2SP `signed-note`.
FOO = "AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
FOO_LINE = (
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYj"
    "OBH3mFXmRKuwHjG1Yu72IneyaQM="
)


def test_the_example_of_go_is_signed_to_the_same_bytes() -> None:
    private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(SEED)[1:])
    assert checkpoints.signature(PETER_TEXT, "PeterNeumann", private).line() == PETER_LINE
    key = LogKey.of("PeterNeumann", private)
    assert (key.key_id.hex(), key.public) == ("c74f20a3", base64.b64decode(PETER)[1:])


def test_the_example_of_signed_note_is_verified() -> None:
    key = LogKey("example.com/foo", base64.b64decode(FOO)[1:])
    read = checkpoints.Signature.parse(FOO_LINE)
    assert (key.key_id.hex(), read.key_id) == ("530d903a", key.key_id)
    assert key.signed("This is an example message.\n", read.signature)
    assert not key.signed("This is another message.\n", read.signature)


def test_a_checkpoint_is_these_bytes() -> None:
    assert CHECKPOINT.text() == f"{ORIGIN}\n58\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    head, _, line = NOTE.partition("\n\n")
    assert head + "\n" == CHECKPOINT.text()
    name, rest = line.removeprefix("— ").removesuffix("\n").split(" ")
    data = base64.b64decode(rest)
    assert (name, data[:4], data[4:]) == (ORIGIN, KEY.key_id, PRIVATE.sign(CHECKPOINT.text().encode()))
    assert checkpoints.sign(CHECKPOINT, PRIVATE) == NOTE


def test_a_signed_checkpoint_is_read_and_written_to_the_same_bytes() -> None:
    assert checkpoints.parse(NOTE).encode() == NOTE
    assert checkpoints.verify(NOTE, [KEY]) == CHECKPOINT
    assert checkpoints.verify(NOTE, [NEXT_KEY, KEY]) == CHECKPOINT


def test_one_checkpoint_can_be_signed_by_both_keys() -> None:
    note = checkpoints.sign(CHECKPOINT, PRIVATE, NEXT)
    assert [checkpoints.verify(note, [key]) for key in (KEY, NEXT_KEY)] == [CHECKPOINT] * 2
    with pytest.raises(ValueError, match="at least one"):
        checkpoints.sign(CHECKPOINT)


@pytest.mark.parametrize("name", ["witness.example", ORIGIN])
@pytest.mark.parametrize("width", [1, 64, 5000])
def test_signatures_of_unknown_keys_are_ignored(name: str, width: int) -> None:
    unknown = checkpoints.Signature(name, b"\x01\x02\x03\x04", bytes(width)).line()
    head, _, line = NOTE.partition("\n\n")
    for note in (NOTE + unknown, f"{head}\n\n{unknown}{line}"):
        assert checkpoints.verify(note, [KEY]) == CHECKPOINT
    with pytest.raises(NotVerified, match="No known key"):
        checkpoints.verify(f"{head}\n\n{unknown}", [KEY])


def test_a_wrong_signature_of_a_known_key_is_refused_beside_a_right_one() -> None:
    wrong = checkpoints.Signature(ORIGIN, NEXT_KEY.key_id, bytes(64)).line()
    assert checkpoints.verify(NOTE + wrong, [KEY]) == CHECKPOINT
    with pytest.raises(NotVerified, match="not over this checkpoint"):
        checkpoints.verify(NOTE + wrong, [KEY, NEXT_KEY])


def test_a_checkpoint_of_another_log_is_refused() -> None:
    other = Checkpoint("adref.example.org/other", 58, EMPTY)
    note = f"{other.text()}\n{checkpoints.signature(other.text(), ORIGIN, PRIVATE).line()}"
    with pytest.raises(NotVerified, match="another log"):
        checkpoints.verify(note, [KEY])


def test_every_bit_of_a_checkpoint_counts() -> None:
    data, accepted = NOTE.encode(), []
    for bit in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            accepted.append(checkpoints.verify(flipped.decode(), [KEY]))
        except (NotVerified, UnicodeDecodeError):
            continue
    assert accepted == []


ROOT = CHECKPOINT.text().split("\n")[2]
LINE = NOTE.partition("\n\n")[2]


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n" * 6,
        NOTE.replace("\n", "\r\n"),
        NOTE.removesuffix("\n"),
        NOTE + "\n",
        " " + NOTE,
        NOTE.replace("\n\n", "\n"),
        NOTE.replace("\n\n", "\n\n\n"),
        NOTE.replace("\n\n", "\nan extension\n\n"),
        NOTE.replace("\n58\n", "\n058\n"),
        NOTE.replace("\n58\n", "\n+58\n"),
        NOTE.replace("\n58\n", "\n58 \n"),
        NOTE.replace("\n58\n", "\n٥٨\n"),
        NOTE.replace("\n58\n", "\n5_8\n"),
        NOTE.replace("\n58\n", "\n-58\n"),
        NOTE.replace("\n58\n", f"\n{10**16}\n"),
        NOTE.replace("\n58\n", "\n\x0b58\n"),
        NOTE.replace("\n58\n", "\u202858\n"),
        NOTE.replace(ROOT, ROOT[:-2] + "V="),
        NOTE.replace(ROOT, ROOT.removesuffix("=")),
        NOTE.replace(ROOT, ROOT + "="),
        NOTE.replace(ROOT, ROOT[:20] + " " + ROOT[20:]),
        NOTE.replace(ROOT, base64.b64encode(bytes(31)).decode()),
        NOTE.replace(ROOT, base64.b64encode(bytes(33)).decode()),
        NOTE.replace("+", "-", 1),
        NOTE.replace(ORIGIN, ""),
        NOTE.replace(ORIGIN, ORIGIN + " x"),
        NOTE.replace(ORIGIN, ORIGIN + "\t"),
        NOTE.replace(ORIGIN, ORIGIN + "\u00a0"),
        NOTE.replace("— ", "- "),
        NOTE.replace("— ", "—"),
        NOTE.replace("— ", "—  "),
        NOTE.partition("\n\n")[0] + "\n\n",
        NOTE.partition("\n\n")[0] + "\n\n— x AAAAAA==\n",
        NOTE + "trailing\n",
        NOTE + "\x00",
        NOTE + LINE * 2000,
        NOTE.replace(ORIGIN, "\ud800"),
    ],
)
def test_another_form_is_refused(note: str) -> None:
    with pytest.raises(NotVerified):
        checkpoints.verify(note, [KEY])
    with pytest.raises(NotVerified):
        checkpoints.parse(note)


def test_a_key_is_this_line() -> None:
    assert KEY.line() == f"{ORIGIN}+{base64.b64encode(PRIVATE.public_key().public_bytes_raw()).decode()}"
    assert LogKey.parse(KEY.line()) == KEY


def test_a_key_is_split_at_its_first_plus() -> None:
    many = LogKey(ORIGIN, b"\xfb\xef\xbe" * 10 + b"\xfb\xef")
    assert many.line().count("+") > 10
    assert LogKey.parse(many.line()) == many


@pytest.mark.parametrize(
    "line",
    [
        "",
        ORIGIN,
        ORIGIN + "+",
        "+" + KEY.line().partition("+")[2],
        KEY.line() + "=",
        KEY.line() + "\n",
        KEY.line()[:-1],
        KEY.line().replace("=", "\u00e9"),
        "two words+" + KEY.line().partition("+")[2],
        ORIGIN + "+" + base64.b64encode(bytes(33)).decode(),
        ORIGIN + "+" + base64.b64encode(bytes(31)).decode(),
    ],
)
def test_what_is_no_key_is_not_read(line: str) -> None:
    with pytest.raises(NotVerified):
        LogKey.parse(line)


def test_a_file_of_keys_has_one_a_line() -> None:
    text = checkpoints.write_keys([KEY, NEXT_KEY])
    assert text == f"{KEY.line()}\n{NEXT_KEY.line()}\n"
    assert checkpoints.read_keys(text) == [KEY, NEXT_KEY]
    for wrong in ("", "\n", KEY.line(), text + "\n", text.replace("\n", "\r\n")):
        with pytest.raises(NotVerified):
            checkpoints.read_keys(wrong)


@pytest.mark.parametrize(
    ("origin", "size", "root"),
    [("", 1, EMPTY), ("a b", 1, EMPTY), (ORIGIN, -1, EMPTY), (ORIGIN, 1, b"short")],
)
def test_what_cannot_be_written_is_no_checkpoint(origin: str, size: int, root: bytes) -> None:
    with pytest.raises(NotVerified):
        Checkpoint(origin, size, root)
