"""The overrides of one circulation with what each of both offices gave as its reason (rule 9).

Making one is in `workflow/actions/overriding.py`; the sentence about it is in `workflow/domain/formula.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from workflow.domain.formula import Treated
from workflow.domain.terms import EvidenceKind, Role
from workflow.models.body import State
from workflow.models.circulation import Override
from workflow.models.notice import ServiceEvidence


@dataclass(frozen=True)
class OverrideRow:
    """An override, its State, and the evidence of the second office, None while that is waited for."""

    override: Override
    state: State
    second_evidence: str | None

    @property
    def treated(self) -> Treated | None:
        """Return the State as the formula names it (rule 35), None before the override has taken effect."""
        made = self.override
        if made.second_at is None:
            return None
        said = {made.first_role: made.evidence, made.second_role: self.second_evidence or ""}
        return Treated(
            self.state.leading,
            made.served_from,
            lead_shepherd=said.get(Role.LEAD_SHEPHERD, ""),
            secretariat=said.get(Role.SECRETARIAT, ""),
        )


def overrides(session: Session, circulation_id: int) -> list[OverrideRow]:
    """Read the overrides of a circulation, in the order they were proposed: one statement."""
    fact = ServiceEvidence
    # The second record and the fact of service were written in one transaction, at one instant.
    second = and_(
        fact.circulation_id == Override.circulation_id,
        fact.state_id == Override.state_id,
        fact.kind == EvidenceKind.OVERRIDE,
        fact.person_id == Override.second_person_id,
        fact.recorded_at == Override.second_at,
        fact.at == Override.served_from,
    )
    rows = session.execute(
        select(Override, State, fact.detail)
        .join(State, State.id == Override.state_id)
        .outerjoin(fact, second)
        .where(Override.circulation_id == circulation_id)
        .order_by(Override.id)
    )
    return [OverrideRow(override, state, detail) for override, state, detail in rows]


def treated(rows: Sequence[OverrideRow]) -> tuple[Treated, ...]:
    """Return the States treated as served, as the formula names them."""
    return tuple(one for one in (row.treated for row in rows) if one is not None)
