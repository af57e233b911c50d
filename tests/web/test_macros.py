"""What the macros write: wired labels, marks used once, deadlines in more than one zone, no inline style."""

import gzip
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, render_template_string
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from flask_wtf.file import FileField
from jinja2 import StrictUndefined
from wtforms import BooleanField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from workflow.domain.positions import Place
from workflow.domain.terms import Result, Status
from workflow.web import filters, wording

HOUSE = Path(__file__).parents[2]
DEADLINE = datetime(2020, 10, 12, 10, 0, tzinfo=UTC)
NOW = datetime(2020, 10, 8, 4, 0, tzinfo=UTC)
STATES = [SimpleNamespace(code="BN", name="Brunei Darussalam"), SimpleNamespace(code="MY", name="Malaysia")]


class Sample(FlaskForm):
    """One field of every kind."""

    over_errors = ""
    title = StringField("Title", [InputRequired("Write a title.")])
    reasons = TextAreaField("Reasons")
    urgent = BooleanField("Urgent")
    fate = RadioField(
        "The rest",
        [InputRequired("Choose one.")],
        choices=[SelectChoice("all", "No objection"), SelectChoice("none", "Nothing")],
    )
    items = SelectMultipleField("Items", choices=[SelectChoice("1", "First"), SelectChoice("2", "Second")])
    file = FileField("File")


@pytest.fixture
def page() -> Iterator[Flask]:
    """Give an application that has the templates and the filters, and nothing else."""
    app = Flask("page", template_folder=str(HOUSE / "templates"))
    app.config.update(SECRET_KEY="for tests only", TESTING=True)
    app.jinja_env.undefined = StrictUndefined
    Babel(app)
    CSRFProtect(app)
    filters.init_app(app)
    with app.test_request_context():
        yield app


IMPORTS = "".join(
    f'{{% import "macros/{name}.html" as {name} %}}' for name in ("parts", "forms", "tables", "marks")
)


def shown(template: str, **values: Any) -> str:
    return re.sub(r"\s+", " ", render_template_string(IMPORTS + template, **values)).strip()


def explained(name: str, words: str) -> str:
    """Write a word as it stands where it comes first on a page: it opens its meaning."""
    target = f'popovertarget="means-{name}" aria-describedby="means-{name}"'
    return f'<button type="button" class="term" {target}>{words}</button>'


def as_page(main: str, **values: Any) -> str:
    source = '{% extends "base.html" %}' + IMPORTS + "{% block main %}" + main + "{% endblock %}"
    return render_template_string(source, **values)


def test_docket_shows_capital_announced_zone_utc_and_time_left(page: Flask) -> None:
    docket = shown(
        '{{ parts.docket(deadline, "Asia/Jakarta", "Asia/Kuala_Lumpur", "Kuala Lumpur", "Jakarta", now,'
        " working_days=2) }}",
        deadline=DEADLINE,
        now=NOW,
    )
    rows = re.findall(r"<dt>(.*?)</dt>\s*<dd>(?:<time[^>]*>)?(.*?)(?:</time>)?</dd>", docket)
    assert rows == [
        (explained("deadline", "Before, in Kuala Lumpur"), "Monday 12 October 2020, 18:00"),
        ("Announced time, Jakarta", "17:00"),
        ("UTC", "10:00"),
        ("Time left", "4 days 6 hours (2 working days)"),
    ]


def test_docket_writes_the_date_where_it_differs(page: Flask) -> None:
    docket = shown(
        '{{ parts.docket(deadline, "America/Lima", "Asia/Manila") }}',
        deadline=datetime(2020, 10, 12, 22, tzinfo=UTC),
    )
    assert "Before, in Manila" in docket
    assert "Tuesday 13 October 2020, 06:00" in docket
    assert "<dd>Monday 12 October 2020, 17:00</dd>" in docket
    assert "<dd>Monday 12 October 2020, 22:00</dd>" in docket


def test_docket_without_a_capital_still_shows_two_zones(page: Flask) -> None:
    docket = shown('{{ parts.docket(deadline, "Asia/Jakarta", now=deadline) }}', deadline=DEADLINE)
    assert "Deadline, in Jakarta" in docket
    assert "<dt>UTC</dt><dd>10:00</dd>" in docket
    assert "none: it has passed" in docket


def test_docket_of_a_suspended_circulation_names_no_instant(page: Flask) -> None:
    docket = shown('{{ parts.docket(none, "Asia/Jakarta") }}')
    assert "The deadline stands still" in docket
    assert "<time" not in docket


