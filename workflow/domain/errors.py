"""Everything the procedure can refuse, raised by the domain and the actions.

How a refusal looks as a page or as problem+json is not here: see `workflow/web/errors.py`.
"""

from collections.abc import Mapping
from typing import Any, Self


class Sentence(str):
    """A sentence with values in it: it reads as English, and keeps its pattern for other languages."""

    pattern: str
    values: dict[str, Any]

    def __new__(cls, pattern: str, values: dict[str, Any]) -> Self:
        """Write the sentence in English."""
        made = super().__new__(cls, pattern.format_map(values))
        made.pattern, made.values = pattern, values
        return made


def whole(said: str) -> Sentence:
    """Return a sentence without values as one that a sentence around it can hold."""
    return said if isinstance(said, Sentence) else Sentence(said.replace("{", "{{").replace("}", "}}"), {})


def says(pattern: str, **values: Any) -> Sentence:
    """Return what a refusal says: `says("“{name}” is empty.", name=name)`."""
    return Sentence(pattern, values)


class Refused(Exception):
    """A refusal of the procedure: `message` says what and why, `remedy` what to do, `field` where.

    `code` is a stable word for programs; the doors map the class to 403, 404, 409 or 422.
    """

    code = "refused"

    def __init__(
        self,
        message: str,
        *,
        remedy: str = "",
        field: str | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.field = field
        self.details = dict(details or {})

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class NotAllowed(Refused):
    """This person, in this capacity, may not do this (403)."""

    code = "not_allowed"


class NotFound(Refused):
    """There is no such thing (404)."""

    code = "not_found"


class WrongStatus(Refused):
    """The thing is in a status from which this act does not lead on (409)."""

    code = "wrong_status"


class StaleVersion(Refused):
    """Somebody acted meanwhile; `details` carries what happened (409, rule 24)."""

    code = "stale_version"


class VersionReplaced(StaleVersion):
    """The version was superseded or withdrawn; the message names its successor (409, rule 18)."""

    code = "version_replaced"


class DeadlinePassed(WrongStatus):
    """The deadline in force has passed (409, rule 13)."""

    code = "deadline_passed"


class ClockBehind(Refused):
    """The clock stands behind the newest audit entry (503, rule 12)."""

    code = "clock_behind"


class LogBroken(Refused):
    """The log is not what was signed: nothing is written until an operator has looked (503)."""

    code = "log_broken"


class Invalid(Refused):
    """A value cannot be right; `field` names it (422)."""

    code = "invalid"


class NoSuchTime(Invalid):
    """The local time does not exist in its zone (422, rule 10)."""

    code = "no_such_time"


class AmbiguousTime(Invalid):
    """The local time exists twice in its zone (422, rule 10)."""

    code = "ambiguous_time"


class DeadlineTooEarly(Invalid):
    """The deadline leaves less than the minimum period (422, rule 3)."""

    code = "deadline_too_early"


class RosterIncomplete(Invalid):
    """A State on the roster has no contact point with an address (422, rule 4)."""

    code = "roster_incomplete"
