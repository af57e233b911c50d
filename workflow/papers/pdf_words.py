"""The words of a PDF file, page by page, for the search alone.

Its tables are not read: a PDF knows no rows, so no paper is imported from one.
"""

import logging
import time
import unicodedata
from collections.abc import Iterator
from typing import Any

from workflow.domain.errors import says
from workflow.papers.grids import Gathering, Reading
from workflow.papers.paper import PaperBroken

#: Seconds of computing after which no further page is begun: what was read of a long file is kept.
MOST_SECONDS = 2.0
#: Characters after which no further page is begun.
MOST_TEXT = 500_000


def read_pdf(content: bytes) -> Reading:
    """Return the words of a PDF file's pages, of a long one those of the first; raises PaperBroken."""
    # It takes a third of a second to load, which no other format needs.
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    found = Gathering()
    try:
        for number, text in _pages(pypdf, content):
            found.prose(text, says("Page {number}", number=number))
    except (MemoryError, RecursionError):
        raise
    except Exception:
        # The file decides what goes wrong; the library documents no end of errors.
        raise PaperBroken(0, "The file is damaged, or protected by a password.", "Save it again.") from None
    return found.reading()


def _pages(pypdf: Any, content: bytes) -> Iterator[tuple[int, str]]:
    import io

    left = MOST_TEXT
    for number, page in enumerate(pypdf.PdfReader(io.BytesIO(content)).pages, start=1):
        if time.process_time() > MOST_SECONDS or left <= 0:
            return
        text = _plain(page.extract_text())[:left]
        left -= len(text)
        yield number, text


def _plain(text: str) -> str:
    """Return a text without what a search stumbles on: ligatures as letters, no zero bytes."""
    letters = (unicodedata.normalize("NFKC", sign) if "\ufb00" <= sign <= "\ufb06" else sign for sign in text)
    return "".join(letters).replace("\0", "")