def test_moment_names_its_place_and_utc(page: Flask) -> None:
    assert shown('{{ parts.moment(now, "Asia/Jakarta") }}', now=NOW) == (
        '<time datetime="2020-10-08T04:00:00Z">Thursday 8 October 2020, 11:00 in Jakarta (04:00 UTC)</time>'
    )


def test_status_has_word_mark_and_colour(page: Flask) -> None:
    written = shown("{{ parts.status(value) }}", value=Result.NOT_ENDORSED)
    assert written.startswith('<span class="status is-stop"><svg class="mark"')
    assert written.endswith(f"</svg>{explained('not-endorsed', 'Not endorsed')}</span>")


def test_status_without_a_mark_is_its_word(page: Flask) -> None:
    word = "Shown after the close"
    first = f'<span class="status is-rest">{explained("undisclosed", word)}</span>'
    then = f'<span class="status is-rest">{word}</span>'
    assert shown('{{ parts.status("undisclosed") }}{{ parts.status("undisclosed") }}') == first + then


def test_every_mark_of_the_wordings_is_drawn(page: Flask) -> None:
    needed = {known.mark for words in wording.WORDINGS.values() for known in words.values()} - {""}
    drawn = shown(
        "{% for name in names %}{{ marks.mark(name) }}{% endfor %}{{ marks.symbols() }}", names=needed
    )
    assert set(re.findall(r'<symbol id="mark-([a-z-]+)" viewBox="0 0 16 16"><', drawn)) == needed


def test_a_page_carries_only_the_drawings_it_uses(page: Flask) -> None:
    written = as_page("{{ parts.status(value) }}{{ parts.status(value) }}", value=Status.DRAFT)
    assert re.findall(r'<symbol id="([a-z-]+)"', written) == ["mark-draft"]


def test_a_page_renders_for_nobody_and_for_somebody(page: Flask) -> None:
    nobody = as_page("{{ title }}", title="Hello")
    assert "Sign out" not in nobody
    somebody = as_page(
        "",
        navigation=[("History", "/history", True)],
        capacity=SimpleNamespace(
            person_name="Nurul", role_label="contact point", state_code="MY", state_name="Malaysia"
        ),
        capacity_url="/capacity",
        sign_out_url="/sign-out",
        demonstration=True,
        clock_behind=True,
    )
    assert '<a href="/history" aria-current="page">History</a>' in somebody
    assert '<form method="post" action="/sign-out"><input type="hidden" name="csrf_token"' in somebody
    assert '<a href="/capacity">Change capacity</a>' in somebody
    assert "Nurul, contact point" in somebody
    assert '<html lang="en">' in somebody


def test_difference_marks_added_and_removed_and_escapes(page: Flask) -> None:
    pieces = [
        SimpleNamespace(kind="same", text="Support "),
        SimpleNamespace(kind="removed", text="to"),
        SimpleNamespace(kind="added", text="<for>"),
    ]
    assert shown("{{ parts.difference(pieces) }}", pieces=pieces) == (
        "Support <del>to</del> <ins>&lt;for&gt;</ins>"
    )


def test_version_text_shows_points_and_names_several_texts(page: Flask) -> None:
    version = SimpleNamespace(points=["First", "การ"], texts={"status": "Ongoing", "scheduled": "None & all"})
    assert shown("{{ parts.version_text(version) }}", version=version) == (
        '<ul class="text points"><li>First</li><li lang="th">การ</li></ul>'
        ' <p class="text-name">Status</p><p class="text">Ongoing</p>'
        ' <p class="text-name">Scheduled for completion</p><p class="text">None &amp; all</p>'
    )


def test_field_wires_hint_and_error(page: Flask) -> None:
    form = Sample(formdata=None)
    form.validate()
    written = shown('{{ forms.field(form.title, hint="One line.") }}', form=form)
    assert '<label for="title">Title</label>' in written
    assert '<p class="field-hint" id="title-hint">One line.</p>' in written
    assert 'id="title-error"' in written
    assert 'aria-describedby="title-hint title-error"' in written
    assert 'aria-invalid="true"' in written


def test_field_without_hint_or_error_describes_nothing(page: Flask) -> None:
    written = shown("{{ forms.field(form.reasons, optional=true) }}", form=Sample(formdata=None))
    assert "aria-" not in written
    assert '<span class="field-optional">(optional)</span>' in written
    assert '<textarea dir="auto" id="reasons" name="reasons" rows="4">' in written


