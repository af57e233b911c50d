"""Verify a log offline; needs only `cryptography`. Exit 0: verified; 1: not, and why; 2: wrong usage.

    verify.py log KEY LOG.jsonl CHECKPOINT...   was the log shortened or rewritten since these checkpoints?
    verify.py receipt KEY ENTRY.json PROOF      is this entry in the log that the proof's checkpoint tells of?
    verify.py decisions LOG.jsonl               does every endorsement follow from the entries before it?
What was never receipted, or was shown to some only, it cannot see.
"""

import json
import re
import sys
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Entry = dict[str, Any]
LONGEST, NEVER = 2**23, "9999-12-31T23:59:59.999999Z"
HASH = "[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="  # in its only form: no bit of the base64 is unused
DATA = "(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=|[A-Za-z0-9+/][AQgw]==)?"
NAME, NUMBER = r"[^\s+\x00-\x1f\x7f]+", "0|[1-9][0-9]{0,15}"
KEY = rf"({NAME})\+({HASH})\n"
NOTE = f"(?P<origin>{NAME})\n(?P<size>{NUMBER})\n(?P<root>{HASH})\n\n(?P<below>(?:— {NAME} {DATA}\n)+)"
PROOF = rf"c2sp\.org/tlog-proof@v1\n(?:extra {DATA}\n)?index ({NUMBER})\n((?:{HASH}\n){{0,54}})\n{NOTE}"
# After what a circulation may come to what; the first two only before the deadline, the next two after it.
OPEN, HELD = {"circulation.dispatched", "circulation.resumed", "deadline.extended"}, {"circulation.held"}
EARLY = {"circulation.suspended": OPEN, "deadline.extended": OPEN | HELD}
TURNS = EARLY | {"circulation.held": OPEN, "circulation.closed": OPEN | HELD}
TURNS |= {"circulation.resumed": {"circulation.suspended"}, "circulation.dispatched": set()}
SERVICE, LEFT = {"service.accepted", "service.acknowledged", "response.lodged"}, ("withdrawn", "superseded")
BLOCKERS, EXPLICIT = {"objection", "input"}, {"no_objection", "reservation", "abstention"}


def refuse(sentence: str) -> NoReturn:
    """End with exit status 1 and one sentence."""
    raise SystemExit(sentence)


def read(path: str, form: str, what: str) -> re.Match[str]:
    """Return the parts of a file that has this form, and nothing else."""
    with open(path, "rb") as file:
        text = file.read(LONGEST + 1).decode(errors="replace")
    whole = len(text) <= LONGEST and re.fullmatch(form, text)
    return whole or refuse(f"{path} is no {what}, or not the whole of one.")


def entry_of(line: bytes, what: str) -> Entry:
    """Return an entry whose bytes are its canonical form: a float, or the same key twice, has none."""
    try:
        entry = json.loads(line, parse_float=int, parse_constant=int)
        again = json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        entry, again = None, b""
    right = type(entry) is dict and again == line and entry.get("v") == 1 and type(entry.get("seq")) is int
    return dict(entry) if right else refuse(f"{what} is no entry in canonical form.")


def entries(path: str) -> Iterator[tuple[bytes, Entry]]:
    """Yield the bytes and the content of each entry of a log, holding one line at a time."""
    size = -1
    with open(path, "rb") as file:
        for size, line in enumerate(iter(lambda: file.readline(LONGEST + 1), b"")):
            line.endswith(b"\n") or refuse(f"Line {size + 1} of {path} is cut off, or far too long.")
            entry = entry_of(line[:-1], f"Line {size + 1} of {path}")
            entry["seq"] == size or refuse(f"A gap: entry {entry['seq']} stands where entry {size} must.")
            yield line[:-1], entry
    size >= 0 or refuse(f"{path} is empty.")


def digest(*parts: bytes) -> bytes:
    """Return the hash of a leaf (b"\\0", its bytes) or of a node (b"\\1", left, right)."""
    return sha256(b"".join(parts)).digest()


def root_above(node: bytes, index: int, last: int, proof: list[bytes]) -> bytes:
    """Return the root to which a proof leads from a leaf; `last` is the last index (RFC 9162, 2.1.3.2)."""
    for sibling in proof:
        while last and index == last and not index & 1:
            index, last = index >> 1, last >> 1
        node = digest(b"\1", sibling, node) if index & 1 else digest(b"\1", node, sibling)
        index, last = index >> 1, last >> 1
    return node


