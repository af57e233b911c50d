"""An office file as a folder of parts: refused where it is a bomb, carries programs or declares entities.

What the parts say is in `docx_grids` and `xlsx_grids`.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lxml import etree

from workflow.domain.errors import says
from workflow.papers.paper import PaperBroken

MOST_ENTRIES = 2_000
#: Bytes of all parts together, and of one that is read, once unpacked.
MOST_UNPACKED = 100 * 1024 * 1024
MOST_PART = 24 * 1024 * 1024
#: How many times larger a part may be than it is packed, where it is large at all.
MOST_RATIO = 200
_LARGE = 1024 * 1024
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"^<\?xml[^>]*encoding\s*=\s*[\"']([\w.-]+)[\"']")
_SAVE_AGAIN = says("Open it in the program it comes from, save it again, and choose that file.")
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    ValueError,
    OSError,
    EOFError,
    RuntimeError,
)


class OfficeFile:
    """An open office file; raises PaperBroken for whatever cannot be trusted."""

    def __init__(self, content: bytes, folder: str) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(content))
        except _UNREADABLE:
            raise PaperBroken(0, "The file is damaged or was cut off.", _SAVE_AGAIN) from None
        entries = self._archive.infolist()
        if len(entries) > MOST_ENTRIES:
            message = says(
                "The file is a folder of {count:,} parts; {most:,} is the most that is read.",
                count=len(entries),
                most=MOST_ENTRIES,
            )
            raise PaperBroken(0, message, _SAVE_AGAIN)
        self._infos = {entry.filename: entry for entry in entries}
        if len(self._infos) < len(entries):
            raise PaperBroken(0, "The file holds one part twice, so it says two things.", _SAVE_AGAIN)
        self._refuse_bombs(entries)
        self._refuse_programs()
        if "[Content_Types].xml" not in self._infos or not any(
            name.startswith(folder) for name in self._infos
        ):
            message = says("The file is not what its ending says.")
            raise PaperBroken(0, message, "Save it as DOCX or XLSX in the program it comes from.")

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    def events(self, name: str, *tags: str) -> Iterator[tuple[str, Any]]:
        """Yield ("start" or "end", element) of the elements of these tags, from a part that is checked.

        Whoever has read an element clears it, so that a long part needs little memory.
        """
        content = self._part(name)
        with _told(name):
            parsing = etree.iterparse(
                io.BytesIO(content),
                events=("start", "end"),
                tag=tags or None,
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                huge_tree=False,
            )
            yield from parsing

    def tree(self, name: str) -> Any:
        """Return the root element of a small part."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        content = self._part(name)
        with _told(name):
            return etree.fromstring(content, parser)

    def _part(self, name: str) -> bytes:
        try:
            with self._archive.open(name) as part:
                content = part.read(MOST_PART + 1)
        except KeyError:
            raise PaperBroken(0, says("The file lacks its part {name}.", name=name), _SAVE_AGAIN) from None
        except _UNREADABLE:
            raise PaperBroken(
                0, says("The part {name} of the file is damaged.", name=name), _SAVE_AGAIN
            ) from None
        if len(content) > MOST_PART:
            raise PaperBroken(
                0,
                says("The part {name} has more than {most:,} bytes.", name=name, most=MOST_PART),
                "Import it in parts.",
            )
        declared = _ENCODING.match(content.removeprefix(b"\xef\xbb\xbf"))
        if b"\0" in content[:4] or (
            declared and declared[1].lower() not in (b"utf-8", b"us-ascii", b"ascii")
        ):
            raise PaperBroken(0, says("The part {name} is not in UTF-8.", name=name), _SAVE_AGAIN)
        if _ENTITY.search(content):
            message = says("The part {name} declares entities, which no office program writes.", name=name)
            raise PaperBroken(0, message, _SAVE_AGAIN)
        return content

    def _refuse_bombs(self, entries: list[zipfile.ZipInfo]) -> None:
        if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
            message = says("The file unpacks to more than {most:,} bytes.", most=MOST_UNPACKED)
            raise PaperBroken(0, message, "Import it in parts, without pictures.")
        for entry in entries:
            if entry.file_size > _LARGE and entry.file_size > MOST_RATIO * max(entry.compress_size, 1):
                message = says(
                    "Its part {name} unpacks to {count:,} bytes, suspiciously many.",
                    name=entry.filename,
                    count=entry.file_size,
                )
                raise PaperBroken(0, message, _SAVE_AGAIN)
            if entry.flag_bits & 1:
                raise PaperBroken(0, "The file is protected by a password.", "Save it without one.")

    def _refuse_programs(self) -> None:
        named = [name.lower() for name in self._infos]
        has_types = "[Content_Types].xml" in self._infos
        says_so = has_types and b"macroenabled" in self._part("[Content_Types].xml").lower()
        if says_so or any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in named):
            raise PaperBroken(0, "The file carries macros.", "Save it without them, as DOCX or XLSX.")


@contextmanager
def _told(name: str) -> Iterator[None]:
    try:
        yield
    except etree.XMLSyntaxError:
        raise PaperBroken(
            0, says("The part {name} of the file is damaged.", name=name), _SAVE_AGAIN
        ) from None
