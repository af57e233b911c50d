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
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from operator import itemgetter
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Entry = dict[str, Any]
refuse, text_of = sys.exit, itemgetter("item", "version_sha256")  # exit status 1, and one sentence
LONGEST, NEVER, INTS = 2**23, "9999-12-31T23:59:59.999999Z", range(1 - 2**53, 2**53)
READ: Entry = {"parse_float": int, "parse_constant": int, "parse_int": lambda one: INTS[INTS.index(int(one))]}
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
SERVED, LEFT = {"service.accepted", "service.acknowledged", "response.lodged"}, ("withdrawn", "superseded")
SAME, OFFICES = ("on_behalf_of", "served_from"), {"lead_shepherd", "secretariat"}
HALF, FIRST = itemgetter(*SAME, "actor", "role"), itemgetter(*SAME, "first_actor", "first_role")
BLOCKERS, EXPLICIT = {"objection", "input"}, {"no_objection", "reservation", "abstention"}


def read(path: str, form: str, what: str) -> re.Match[str]:
    """Return the parts of a file that has this form, and nothing else."""
    with open(path, "rb") as file:
        text = (data := file.read(LONGEST + 1)).decode(errors="replace")
    whole = len(data) <= LONGEST and text.encode() == data and re.fullmatch(form, text)
    return whole or refuse(f"{path} is no {what}, or not the whole of one.")


def entry_of(line: bytes, what: str) -> Entry:
    """Return an entry whose bytes are its canonical form: floats, huge numbers and keys twice have none."""
    try:
        entry = json.loads(line, **READ)
        again = json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        right = again == line and [type(entry[one]) for one in ("type", "seq", "v")] == [str, int, int]
    except (ValueError, RecursionError, LookupError, TypeError):
        right = False
    return dict(entry) if right and entry["v"] == 1 else refuse(f"{what} is no entry in canonical form.")


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


def check(note: re.Match[str], keys: list[tuple[str, str]], path: str) -> bytes:
    """Return the root of a note that one of the keys signed, and none wrongly; others are ignored."""
    origin, text = note["origin"], f"{note['origin']}\n{note['size']}\n{note['root']}\n".encode()
    known = [b64decode(coded) for name, coded in keys if name == origin]
    known or refuse(f"{path} is of another log than the key.")
    ids = {digest(origin.encode(), b"\n\1", key)[:4]: key for key in known}
    told = [b64decode(data) for name, data in re.findall("— (.+) (.+)\n", note["below"]) if name == origin]
    try:
        for data in [one for one in told if one[:4] in ids] or refuse(f"No known key signed {path}."):
            Ed25519PublicKey.from_public_bytes(ids[data[:4]]).verify(data[4:], text)
    except InvalidSignature:
        refuse(f"{path} was altered: a signature is not over its text.")
    return b64decode(note["root"])


def log(key_path: str, log_path: str, *paths: str) -> str:
    """Compare a log with checkpoints; of one size those by two keys come first: they make a new one known."""
    keys, rotated, name, lost = re.findall(KEY, read(key_path, f"(?:{KEY})+", "file of keys")[0]), [], "", ""
    read_notes = [(read(path, NOTE, "checkpoint"), path) for path in paths]
    notes = [(int(note["size"]), -len(note["below"]), note, path) for note, path in read_notes]
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
        if entry.get("type") == "log.restarted":
            last = re.fullmatch(NOTE, str(entry.get("checkpoint"))) or refuse(f"Line {size} lacks its note.")
            notes.append((size - 1, 1, last, f"{entry.get('origin')}"))
    for good, place, note, path in sorted(notes, key=lambda one: one[:2]):
        root = check(note, keys, path if place < 1 else f"The checkpoint in entry {good}")
        if place > 0:
            name, lost = path, f"{lost} After a loss, entry {good} begins the log anew as {path!a}."
            continue
        (lost and note["origin"] != name) and refuse(f"{path} tells of entries that were lost.{lost}")
        good <= size or refuse(f"The log is shorter than {path}: it has {size} entries, not {good}.")
        root == roots[good] or refuse(f"The log was rewritten before entry {good}: {path} differs.")
        keys += [key for at, key in rotated if at <= good]
    return f"{size} entries, {len(paths)} checkpoints; the last {size - good} entries stand in none.{lost}"


