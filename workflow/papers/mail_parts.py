"""A message's parts, read within bounds: whoever sends it may mean harm.

The parser of the standard library takes minutes or gigabytes for a few hostile kilobytes; here it reads
nothing but heads of bounded size. What a message means is in `incoming_mail`.
"""

import html
import re
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser

#: The largest head that is read, the longest value in it, and the most parts, in bytes, characters, parts.
HEAD_BYTES, VALUE, PARTS = 64 * 1024, 2000, 20
#: How deep parts are looked for within parts.
_DEPTH = 3
#: The longest text that is kept, in characters.
TEXT = 100_000
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_UNSHOWN = ("script", "style", "head")
_NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Part:
    """One part of a message: its head, and its body as it stands."""

    head: "Message[str, str]"
    body: bytes

    @property
    def kind(self) -> str:
        """Return its media type in small letters, "text/plain" where it names none that can be read."""
        return self.head.get_content_type() if len(str(self.head.get("Content-Type", ""))) <= VALUE else ""

    def value(self, name: str) -> str:
        """Return the first field of this name as one line of text, "" where there is none."""
        return _decoded(str(self.head.get(name, ""))[:VALUE])

    def values(self, name: str) -> list[str]:
        """Return all fields of this name, as many as there may be parts."""
        return [_decoded(str(one)[:VALUE]) for one in (self.head.get_all(name) or [])[:PARTS]]

    def parameter(self, name: str) -> str:
        """Return a parameter of its media type, "" where there is none."""
        found = self.head.get_param(name, "") if self.kind else ""
        return str(found[2] if isinstance(found, tuple) else found or "")

    @property
    def file_name(self) -> str:
        """Return under which name it is attached, "" where it is none."""
        if len(str(self.head.get("Content-Disposition", ""))) > VALUE:
            return ""
        return _decoded(str(self.head.get_filename("") if self.kind else "")[:VALUE])

    def decoded(self) -> bytes:
        """Return its body without its transfer encoding."""
        self.head.set_payload(self.body.decode("ascii", "surrogateescape"))
        found = self.head.get_payload(decode=True)
        return found if isinstance(found, bytes) else self.body

    def text(self) -> str:
        """Return its body as text, at most TEXT characters; HTML without its marks."""
        charset = self.parameter("charset") or "utf-8"
        data = self.decoded()[: 4 * TEXT]
        try:
            found = data.decode(charset, "replace")
        except (LookupError, ValueError):
            found = data.decode("utf-8", "replace")
        if self.kind == "text/html":
            found = html.unescape(_TAG.sub(" ", _shown(found[:TEXT])))
        return kept(found)


def part_of(raw: bytes) -> Part:
    """Return these bytes as one part: what stands before the first empty line is its head."""
    raw = raw.lstrip(b"\r\n")
    found = _BLANK_LINE.search(raw, 0, HEAD_BYTES)
    head, body = (raw[: found.start()], raw[found.end() :]) if found else (raw[:HEAD_BYTES], b"")
    return Part(BytesHeaderParser().parsebytes(head + b"\n\n"), body)


def leaves(part: Part, depth: int = _DEPTH) -> list[Part]:
    """Return the parts that hold no others, in order, PARTS at most; one too deep is a part itself."""
    boundary = part.parameter("boundary").encode("ascii", "replace")
    if not part.kind.startswith("multipart/") or not boundary or depth == 0:
        return [part]
    found: list[Part] = []
    for piece in _pieces(part.body, boundary):
        found += leaves(part_of(piece) if piece.strip() else Part(part_of(b"").head, b""), depth - 1)
    return found[:PARTS]


def _pieces(body: bytes, boundary: bytes) -> list[bytes]:
    line = re.compile(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(--)?[ \t]{0,80}(?=\r?\n|\Z)")
    pieces: list[bytes] = []
    start = None
    for found in line.finditer(body):
        if start is not None:
            pieces.append(body[start : found.start()])
        if found[1] or len(pieces) == PARTS:
            return pieces
        start = found.end()
    # What was cut off, or never ended, is a part all the same.
    return pieces if start is None else [*pieces, body[start:]]


def kept(text: str) -> str:
    """Return text as a database keeps it: no zero bytes, no halves of pairs, at most TEXT characters."""
    return _NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n")).strip()[:TEXT]


def _shown(page: str) -> str:
    """Return HTML without what a reader never sees; each element is looked for once."""
    for name in _UNSHOWN:
        lowered, pieces, place = page.lower(), [], 0
        while (start := lowered.find(f"<{name}", place)) >= 0:
            pieces.append(page[place:start])
            end = lowered.find(f"</{name}", start)
            place = end if end >= 0 else len(page)
            if end >= 0:
                place = max(lowered.find(">", end), end) + 1
        page = "".join([*pieces, page[place:]])
    return page


def _decoded(value: str) -> str:
    try:
        found = str(make_header(decode_header(value)))
    except (MessageError, LookupError, ValueError):
        found = value
    return " ".join(kept(found).split())
