"""What one State said and prepared, with the names of who did: the queries its pages share.

Which of it a page shows is in `asked` and `desks`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from workflow.domain.positions import ENDINGS, Lodged
from workflow.domain.terms import ResponseKind
from workflow.models.people import Person
from workflow.models.response import Response, ResponseDraft, ResponseRemark

_BREAKING = frozenset({ResponseKind.OBJECTION, ResponseKind.INPUT})


@dataclass(frozen=True)
class Answered:
    """One response of the State, the name of who sent it, and what happened to it afterwards."""

    response: Response
    name: str
    remarks: tuple[ResponseRemark, ...] = ()

    @property
    def stands(self) -> bool:
        """Tell whether it is an objection or input that nothing has ended, as now known."""
        return self.response.kind in _BREAKING and not any(one.kind in ENDINGS for one in self.remarks)

    def as_lodged(self, code: str) -> Lodged:
        """Return it as the domain judges it."""
        one = self.response
        return Lodged(one.id, one.version_id, code, one.kind, one.counts_at)


@dataclass(frozen=True)
class Prepared:
    """What the State's office has prepared on one version, and the name of who saved it."""

    draft: ResponseDraft
    name: str


def prepared_by(state_id: int) -> Select[ResponseDraft, str]:
    """Return the query of a State's drafts with who saved them, oldest first."""
    return (
        select(ResponseDraft, Person.name)
        .join(Person, Person.id == ResponseDraft.person_id)
        .where(ResponseDraft.state_id == state_id)
        .order_by(ResponseDraft.saved_at, ResponseDraft.id)
    )


def said_by(state_id: int) -> Select[Response, str, ResponseRemark]:
    """Return the query of a State's responses with who sent them, one row for each remark."""
    return (
        select(Response, Person.name, ResponseRemark)
        .join(Person, Person.id == Response.person_id)
        .outerjoin(ResponseRemark, ResponseRemark.response_id == Response.id)
        .where(Response.state_id == state_id)
        .order_by(Response.id, ResponseRemark.id)
    )


def grouped(rows: Iterable[Any], key: Callable[[Response], int]) -> dict[int, list[Answered]]:
    """Return the rows of `said_by` as responses with their remarks, by `key`, in order."""
    remarks: dict[int, list[ResponseRemark]] = defaultdict(list)
    responses: dict[int, tuple[Response, str]] = {}
    for response, name, remark in rows:
        responses[response.id] = (response, name)
        if remark is not None:
            remarks[response.id].append(remark)
    found: dict[int, list[Answered]] = defaultdict(list)
    for response, name in responses.values():
        found[key(response)].append(Answered(response, name, tuple(remarks[response.id])))
    return found