def receipt(key_path: str, entry_path: str, proof_path: str) -> str:
    """Find an entry in the log whose checkpoint its proof holds, by the path of RFC 9162, 2.1.3.2."""
    keys = re.findall(KEY, read(key_path, f"(?:{KEY})+", "file of keys")[0])
    line, proof = read(entry_path, ".+", "entry")[0].encode(), read(proof_path, PROOF, "proof")
    index, size, root = entry_of(line, entry_path)["seq"], int(proof["size"]), check(proof, keys, proof_path)
    index == int(proof[1]) < size or refuse(f"{proof_path} is the proof of another entry.")
    node, place, last = digest(b"\0", line), index, size - 1
    for sibling in map(b64decode, proof[2].split()):
        while last and place == last and not place & 1:
            place, last = place >> 1, last >> 1
        node = digest(b"\1", sibling, node) if place & 1 else digest(b"\1", node, sibling)
        place, last = place >> 1, last >> 1
    node == root or refuse(f"{proof_path} does not lead from this entry to the root that was signed.")
    return f"entry {index} is in the log of {size} entries."


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
    said, right = dict[int, Entry](), True
    for one in past:
        if one["type"] == "response.lodged":
            counts = one["claimed_at"] if one["claimed_at"] and one["kind"] in BLOCKERS else one["at"]
            said[one["seq"]] = one | {"ended": NEVER, "place": (text_of(one), one["on_behalf_of"])}
            right = one["counts_at"] == counts <= one["at"] == one["received_at"] and text_of(one) in texts
        elif one["type"] in ("response.lifted", "answer.accepted"):
            last = said[one["of"]]
            right, last["ended"] = last["place"][1] == one["on_behalf_of"], min(last["ended"], one["at"])
        right or refuse(f"entry {one['seq']} counts for another instant, text or State")
    return list(said.values())


def silences(past: list[Entry], held: set[str]) -> dict[str, str]:
    """Return from when each State's silence counts; NEVER: not served, or held the close with no override."""
    closes = dict.fromkeys(past[0]["roster"], NEVER)
    halves = {HALF(one): one["seq"] for one in past[::-1] if one["type"] == "override.proposed"}
    made = [one for one in past if one["type"] == "override.made"]
    for one in made:
        right = one["actor"] != one["first_actor"] and {one["role"], one["first_role"]} == OFFICES
        (right and halves.get(FIRST(one), one["seq"]) < one["seq"]) or refuse("two offices did not override")
    served = {one["on_behalf_of"]: one.get("dated", one["at"]) for one in past[::-1] if one["type"] in SERVED}
    served |= {one["on_behalf_of"]: one["served_from"] for one in made}
    for told in (row for one in past for row in one.get("earliest_closes", [one])):
        state = told.get("state", told.get("on_behalf_of"))
        if state in served and "earliest_close" in told:
            since = datetime.fromisoformat(max(served[state], past[0]["window_end"] or past[0]["at"]))
            floor = f"{since + timedelta(seconds=past[0]['floor_seconds']):%Y-%m-%dT%H:%M:%S.%fZ}"
            closes[state] = max(told["earliest_close"] or NEVER, past[0]["earliest_close"], floor)
    return closes | dict.fromkeys(held - {one["on_behalf_of"] for one in made}, NEVER)


def judge(past: list[Entry]) -> set[Any]:
    """Return the texts a close endorsed; refuse what does not follow from the entries before it."""
    results = {text_of(one): one["result"] for one in past[-1]["results"]}
    endorsed = {text for text in results if results[text] == "endorsed"}
    texts = {text_of(one) for one in past[0]["versions"]}
    (deadline, held), said = time_of(past), said_in(past, texts)
    closes = silences([one for one in past if held or one["at"] < deadline], held)
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
    outcome = ("endorsed" if endorsed == texts else "partially_endorsed") if endorsed else "not_endorsed"
    past[-1]["outcome"] == outcome or refuse("its outcome is not that of its results")
    for text, state in sorted({(text, state) for text in endorsed for state in closes} - spoken):
        right = closes[state] <= deadline and not (state in held and (text, state) in late)
        right or refuse(f"{text[0]} has neither a position of {state} nor a silence that counts")
    return endorsed


def decisions(path: str) -> str:
    """Replay a log: what became endorsed must be what a close or a meeting endorsed."""
    rounds, moved, told = dict[str, list[Entry]](), set[Any](), set[Any]()
    for _, entry in entries(path):
        kind, name = entry["type"], str(entry.get("circulation"))
        entry["seq"] or kind == "body.founded" or refuse(f"{path} is no such log: it founds no body.")
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
        except (SystemExit, LookupError, TypeError, AttributeError, ArithmeticError, ValueError) as why:
            refuse(f"Entry {entry['seq']}, {kind!a}, does not follow from those before it: {str(why)!a}.")
    moved == told or refuse(f"What was endorsed is not what was decided: {sorted(moved ^ told, key=str)!a}.")
    return f"{len(rounds)} circulations; {len(told)} endorsements follow from their entries."


if __name__ == "__main__":
    command, *paths = sys.argv[1:] or [""]
    right = {"log": len(paths) >= 3, "receipt": len(paths) == 3, "decisions": len(paths) == 1}
    right.get(command) or sys.exit(bool(sys.stderr.write(f"{__doc__}")) * 2)
    try:
        sys.stdout.write(f"Verified: {globals()[command](*paths)}\n")
    except (OSError, UnicodeError) as error:
        sys.exit(f"A file cannot be read: {error}")
