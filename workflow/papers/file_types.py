"""What a file really is, told by its bytes and held against its ending; nothing in it is opened or run.

Whether it may be attached is decided in `workflow/actions/files.py`.
"""

import io
import zipfile
from collections.abc import Callable

#: The media type under which a file is kept and given out, by its ending.
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "txt": "text/plain",
    "csv": "text/csv",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
}
_OFFICE_FOLDERS = {"docx": "word/", "xlsx": "xl/"}
_LARGEST_TYPE_NOTE = 200


def ending(filename: str) -> str:
    """Return the ending of a file's name in small letters, without its dot; "" where it has none."""
    stem, dot, last = filename.rpartition(".")
    return last.lower() if dot and stem else ""


def is_what_it_says(filename: str, content: bytes) -> bool:
    """Tell whether the bytes are those of a file with this ending; an unknown ending says nothing."""
    check = _CHECKS.get(ending(filename))
    return check is not None and check(content)


def holds_macros(content: bytes) -> bool:
    """Tell whether an office file carries programs."""
    names = _names(content)
    return any(name.lower().endswith("vbaproject.bin") or name.startswith("Basic/") for name in names)


def _starts(*heads: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(heads)


def _office(kind: str) -> Callable[[bytes], bool]:
    def check(content: bytes) -> bool:
        names = _names(content)
        folder = _OFFICE_FOLDERS[kind]
        return "[Content_Types].xml" in names and any(name.startswith(folder) for name in names)

    return check


def _open_document(kind: str) -> Callable[[bytes], bool]:
    wanted = MEDIA_TYPES[kind].encode()

    def check(content: bytes) -> bool:
        # The format puts its type first and uncompressed, so that it can be read without opening the rest.
        head = content[:_LARGEST_TYPE_NOTE]
        return bool(_names(content)) and b"mimetype" + wanted in head

    return check


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False


def _names(content: bytes) -> list[str]:
    if not content.startswith(b"PK\x03\x04"):
        return []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return []


_CHECKS: dict[str, Callable[[bytes], bool]] = {
    "pdf": _starts(b"%PDF-"),
    "png": _starts(b"\x89PNG\r\n\x1a\n"),
    "jpg": _starts(b"\xff\xd8\xff"),
    "jpeg": _starts(b"\xff\xd8\xff"),
    "txt": _is_text,
    "csv": _is_text,
    "docx": _office("docx"),
    "xlsx": _office("xlsx"),
    "odt": _open_document("odt"),
    "ods": _open_document("ods"),
}
