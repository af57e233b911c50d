"""`make messages`: reads every sentence out of the sources, brings the catalogues up to date, compiles them.

A catalogue is `templates/translations/<language>/LC_MESSAGES/messages.po`; what is translated in it stays.
Which language a reader gets is decided in `workflow/app.py` and `workflow/notices/`.
"""

import ast
import io
import sys
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

from babel.messages import extract
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from workflow.domain import errors

_PROJECT = Path(__file__).resolve().parents[2]
TRANSLATIONS = _PROJECT / "templates" / "translations"
#: Refusals are written without gettext, for the domain knows no reader; the doors translate them.
_REFUSALS = frozenset(
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.Refused)
)
#: What readers of files say, by the name of what is called: which of its arguments are sentences.
_READERS = {"PaperBroken": (1, 2), "Remark": (2,)}
#: Letters are trimmed as `workflow/notices/rendering.py` trims them.
_LETTERS = {"trimmed": "true", "trim_blocks": "true", "lstrip_blocks": "true"}
_WIDTH = 110


def main() -> int:
    """Update and compile every catalogue, telling how much of each is translated."""
    template = extracted()
    for path in catalogues():
        catalogue = updated(path, template)
        path.write_bytes(head(path) + written(catalogue))
        path.with_suffix(".mo").write_bytes(compiled(catalogue))
        done = sum(bool(message.id and is_translated(message.string)) for message in catalogue)
        print(f"{catalogue.locale}: {done} of {len(catalogue)} messages")
    return 0


def catalogues() -> list[Path]:
    """Return the .po file of every language there is."""
    return sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))


def extracted() -> Catalog:
    """Return every message of pages, letters and refusals, with the files it stands in."""
    template = Catalog()
    found = (
        *_from("workflow", "**.py", _python, {}),
        *_from("templates", "**.html", babel_extract, {"silent": "false"}),
        *_from("templates/mail", "**.txt", babel_extract, {"silent": "false"} | _LETTERS),
    )
    for file, line, message, context in found:
        template.add(message, None, [(file, line)], context=context)
    return template


def updated(path: Path, template: Catalog) -> Catalog:
    """Return the catalogue at `path` with the template's messages: new ones empty, gone ones gone."""
    catalogue = read(path)
    # The instant is no news, and would differ at every call.
    template.creation_date = catalogue.creation_date
    catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    return catalogue


def read(path: Path) -> Catalog:
    """Read a catalogue; its language is the name of its folder."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name)


def head(path: Path) -> bytes:
    """Return the notes and the glossary a catalogue begins with, as they stand: Babel would rewrap them."""
    lines = takewhile(lambda line: line.startswith(b"#"), path.read_bytes().splitlines(keepends=True))
    return b"".join(lines)


def written(catalogue: Catalog) -> bytes:
    """Return a catalogue as its .po file after its head, by source file and without lines of theirs."""
    buffer = io.BytesIO()
    catalogue.header_comment = ""
    write_po(buffer, catalogue, width=_WIDTH, sort_by_file=True, include_lineno=False)
    return buffer.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """Return a catalogue as its .mo file, which the pages read."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def is_translated(string: str | list[str] | tuple[str, ...] | None) -> bool:
    """Tell whether a message has its sentence, in the plural all of them."""
    return bool(string) and (isinstance(string, str) or all(string or ()))


def _from(folder: str, pattern: str, method: Any, options: dict[str, str]) -> Iterator[Any]:
    found = extract.extract_from_dir(
        _PROJECT / folder,
        method_map=[(pattern, method)],
        options_map={pattern: options},
        keywords=extract.DEFAULT_KEYWORDS
        | {"lazy_gettext": None, "lazy_pgettext": ((1, "c"), 2), "says": None},
        strip_comment_tags=True,
    )
    for file, line, message, _comments, context in found:
        yield f"{folder}/{file}", line, message, context


def _python(file: Any, keywords: Any, tags: Any, options: Any) -> Iterator[Any]:
    """Yield what stands in gettext, then the whole sentences and remedies of refusals and of readers."""
    yield from extract.extract_python(file, keywords, tags, options)
    file.seek(0)
    for call in ast.walk(ast.parse(file.read())):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            for part in _sentences(call, call.func.id):
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value:
                    yield part.lineno, "gettext", part.value, []


def _sentences(call: ast.Call, name: str) -> Iterator[ast.expr]:
    if name in _REFUSALS:
        yield from call.args[:1]
        yield from (word.value for word in call.keywords if word.arg == "remedy")
    yield from (call.args[place] for place in _READERS.get(name, ()) if place < len(call.args))


if __name__ == "__main__":
    sys.exit(main())