def check(note: re.Match[str], keys: list[tuple[str, str]], path: str) -> bytes:
    """Return the root of a note that one of the keys signed, and none wrongly; others are ignored."""
    text = f"{note['origin']}\n{note['size']}\n{note['root']}\n".encode()
    told = [(name, b64decode(data)) for name, data in re.findall("— (.+) (.+)\n", note["below"])]
    known = [(name, b64decode(coded)) for name, coded in keys if name == note["origin"]]
    known or refuse(f"{path} is of another log than the key.")
    ids = {(name, digest(name.encode(), b"\n\1", key)[:4]): key for name, key in known}
    ours = [(ids[name, data[:4]], data[4:]) for name, data in told if (name, data[:4]) in ids]
    try:
        for key, signature in ours or refuse(f"No known key signed {path}."):
            Ed25519PublicKey.from_public_bytes(key).verify(signature, text)
    except InvalidSignature:
        refuse(f"{path} was altered: a signature is not over its text.")
    return b64decode(note["root"])


def log(key_path: str, log_path: str, *paths: str) -> str:
    """Compare a log with checkpoints; of one size those by two keys come first: they make a new one known."""
    keys, rotated = re.findall(KEY, read(key_path, f"(?:{KEY})+", "file of keys")[0]), []
    notes = [(int(note["size"]), note, path) for path in paths for note in [read(path, NOTE, "checkpoint")]]
    roots, edge, size, good = {one[0]: b"" for one in notes} | {0: digest()}, dict[int, bytes](), 0, 0
    for size, (line, entry) in enumerate(entries(log_path), 1):
        level, node = 0, digest(b"\0", line)
        while level in edge:
            level, node = level + 1, digest(b"\1", edge.pop(level), node)
        edge[level] = node
        for level in sorted(edge) if size in roots else ():
            roots[size] = digest(b"\1", edge[level], roots[size]) if roots[size] else edge[level]
        if entry.get("type") == "key.rotated":
            rotated += [(size, key) for key in re.findall(KEY, f"{entry.get('key')}\n")]
    for good, note, path in sorted(notes, key=lambda one: (one[0], -len(one[1]["below"]))):
        root = check(note, keys, path)
        good <= size or refuse(f"The log is shorter than {path}: it has {size} entries, not {good}.")
        root == roots[good] or refuse(f"The log was rewritten before entry {good}: {path} differs.")
        keys += [key for at, key in rotated if at <= good]
    return f"{size} entries, {len(notes)} checkpoints; the last {size - good} entries stand in none."


def receipt(key_path: str, entry_path: str, proof_path: str) -> str:
    """Find an entry in the log whose checkpoint its proof holds."""
    keys = re.findall(KEY, read(key_path, f"(?:{KEY})+", "file of keys")[0])
    line, proof = read(entry_path, ".+", "entry")[0].encode(), read(proof_path, PROOF, "proof")
    index, size, root = entry_of(line, entry_path)["seq"], int(proof["size"]), check(proof, keys, proof_path)
    index == int(proof[1]) < size or refuse(f"{proof_path} is the proof of another entry.")
    above = root_above(digest(b"\0", line), index, size - 1, [b64decode(one) for one in proof[2].split()])
    above == root or refuse(f"{proof_path} does not lead from this entry to the root that was signed.")
    return f"entry {index} is in the log of {size} entries."


def text_of(row: Entry) -> tuple[str, str]:
    """Return an item with the hash of its text."""
    return row["item"], row["version_sha256"]


def time_of(past: list[Entry]) -> tuple[str, set[str]]:
    """Return the deadline in force at a close, and the States whose missing silence held it."""
    turns = [one for one in past if one["type"] in TURNS]
    deadline, right = past[0]["deadline"], past[0]["deadline"] >= past[0]["earliest_close"]
    for last, turn in pairwise(turns):
        timely = last["type"] not in OPEN or (turn["at"] < deadline) == (turn["type"] in EARLY)
        right = right and timely and last["type"] in TURNS[turn["type"]]
        if "deadline" in turn:
            right = right and turn["before"] == deadline <= turn["deadline"] >= turn.get("earliest_close", "")
            right = right and {one["state"] for one in turn["earliest_closes"]} == set(past[0]["roster"])
            deadline = turn["deadline"]
        right or refuse(f"up to entry {turn['seq']} its time did not run by the rules")
    held = set(turns[-2].get("states", ()))
    turns[-1]["effective_at"] == (turns[-1]["at"] if held else deadline) or refuse("it closed another time")
    return deadline, held


def said_in(past: list[Entry], texts: set[Any]) -> list[Entry]:
    """Return what was said on which text by which State, and when that State ended it."""
    said: dict[int, Entry] = {}
    for one in past:
        right, state = True, one.get("on_behalf_of")
        if one["type"] == "response.lodged":
            counts = one["claimed_at"] if one["claimed_at"] and one["kind"] in BLOCKERS else one["at"]
            said[one["seq"]] = one | {"ended": NEVER, "place": (text_of(one), state)}
            right = one["counts_at"] == counts <= one["at"] == one["received_at"] and text_of(one) in texts
        elif one["type"] in ("response.lifted", "answer.accepted"):
            ended = said[one["of"]]
            right, ended["ended"] = ended["place"][1] == state, min(ended["ended"], one["at"])
        right or refuse(f"entry {one['seq']} counts for another instant, text or State")
    return list(said.values())


