"""Files that mean harm, made here byte by byte; as a program it reads each and prints what was said of it.

What must be said is in test_reading_hostile.py.
"""

import io
import json
import os
import resource
import struct
import sys
import time
import zipfile
from collections.abc import Callable

from workflow.papers.paper import PaperBroken
from workflow.papers.reading import read_file

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPES = b"<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"
HEAD = b"<?xml version='1.0' encoding='UTF-8'?>"
WORKBOOK = (
    f"<workbook xmlns='{SHEETS}' xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'>"
    "<sheets><sheet name='Plan' sheetId='1' r:id='r1'/></sheets></workbook>"
).encode()
RELATIONS = b"<Relationships><Relationship Id='r1' Target='worksheets/sheet1.xml'/></Relationships>"
LAUGHS = (
    b"<!DOCTYPE l [<!ENTITY a 'ha'>"
    + b"".join(b"<!ENTITY %c '%s'>" % (98 + place, b"&%c;" % (97 + place) * 10) for place in range(9))
    + b"]>"
)


def packed(parts: dict[str, bytes]) -> bytes:
    """Return a folder of parts as a file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(body: bytes, head: bytes = HEAD, **more: bytes) -> bytes:
    """Return a DOCX file with this body."""
    document = head + f"<w:document xmlns:w='{WORD}'><w:body>".encode() + body + b"</w:body></w:document>"
    return packed({"[Content_Types].xml": TYPES, "word/document.xml": document, **more})


def xlsx(sheet: bytes, head: bytes = HEAD, **more: bytes) -> bytes:
    """Return an XLSX file with this sheet."""
    return packed(
        {
            "[Content_Types].xml": TYPES,
            "xl/workbook.xml": WORKBOOK,
            "xl/_rels/workbook.xml.rels": RELATIONS,
            "xl/worksheets/sheet1.xml": head
            + f"<worksheet xmlns='{SHEETS}'>".encode()
            + sheet
            + b"</worksheet>",
            **more,
        }
    )


def row(*cells: bytes) -> bytes:
    """Return a row of a DOCX table."""
    return (
        b"<w:tr>"
        + b"".join(b"<w:tc><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:tc>" % one for one in cells)
        + b"</w:tr>"
    )


def forged(content: bytes, size: int) -> bytes:
    """Return a packed file whose directory says of every part that it has `size` bytes."""
    found, forged_bytes = content.find(b"PK\x01\x02"), bytearray(content)
    while found >= 0:
        forged_bytes[found + 24 : found + 28] = struct.pack("<I", size)
        found = content.find(b"PK\x01\x02", found + 4)
    return bytes(forged_bytes)


def locked(content: bytes) -> bytes:
    """Return a packed file that says of every part that it needs a password."""
    return content.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00")


def twice() -> bytes:
    """Return a DOCX file with two texts under one name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        for _ in range(2):
            archive.NameToInfo.pop("word/document.xml", None)
            archive.writestr("word/document.xml", b"<w/>")
    return out.getvalue()


ENTITIES = "declares entities"
ZEROS = b"\0" * (20 * 1024 * 1024)
SHEET_ROWS = b"<sheetData>" + b"<row><c><v>1</v></c><c><v>2</v></c></row>" * 100_000 + b"</sheetData>"
CELLS = b"<w:tc><w:p/></w:tc>" * 1_200_000
MERGES = b"<mergeCells>" + b"<mergeCell ref='A1:XFD1048576'/>" * 200_000 + b"</mergeCells>"
OUTSIDE = b"<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>"
REMOTE = b"<!DOCTYPE d SYSTEM 'http://192.0.2.1/x.dtd'>"
WIDE = f"<w:document xmlns:w='{WORD}'><w:body/></w:document>".encode("utf-16")
PLAIN = docx(b"<w:p><w:r><w:t>Plan</w:t></w:r></w:p>")

