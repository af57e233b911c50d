"""What the tables hold of a body's relations, as facts of the names and columns the entries tell.

What the entries tell is in `told_of_relations`.
"""

from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.audit.kept import Names, columns_of
from workflow.audit.rows import relation_sha256
from workflow.audit.told import Facts
from workflow.audit.told_of_relations import relation_name
from workflow.domain.terms import Relation
from workflow.models.document import Document, Item
from workflow.models.relations import Obligation, OtherEndorsement, Predecessor, Serving

_TABLES: dict[Relation, Any] = {
    Relation.PREDECESSOR: Predecessor,
    Relation.ENDORSEMENT: OtherEndorsement,
}


def facts(session: Session, body: int, _names: Names) -> Facts:
    """Return what the tables hold of the body's relations and obligations."""
    found: Facts = {}
    for relation, table in _TABLES.items():
        query = select(table, Document.code).join(Document, Document.id == table.document_id)
        for row, code in session.execute(query.where(table.body_id == body)):
            found[relation_name(relation, row.number, code)] = _row(row)
    obligations = session.scalars(select(Obligation).where(Obligation.body_id == body)).all()
    found.update({f"obligation {row.number}": _row(row) for row in obligations})
    served: dict[str, list[int]] = defaultdict(list)
    query_of = (
        select(Item.key, Obligation.number)
        .join(Serving, Serving.item_id == Item.id)
        .join(Obligation, Obligation.id == Serving.obligation_id)
        .where(Serving.body_id == body)
        .order_by(Item.id, Obligation.number)
    )
    for key, number in session.execute(query_of):
        served[key].append(number)
    found.update({f"obligations of item {key}": {"numbers": numbers} for key, numbers in served.items()})
    return found


def _row(row: Any) -> dict[str, object]:
    return columns_of(row, "created_at", "created_by") | {"row": relation_sha256(row)}
