"""The one place where what went wrong becomes an answer: a page, or problem+json (RFC 9457).

A form that is refused comes back by itself (`forms.refusals`), one whose session ended in `interrupted`; what
reaches this place still shows all that was typed, so that nothing is lost.
"""

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response, g, jsonify, make_response, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response as AnyResponse

from workflow.domain.errors import (
    ClockBehind,
    Invalid,
    LogBroken,
    NotAllowed,
    NotFound,
    Refused,
    StaleVersion,
)
from workflow.web import breakdowns
from workflow.web.attempts import tell_of_attempt
from workflow.web.sentences import translated
from workflow.web.visitors import start_again

#: Fields that are not given back: secrets, and what only the form itself needs.
_NOT_SHOWN = frozenset(
    {"csrf_token", "key", "capacity", "opener", "kept", "resumed", "password", "old", "new", "again"}
)
#: What PostgreSQL and SQLite call a value that must be unique and is not.
_UNIQUE = frozenset({"23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"})
_RETRY_SECONDS = "10"


@dataclasses.dataclass(frozen=True)
class Problem:
    """What is shown of an error; `meanwhile` holds sentences, `details` is for programs only.

    `capacity_url` leads whoever holds several appointments to the choice between them.
    """

    status: int
    code: str
    title: str
    message: str
    remedy: str = ""
    field: str | None = None
    meanwhile: tuple[str, ...] = ()
    capacity_url: str | None = None
    details: dict[str, object] = dataclasses.field(default_factory=dict)


def init_app(app: Flask) -> None:
    """Answer every error from here."""
    app.register_error_handler(Refused, _afresh(_refused))
    app.register_error_handler(IntegrityError, _afresh(_broken_rule))
    app.register_error_handler(DatabaseError, _afresh(_database_failed))
    app.register_error_handler(OSError, _afresh(_files_failed))
    app.register_error_handler(DataError, _afresh(_impossible_value))
    app.register_error_handler(HTTPException, _afresh(_http))


def _afresh(answer: Callable[[Any], AnyResponse]) -> Callable[[Any], AnyResponse]:
    """Undo the request's work before its error is shown; a page that only read has nothing to undo."""

    def answered(error: Exception) -> AnyResponse:
        broken = isinstance(error, SQLAlchemyError | InternalServerError | OSError)
        tell_of_attempt(error)
        if g.get("writing") or broken:
            start_again()
        return answer(error)

    return answered


def status_of(error: Refused) -> int:
    """Return the HTTP status of a domain error: 403, 404, 409, 422 or 503."""
    if isinstance(error, NotAllowed):
        return 403
    if isinstance(error, NotFound):
        return 404
    if isinstance(error, Invalid):
        return 422
    return 503 if isinstance(error, ClockBehind | LogBroken) else 409


def wants_json() -> bool:
    """Tell whether the caller asked for JSON rather than for a page."""
    kinds = ["text/html", "application/json", "application/problem+json"]
    return request.accept_mimetypes.best_match(kinds, "text/html") != "text/html"


def _refused(error: Refused) -> AnyResponse:
    status = status_of(error)
    meanwhile = error.details.get("meanwhile", ())
    return answer(
        Problem(
            status,
            error.code,
            _title(status, stale=isinstance(error, StaleVersion)),
            translated(error.message),
            translated(error.remedy),
            error.field,
            tuple(str(one) for one in meanwhile) if isinstance(meanwhile, list | tuple) else (),
            _other_capacity() if status == 403 else None,
            {key: value for key, value in error.details.items() if key != "meanwhile"},
        )
    )


def _other_capacity() -> str | None:
    """Return where another capacity is chosen, for whom holds several; from an act it leads home."""
    if len(g.get("capacities", ())) < 2:
        return None
    return url_for("auth.capacity", next=request.full_path.rstrip("?") if request.method == "GET" else None)


def _broken_rule(error: IntegrityError) -> AnyResponse:
    if breakdowns.name_of(error) not in _UNIQUE:
        raise error
    return answer(
        Problem(
            409,
            "already_there",
            _title(409, stale=True),
            gettext("Somebody wrote the same thing at the same moment. Yours was not recorded."),
            gettext("Open the page again to see what is there now."),
        )
    )


