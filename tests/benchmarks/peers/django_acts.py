"""Lodging and closing with Django and django-fsm-2, object by object, in tables of its own.

It has rows for a log and for letters, as any honest programmer would write them. It lacks: hashes, a tree,
signatures and receipts; texts behind salted fingerprints; what a letter says in the reader's language and
zone; service, late responses, holds, disputes.
"""

import json
import sys
import time
from datetime import UTC, datetime
from typing import Any

import django
from django.conf import settings
from django.db import connection, models, transaction

from tests.benchmarks.peers.django_database import database_of
from tests.benchmarks.programs import obey

settings.configure(DATABASES={"default": database_of(sys.argv[1])}, USE_TZ=True)
django.setup()

from django_fsm import FSMField, transition  # noqa: E402 - models need the settings


class Circulation(models.Model):
    """A circulation with its deadline."""

    status = FSMField(default="open")
    deadline = models.DateTimeField()

    class Meta:
        """Belong to this program."""

        app_label = "acts"

    @transition(field=status, source="open", target="closed")
    def close(self) -> None:
        """Close it."""


class Version(models.Model):
    """The text of an item, as it moves."""

    circulation = models.ForeignKey(Circulation, models.CASCADE)
    title = models.TextField()
    status = FSMField(default="no_objection_deadline", protected=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """Belong to this program."""

        app_label = "acts"

    @transition(field=status, source="no_objection_deadline", target="silence_broken")
    def break_silence(self) -> None:
        """Stop it."""

    @transition(field=status, source="no_objection_deadline", target="endorsed")
    def endorse(self, at: datetime) -> None:
        """Endorse it."""
        self.decided_at = at


class Response(models.Model):
    """What a State said."""

    version = models.ForeignKey(Version, models.CASCADE)
    state = models.IntegerField()
    kind = models.TextField()
    reasons = models.TextField()
    received_at = models.DateTimeField()
    lodging = models.TextField(unique=True)

    class Meta:
        """Belong to this program."""

        app_label = "acts"


class Entry(models.Model):
    """A line of the log."""

    at = models.DateTimeField()
    type = models.TextField()
    entry = models.TextField()

    class Meta:
        """Belong to this program."""

        app_label = "acts"


class Letter(models.Model):
    """A letter that waits to be sent."""

    address = models.TextField()
    subject = models.TextField()
    text = models.TextField()
    status = models.TextField(default="queued")

    class Meta:
        """Belong to this program."""

        app_label = "acts"


def make(items: int) -> int:
    """Write a circulation of so many items and return its key."""
    made = Circulation.objects.create(deadline=datetime(2100, 1, 1, tzinfo=UTC))
    Version.objects.bulk_create(Version(circulation=made, title=f"Item {one}") for one in range(items))
    return made.pk


def lodge(circulation: int, state: int, count: int) -> float:
    """Let a State answer so many items, each in a transaction of its own; returns the seconds."""
    keys = list(Version.objects.filter(circulation=circulation).values_list("pk", flat=True)[:count])
    started = time.perf_counter()
    for key in keys:
        _lodge(circulation, key, state, f"{circulation} {key} {state}")
    return time.perf_counter() - started


@transaction.atomic
def _lodge(circulation: int, key: int, state: int, lodging: str) -> None:
    found = Circulation.objects.select_for_update().get(pk=circulation)
    now = datetime.now(UTC)
    if Response.objects.filter(lodging=lodging).exists() or found.status != "open" or now >= found.deadline:
        raise ValueError("it cannot be lodged")
    version = Version.objects.get(pk=key)
    said = {"version": version, "state": state, "kind": "no_objection", "reasons": "", "received_at": now}
    response = Response.objects.create(lodging=lodging, **said)
    _record("response.lodged", now, item=version.pk, state=state, response=response.pk)
    Letter.objects.create(
        address="one@example.org", subject="Receipt", text=f"Received at {now}: {version.title}"
    )


def close(circulation: int) -> float:
    """Close a circulation: endorse its items one by one, with a line and a letter; returns the seconds."""
    started = time.perf_counter()
    with transaction.atomic():
        found = Circulation.objects.select_for_update().get(pk=circulation)
        now = datetime.now(UTC)
        for version in Version.objects.filter(circulation=found):
            version.endorse(now)
            version.save()
            _record("version.moved", now, item=version.pk, to=version.status)
        found.close()
        found.save()
        _record("circulation.closed", now, circulation=found.pk)
        for state in range(10):
            Letter.objects.create(address=f"{state}@example.org", subject="Outcome", text="Endorsed.")
    return time.perf_counter() - started


def _record(kind: str, at: datetime, **told: Any) -> None:
    Entry.objects.create(at=at, type=kind, entry=json.dumps(told | {"at": at.isoformat()}))


if __name__ == "__main__":
    with connection.schema_editor() as editor:
        for model in (Circulation, Version, Response, Entry, Letter):
            editor.create_model(model)
    obey({"make": make, "lodge": lodge, "close": close})
