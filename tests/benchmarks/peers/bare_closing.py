"""Closing a circulation by the driver alone: the same rows changed and written, and nothing judged.

It lacks: the judgement of service, blockers and holds; hashes, tree, locks of the log; words of letters,
which are copied from the letters of the dispatch.
"""

import json
from datetime import datetime

from tests.benchmarks.peers.bare_sql import Bare

_COPIED = (
    "body_id, circulation_id, state_id, person_id, letter, address, thread_id, subject, text, below, "
    "entry_seqs, proves_service, written_at, attempts, reply"
)


def close(url: str, circulation: int, at: datetime) -> float:
    """Close a circulation and return the seconds."""
    bare = Bare(url)
    try:
        return bare.begun(lambda: _close(bare, circulation, at))
    finally:
        bare.close()


def _close(bare: Bare, circulation: int, at: datetime) -> None:
    def run(statement: str, *values: object) -> list[tuple[object, ...]]:
        cursor = bare.connection.execute(statement.replace("?", bare.mark), values)
        return list(cursor.fetchall()) if cursor.description else []

    when = at.strftime("%Y-%m-%d %H:%M:%S.000000") if bare.is_sqlite else at.isoformat()
    lock = "" if bare.is_sqlite else " FOR UPDATE"
    run(f"SELECT id FROM circulation WHERE id = ?{lock}", circulation)
    rows = run(
        "SELECT version.id, item.key, version.number, version.sha256 FROM circulation_item"
        " JOIN version ON version.id = circulation_item.version_id JOIN item ON item.id = version.item_id"
        " WHERE circulation_id = ? ORDER BY circulation_item.position",
        circulation,
    )
    run(
        "UPDATE version SET status = 'endorsed', decided_at = ? WHERE id IN"
        " (SELECT version_id FROM circulation_item WHERE circulation_id = ?)",
        when,
        circulation,
    )
    run(
        "UPDATE circulation_item SET result = 'endorsed', left_at = ? WHERE circulation_id = ?",
        when,
        circulation,
    )
    run(
        "UPDATE circulation SET status = 'closed', outcome = 'endorsed', closed_at = ?, recorded_at = ?"
        " WHERE id = ?",
        when,
        when,
        circulation,
    )
    named = [{"item": key, "version": number, "version_sha256": sha} for _, key, number, sha in rows]
    for kind in ("versions.moved", "circulation.closed"):
        told = json.dumps({"type": kind, "at": when, "versions": named})
        run(
            "INSERT INTO audit_entry (body_id, seq, type, at, circulation_id, entry)"
            " SELECT body_id, max(seq) + 1, ?, ?, CAST(? AS INTEGER), ? FROM audit_entry WHERE body_id ="
            " (SELECT body_id FROM circulation WHERE id = ?) GROUP BY body_id",
            kind,
            when,
            circulation,
            told,
            circulation,
        )
    run(
        f"INSERT INTO notice ({_COPIED}, once, message_id, status, due_at)"
        f" SELECT {_COPIED}, once || ' again', message_id || ' again', 'queued', ? FROM notice"
        " WHERE circulation_id = ?",
        when,
        circulation,
    )
