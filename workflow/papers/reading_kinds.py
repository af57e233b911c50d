"""Which reader a format has.

In which process it runs is in `reading`.
"""

from collections.abc import Callable

from workflow.papers.docx_grids import read_docx
from workflow.papers.grids import Reading
from workflow.papers.pdf_words import read_pdf
from workflow.papers.text_grids import read_csv, read_text
from workflow.papers.xlsx_grids import read_xlsx

READERS: dict[str, Callable[[bytes], Reading]] = {
    "docx": read_docx,
    "xlsx": read_xlsx,
    "csv": read_csv,
    "tsv": read_csv,
    "md": read_text,
    "txt": read_text,
    "pdf": read_pdf,
}
