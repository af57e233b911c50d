"""What the house's checks read: one source file, its place, its syntax tree and its imports.

Which of them the house allows stands in house_law.py (imports) and house_habits.py (the rest).
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READ_AS_TEXT = {".py", ".html", ".txt", ".css", ".js", ".svg", ".toml", ".mako", ".xml"}


@dataclass(frozen=True)
class Import:
    """One imported name: its full dotted path, its line, and whether only the type checker reads it."""

    name: str
    line: int
    for_types: bool

    @property
    def root(self) -> str:
        """Return the top-level package it comes from."""
        return self.name.partition(".")[0]


@dataclass(frozen=True)
class Source:
    """One file of the project: `path` is relative to its root, with forward slashes."""

    path: str
    text: str

    @property
    def is_python(self) -> bool:
        """Say whether it has a syntax tree."""
        return self.path.endswith(".py")

    @property
    def module(self) -> str:
        """Return its dotted name, a package's own file by the package's."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def tree(self) -> ast.Module:
        """Parse it; anything but Python is an empty module."""
        return ast.parse(self.text if self.is_python else "", self.path)

    @cached_property
    def imports(self) -> list[Import]:
        """List what it imports, wherever in the file, in the order of lines."""
        typed = {id(node) for block in ast.walk(self.tree) if is_for_types(block) for node in ast.walk(block)}
        found = []
        for node in ast.walk(self.tree):
            for name in self.named(node):
                found.append(Import(name, node.lineno, id(node) in typed))
        return sorted(found, key=lambda one: one.line)

    def named(self, node: ast.AST) -> list[str]:
        """Return the full names one import statement brings in."""
        if isinstance(node, ast.Import):
            return [alias.name for alias in node.names]
        if not isinstance(node, ast.ImportFrom):
            return []
        base = node.module or ""
        if node.level:
            package = self.module.split(".")
            kept = len(package) - node.level + self.path.endswith("__init__.py")
            base = ".".join([*package[:kept], *([base] if base else [])])
        return [f"{base}.{alias.name}" for alias in node.names]

    def within(self, *places: str) -> bool:
        """Say whether it is one of these files, or lies in one of these folders (ending in a slash)."""
        return any(
            self.path == place or (place.endswith("/") and self.path.startswith(place)) for place in places
        )


def is_for_types(node: ast.AST) -> bool:
    """Recognise `if TYPE_CHECKING:`."""
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def read(*folders: str) -> Iterator[Source]:
    """Read the text files of these folders and single files, sorted by path."""
    for folder in folders:
        place = ROOT / folder
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.suffix in READ_AS_TEXT and path.is_file():
                yield _kept(path)


@cache
def _kept(path: Path) -> Source:
    # Every check reads every file: its tree is made once.
    return Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
