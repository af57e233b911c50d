"""What was typed into a form whose session ended: sealed on the sign-in page, and given back to its owner.

A form says who opened it (`opened_by`) in a way that nobody else can write, so that no other site can lay
words into somebody's mouth, and nobody reads what another typed. Which pages do this is in `interrupted`.
"""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from flask import current_app, g, request
from itsdangerous import BadData, URLSafeSerializer, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException

#: Names of form fields: who opened it, what is sealed, and that it comes back after a signing in.
OPENED_BY, KEPT, RESUMED = "opener", "kept", "resumed"
#: Secrets, and what the form brings anew.
_NOT_KEPT = frozenset({"csrf_token", OPENED_BY, KEPT, RESUMED, "password", "old", "new", "again"})
_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class Kept:
    """A form that arrived too late: whose it is (a person's id), where it went, and all that stood in it."""

    person: int
    path: str
    fields: tuple[tuple[str, str], ...]
    has_files: bool

    @property
    def capacity(self) -> int | None:
        """Return the appointment in which the form was opened, or None where it names none."""
        named = dict(self.fields).get("capacity", "")
        return int(named) if named.isascii() and named.isdigit() and len(named) < 19 else None

    @property
    def resumed(self) -> str:
        """Return what the form says of itself when it is sent on: whether files have to be chosen again."""
        return "files" if self.has_files else "words"


def opened_by() -> str:
    """Return the token of a form that the present visitor opens, empty for nobody."""
    return str(_opening().dumps(g.person.id)) if g.get("person") is not None else ""


def of_request() -> Kept | None:
    """Return what the form of this request holds, or the one it keeps already; None where it has no owner."""
    try:
        fields = request.form
        files = [one for one in request.files.values() if one.filename]
    except (HTTPException, OSError):
        return None
    if KEPT in fields:
        return unsealed(fields[KEPT])
    try:
        person = _opening().loads(fields.get(OPENED_BY, ""))
    except BadData:
        return None
    typed = tuple((name, value) for name, value in fields.items(multi=True) if name not in _NOT_KEPT)
    return Kept(int(person), request.full_path.rstrip("?"), typed, bool(files))


def sealed(kept: Kept) -> str:
    """Return it as text for a hidden field of the page of signing in."""
    return str(_keeping().dumps(asdict(kept)))


def unsealed(text: str) -> Kept | None:
    """Return what was sealed within a day, None for anything else."""
    try:
        # Its age is looked at here: sealed on a host whose clock is ahead, it must not be lost.
        found, sealed_at = _keeping().loads(text, return_timestamp=True)
    except BadData:
        return None
    if (datetime.now(UTC) - sealed_at).total_seconds() > _SECONDS:
        return None
    return Kept(found["person"], found["path"], tuple(map(tuple, found["fields"])), found["has_files"])


def _opening() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="adref.form.opened")


def _keeping() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="adref.form.kept")
