"""Tests of the catalogues: their placeholders, what a focal point meets, and that they are compiled."""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from workflow.cli import messages

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+(?::,)?\}")
#: The sources a focal point meets, on the path or beside it; the offices' own pages may stay in English.
FOCAL_POINT = (
    "templates/auth/",
    "templates/base.html",
    "templates/documents/_parts.html",
    "templates/documents/_relations.html",
    "templates/documents/difference.html",
    "templates/documents/document.html",
    "templates/documents/index.html",
    "templates/documents/item.html",
    "templates/errors/",
    "templates/focal_point/",
    "templates/help/",
    "templates/library/entry.html",
    "templates/library/index.html",
    "templates/log/",
    "templates/macros/",
    "templates/mail/",
    "templates/records/",
    "templates/secretariat/search.html",
    "templates/shepherd/_comments.html",
    "templates/shepherd/circulation.html",
    "templates/shepherd/comments.html",
    "templates/shepherd/position.html",
    "workflow/actions/accounts.py",
    "workflow/actions/admitting.py",
    "workflow/actions/authority.py",
    "workflow/actions/lifting.py",
    "workflow/actions/responses.py",
    "workflow/audit/record.py",
    "workflow/domain/formula.py",
    "workflow/domain/mandates.py",
    "workflow/domain/texts.py",
    "workflow/domain/zones.py",
    "workflow/queries/asked.py",
    "workflow/web/auth/",
    "workflow/web/documents/life.py",
    "workflow/web/documents/steps.py",
    "workflow/web/doors.py",
    "workflow/web/errors.py",
    "workflow/web/filters.py",
    "workflow/web/focal_point/",
    "workflow/web/glossary.py",
    "workflow/web/help/pages.py",
    "workflow/web/help/states.py",
    "workflow/web/forms.py",
    "workflow/web/interrupted.py",
    "workflow/web/keys.py",
    "workflow/web/library/words.py",
    "workflow/web/moments.py",
    "workflow/web/navigation.py",
    "workflow/web/records/",
    "workflow/web/rounds.py",
    "workflow/web/secretariat/searching.py",
    "workflow/web/shepherd/chronicle.py",
    "workflow/web/shepherd/missing.py",
    "workflow/web/shepherd/panel.py",
    "workflow/web/shepherd/resolution.py",
    "workflow/web/standing.py",
    "workflow/web/wording.py",
)
CATALOGUES = pytest.mark.parametrize("path", messages.catalogues(), ids=lambda path: path.parents[1].name)


@cache
def template() -> Catalog:
    return messages.extracted()


def forms(sentence: str | tuple[str, ...] | list[str]) -> list[str]:
    """Return the one sentence of a message, or all forms of a plural."""
    return [sentence] if isinstance(sentence, str) else list(sentence)


def names(sentence: str) -> set[str]:
    """Return the placeholders of a sentence as they are written; those of refusals stand in braces."""
    return {found.group() for found in PLACEHOLDER.finditer(sentence)}


def broken(catalogue: Catalog) -> list[str]:
    """Return the translations that lose, add or break a placeholder; the last form is the many's."""
    wrong = []
    for message in catalogue:
        if not message.id or not messages.is_translated(message.string):
            continue
        english, translated = forms(message.id), forms(message.string)
        allowed = [names(one) for one in english]
        kept = names(translated[-1]) == allowed[-1] and all(names(one) in allowed for one in translated)
        stray = any("%" in PLACEHOLDER.sub("", one).replace("%%", "") for one in translated)
        if not kept or (stray and any(allowed)):
            wrong.append(translated[-1])
    return wrong


def missing(catalogue: Catalog, sources: tuple[str, ...]) -> list[str]:
    """Return what the sources say and the catalogue does not."""
    return [
        forms(message.id)[0]
        for message in template()
        if message.id
        and any(file.startswith(sources) for file, _ in message.locations)
        and not (
            (known := catalogue.get(message.id, message.context)) and messages.is_translated(known.string)
        )
    ]


def test_there_is_a_second_language() -> None:
    assert "id" in [path.parents[1].name for path in messages.catalogues()]


def test_sentences_of_pages_letters_and_refusals_are_found() -> None:
    for sentence, file in (
        ("Check and record", "templates/focal_point/answer.html"),
        ("The link opens the sign-in page.", "templates/mail/undelivered/body.txt"),
        ("Choose unrelated words.", "workflow/actions/accounts.py"),
        ("No objection", "workflow/web/wording.py"),
    ):
        found = template().get(sentence)
        assert found is not None
        assert file in [place for place, _ in found.locations]
    assert template().get("no", "number") is not None
    assert template().get("Choose words that are not related.") is None


def test_what_reads_files_can_be_translated() -> None:
    for said in ("The file carries macros.", "The part {name} is not in UTF-8.", "Read, not imported."):
        assert said in template()


@CATALOGUES
def test_translations_keep_every_placeholder(path: Path) -> None:
    assert broken(messages.read(path)) == []


@pytest.mark.parametrize(
    ("english", "translated"),
    [
        ("by %(name)s", "oleh"),
        ("by %(name)s", "oleh %(nama)s"),
        ("by %(name)s", "oleh %(name)s 100%"),
        ("{count:,} bytes", "{count} bita"),
        (("one item", "%(num)d items"), ("butir",)),
    ],
)
def test_a_lost_or_broken_placeholder_is_seen(
    english: str | tuple[str, str], translated: str | tuple[str]
) -> None:
    catalogue = Catalog(locale="id")
    catalogue.add(english, translated)
    assert broken(catalogue) == [forms(translated)[-1]]


@CATALOGUES
def test_all_that_a_focal_point_meets_is_translated(path: Path) -> None:
    assert missing(messages.read(path), FOCAL_POINT) == [], "translate it, then: make messages"


@pytest.mark.parametrize(
    "english", ["%(whose)s %(number)s answers are recorded", "The other %(number)s items go on."]
)
def test_no_sentence_begins_with_a_number_that_comes_in_small_letters(english: str) -> None:
    begun = [
        words
        for path in messages.catalogues()
        for one in messages.read(path)
        if isinstance(one.id, tuple) and english in one.id
        for words in forms(one.string)
    ]
    assert begun != []
    assert [words for words in begun if words.startswith("%(number)s")] == []


def test_what_is_not_translated_is_seen() -> None:
    assert "Check and record" in missing(Catalog(locale="id"), ("templates/focal_point/answer.html",))


def test_every_source_of_the_focal_point_says_something() -> None:
    places = {file for message in template() for file, _ in message.locations}
    silent = [source for source in FOCAL_POINT if not any(file.startswith(source) for file in places)]
    assert silent == []


@CATALOGUES
def test_compiled_catalogues_are_fresh(path: Path) -> None:
    fresh = messages.compiled(messages.read(path))
    assert path.with_suffix(".mo").read_bytes() == fresh, "run: make messages"


@CATALOGUES
def test_updating_keeps_what_is_translated_and_the_head(path: Path) -> None:
    before = messages.read(path)
    after = messages.updated(path, template())
    lost = [
        message.id
        for message in before
        if message.id
        and messages.is_translated(message.string)
        and (now := after.get(message.id, message.context)) is not None
        and now.string != message.string
    ]
    assert lost == []
    assert messages.head(path).startswith(b"# Adref in ")
