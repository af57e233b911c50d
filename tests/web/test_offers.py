"""Tests of what select fields offer: two things are never offered under one label."""

from workflow.domain.terms import DocumentKind
from workflow.models.document import Document
from workflow.web.secretariat.offers import documents_offered


def _document(code: str, title: str, first: int = 2020) -> Document:
    kind = DocumentKind.WORK_PLAN
    return Document(code=code, kind=kind, title=title, period_from=first, period_until=first + 3)


def test_documents_are_told_apart_by_their_titles_then_by_their_codes() -> None:
    offered = documents_offered(
        [
            _document("wp-2016", "Plan", 2016),
            _document("wp", "Plan on Trafficking"),
            _document("wp-b", "Plan on Smuggling"),
            _document("wp-c", "Plan on Smuggling"),
        ]
    )
    assert offered == [
        ("wp-2016", "Work Plan 2016-2019"),
        ("wp", "Work Plan 2020-2023: Plan on Trafficking"),
        ("wp-b", "Work Plan 2020-2023: Plan on Smuggling: wp-b"),
        ("wp-c", "Work Plan 2020-2023: Plan on Smuggling: wp-c"),
    ]