def _database_failed(error: DatabaseError) -> AnyResponse:
    return _broken_down(error, breakdowns.of_database(error))


def _files_failed(error: OSError) -> AnyResponse:
    return _broken_down(error, breakdowns.of_files(error))


def _broken_down(error: Exception, found: breakdowns.Breakdown | None) -> AnyResponse:
    if found is None:
        raise error
    return answer(Problem(found.status, found.code, _title(found.status), found.message, found.remedy))


def _impossible_value(_error: DataError) -> AnyResponse:
    return answer(
        Problem(
            422,
            "invalid",
            _title(422),
            gettext("One of the values cannot be stored, such as a number or a date that is too large."),
            gettext("Go back, correct it, and send the form again."),
        )
    )


def _http(error: HTTPException) -> AnyResponse:
    """Answer 404, 405, 413, 429 and their like, and 500 without any internals."""
    status = error.code or 500
    if error.response is not None or status < 400:
        return error.get_response()
    if isinstance(error, InternalServerError):
        message, remedy = _unexpected()
    else:
        message, remedy = _known(status)
    response = answer(Problem(status, f"http_{status}", _title(status), message, remedy))
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers.setdefault(name, value)
    return response


def _title(status: int, *, stale: bool = False) -> str:
    if stale:
        return gettext("Something happened meanwhile")
    titles = {
        400: gettext("This request cannot be read"),
        401: gettext("You are signed out"),
        403: gettext("This is not yours to do"),
        404: gettext("There is nothing here"),
        409: gettext("This cannot be done now"),
        413: gettext("This is too large"),
        422: gettext("Something in it cannot be right"),
        429: gettext("Too many attempts"),
        503: gettext("Not at this moment"),
        507: gettext("There is no room left"),
    }
    return titles.get(status, gettext("Something went wrong"))


def _known(status: int) -> tuple[str, str]:
    sentences = {
        404: (
            gettext("There is no page at this address."),
            gettext("Follow a link from your first page."),
        ),
        405: (
            gettext("This address does not take that kind of request."),
            gettext("Open the page that led here again."),
        ),
        413: (
            gettext("What you sent is larger than is accepted. Nothing was recorded."),
            gettext("Shorten the text, or attach a smaller file."),
        ),
        429: (
            gettext("There were too many attempts in a short time."),
            gettext("Wait a quarter of an hour, then try again."),
        ),
    }
    fallback = (gettext("The request could not be understood."), gettext("Go back and try again."))
    return sentences.get(status, fallback)


def _unexpected() -> tuple[str, str]:
    message = gettext("This is an error of ours, not of yours.")
    return (
        f"{message} {breakdowns.what_became()}".rstrip(),
        gettext("Try again; if it happens again, tell the secretariat what you were doing."),
    )


def answer(problem: Problem) -> AnyResponse:
    """Return a problem as a page, or as problem+json for who asks for it."""
    response = _as_json(problem) if wants_json() else _as_page(problem)
    response.status_code = problem.status
    if problem.status in (503, 507):
        response.headers["Retry-After"] = _RETRY_SECONDS
    return response


def _as_json(problem: Problem) -> Response:
    known = {
        "type": f"urn:adref:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.message,
        "code": problem.code,
        "remedy": problem.remedy or None,
        "field": problem.field,
        "meanwhile": list(problem.meanwhile) or None,
        "details": {key: str(value) for key, value in problem.details.items()} or None,
    }
    response = jsonify({key: value for key, value in known.items() if value is not None})
    response.mimetype = "application/problem+json"
    return response


def _as_page(problem: Problem) -> AnyResponse:
    return make_response(render_template("errors/problem.html", problem=problem, typed=_typed()))


def _typed() -> list[tuple[str, str]]:
    """Return every text of the form that came in, so that nobody writes it twice."""
    if request.method != "POST" or request.endpoint is None:
        return []
    try:
        sent = list(request.form.items(multi=True))
    except (HTTPException, OSError):
        # What is too large, or had no room, was not read at all.
        return []
    return shown_of(sent)


def shown_of(sent: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return what was typed of the fields that were sent, without secrets and what only the form needs."""
    return [(name, value) for name, value in sent if name not in _NOT_SHOWN and value.strip()]