def silences(past: list[Entry]) -> tuple[dict[str, str], set[str]]:
    """Return from when each State's silence counts, NEVER where it was not served, and who was overridden."""
    closes = dict.fromkeys(past[0]["roster"], NEVER)
    proposed = [one for one in past if one["type"] == "override.proposed"]
    first = {(one["on_behalf_of"], one["served_from"], one["actor"]): one for one in proposed}
    made = [one for one in past if one["type"] == "override.made" and one["actor"] != one["first_actor"]]
    halves = [(one, first.get((one["on_behalf_of"], one["served_from"], one["first_actor"]))) for one in made]
    overridden = {one["on_behalf_of"] for one, half in halves if half and half["role"] != one["role"]}
    served = overridden | {one["on_behalf_of"] for one in past if one["type"] in SERVICE}
    for one in past:
        for told in one.get("earliest_closes", [one]):
            state = told.get("state", one.get("on_behalf_of"))
            if state in served and "earliest_close" in told:
                closes[state] = max(told["earliest_close"] or NEVER, past[0]["earliest_close"])
    return closes, overridden


def judge(past: list[Entry]) -> set[Any]:
    """Return the texts a close endorsed; refuse what does not follow from the entries before it."""
    results = {text_of(one): one["result"] for one in past[-1]["results"]}
    endorsed = {text for text in results if results[text] == "endorsed"}
    texts = {text_of(one) for one in past[0]["versions"]}
    (deadline, held), said = time_of(past), said_in(past, texts)
    closes, overridden = silences([one for one in past if held or one["at"] < deadline])
    blocking = BLOCKERS if past[0]["inputs_block"] else {"objection"}
    timely = [one for one in said if one["counts_at"] < deadline]
    standing = [one for one in timely if one["kind"] in BLOCKERS and one["ended"] >= deadline]
    latest = {one["place"]: one["kind"] for one in timely + standing}
    spoken = {place for place in latest if latest[place] in EXPLICIT}
    late = {one["place"] for one in said if one["kind"] in blocking and one["counts_at"] >= deadline}
    blocked = {one["place"][0] for one in standing if one["kind"] in blocking}
    left = {text_of(one) for move in past if move.get("to") in LEFT for one in move["versions"]}
    free = texts - left - (texts if past[0]["package"] and blocked else blocked)
    right = endorsed == free or (held and not endorsed and past[-1]["cause"] == "referral")
    (right and results.keys() == texts) or refuse(f"what stood says otherwise of {sorted(endorsed ^ free)}")
    for text, state in sorted({(text, state) for text in endorsed for state in closes} - spoken):
        missing = state in held and (state not in overridden or (text, state) in late)
        right = closes[state] <= deadline and not missing
        right or refuse(f"{text[0]} has neither a position of {state} nor a silence that counts")
    return endorsed


def decisions(path: str) -> str:
    """Replay a log: what became endorsed must be what a close or a meeting endorsed."""
    rounds, moved, told = dict[str, list[Entry]](), set[Any](), set[Any]()
    for _, entry in entries(path):
        kind, name = str(entry.get("type")), str(entry.get("circulation"))
        try:
            if kind == "circulation.dispatched":
                rounds[name] = [] if name not in rounds else refuse("it was dispatched before")
            rounds.get(name, []).append(entry)
            if kind == "circulation.closed":
                told |= {(name, text) for text in judge(rounds[name])}
            elif kind == "version.endorsed_at_meeting":
                was = {text_of(row): row["result"] for one in rounds[name] for row in one.get("results", ())}
                was[text_of(entry)] in ("deferred", "not_endorsed") or refuse("no meeting can endorse it")
                told.add((name, text_of(entry)))
            elif entry.get("to") == "endorsed" and kind != "version.imported":
                moved |= {(name, text_of(one)) for one in entry["versions"]}
        except (SystemExit, KeyError, TypeError, AttributeError, IndexError) as why:
            refuse(f"Entry {entry['seq']}, {kind!a}, does not follow from those before it: {str(why)!a}.")
    moved == told or refuse(f"What was endorsed is not what was decided: {sorted(moved ^ told, key=str)!a}.")
    return f"{len(rounds)} circulations; {len(told)} endorsements follow from their entries."


if __name__ == "__main__":
    command, *paths = sys.argv[1:] or [""]
    right = {"log": len(paths) >= 3, "receipt": len(paths) == 3, "decisions": len(paths) == 1}
    if not right.get(command):
        sys.exit(bool(sys.stderr.write(f"{__doc__}")) * 2)
    try:
        sys.stdout.write(f"Verified: {globals()[command](*paths)}\n")
    except (OSError, UnicodeError) as error:
        sys.exit(f"A file cannot be read: {error}")
