"""The habits of the house that a program can see: sizes, names, and who alone may do what.

The import law stands in house_law.py.
"""

import ast
import re
from collections.abc import Iterator

from tests.house_sources import Source
from workflow.domain import errors

FILE_LINES = 300
FUNCTION_LINES = 30
FORBIDDEN = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "manager",
    "managers",
    "service",
    "services",
}
FORBIDDEN_CLASS = re.compile(r"(Utils?|Helpers?|Managers?|Misc)$")

SETS_STATUS = ("workflow/domain/lifecycle.py", "workflow/actions/moving.py")
DOORS = ("workflow/web/", "workflow/api/")
WRITES_AUDIT = ("workflow/audit/",)
TIMELESS = ("workflow/domain/", "workflow/models/", "workflow/actions/", "workflow/queries/")
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "func.now"}
DICE = {"random"}
#: A body is data: the product knows none by name.
BODIES = re.compile("|".join(("ASE" + "AN", "SOM" + "TC")))
UNFINISHED = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "X" * 3)))
BARE_IGNORE = re.compile(r"#\s*type:\s*ignore(?!\[)")
REFUSALS = {
    name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, errors.Refused)
}
LEFT_OUT = {"skip", "skipif", "xfail", "importorskip"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def files_are_short(source: Source) -> Iterator[str]:
    """A file has at most 300 lines."""
    lines = source.text.count("\n")
    if source.is_python and lines > FILE_LINES:
        yield f"{source.path}: {lines} lines"


def functions_are_short(source: Source) -> Iterator[str]:
    """A function's body has under 30 lines; its signature and docstring do not count."""
    if not source.within("workflow/"):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, Function):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            if lines >= FUNCTION_LINES:
                yield f"{source.path}:{node.lineno}: {node.name} has {lines} lines"


def names_say_something(source: Source) -> Iterator[str]:
    """No file, folder or class is called for being handy."""
    for part in source.path.rpartition(".")[0].split("/"):
        if part in FORBIDDEN:
            yield f"{source.path}: {part!r} is no name"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and FORBIDDEN_CLASS.search(node.name):
            yield f"{source.path}:{node.lineno}: {node.name} is no name"


def names_have_letters(source: Source) -> Iterator[str]:
    """No name has one letter; `_` alone is gettext, or what nobody reads."""
    for node in ast.walk(source.tree):
        name = ""
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            name = node.id
        elif isinstance(node, ast.arg):
            name = node.arg
        elif isinstance(node, Function | ast.ClassDef):
            name = node.name
        if len(name) == 1 and name != "_":
            yield f"{source.path}:{node.lineno}: {name} is one letter"


def modules_say_what_lives_here(source: Source) -> Iterator[str]:
    """A module begins with its docstring; a package's own file holds nothing else."""
    if not source.is_python:
        return
    if ast.get_docstring(source.tree) is None:
        yield f"{source.path}: no docstring"
    if source.path.endswith("__init__.py") and len(source.tree.body) > 1:
        yield f"{source.path}: holds more than a docstring"


def only_advance_sets_a_status(source: Source) -> Iterator[str]:
    """A status changes in the lifecycle and where its change is applied; a notice's service is its own."""
    if source.within(*SETS_STATUS) or not source.within("workflow/"):
        return
    for node in ast.walk(source.tree):
        if source.within(*DOORS) and ast.unparse(node).startswith("self.status"):
            continue  # a form's own HTTP status
        if any(not is_service(value) for value in statuses_set(node)):
            yield f"{source.path}:{node.lineno}: sets a status"


def statuses_set(node: ast.AST) -> list[ast.expr]:
    """Return the values a statement or call gives to a `status` that exists already."""
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return [node.value for target in targets for part in ast.walk(target) if is_status(part)]
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("setattr"):
        return node.args[2:] if ast.unparse(node.args[1]) == "'status'" else []
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "values":
        on_insert = "insert(" in ast.unparse(node.func.value)
        return [word.value for word in node.keywords if word.arg == "status" and not on_insert]
    return []


def is_status(node: ast.AST) -> bool:
    """Recognise `thing.status` on the left of an assignment."""
    return isinstance(node, ast.Attribute) and node.attr == "status"


def is_service(value: ast.expr) -> bool:
    """Recognise a value of the enum Service (rule 7)."""
    return any(isinstance(node, ast.Name) and node.id == "Service" for node in ast.walk(value))


def only_record_writes_the_audit(source: Source) -> Iterator[str]:
    """Entries are made in the audit's own room, and changed nowhere."""
    if source.within(*WRITES_AUDIT) or not source.within("workflow/"):
        return
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func).rpartition(".")[2]
        first = ast.unparse(node.args[0]).rpartition(".")[2] if node.args else ""
        if called == "AuditEntry" or (called in {"insert", "update", "delete"} and first == "AuditEntry"):
            yield f"{source.path}:{node.lineno}: writes the audit"


def rules_ask_no_clock(source: Source) -> Iterator[str]:
    """Rules, tables, actions and queries are told the instant, and throw no dice."""
    if not source.within(*TIMELESS):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            called = ".".join(ast.unparse(node.func).split(".")[-2:])
            if called in CLOCKS:
                yield f"{source.path}:{node.lineno}: asks {called}"
    for imported in source.imports:
        if imported.root in DICE:
            yield f"{source.path}:{imported.line}: throws dice"


def no_body_is_known_by_name(source: Source) -> Iterator[str]:
    """Code and templates name no body; the body is data."""
    if source.within("workflow/", "templates/"):
        yield from (f"{source.path}:{line}: names a body" for line in lines_with(BODIES, source))


def refusals_keep_their_pattern(source: Source) -> Iterator[str]:
    """A refusal with values in it is made by `says`, so that other languages find its pattern."""
    if not source.within("workflow/"):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in REFUSALS:
            said = [*node.args[:1], *(word.value for word in node.keywords if word.arg == "remedy")]
            if any(isinstance(part, ast.JoinedStr) for text in said for part in ast.walk(text)):
                yield f"{source.path}:{node.lineno}: writes values into the words of a refusal"


def nothing_is_left_unfinished(source: Source) -> Iterator[str]:
    """No notes to oneself, no bare ignores, no swallowed errors."""
    for pattern in (UNFINISHED, BARE_IGNORE):
        yield from (f"{source.path}:{line}: left unfinished" for line in lines_with(pattern, source))
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler) and [type(one) for one in node.body] == [ast.Pass]:
            caught = "" if node.type is None else ast.unparse(node.type)
            if caught in {"", "Exception", "BaseException"}:
                yield f"{source.path}:{node.lineno}: swallows every error"


def lines_with(pattern: re.Pattern[str], source: Source) -> list[int]:
    """Return the numbers of the lines in which a pattern is found."""
    return [number for number, line in enumerate(source.text.splitlines(), 1) if pattern.search(line)]


def no_test_is_left_out(source: Source) -> Iterator[str]:
    """Tests run, and on real things: none is skipped, none mocks."""
    if not source.within("tests/"):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in LEFT_OUT and "pytest" in ast.unparse(node):
            yield f"{source.path}:{node.lineno}: leaves a test out"
    for imported in source.imports:
        if imported.name.startswith("unittest.mock"):
            yield f"{source.path}:{imported.line}: mocks"


def migrations_stand_alone(source: Source) -> Iterator[str]:
    """A migration says today what it said when written: it imports nothing of the application."""
    if source.within("migrations/versions/"):
        for imported in source.imports:
            if imported.root in {"workflow", "config", "tests"}:
                yield f"{source.path}:{imported.line}: imports {imported.name}"
