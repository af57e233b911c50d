"""What waits, what was tried and what it proved: the reads of the tests of sending."""

import pytest
from sqlalchemy import select, update

from workflow.actions.closing import settled
from workflow.actions.serving import accepted, failed, reached
from workflow.db import Database
from workflow.domain.terms import EvidenceKind, Letter, Service
from workflow.models.notice import Attempt, Notice, ServiceEvidence
from workflow.notices.outbox import Keeper

KEEPER = Keeper(settled, accepted, reached, failed)
MALAYSIA = "my.contact_point@example.org"
#: What only the mail server decides is the same on every database.
ONE_DATABASE = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


def keep_only(house: Database, *addresses: str) -> None:
    """Let only these letters wait; the others are as good as sent."""
    with house.writing() as session:
        others = update(Notice).where(Notice.address.not_in(addresses))
        session.execute(others.values(status=Service.SENT, due_at=None))


def notice(house: Database, address: str = MALAYSIA, letter: Letter = Letter.CIRCULATION) -> Notice:
    """Read the letter to an address."""
    with house.reading() as session:
        return session.scalars(select(Notice).where(Notice.address == address, Notice.letter == letter)).one()


def evidence(house: Database, kind: EvidenceKind) -> list[str | None]:
    """Return the addresses of the facts of service of a kind."""
    with house.reading() as session:
        query = select(ServiceEvidence.address).where(ServiceEvidence.kind == kind)
        return list(session.scalars(query.order_by(ServiceEvidence.id)))


def attempts(house: Database) -> list[tuple[Service, str]]:
    """Return the attempts kept, oldest first."""
    with house.reading() as session:
        return [(one.result, one.reply) for one in session.scalars(select(Attempt).order_by(Attempt.id))]
