"""What letters carry of the log: its newest checkpoint, and a State's own receipts as files.

Every mailbox is a witness: what was signed is kept outside this system. Signing is in `workflow/audit/`.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from workflow.audit import receipts
from workflow.domain.terms import Letter
from workflow.models.notice import Notice
from workflow.models.people import Person
from workflow.notices import rendering

#: The letters that carry the checkpoint of the moment they are sent.
WITNESSED = frozenset({Letter.CIRCULATION, Letter.FOR_INFORMATION, Letter.RECEIPT, Letter.OUTCOME})
#: How long a letter waits for receipts that another host has yet to sign; then it leaves without.
PATIENCE = timedelta(seconds=60)
_FALLBACK = "en"


def waits(session: Session, notice: Notice, now: datetime) -> bool:
    """Tell whether a letter still waits for its receipts, where another host signs and soon will have."""
    is_young = now - notice.written_at < PATIENCE
    if not (session.info.get("signed_elsewhere") and notice.entry_seqs and is_young):
        return False
    return not receipts.is_signed(session, notice.body_id, notice.entry_seqs)


def carry(session: Session, notice: Notice) -> tuple[tuple[str, bytes], ...]:
    """Put the newest checkpoint below the letter's text, once, and return its receipts as named files.

    The row keeps what is sent, so that a further attempt sends the same. A receipt that is not
    signed yet is left out: it can be had on its page.
    """
    found = receipts.receipts(session, notice.body_id, notice.entry_seqs) if notice.entry_seqs else {}
    if notice.letter in WITNESSED and not notice.below:
        newest = receipts.newest_note(session, notice.body_id)
        if newest is not None:
            notice.below = _below(session, notice, newest, with_receipts=bool(found))
    return tuple(
        (name, data)
        for seq, one in found.items()
        for name, data in (
            (f"entry-{seq}.json", one.entry),
            (f"proof-{seq}.txt", one.proof.encode().encode()),
        )
    )


def _below(session: Session, notice: Notice, note: str, *, with_receipts: bool) -> str:
    reader = session.get(Person, notice.person_id) if notice.person_id is not None else None
    locale = reader.locale if reader else _FALLBACK
    words = rendering.part("_checkpoint.txt", locale, {"files": with_receipts})
    # Byte for byte as it was signed, not wrapped: a program must be able to read it back.
    return f"\n{rendering.wrapped(words)}\n\n{note}"
