"""A paper as a file to download, in the formats that papers have.

How the files are made is in `workflow/papers/`; lists as CSV are in `spreadsheets`.
"""

from enum import StrEnum
from urllib.parse import quote

from flask import Response

from workflow.papers.printed import Printed


class Format(StrEnum):
    """The formats of a printed paper, by the ending of its file."""

    DOCX = "docx"
    PDF = "pdf"


MEDIA_TYPES = {
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.PDF: "application/pdf",
}


def paper_file(name: str, paper: Printed, ending: Format) -> Response:
    """Return a paper as a download called `name` with this ending."""
    # Their libraries take half a second to load: nobody waits for them who only reads pages.
    from workflow.papers import docx_file, pdf_file

    write = docx_file.docx_bytes if ending is Format.DOCX else pdf_file.pdf_bytes
    return file_response(f"{name}.{ending}", write(paper), MEDIA_TYPES[ending])


def stored_file(filename: str, content: bytes, media_type: str) -> Response:
    """Return a file that somebody sent, under its own name: to be saved, never shown."""
    response = Response(content, mimetype=media_type)
    plain = filename.encode("ascii", "replace").decode().translate(str.maketrans('"\\?', "___"))
    # The second form carries names of every script (RFC 6266).
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def file_response(filename: str, content: bytes, media_type: str) -> Response:
    """Return a file to be saved, never shown; its name is made of codes, so it is plain ASCII."""
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
