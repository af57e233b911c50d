"""Which words of the procedure a page uses, and so explains: beside the first of each, and in its foot.

What they mean is in `glossary`, how they are written in `wording`.
"""

from flask import g

from workflow.domain.terms import Term
from workflow.web import wording
from workflow.web.glossary import GLOSSARY, Explained

#: Which explanation belongs to a word that pages write, by its stored value.
EXPLAINS: dict[str, str] = {
    **dict.fromkeys(("no_objection_deadline", "circulated", "start_silence", "restore_silence"), "silence"),
    **dict.fromkeys(("silence_broken", "break_silence"), "silence-broken"),
    **dict.fromkeys(("open", "circulate"), "circulation"),
    **dict.fromkeys(("endorsed", "partially_endorsed", "endorse"), "endorsed"),
    **dict.fromkeys(("lifted", "lifted_objection"), "lifted"),
    **dict.fromkeys(("settled", "input_disposed", "accepted"), "settled"),
    **dict.fromkeys(
        ("served", "unserved", "sent", "acknowledged", "refused", "bounced", "unknown"), "served"
    ),
    **dict.fromkeys(("draft", "unsent_draft"), "draft"),
    **dict.fromkeys(("late_entry", "late_bounce"), "dispute"),
    **dict.fromkeys(("suspend", "suspended"), "suspended"),
    **dict.fromkeys(("hold", "held"), "held"),
    **dict.fromkeys(("closed", "close", "deadline_passed"), "closed"),
    **dict.fromkeys(("defer", "deferred", "refer"), "deferred"),
    **dict.fromkeys(("supersede", "superseded"), "superseded"),
    **dict.fromkeys(("withdraw", "withdrawn"), "withdrawn"),
    **dict.fromkeys(("extend", "extension"), "extension"),
    "not_endorsed": "not-endorsed",
    "no_objection": "no-objection",
    "input_outstanding": "input",
    "in_force": "in-force",
    "not_asked": "roster",
    "from_paper": "from-paper",
    **{
        same: same
        for same in ("comment", "input", "objection", "reservation", "abstention", "silent", "late")
    },
    **{same: same for same in ("preparation", "undisclosed", "override")},
}


def noted(value: Term | str) -> wording.Wording:
    """Return the wording of a word, and note that this page uses it, so that its foot explains it."""
    entry = explains(value)
    if entry is not None:
        _use(entry)
    return wording.wording(value)


def explains(value: Term | str) -> str | None:
    """Return the name of the explanation that belongs to a word, None where it has none."""
    return EXPLAINS.get(str(value))


def first_use(entry: str | None) -> bool:
    """Tell whether a word is written here for the first time on this page: beside it is its meaning."""
    beside: dict[str, None] = g.setdefault("words_beside", {})
    if entry is None or entry in beside:
        return False
    _use(entry)
    beside[entry] = None
    return True


def words_beside() -> list[tuple[str, Explained]]:
    """Return what is explained beside its word on this page, each by its name."""
    return [(name, GLOSSARY[name]) for name in g.get("words_beside", {})]


def words_used() -> list[Explained]:
    """Return what this page has used so far and should explain, in the order of the procedure."""
    used = g.get("words_used", {})
    return [explained for name, explained in GLOSSARY.items() if name in used]


def _use(entry: str) -> None:
    g.setdefault("words_used", {})[entry] = None
