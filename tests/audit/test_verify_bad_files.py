"""Tests that the stand-alone verifier refuses bad files in one sentence, and tells wrong usage."""

from pathlib import Path

import pytest

from tests.audit.logs_checked import VERIFY, Log, line, run, verified


@pytest.fixture
def log(tmp_path: Path) -> Log:
    """Give a log of forty entries."""
    return Log(tmp_path, [line(seq, office="PH") for seq in range(40)])


NESTED = b'{"seq":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
#: What stands in the place of the log: name, content, and words of the sentence.
BAD_LOGS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "cut off": (line(0, "body.founded") + b"\n" + line(1)[:-1], "is cut off"),
    "without its last line end": (line(0), "is cut off"),
    "not UTF-8": (line(0).replace(b"body", b"\xff\xfe") + b"\n", "no entry in canonical form"),
    "UTF-16": ((line(0).decode() + "\n").encode("utf-16"), "no entry"),
    "one huge line": (b'{"a":"' + b"x" * (2**23 + 1) + b'"}\n', "far too long"),
    "nested": (NESTED, "no entry"),
    "no JSON": (b"seq 0\n", "no entry"),
    "another program's": (b"[0]\n", "no entry"),
    "zeros": (b"\0" * 1000 + b"\n", "no entry"),
    "two keys": (line(0).replace(b'"seq"', b'"seq":0,"seq"') + b"\n", "no entry"),
    "blanks": (line(0).replace(b",", b", ") + b"\n", "no entry"),
    "unsorted": (b'{"v":1,"seq":0}\n', "no entry"),
    "a float": (line(0).replace(b'"v":1', b'"v":1.0') + b"\n", "no entry"),
    "no number beside": (line(0, office="PH").replace(b'"PH"', b"NaN") + b"\n", "no entry"),
    "a number of 2^53": (line(0, office=2**53) + b"\n", "no entry"),
    "a number of -2^53, deep": (line(0, office=[{"deep": -(2**53)}]) + b"\n", "no entry"),
    "no number": (line(0).replace(b'"v":1', b'"v":NaN') + b"\n", "no entry"),
    "escapes": (line(0).replace(b'"body":"body"', b'"body":"\\u0062ody"') + b"\n", "no entry"),
    "half a character": (line(0).replace(b'"body":"body"', b'"body":"\\ud800"') + b"\n", "no entry"),
    "a number too long": (line(0).replace(b'"v":1', b'"v":' + b"1" * 5000) + b"\n", "no entry"),
    "another version": (line(0).replace(b'"v":1', b'"v":2') + b"\n", "no entry"),
    "a truth for a version": (line(0).replace(b'"v":1', b'"v":true') + b"\n", "no entry"),
    "another program's, numbered": (b'{"seq":0,"v":1}\n', "no entry"),
    "a number for a type": (line(0, office="PH").replace(b'"office.passed"', b"7") + b"\n", "no entry"),
    "another number": (line(1) + b"\n", "A gap: entry 1 stands where entry 0 must"),
    "a truth for a number": (line(0).replace(b'"seq":0', b'"seq":false') + b"\n", "no entry"),
    "CRLF": (line(0) + b"\r\n", "no entry"),
    "an empty line": (line(0, "body.founded") + b"\n\n", "no entry"),
}


