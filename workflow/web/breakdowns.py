"""What is told when the database or the disk fails: what happened, what became of the act, what to do.

Nothing is promised that is not known: while a commit is under way, an error does not say whether it was done.
How an error becomes a page is in `errors`.
"""

import errno
from dataclasses import dataclass
from enum import Enum

from flask import current_app, g, request
from flask_babel import gettext
from sqlalchemy.exc import DatabaseError, OperationalError

#: What PostgreSQL and SQLite call a lock that was not to be had in time.
_LOCKED = frozenset({"55P03", "40P01", "40001", "SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT"})
#: What they, and the operating system, call a disk on which there is no room.
_FULL = frozenset({"53100", "SQLITE_FULL", "ENOSPC", "EDQUOT"})
#: What they call a disk that fails, by its beginning.
_BROKEN = (
    *("58030", "XX001", "XX002", "EIO", "EROFS"),
    *("SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_CORRUPT", "SQLITE_NOTADB"),
)
#: A server that goes, comes, or takes nobody more; a connection that broke off has no code at all.
_AWAY = ("08", "57P", "53300", "SQLITE_PROTOCOL")


class Recorded(Enum):
    """What is known of the act of a request: it is undone, under way to the disk, or there."""

    NOTHING = "nothing"
    UNKNOWN = "unknown"
    DONE = "done"


@dataclass(frozen=True)
class Breakdown:
    """What is told of a failure: the HTTP status, a word for programs, a sentence, and what to do."""

    status: int
    code: str
    message: str
    remedy: str


def committing() -> None:
    """Note that the request's work goes to the disk: until `committed`, nobody knows whether it is there."""
    g.recorded = Recorded.UNKNOWN


def committed() -> None:
    """Note that the request's work is there, whatever fails from now on."""
    g.recorded = Recorded.DONE


def of_database(error: DatabaseError) -> Breakdown | None:
    """Return what is told of an error of the database, None where it is no failure of disk or server."""
    name = name_of(error)
    if name in _LOCKED:
        _undone()
        message = gettext("Too many are writing at this moment.")
        return _told(503, "busy", message, gettext("Go back and send the form again in a few seconds."))
    if name in _FULL:
        _undone()
    found = _of_storage(name)
    if found is not None:
        return found
    broke_off = isinstance(error, OperationalError) and not name
    if error.connection_invalidated or broke_off or name.startswith(_AWAY):
        _report(error)
        message = gettext("The database does not answer at this moment.")
        return _told(503, "database_away", message, gettext("Try again in a minute."))
    return None


def of_files(error: OSError) -> Breakdown | None:
    """Return what is told of an error of the operating system, None where it is no failure of the disk."""
    return _of_storage(errno.errorcode.get(error.errno or 0, ""))


def what_became() -> str:
    """Return in a sentence what became of the act, "" where the request was none."""
    recorded = g.get("recorded", Recorded.NOTHING)
    if recorded is Recorded.DONE:
        return gettext("What you sent is recorded; only the answer to it cannot be shown.")
    if recorded is Recorded.UNKNOWN:
        return gettext("It is not known whether what you sent was recorded.")
    return gettext("Nothing was recorded.") if request.method == "POST" else ""


def name_of(error: DatabaseError) -> str:
    """Return what the database calls an error: an SQLSTATE, or the name of SQLite's code."""
    original = error.orig
    return str(getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", ""))


def _of_storage(name: str) -> Breakdown | None:
    if name in _FULL:
        _report(name)
        message = gettext("The disk of this installation is full.")
        return _told(507, "storage_full", message, _tell_operator())
    if name.startswith(_BROKEN):
        _report(name)
        message = gettext("The disk of this installation cannot be read or written.")
        return _told(503, "storage_failed", message, _tell_operator())
    return None


def _tell_operator() -> str:
    return gettext("Tell the secretariat, whose operator must see to the disk; then try again.")


def _told(status: int, code: str, message: str, remedy: str) -> Breakdown:
    recorded = g.get("recorded", Recorded.NOTHING)
    if recorded is Recorded.DONE:
        remedy = gettext("Open the page again a little later: it shows what is recorded.")
    elif recorded is Recorded.UNKNOWN:
        again = gettext("Then send the same form once more: it is recorded once only, with the same receipt.")
        remedy = f"{remedy} {again}"
    elif request.method == "POST":
        kept = gettext("What you typed is kept below, and in your browser when you go back.")
        remedy = f"{kept} {remedy}"
    return Breakdown(status, code, f"{message} {what_became()}".rstrip(), remedy)


def _undone() -> None:
    """Note that a commit that was under way is not done: the database says that it took nothing."""
    if g.get("recorded") is Recorded.UNKNOWN:
        g.recorded = Recorded.NOTHING


def _report(what: object) -> None:
    """Write down for the operator what no visitor is shown."""
    current_app.logger.critical("%s %s: %s", request.method, request.path, what)
