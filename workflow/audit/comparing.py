"""Compares a checkpoint that somebody kept with the log as it is now.

Reading and verifying a note is in `checkpoints`; the whole log is checked by `checking`.
"""

import json
import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.audit import checkpoints, tree
from workflow.audit.checkpoints import Checkpoint, NotVerified
from workflow.audit.entries import Entry
from workflow.domain.errors import Invalid
from workflow.models.audit import AuditEntry, LogHead

_QUOTED = re.compile(r"^[\s>|]+")
#: A line of a signature by a key of these logs, four bytes and 64, wherever a mail program broke it.
_BROKEN = re.compile(r"^(\N{EM DASH} \S+)[ \n]((?:[A-Za-z0-9+/]\n?){91}=)$", re.MULTILINE)


def checkpoints_in(session: Session, body: int, text: str) -> list[Checkpoint]:
    """Return the checkpoints that stand in a text, such as a letter that quotes another; each is verified.

    Raises Invalid naming `text` where there is none, or where no key of this log signed any.
    """
    head = session.scalars(select(LogHead).where(LogHead.body_id == body)).one()
    # A letter that was forwarded or answered is quoted.
    lines = _mended([_QUOTED.sub("", line).strip() for line in text.strip().splitlines()])
    starts = [place for place, line in enumerate(lines[:-1]) if line and lines[place + 1].isdecimal()]
    keys = checkpoints.read_keys(head.keys) if head.keys else []
    refusal = "There is no checkpoint in this text."
    found: dict[Checkpoint, None] = {}
    for place in starts:
        try:
            found[checkpoints.verify(_note(lines, place), keys)] = None
        except NotVerified as error:
            refusal = str(error)
    if found:
        return list(found)
    raise Invalid(
        refusal, remedy="Paste the lines at the end of a letter, all of them, as they are.", field="text"
    )


def checkpoint_in(session: Session, body: int, text: str) -> Checkpoint:
    """Return the checkpoint of a text that says most: the one that does not fit, else the highest.

    Raises what `checkpoints_in` raises.
    """
    first, *more = found = checkpoints_in(session, body, text)
    if not more:
        return first
    unfit = [one for one in found if not is_consistent(session, body, one)]
    return max(unfit or found, key=lambda one: one.size)


def is_consistent(session: Session, body: int, kept: Checkpoint) -> bool | None:
    """Tell whether the log's first entries are those of a checkpoint; None where it holds fewer now."""
    head = session.scalars(select(LogHead).where(LogHead.body_id == body)).one()
    if kept.size > head.size:
        return None
    return tree.root_at(session, body, kept.size) == kept.root


def restarted_at(session: Session, body: int, kept: Checkpoint) -> int | None:
    """Return how many entries were left where this checkpoint counts some that were lost, else None.

    The log then went on under another name, and the entry of this number says so (`restarting`).
    """
    query = select(AuditEntry.seq, AuditEntry.entry).where(
        AuditEntry.body_id == body, AuditEntry.type == str(Entry.LOG_RESTARTED), AuditEntry.seq < kept.size
    )
    for seq, line in session.execute(query.order_by(AuditEntry.seq)):
        if checkpoints.parse(json.loads(line)["checkpoint"]).checkpoint.origin == kept.origin:
            return int(seq)
    return None


def _mended(lines: list[str]) -> list[str]:
    """Return the lines with each signature on one that was broken over several."""
    told = "\n".join(lines)
    return _BROKEN.sub(lambda one: f"{one[1]} {''.join(one[2].split())}", told).split("\n")


def _note(lines: list[str], place: int) -> str:
    """Return the note that begins at this line: three, an empty one, and the signatures below it."""
    end = place + 4
    while end < len(lines) and lines[end].startswith("\N{EM DASH} "):
        end += 1
    return "".join(f"{line}\n" for line in lines[place:end])