#: By name: the file's name, how it is made, and a part of what must be said of it.
FILES: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a bomb in a paragraph": ("a.docx", lambda: docx(ZEROS), "suspiciously many"),
    "a bomb in strings": (
        "a.xlsx",
        lambda: xlsx(b"", **{"xl/sharedStrings.xml": ZEROS}),
        "suspiciously many",
    ),
    "a bomb of many parts": (
        "a.docx",
        lambda: docx(b"", **{f"word/{place}.bin": ZEROS[: 1024 * 1024] for place in range(101)}),
        "unpacks to more than",
    ),
    "a bomb that lies about its size": ("a.docx", lambda: forged(docx(ZEROS), 900), "damaged"),
    "thousands of parts": (
        "a.docx",
        lambda: docx(b"", **{f"word/{place}": b"" for place in range(3_000)}),
        "parts",
    ),
    "one part twice": ("a.docx", twice, "one part twice"),
    "a billion laughs": ("a.docx", lambda: docx(b"<w:p>&j;</w:p>", HEAD + LAUGHS), ENTITIES),
    "a billion laughs in a sheet": (
        "a.xlsx",
        lambda: xlsx(b"<c>&j;</c>", HEAD + LAUGHS),
        ENTITIES,
    ),
    "an entity from outside": (
        "a.docx",
        lambda: docx(b"<w:p>&x;</w:p>", HEAD + OUTSIDE),
        ENTITIES,
    ),
    "a definition from the network": ("a.xlsx", lambda: xlsx(b"", HEAD + REMOTE), ENTITIES),
    "an entity in another encoding": (
        "a.docx",
        lambda: docx(b"", **{"word/document.xml": WIDE}),
        "is not in UTF-8",
    ),
    "an encoding that hides": (
        "a.docx",
        lambda: docx(b"", b"<?xml version='1.0' encoding='utf-7'?>"),
        "is not in UTF-8",
    ),
    "macros of a text": ("a.docx", lambda: docx(b"", **{"word/vbaProject.bin": b"x"}), "carries macros"),
    "macros of a sheet": ("a.xlsx", lambda: xlsx(b"", **{"xl/vbaProject.bin": b"x"}), "carries macros"),
    "macros in the types": (
        "a.xlsx",
        lambda: xlsx(b"", **{"[Content_Types].xml": b"<Types>sheet.macroEnabled.main</Types>"}),
        "carries macros",
    ),
    "macros in the ending": ("a.xlsm", lambda: xlsx(SHEET_ROWS[:60]), "carries macros"),
    "a picture": ("a.docx", lambda: b"\x89PNG\r\n\x1a\n" + bytes(900), "not what its ending"),
    "a PDF": ("a.xlsx", lambda: b"%PDF-1.7\n" + b"x" * 900, "not what its ending"),
    "an office file as CSV": ("a.csv", lambda: PLAIN, "not what its ending"),
    "a text as a workbook": ("a.xlsx", lambda: PLAIN, "not what its ending"),
    "an old office file": ("a.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(900), "old office"),
    "a program": ("a.exe", lambda: b"MZ" + bytes(900), "cannot be read"),
    "a program as text": ("a.txt", lambda: b"MZ" + bytes(range(256)) * 9, "control character"),
    "a text cut off": ("a.docx", lambda: PLAIN[: len(PLAIN) // 2], "damaged or was cut off"),
    "a workbook cut off": ("a.xlsx", lambda: xlsx(SHEET_ROWS)[:-900], "damaged or was cut off"),
    "elements cut off": (
        "a.docx",
        lambda: packed({"[Content_Types].xml": TYPES, "word/document.xml": b"<w><w:p>"}),
        "damaged",
    ),
    "no text in it": (
        "a.docx",
        lambda: packed({"[Content_Types].xml": TYPES, "word/x": b""}),
        "lacks its part",
    ),
    "a password": ("a.docx", lambda: locked(PLAIN), "password"),
    "100,000 rows of CSV": ("a.csv", lambda: b"1;2\n" * 100_000, "more than 5,000 rows"),
    "100,000 rows of a sheet": ("a.xlsx", lambda: xlsx(SHEET_ROWS), "more than 5,000 rows"),
    "100,000 rows of a text": (
        "a.docx",
        lambda: docx(b"<w:tbl>" + row(b"1", b"2") * 100_000 + b"</w:tbl>"),
        "more than 5,000 rows",
    ),
    "100,000 rows of Markdown": (
        "a.md",
        lambda: b"|a|b|\n|-|-|\n" + b"|1|2|\n" * 100_000,
        "more than 5,000 rows",
    ),
    "two encodings in one": ("a.csv", lambda: b"a;b\nn\xc3\xa9;1\nn\xe9;2\n", "Line 3: It is not in UTF-8"),
    "half a letter": ("a.txt", lambda: "plan".encode("utf-16") + b"\0", "it is not"),
    "a row without end": ("a.csv", lambda: b'a;"b\n' + b"1;2\n" * 100_000, "quotation mark"),
    "thousands of columns": ("a.csv", lambda: b";".join([b"1"] * 16_384), "16384 cells"),
    "a cell like a book": ("a.csv", lambda: b"a;b\n1;" + b"x" * 3_000_000, "field limit"),
    "cells that merge a million": ("a.xlsx", lambda: xlsx(MERGES), "merged cells"),
    "a row that fills the memory": ("a.docx", lambda: docx(b"<w:tr>" + CELLS + b"</w:tr>"), "time or memory"),
    "a nest without end": ("a.docx", lambda: docx(b"<w:p>" * 100_000), "damaged"),
    "nothing": ("a.csv", lambda: b"", "empty"),
}


def main() -> None:
    """Read every file and print what was said, the seconds it took, and the most memory of all."""
    told: dict[str, list[object]] = {}
    for name, (filename, make, _) in FILES.items():
        content = make()
        begun = time.monotonic()
        try:
            read_file(filename, content)
            said = "It was read."
        except PaperBroken as error:
            said = str(error)
        told[name] = [said, time.monotonic() - begun]
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    json.dump({"told": told, "memory": most, "files": os.listdir(".")}, sys.stdout)


if __name__ == "__main__":
    main()