@pytest.mark.parametrize("name", BAD_LOGS)
def test_a_bad_log_is_refused_in_one_sentence(
    log: Log, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    content, words = BAD_LOGS[name]
    path = log.file("bad.jsonl", content)
    for arguments in (["log", log.key(1), path, log.kept(0, 1)], ["decisions", path]):
        status, said = run(monkeypatch, capsys, *arguments)
        assert (status, words in said, len(said.splitlines())) == (1, True, 1), said


def test_a_file_that_begins_with_no_founding_is_no_log_of_decisions(
    log: Log, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = run(monkeypatch, capsys, "decisions", log.written())
    assert (status, said) == (1, f"{log.folder / 'log.jsonl'} is no such log: it founds no body.")
    founded = log.written([line(0, "body.founded"), *log.lines[1:]])
    assert run(monkeypatch, capsys, "decisions", founded)[0] == 0


@pytest.mark.parametrize("number", [2**53 - 1, 1 - 2**53, 0, -1])
def test_numbers_below_2_to_the_53_are_read(log: Log, number: int) -> None:
    assert VERIFY.entry_of(line(0, office=[number]), "it")["office"] == [number]


def test_a_log_begun_anew_without_the_last_checkpoint_is_refused(log: Log) -> None:
    for checkpoint in (None, "", log.note(2, 1)[:-1], log.note(2, 2)):
        lines = [*log.lines[:5], line(5, "log.restarted", origin="x/2", checkpoint=checkpoint)]
        path = log.file("anew.jsonl", b"".join(one + b"\n" for one in lines))
        assert not verified("log", log.key(1), path, log.kept(4, 1))


@pytest.mark.parametrize("place", [1, 2, 3])
@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe", b"\0" * 99, b"x" * (2**23 + 1)])
def test_bad_files_are_refused_in_one_sentence(
    log: Log,
    place: int,
    content: bytes | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bad = str(log.folder / "missing") if content is None else log.file("bad", content)
    entry, proof = log.file("entry.json", log.lines[6]), log.file("proof", log.proof(6, 11))
    for good in (["log", log.key(1), log.written(), log.kept(40, 1)], ["receipt", log.key(1), entry, proof]):
        assert run(monkeypatch, capsys, *good)[0] == 0
        status, said = run(monkeypatch, capsys, *good[:place], bad, *good[place + 1 :])
        assert (status, len(said.splitlines()), "Traceback" in said) == (1, 1, False), said


def test_bytes_that_are_no_text_stand_for_nothing(log: Log, tmp_path: Path) -> None:
    sign = "\N{REPLACEMENT CHARACTER}".encode()
    told = Log(tmp_path, [*log.lines[:6], line(6, called="\N{REPLACEMENT CHARACTER}"), *log.lines[7:]])
    entry, proof = told.file("entry.json", told.lines[6]), told.file("proof", told.proof(6, 11))
    assert verified("receipt", told.key(1), entry, proof)
    altered = told.file("altered.json", told.lines[6].replace(sign, b"\xff"))
    assert not verified("receipt", told.key(1), altered, proof)
    kept = Path(told.kept(40, 1)).read_bytes()
    other = "\N{EM DASH} wit{} AAAAAAAA\n".encode()
    assert verified(
        "log", told.key(1), told.written(), told.file("kept", kept + other.replace(b"{}", b"ness"))
    )
    assert not verified(
        "log", told.key(1), told.written(), told.file("kept", kept + other.replace(b"{}", b"\xff"))
    )


def test_keys_of_another_name_neither_help_nor_harm(log: Log) -> None:
    own, other = Path(log.key(1)).read_text(), Path(log.key(2)).read_text().replace("/body", "/body/2")
    both, kept = log.file("both", own + other), log.kept(40, 1)
    assert verified("log", both, log.written(), kept)
    # The second key counts under its own name only.
    assert not verified("log", both, log.written(), log.kept(40, 2))
    assert not verified("log", log.file("other", other), log.written(), kept)


def test_files_of_another_kind_are_refused(log: Log, tmp_path: Path) -> None:
    key, path, kept = log.key(1), log.written(), log.kept(40, 1)
    entry, proof = log.file("entry.json", log.lines[6]), log.file("proof", log.proof(6, 11))
    (tmp_path / "elsewhere").mkdir()
    elsewhere = log.file("elsewhere/log-key.txt", Path(key).read_text().replace("/body", "/other"))
    for paths in (
        ["log", key, path, proof],
        ["log", key, path, key],
        ["log", kept, path, kept],
        ["log", elsewhere, path, kept],
        ["receipt", key, entry, kept],
        ["receipt", key, log.file("x", log.lines[7]), proof],
        ["receipt", key, log.file("x", log.lines[6] + b"\n"), proof],
        ["receipt", key, path, proof],
        ["receipt", elsewhere, entry, proof],
        ["receipt", log.file("x", Path(log.key(2)).read_text()), entry, proof],
    ):
        assert not verified(*paths), paths


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["help"],
        ["log"],
        ["log", "key", "log"],
        ["receipt", "key", "entry"],
        ["receipt", "key", "entry", "proof", "more"],
        ["decisions"],
        ["decisions", "log", "more"],
        ["check", "key", "log", "checkpoint"],
        ["main", "key", "log", "checkpoint"],
    ],
)
def test_wrong_usage_is_told(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = run(monkeypatch, capsys, *arguments)
    assert (status, "verify.py receipt KEY ENTRY.json PROOF" in said) == (2, True)
