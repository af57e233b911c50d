"""What was reported of a document by period, and what is still due: reads of the reporting pages.

What must hold of it is in `workflow/domain/reporting.py`; the reports of one item are in `items`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from workflow.domain.errors import NotFound
from workflow.domain.reporting import Days, figure_words
from workflow.domain.terms import Effect
from workflow.models.document import Document, Item, Progress
from workflow.models.reporting import Figure, Indicator, ReportingPeriod
from workflow.queries.documents import ItemLine, lines


@dataclass(frozen=True)
class Counted:
    """An indicator with what was counted in a period, None where nothing was yet."""

    indicator: Indicator
    figure: Figure | None

    @property
    def parts(self) -> list[tuple[str, int | None]]:
        """Return each part with its number."""
        given = self.figure.parts if self.figure is not None else [None] * len(self.indicator.parts)
        return list(zip(self.indicator.parts, given, strict=True))

    @property
    def words(self) -> str:
        """Return the figure as a report prints it, "" where there is none."""
        if self.figure is None:
            return ""
        parts = dict(zip(self.indicator.parts, self.figure.parts, strict=True))
        return figure_words(self.figure.whole, self.indicator.unit, parts, self.indicator.target)


@dataclass
class Reported:
    """A period with the latest report of each item within it, the figures, and the report drafted from it."""

    period: ReportingPeriod
    items: list[tuple[ItemLine, Progress | None]]
    counted: list[Counted]
    report: Document | None = None
    missing_items: list[ItemLine] = field(default_factory=list)

    @property
    def missing_figures(self) -> list[Indicator]:
        """Return the indicators of which nothing is counted."""
        return [one.indicator for one in self.counted if one.figure is None]

    @property
    def is_complete(self) -> bool:
        """Tell whether nothing is owed any more before the report can be drafted."""
        return not self.missing_items and not self.missing_figures and bool(self.period.highlights)

    def is_overdue(self, today: date) -> bool:
        """Tell whether the report should have been drafted before today."""
        return self.report is None and self.period.due_on < today


def periods(session: Session, document: Document) -> list[Reported]:
    """Return the periods of a document with what was reported in each, the latest first: nine statements."""
    found = session.scalars(
        select(ReportingPeriod)
        .where(ReportingPeriod.document_id == document.id)
        .order_by(ReportingPeriod.first_day.desc())
    ).all()
    rows = [line for line in lines(session, document) if _is_reported_on(line)]
    indicators = indicators_of(session, document)
    figures = _figures(session, [one.id for one in found])
    reports = _reports(session, document)
    drafted = {one.id: one for one in session.scalars(_drafted(found))} if found else {}
    return [
        _reported(one, rows, reports, indicators, figures, drafted.get(one.report_id or 0)) for one in found
    ]


def find_period(session: Session, body_id: int, period_id: int) -> tuple[Reported, Document]:
    """Return one period of a body with what was reported in it; raises NotFound."""
    period = session.get(ReportingPeriod, period_id)
    if period is None or period.body_id != body_id:
        raise NotFound("There is no such reporting period.", remedy="Choose one from the document’s list.")
    document = session.get_one(Document, period.document_id)
    return next(one for one in periods(session, document) if one.period.id == period_id), document


def indicators_of(session: Session, document: Document) -> list[Indicator]:
    """Return the indicators of a document by number."""
    query = select(Indicator).where(Indicator.document_id == document.id)
    return list(session.scalars(query.order_by(Indicator.number)))


def _is_reported_on(line: ItemLine) -> bool:
    shown = line.in_force
    return shown is not None and shown.version.effect is Effect.TEXT


def _figures(session: Session, period_ids: Sequence[int]) -> dict[tuple[int, int], Figure]:
    query = select(Figure).where(Figure.period_id.in_(period_ids)).order_by(Figure.id)
    return {(one.period_id, one.indicator_id): one for one in session.scalars(query)}


def _reports(session: Session, document: Document) -> list[Progress]:
    query = select(Progress).join(Item, Item.id == Progress.item_id)
    query = query.where(Item.document_id == document.id).order_by(Progress.as_of, Progress.id)
    return list(session.scalars(query))


def _drafted(found: Sequence[ReportingPeriod]) -> Select[Document]:
    return select(Document).where(Document.id.in_([one.report_id for one in found if one.report_id]))


def _reported(
    period: ReportingPeriod,
    rows: Sequence[ItemLine],
    reports: Sequence[Progress],
    indicators: Sequence[Indicator],
    figures: dict[tuple[int, int], Figure],
    report: Document | None,
) -> Reported:
    days = Days(period.first_day, period.last_day)
    latest = {one.item_id: one for one in reports if days.holds(one.as_of)}
    return Reported(
        period,
        [(line, latest.get(line.item.id)) for line in rows],
        [Counted(one, figures.get((period.id, one.id))) for one in indicators],
        report,
        [line for line in rows if line.item.id not in latest],
    )
