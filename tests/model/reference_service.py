"""Since when a State has been served, and whether its silence ran in full (rules 7, 9, 17).

Choices:
- a bounce voids an earlier acceptance altogether, as the letter never arrived; so a State served at two
  addresses counts from the acceptance that still stands. Acknowledgements and responses are never voided;
- any accepted letter of the circulation serves, if its addressee spoke for the State at that instant;
- while a circulation is open, only bounces dated before its deadline are known (34); held, all are;
- a State's period and the deadline stand still alike during a suspension: the same function moves both.
"""

from collections.abc import Sequence
from datetime import datetime

from tests.model.reference_records import Bounce, Circulation, Evidence
from tests.model.reference_terms import Key, Phase
from tests.model.reference_time import period_end, resumed_end


def is_void(proof: Evidence, circulation: Circulation, bounces: Sequence[Bounce]) -> bool:
    """Tell whether a later bounce at its address undid an acceptance (rules 9, 34)."""
    return any(
        bounce.address == proof.address and bounce.at >= proof.at
        for bounce in bounces
        if circulation.phase is not Phase.OPEN or bounce.at < circulation.deadline
    )


def proven_since(circulation: Circulation, state: Key, bounces: Sequence[Bounce]) -> datetime | None:
    """Return since when the State itself is proven served, or None (rule 9)."""
    proofs = [proof for proof in circulation.evidence if proof.state == state]
    return min((proof.at for proof in proofs if not is_void(proof, circulation, bounces)), default=None)


def served_since(circulation: Circulation, state: Key, bounces: Sequence[Bounce]) -> datetime | None:
    """Return since when the State is or is treated as served, or None (rule 9, override)."""
    known = (proven_since(circulation, state, bounces), circulation.overridden().get(state))
    return min((instant for instant in known if instant is not None), default=None)


def ran_in_full(circulation: Circulation, since: datetime | None) -> bool:
    """Tell whether silence begun by service at `since` runs the full period by the deadline (rule 9)."""
    if since is None:
        return False
    return silence_end(circulation, since) <= circulation.deadline


def silence_end(circulation: Circulation, since: datetime) -> datetime:
    """Return when the period of a State served at `since` is full, without suspended time (rules 9, 17).

    Silence that runs a full period from the resumption on has run one, whatever ran before it.
    """
    rules = circulation.rules
    for stopped, resumed in circulation.suspensions:
        if stopped <= since and (resumed is None or since < resumed):
            since = stopped if resumed is None else resumed
    start = max(since, circulation.window_end or since)
    end = period_end(rules, start, urgent=circulation.urgent)
    for stopped, resumed in circulation.suspensions:
        if resumed is None or not start <= stopped < end:
            continue
        shifted = end + (resumed - stopped)
        moved = shifted if circulation.urgent else resumed_end(rules, end, stopped, resumed)
        end = min(moved, period_end(rules, resumed, urgent=circulation.urgent))
    return end
