"""LibreOffice without a screen, and poppler: what they make of a file, as text and as pictures.

What must come of it is in the tests beside.
"""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

#: The pictures of the last run, for people to look at.
PICTURES = Path(__file__).resolve().parents[2] / "build" / "papers"
_SECONDS = 60
_EVERY_SHEET = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


class Office:
    """LibreOffice with a profile in `folder`, where what it makes is put."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.profile = folder, folder / "profile"

    def as_pdf(self, paths: Sequence[Path]) -> dict[str, Path]:
        """Open DOCX files and return what each looks like as PDF, by name; one it cannot open is missing."""
        return self._converted(paths, "pdf:writer_pdf_Export", "*.pdf")

    def as_csv(self, paths: Sequence[Path]) -> dict[str, Path]:
        """Open XLSX files and return each of their sheets as CSV, by `name-sheet`."""
        return self._converted(paths, _EVERY_SHEET, "*.csv")

    def _converted(self, paths: Sequence[Path], target: str, found: str) -> dict[str, Path]:
        out = self.folder / "opened"
        run(
            "soffice",
            f"-env:UserInstallation={self.profile.as_uri()}",
            "--headless",
            "--norestore",
            "--convert-to",
            target,
            "--outdir",
            str(out),
            *map(str, paths),
        )
        return {path.stem: path for path in sorted(out.glob(found))}


def run(*command: str) -> str:
    """Run a program that is installed and return what it prints."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    assert done.returncode == 0, f"{command[0]}: {done.stderr}"
    return done.stdout


def text_of(pdf: Path) -> str:
    """Return the text of a PDF as it lies on its pages, blank space made one space."""
    return " ".join(run("pdftotext", str(pdf), "-").split())


def read_aloud(pdf: Path) -> str:
    """Return the text of a tagged PDF in the order of its structure, as a screen reader reads it."""
    lines = re.findall(r'^ +"(.*)"$', run("pdfinfo", "-struct-text", str(pdf)), flags=re.MULTILINE)
    return " ".join("".join(lines).split())


def pictures(pdf: Path) -> list[Path]:
    """Draw the pages into build/papers, for people to look at, and return the files."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for old in PICTURES.glob(f"{pdf.stem}-*.png"):
        old.unlink()
    run("pdftoppm", "-r", "60", "-png", str(pdf), str(PICTURES / pdf.stem))
    return sorted(PICTURES.glob(f"{pdf.stem}-*.png"))


def blackness(pdf: Path, folder: Path) -> list[float]:
    """Return the share of pixels that are not near white on each page."""
    run("pdftoppm", "-r", "30", "-gray", str(pdf), str(folder / f"grey-{pdf.stem}"))
    shares = []
    for path in sorted(folder.glob(f"grey-{pdf.stem}-*.pgm")):
        pixels = path.read_bytes().split(b"\n", 3)[3]
        shares.append(sum(pixel < 200 for pixel in pixels) / len(pixels))
    return shares
