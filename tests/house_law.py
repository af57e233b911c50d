"""The import law of the house, as data, and what in a source breaks it.

Habits within a file (length, names, who sets a status) stand in house_habits.py.
"""

import sys
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from tests.house_sources import Source

#: Top to bottom: a room imports from itself and from rows below its own. The longest name that fits counts.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("wsgi",),
    ("workflow.app",),
    ("workflow.web", "workflow.api", "workflow.cli"),
    # Settings are read at the doors; the rules and actions below are told what they need.
    ("workflow.tasks",),
    ("workflow.worker", "workflow.settings"),
    ("workflow.clock",),
    ("workflow.actions", "workflow.notices.outbox"),
    # Letters quote what queries, papers and the log hold; none of these knows a letter.
    ("workflow.notices",),
    ("workflow.audit", "workflow.queries", "workflow.papers", "workflow.body_file"),
    ("workflow.models", "workflow.scrubbing", "workflow.backup", "workflow.schema"),
    ("workflow.db", "workflow.extensions", "workflow.body_keys"),
    ("workflow.pool", "workflow.journal"),
    ("workflow.domain",),
)
DEPTH = {room: depth for depth, row in enumerate(LAYERS) for room in row}

#: All that the domain may import besides itself.
DOMAIN_LIBRARIES = {*sys.stdlib_module_names, "transitions", "holidays"}

FLASK = ("flask", "werkzeug", "wtforms", "jinja2")
FLASK_ROOMS = ("app", "extensions", "web", "api", "cli", "notices")
#: flask-login's mixin on the person.
FLASK_EXCEPTIONS = {("workflow.models.people", "flask_login.UserMixin")}

SENDING = ("smtplib", "flask_mail")
SENDING_ROOMS = ("workflow.notices", "workflow.extensions", "workflow.cli")


def lies_in(name: str, place: str) -> bool:
    """Say whether a dotted name is this place or lies within it."""
    return name == place or name.startswith(place + ".")


def room_of(name: str) -> str | None:
    """Return the room a dotted name belongs to: the longest that fits."""
    return max((room for room in DEPTH if lies_in(name, room)), key=len, default=None)


def imports_only_downwards(source: Source) -> Iterator[str]:
    """Every room imports from itself and from below."""
    room = room_of(source.module)
    if room is None:
        if source.module != "workflow":
            yield f"{source.path}: this room is not in the plan"
        return
    for imported in source.imports:
        other = room_of(imported.name)
        if other is None and imported.root == "workflow":
            yield f"{source.path}:{imported.line}: {imported.name} is in no room of the plan"
        elif other not in (None, room) and DEPTH[other] <= DEPTH[room]:
            yield f"{source.path}:{imported.line}: {room} may not import {imported.name}"


def domain_is_pure(source: Source) -> Iterator[str]:
    """The domain imports the standard library, transitions, holidays and itself."""
    if not lies_in(source.module, "workflow.domain"):
        return
    for imported in source.imports:
        if not lies_in(imported.name, "workflow.domain") and imported.root not in DOMAIN_LIBRARIES:
            yield f"{source.path}:{imported.line}: the domain may not import {imported.name}"


def flask_stays_at_the_doors(source: Source) -> Iterator[str]:
    """Flask and its family are known only where pages, commands and letters are made."""
    if any(lies_in(source.module, f"workflow.{room}") for room in FLASK_ROOMS):
        return
    for imported in source.imports:
        family = imported.root in FLASK or imported.root.startswith("flask_")
        excepted = imported.for_types or (source.module, imported.name) in FLASK_EXCEPTIONS
        if family and not excepted:
            yield f"{source.path}:{imported.line}: {imported.name} belongs at the doors"


def only_the_outbox_sends(source: Source) -> Iterator[str]:
    """Mail leaves through the notices alone."""
    if any(lies_in(source.module, room) for room in SENDING_ROOMS):
        return
    for imported in source.imports:
        if imported.root in SENDING:
            yield f"{source.path}:{imported.line}: only the outbox sends mail"


def circles(sources: Iterable[Source]) -> list[str]:
    """Return the modules of one import circle, if there is any; imports for types alone close none."""
    modules = {source.module: source for source in sources}
    graph = {name: set[str]() for name in modules}
    for name, source in modules.items():
        for imported in source.imports:
            inside = [known for known in modules if lies_in(imported.name, known)]
            target = max(inside, key=len, default=name)
            if target != name and not imported.for_types:
                graph[name].add(target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []
