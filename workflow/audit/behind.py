"""What stands behind each entry: the circulation its row points to, and the texts whose HMAC it shows.

What the entries tell of the tables is replayed in `told` and `told_of_body`. An erased text may be gone.
"""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.audit.entries import PRIVATE
from workflow.audit.record import fingerprint, reference
from workflow.models.audit import AuditEntry, LogHead, PrivateText
from workflow.models.circulation import Circulation

_AT_ONCE = 500
#: The type of the entry that tells which texts were erased, as "<seq>.<key>" under `erased`.
ERASED = "data.erased"
#: Salt and text, by the number of the entry and the key.
Texts = dict[tuple[int, str], tuple[bytes, str]]


def erased_texts(session: Session, body: int) -> frozenset[str]:
    """Return which texts were erased with the data of a person, as "<seq>.<key>"."""
    query = select(AuditEntry.entry).where(AuditEntry.body_id == body, AuditEntry.type == ERASED)
    found = (read(line).get("erased") for line in session.scalars(query))
    return frozenset(name for names in found if isinstance(names, list) for name in names)


def faults(session: Session, body: int, erased: frozenset[str]) -> Iterator[str]:
    """Give one sentence for each text or circulation behind an entry that is not what the entry tells."""
    rows = session.scalars(select(Circulation).where(Circulation.body_id == body, Circulation.year > 0))
    references: dict[int | None, str] = {row.id: reference(row) for row in rows}
    named: set[tuple[object, object]] = set()
    for seqs, entries in _pieces(session, body):
        texts = _texts(session, body, *seqs)
        for seq, circulation_id, told in entries:
            points = (told.get("circulation"), references.get(circulation_id))
            if points[0] != points[1] and points not in named:
                named.add(points)
                yield f"Entry {seq} tells of circulation {points[0]}, but its row points to {points[1]}."
            yield from _text_faults(seq, told, texts, erased)
        yield from (f"A text is kept as {key} of entry {seq}, which shows none." for seq, key in texts)
    size = select(LogHead.size).where(LogHead.body_id == body).scalar_subquery()
    for seq, key in session.execute(
        select(PrivateText.seq, PrivateText.field).where(
            PrivateText.body_id == body, (PrivateText.seq >= size) | (PrivateText.seq < 0)
        )
    ):
        yield f"A text is kept as {key} of entry {seq}, which is not there."


def read(line: str) -> dict[str, Any]:
    """Return an entry, empty where it is none: that it is not canonical is said by `checking`."""
    try:
        told = json.loads(line)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _pieces(
    session: Session, body: int
) -> Iterator[tuple[tuple[int, int], list[tuple[int, int | None, dict[str, Any]]]]]:
    since = 0
    query = select(AuditEntry.seq, AuditEntry.circulation_id, AuditEntry.entry)
    query = query.where(AuditEntry.body_id == body).order_by(AuditEntry.seq).limit(_AT_ONCE)
    while rows := session.execute(query.where(AuditEntry.seq >= since)).all():
        last = rows[-1].seq
        yield (since, last), [(row.seq, row.circulation_id, read(row.entry)) for row in rows]
        since = last + 1


def _texts(session: Session, body: int, first: int, last: int) -> Texts:
    query = select(PrivateText.seq, PrivateText.field, PrivateText.salt, PrivateText.text)
    rows = session.execute(query.where(PrivateText.body_id == body, PrivateText.seq.between(first, last)))
    return {(seq, key): (salt, text) for seq, key, salt, text in rows}


def _text_faults(seq: int, told: dict[str, Any], texts: Texts, erased: frozenset[str]) -> Iterator[str]:
    """Check the texts of one entry, and take them out of `texts`."""
    for key, shown in _shown(told):
        kept = texts.pop((seq, key), None)
        if kept is None and f"{seq}.{key}" not in erased:
            yield f"The text behind {key} of entry {seq} is missing, and no entry tells that it was erased."
        elif kept is not None and fingerprint(*kept) != shown:
            yield f"The text kept as {key} of entry {seq} is not the one whose fingerprint the entry shows."


def _shown(told: dict[str, Any]) -> Iterator[tuple[str, object]]:
    """Give each fingerprint an entry shows, by its key; of a list, by key and place."""
    for key in sorted(PRIVATE & told.keys()):
        value = told[key]
        found = (
            [(f"{key}.{place}", one) for place, one in enumerate(value)]
            if isinstance(value, list)
            else [(key, value)]
        )
        yield from ((name, one) for name, one in found if one is not None)
