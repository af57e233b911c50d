"""What the demonstration's plan is reported on by and related to: the paper's figures, in our own words.

The plan itself is set up in `setting_up`; `make run` furnishes it once, the main job goes without.
"""

from datetime import date, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.demo.setting_up import acting
from workflow.actions import indicators, introducing, relating, reporting
from workflow.actions.indicators import Counting
from workflow.db import Database, now
from workflow.domain.mandates import Actor
from workflow.domain.terms import DocumentKind, Role
from workflow.models.body import Body
from workflow.models.document import Document, Item
from workflow.models.reporting import ReportingPeriod

#: What was counted: the name, the unit, the whole, and its parts by name.
FIGURES: tuple[tuple[str, str, int, dict[str, int]], ...] = (
    ("Officials trained", "officials", 367, {"women": 161, "men": 206}),
    ("Publications translated or printed", "publications", 16, {}),
)
INTRODUCTION = "\n\n".join(
    (
        "The programme supports the States of ASEAN against trafficking in persons, under their convention.",
        "This plan says what it does until 2023. It is reported on every year; changes are endorsed.",
    )
)
PREDECESSOR = "Bohol TIP Work Plan 2017-2020"
#: Articles of a convention in a few words, and whether the first item serves each.
OBLIGATIONS = (
    ("ACTIP", "Article 5", "Make trafficking in persons a crime.", True),
    ("ACTIP", "Article 11", "Prevent trafficking in persons.", True),
    ("ACTIP", "Article 14", "Protect those who were trafficked.", False),
)


def furnish(app: Flask) -> None:
    """Report the paper's figures on the plan and relate it, unless that was done before."""
    database: Database = app.extensions["adref"]
    with database.writing() as session:
        if session.scalars(select(ReportingPeriod.id)).first() is None:
            programme = acting(session, Role.PROGRAMME)
            plan = session.scalars(
                select(Document).where(Document.kind == DocumentKind.WORK_PLAN).order_by(Document.id)
            ).first()
            if plan is not None:
                _report(session, plan, programme)
                _relate(session, plan, programme)


def _report(session: Session, plan: Document, by: Actor) -> None:
    instant = now(session)
    year = plan.period_from
    days = {"first_day": date(year, 1, 1), "last_day": date(year, 12, 31)}
    due_on = max(date(year, 12, 31), instant.date() + timedelta(days=30))
    period = reporting.plan_period(session, plan, by=by, now=instant, due_on=due_on, **days)
    for name, unit, whole, parts in FIGURES:
        what = Counting(name, unit, parts=list(parts))
        indicator = indicators.add_indicator(session, plan, what, by=by, now=instant)
        counted = {indicator.id: (whole, list(parts.values()))}
        fields = {indicator.id: dict.fromkeys(["", *parts], "")}
        reporting.report_figures(session, period.id, counted, fields, by=by, now=instant)


def _relate(session: Session, plan: Document, by: Actor) -> None:
    instant, body = now(session), session.get_one(Body, plan.body_id)
    introducing.write_introduction(session, plan.id, by=by, now=instant, text=INTRODUCTION)
    relating.name_predecessor(session, plan, by=by, now=instant, title=PREDECESSOR)
    served = []
    for instrument, place, words, is_served in OBLIGATIONS:
        told = {"instrument": instrument, "place": place, "words": words}
        added = relating.add_obligation(session, by=by, now=instant, body=body, **told)
        served += [added.number] if is_served else []
    first = session.scalars(
        select(Item).where(Item.document_id == plan.id).order_by(Item.position).limit(1)
    ).one()
    relating.serve(session, first.id, served, by=by, now=instant)
