"""Tests of the stand-alone verifier: what it accepts, and that no change of a log or receipt passes."""

import ast
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.audit.logs_checked import VERIFIER, VERIFY, Log, line, verified

KINDS = ("office.passed", "meeting.added", "person.invited")


@pytest.fixture
def log(tmp_path: Path) -> Log:
    """Give a log of forty entries."""
    return Log(tmp_path, [line(seq, KINDS[seq % 3], office=f"{seq} ไทย") for seq in range(40)])


def flipped(content: bytes) -> list[bytes]:
    """Return what becomes of these bytes when one bit is flipped, for every bit."""
    changed = []
    for bit in range(len(content) * 8):
        other = bytearray(content)
        other[bit // 8] ^= 1 << bit % 8
        changed.append(bytes(other))
    return changed


def test_the_verifier_is_one_short_file_that_imports_nothing_of_the_project() -> None:
    text = VERIFIER.read_text()
    assert len(text.splitlines()) < 250
    imported = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            imported |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add(str(node.module).partition(".")[0])
    assert imported - set(sys.stdlib_module_names) == {"cryptography"}


def test_a_copy_of_the_verifier_runs_anywhere(log: Log) -> None:
    copy = log.file("verify.py", VERIFIER.read_bytes())
    paths = ["log", log.key(1), log.written(), log.kept(40, 1)]
    done = subprocess.run(
        [sys.executable, "-I", copy, *paths], cwd=log.folder, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Verified: 40 entries, 1 checkpoints; the last 0 entries stand in none.\n"
    log.written(log.lines[:-1])
    done = subprocess.run(
        [sys.executable, "-I", copy, *paths], cwd=log.folder, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
    assert "shorter" in done.stderr
    done = subprocess.run([sys.executable, "-I", copy, "log"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")


def test_a_log_is_compared_with_checkpoints_of_every_size(log: Log) -> None:
    paths = [log.kept(size, 1) for size in range(41)]
    said = VERIFY.log(log.key(1), log.written(), *paths)
    assert said == "40 entries, 41 checkpoints; the last 0 entries stand in none."
    said = VERIFY.log(log.key(1), log.written(), paths[7], paths[3], paths[7])
    assert said == "40 entries, 3 checkpoints; the last 33 entries stand in none."


def test_every_receipt_is_found_in_the_log(log: Log) -> None:
    key = log.key(1)
    for index in range(40):
        for size in {index + 1, index + 2, 33, 40} - {41} - set(range(index + 1)):
            entry, proof = log.file("entry.json", log.lines[index]), log.file("proof", log.proof(index, size))
            assert VERIFY.receipt(key, entry, proof) == f"entry {index} is in the log of {size} entries."


def test_a_shorter_log_is_told(log: Log) -> None:
    with pytest.raises(SystemExit, match=r"shorter than .*checkpoint-40-1: it has 39 entries, not 40"):
        VERIFY.log(log.key(1), log.written(log.lines[:-1]), log.kept(40, 1), log.kept(10, 1))


def test_a_rewritten_log_is_told_by_the_first_checkpoint_that_covers_it(log: Log) -> None:
    paths = [log.kept(size, 1) for size in (30, 20, 10)]
    lines = [*log.lines[:19], line(19, office="rewritten"), *log.lines[20:]]
    with pytest.raises(SystemExit, match=r"rewritten before entry 20: .*checkpoint-20-1 differs"):
        VERIFY.log(log.key(1), log.written(lines), *paths)
    assert verified("log", log.key(1), log.written(lines), paths[2])


def test_a_gap_is_told(log: Log) -> None:
    with pytest.raises(SystemExit, match="A gap: entry 8 stands where entry 7 must"):
        VERIFY.log(log.key(1), log.written(log.lines[:7] + log.lines[8:]), log.kept(7, 1))


def test_two_roots_for_one_size_are_not_both_of_the_log(log: Log, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = Log(tmp_path / "other", [*log.lines[:-1], line(39, office="shown to some")])
    assert verified("log", log.key(1), log.written(), log.kept(40, 1))
    with pytest.raises(SystemExit, match="rewritten before entry 40"):
        VERIFY.log(log.key(1), log.written(), log.kept(40, 1), other.kept(40, 1))


def test_no_flipped_bit_of_a_receipt_is_accepted(log: Log) -> None:
    key, proof = log.key(1), log.proof(3, 5).encode()
    entry, found = log.file("entry.json", log.lines[3]), log.file("proof", proof)
    assert verified("receipt", key, entry, found)
    assert [one for one in flipped(log.lines[3]) if verified("receipt", key, log.file("x", one), found)] == []
    assert [one for one in flipped(proof) if verified("receipt", key, entry, log.file("x", one))] == []


def test_no_flipped_bit_of_a_checkpoint_or_key_is_accepted(log: Log) -> None:
    few = Log(log.folder, log.lines[:2])
    key, path, kept = few.key(1), few.written(), few.kept(2, 1)
    note, known = few.note(2, 1).encode(), Path(key).read_bytes()
    assert verified("log", key, path, kept)
    assert [one for one in flipped(note) if verified("log", key, path, log.file("x", one))] == []
    assert [one for one in flipped(known) if verified("log", log.file("x", one), path, kept)] == []


def changed(lines: list[bytes], chosen: random.Random) -> list[bytes]:
    """Return the lines of a log that was changed in one way, renumbered or not."""
    first, second = sorted(chosen.sample(range(len(lines)), 2))
    other = list(lines)
    how = chosen.choice(("drop", "swap", "truncate", "duplicate", "insert", "move", "alter"))
    if how == "truncate":
        return other[:first]
    if how == "swap":
        other[first], other[second] = other[second], other[first]
    elif how == "insert":
        other.insert(first, line(first, office="inserted"))
    elif how == "duplicate":
        other.insert(second, other[first])
    elif how == "alter":
        other[first] = line(first, office="altered")
    else:
        taken = other.pop(first)
        if how == "move":
            other.insert(second, taken)
    if chosen.random() < 0.5:
        return other
    told = [json.loads(one) | {"seq": seq} for seq, one in enumerate(other)]
    return [
        json.dumps(one, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() for one in told
    ]


def test_no_structural_change_of_a_log_is_accepted(log: Log) -> None:
    chosen, accepted, key = random.Random(1), [], log.key(1)
    log = Log(log.folder, log.lines[:20])
    kept = [log.kept(size, 1) for size in (13, 20)]
    for _ in range(400):
        lines = changed(log.lines, chosen)
        if lines != log.lines and verified("log", key, log.written(lines), *kept):
            accepted.append(lines)
    assert accepted == []
    assert verified("log", key, log.written(), *kept)


@pytest.fixture
def rotated(tmp_path: Path) -> Log:
    """Give a log whose key was exchanged five times: entry 10·n tells key n + 1."""
    announced = {10 * number: Log(tmp_path, []).key(number + 1) for number in range(1, 6)}
    lines = []
    for seq in range(60):
        told = announced.get(seq)
        if told is None:
            lines.append(line(seq, office="PH"))
            continue
        number = seq // 10 + 1
        key = Path(Log(tmp_path, []).key(number)).read_text().removesuffix("\n")
        lines.append(line(seq, "key.rotated", key=key))
    return Log(tmp_path, lines)


def test_five_rotations_are_followed_from_the_first_key(rotated: Log) -> None:
    both = [rotated.kept(10 * number + 1, number, number + 1) for number in range(1, 6)]
    single = [rotated.kept(10 * number + 5, number + 1) for number in range(6)]
    said = VERIFY.log(rotated.key(1), rotated.written(), *single, *both)
    assert said == "60 entries, 11 checkpoints; the last 5 entries stand in none."
    # Of one size, the checkpoint by both keys makes the other one known.
    alone = rotated.kept(11, 2)
    assert verified("log", rotated.key(1), rotated.written(), alone, both[0])


def test_a_new_key_counts_only_after_a_checkpoint_by_both(rotated: Log) -> None:
    path, late = rotated.written(), rotated.kept(15, 2)
    with pytest.raises(SystemExit, match="No known key signed"):
        VERIFY.log(rotated.key(1), path, late)
    with pytest.raises(SystemExit, match="No known key signed"):
        VERIFY.log(rotated.key(1), path, rotated.kept(10, 1), late)
    # What the old key signed after the entry covers it, and so vouches for the new one.
    assert verified("log", rotated.key(1), path, rotated.kept(11, 1), late)
    assert verified("log", rotated.key(1, 2), path, late)
    assert verified(
        "log", rotated.key(1, 2, 3, 4, 5, 6), path, *[rotated.kept(55, one) for one in range(1, 7)]
    )


def test_a_wrong_signature_of_a_known_key_is_refused_beside_a_right_one(log: Log, tmp_path: Path) -> None:
    note = log.note(40, 1, 2).replace(log.note(40, 2).split("\n")[4], log.note(39, 2).split("\n")[4])
    assert verified("log", log.key(1), log.written(), log.file("x", note))
    with pytest.raises(SystemExit, match="a signature is not over its text"):
        VERIFY.log(log.key(1, 2), log.written(), log.file("x", note))