def test_field_gives_radios_and_boxes_a_legend(page: Flask) -> None:
    form = Sample(formdata=None)
    form.validate()
    radios = shown('{{ forms.radio_list(form.fate, hints={"all": "item by item"}) }}', form=form)
    assert "<legend>The rest</legend>" in radios
    assert radios.count('type="radio"') == 2
    assert "<small>item by item</small>" in radios
    assert 'aria-describedby="fate-error"' in radios
    boxes = shown("{{ forms.field(form.items) }}", form=Sample(formdata=None, data={"items": ["2"]}))
    assert '<input type="checkbox" id="items-1" name="items" value="2" checked>' in boxes


def test_error_summary_leads_to_each_field(page: Flask) -> None:
    form = Sample(formdata=None)
    form.validate()
    form.form_errors.append("The two dates are in the wrong order.")
    written = shown("{{ forms.error_summary(form) }}", form=form)
    assert '<a href="#title">Title: Write a title.</a>' in written
    assert '<a href="#fate-0">The rest: Choose one.</a>' in written
    assert "<li>The two dates are in the wrong order.</li>" in written


def test_error_summary_is_absent_without_errors(page: Flask) -> None:
    assert shown("{{ forms.error_summary(form) }}", form=Sample(formdata=None)) == ""


def test_answer_has_seven_choices_and_chooses_one(page: Flask) -> None:
    written = shown(
        '{% call forms.answer("kind-3", "objection", "Malaysia on item 3", "Malaysia") %}words{% endcall %}'
    )
    assert written.count('type="radio"') == 7
    assert re.findall(r'value="(\w+)" checked', written) == ["objection"]
    assert "at the deadline Malaysia counts as silent" in written
    assert '<div class="answer-words">words</div>' in written


def test_answer_stands_at_no_answer_when_nothing_is_chosen(page: Flask) -> None:
    written = shown('{{ forms.answer("kind-3", none, "Malaysia on item 3", "Malaysia") }}')
    assert re.findall(r'value="(\w+)" checked', written) == ["no_answer"]


def test_csrf_carries_token_and_key(page: Flask) -> None:
    written = shown('{{ forms.csrf(key="abc-12345") }}')
    assert re.findall(r'name="(\w+)"', written) == ["csrf_token", "key"]


def test_matrix_keeps_roles_and_words_in_every_cell(page: Flask) -> None:
    rows = [("1. First", [("unserved", None), (Place.OBJECTION, "/positions/7")])]
    written = shown('{{ tables.matrix("Positions", states, rows) }}', states=STATES, rows=rows)
    assert written.count('role="row"') == 2
    assert written.count('role="cell"') == 2
    assert '<td role="cell" class="is-hold"><span class="position is-hold"><b>BN</b>' in written
    assert '<a class="position is-stop" href="/positions/7"><b>MY</b>' in written
    assert "Unserved</span>" in written
    assert "Objects</a>" in written


def test_pager_offers_only_what_there_is(page: Flask) -> None:
    assert shown("{{ parts.pager(none, none) }}") == ""
    assert re.findall(r'href="([^"]+)"', shown('{{ parts.pager("/older", none) }}')) == ["/older"]


def test_problem_page_gives_back_what_was_typed(page: Flask) -> None:
    problem = SimpleNamespace(
        title="Something happened meanwhile",
        message="The alternate answered item 4.",
        remedy="Read that answer.",
        meanwhile=("8 October 2020: Comment on item 4.",),
        capacity_url=None,
    )
    template = page.jinja_env.get_template("errors/problem.html")
    written = template.render(problem=problem, typed=[("reasons", "<long> text")])
    assert "The alternate answered item 4." in written
    assert "<li>8 October 2020: Comment on item 4.</li>" in written
    assert "&lt;long&gt; text" in written


#: The pages, and not the letter's frame: a mail program has no stylesheet of ours.
PAGES = [path for path in sorted((HOUSE / "templates").rglob("*.html")) if path.parent.name != "mail"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_templates_carry_no_inline_style_or_script(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert re.findall(r"\sstyle=|<script|<style|\son[a-z]+=|javascript:", source) == []


def test_stylesheet_stays_light() -> None:
    sheet = (HOUSE / "workflow/web/static/adref.css").read_bytes()
    assert len(gzip.compress(sheet, mtime=0)) <= 7_168
