"""The types of entries, and the exact keys each of them holds: the one table of the log's vocabulary.

How an entry is written is in `record`. Free text, names and addresses never stand in an entry: they appear
as a salted HMAC (`PRIVATE` marks those keys).
"""

from workflow.domain.terms import Term

#: Keys of every entry.
COMMON = frozenset({"v", "seq", "body", "at", "type", "actor", "auth"})
#: Keys whose values are written as "hmac-sha256:<64 hex>" (null where there is no text), or a list of these.
PRIVATE = frozenset(
    {
        "text",
        "passage",
        "cure",
        "evidence",
        "detail",
        "words",
        "sent",
        "reply",
        "reference",
        "name",
        "name_before",
        "address",
        "address_before",
    }
)


class Entry(Term):
    """What an entry tells; the value is its `type` in the log."""

    BODY_FOUNDED = "body.founded"
    KEY_ROTATED = "key.rotated"
    LOG_RESTARTED = "log.restarted"
    OFFICE_PASSED = "office.passed"
    MEETING_ADDED = "meeting.added"
    MEETING_DATED = "meeting.dated"
    PERSON_INVITED = "person.invited"
    PERSON_CHANGED = "person.changed"
    PERSON_DEACTIVATED = "person.deactivated"
    PERSON_REACTIVATED = "person.reactivated"
    DATA_ERASED = "data.erased"
    RESET_ASKED = "reset.asked"
    PASSWORD_SET = "password.set"
    ACT_REFUSED = "act.refused"
    APPOINTMENT_MADE = "appointment.made"
    APPOINTMENT_ENDED = "appointment.ended"
    DOCUMENT_CREATED = "document.created"
    INTRODUCTION_WRITTEN = "introduction.written"
    VERSION_WRITTEN = "version.written"
    VERSION_IMPORTED = "version.imported"
    EFFECT_GIVEN = "effect.given"
    FILE_ATTACHED = "file.attached"
    FILE_DETACHED = "file.detached"
    PROGRESS_REPORTED = "progress.reported"
    PERIOD_PLANNED = "period.planned"
    PERIOD_CHANGED = "period.changed"
    PERIOD_REMOVED = "period.removed"
    INDICATOR_ADDED = "indicator.added"
    INDICATOR_CHANGED = "indicator.changed"
    INDICATOR_REMOVED = "indicator.removed"
    FIGURE_REPORTED = "figure.reported"
    HIGHLIGHTS_WRITTEN = "highlights.written"
    REPORT_DRAFTED = "report.drafted"
    REPORT_REMINDED = "report.reminded"
    RELATION_ENTERED = "relation.entered"
    RELATION_REMOVED = "relation.removed"
    OBLIGATION_ADDED = "obligation.added"
    OBLIGATION_CHANGED = "obligation.changed"
    OBLIGATION_REMOVED = "obligation.removed"
    OBLIGATIONS_SERVED = "obligations.served"
    LIBRARY_FILED = "library.filed"
    LIBRARY_REMOVED = "library.removed"
    PREPARATION_WRITTEN = "preparation.written"
    PREPARATION_DISCARDED = "preparation.discarded"
    DISPATCHED = "circulation.dispatched"
    VERSIONS_MOVED = "versions.moved"
    SILENCE_STARTED = "silence.started"
    LODGED = "response.lodged"
    LIFTED = "response.lifted"
    ANSWERED = "response.answered"
    ACCEPTED = "answer.accepted"
    KIND_PROPOSED = "kind.proposed"
    REASONS_REQUESTED = "reasons.requested"
    DRAFT_SAVED = "draft.saved"
    DRAFT_DISCARDED = "draft.discarded"
    DRAFT_WARNED = "draft.warned"
    TIME_ASKED = "time.asked"
    SERVICE_ACCEPTED = "service.accepted"
    SERVICE_ACKNOWLEDGED = "service.acknowledged"
    SERVICE_BOUNCED = "service.bounced"
    SERVED_AGAIN = "service.again"
    INFORMED = "circulation.informed"
    REMINDED = "circulation.reminded"
    OVERRIDE_PROPOSED = "override.proposed"
    OVERRIDE_MADE = "override.made"
    EXTENDED = "deadline.extended"
    SUSPENDED = "circulation.suspended"
    RESUMED = "circulation.resumed"
    HELD = "circulation.held"
    CLOSED = "circulation.closed"
    ITEM_WITHDRAWN = "item.withdrawn"
    WITHDRAWN = "circulation.withdrawn"
    ENDORSED_AT_MEETING = "version.endorsed_at_meeting"
    NOTED = "outcome.noted"
    LETTERS_WRITTEN = "letters.written"
    LETTER_TRIED = "letter.tried"
    LETTER_ENDED = "letter.ended"
    DISPUTE_OPENED = "dispute.opened"
    DISPUTE_SETTLED = "dispute.settled"
    CORRECTED = "record.corrected"
    MAIL_RECEIVED = "mail.received"
    MAIL_SETTLED = "mail.settled"


def _keys(*names: str) -> frozenset[str]:
    return frozenset(names)


_RESPONSE = ("circulation", "item", "version_sha256", "on_behalf_of", "received_at", "in_time", "idem")
_SERVICE = ("circulation", "on_behalf_of", "dated", "earliest_close")
_VERSION = ("item", "version", "version_sha256", "document", "position", "section_sha256")
_PERIOD = ("document", "first_day")
_MAIL = (*_SERVICE, "address", "letter", "detail")

#: The exact keys of each type besides the common ones; writing any other, or leaving one out, is an error.
KEYS: dict[Entry, frozenset[str]] = {
    Entry.BODY_FOUNDED: _keys("states", "office", "settings_sha256", "rules", "memberships", "meetings"),
    Entry.KEY_ROTATED: _keys("key"),
    Entry.LOG_RESTARTED: _keys("origin", "checkpoint"),
    Entry.OFFICE_PASSED: _keys("office"),
    Entry.MEETING_ADDED: _keys("meeting", "called", "held_on"),
    Entry.MEETING_DATED: _keys("meeting", "held_on"),
    Entry.PERSON_INVITED: _keys("person", "link_sha256", "expires_at"),
    Entry.PERSON_CHANGED: _keys("person", "name_before", "name", "address_before", "address"),
    Entry.PERSON_DEACTIVATED: _keys("person"),
    Entry.PERSON_REACTIVATED: _keys("person"),
    Entry.DATA_ERASED: _keys("person", "erased"),
    Entry.RESET_ASKED: _keys("person", "link_sha256", "expires_at"),
    Entry.PASSWORD_SET: _keys("person", "password_sha256"),
    Entry.ACT_REFUSED: _keys("act", "route", "thing", "cause", "role", "state", "more_untold"),
    Entry.APPOINTMENT_MADE: _keys("person", "role", "state", "since", "until", "name", "address"),
    Entry.APPOINTMENT_ENDED: _keys("person", "role", "state", "until"),
    Entry.DOCUMENT_CREATED: _keys("document", "kind", "period_from", "period_until", "document_sha256"),
    Entry.INTRODUCTION_WRITTEN: _keys("document", "text"),
    Entry.VERSION_WRITTEN: _keys(*_VERSION, "edition"),
    Entry.VERSION_IMPORTED: _keys(*_VERSION, "to", "remarks_sha256", "reference_sha256"),
    Entry.EFFECT_GIVEN: _keys("item", "version", "version_sha256", "effect", "extends_until"),
    Entry.FILE_ATTACHED: _keys("item", "version", "version_sha256", "file_sha256", "named_sha256"),
    Entry.FILE_DETACHED: _keys("item", "version", "version_sha256", "file_sha256"),
    Entry.PROGRESS_REPORTED: _keys("item", "as_of", "text", "more_sha256"),
    Entry.PERIOD_PLANNED: _keys(*_PERIOD, "last_day", "due_on"),
    # What is corrected or removed tells under `text` what stood there before.
    Entry.PERIOD_CHANGED: _keys(*_PERIOD, "begins_on", "last_day", "due_on"),
    Entry.PERIOD_REMOVED: _keys(*_PERIOD),
    Entry.INDICATOR_ADDED: _keys("document", "indicator", "item", "indicator_sha256"),
    Entry.INDICATOR_CHANGED: _keys("document", "indicator", "item", "indicator_sha256", "text"),
    Entry.INDICATOR_REMOVED: _keys("document", "indicator", "text"),
    Entry.FIGURE_REPORTED: _keys(*_PERIOD, "indicator", "whole", "parts"),
    Entry.HIGHLIGHTS_WRITTEN: _keys(*_PERIOD, "text"),
    Entry.REPORT_DRAFTED: _keys(*_PERIOD, "report"),
    Entry.REPORT_REMINDED: _keys(*_PERIOD, "ordinal"),
    Entry.RELATION_ENTERED: _keys("document", "relation", "number", "row_sha256"),
    Entry.RELATION_REMOVED: _keys("document", "relation", "number"),
    Entry.OBLIGATION_ADDED: _keys("number", "row_sha256"),
    Entry.OBLIGATION_CHANGED: _keys("number", "row_sha256", "text"),
    Entry.OBLIGATION_REMOVED: _keys("number", "text"),
    Entry.OBLIGATIONS_SERVED: _keys("item", "obligations"),
    Entry.LIBRARY_FILED: _keys("number", "kind", "audience", "file_sha256", "entry_hmac"),
    Entry.LIBRARY_REMOVED: _keys("number"),
    Entry.PREPARATION_WRITTEN: _keys("preparation", "versions", "plan_sha256"),
    Entry.PREPARATION_DISCARDED: _keys("preparation"),
    Entry.DISPATCHED: _keys(
        "circulation",
        "preparation",
        "authority",
        "authority_date",
        "roster",
        "versions",
        "deadline",
        "zone",
        "window_end",
        "earliest_close",
        "floor_seconds",
        "inputs_block",
        "package",
        "urgent",
        "calendars",
        "terms_sha256",
    ),
    Entry.VERSIONS_MOVED: _keys("circulation", "trigger", "from", "to", "versions", "effective_at", "text"),
    Entry.SILENCE_STARTED: _keys("circulation", "effective_at"),
    Entry.LODGED: _keys(
        *_RESPONSE,
        "role",
        "kind",
        "counts_at",
        "earliest_close",
        "replaces",
        "text",
        "passage",
        "cure",
        "claimed_at",
        "evidence",
    ),
    Entry.LIFTED: _keys(*_RESPONSE, "of", "by_replacement", "text"),
    Entry.ANSWERED: _keys(*_RESPONSE, "of", "text"),
    Entry.ACCEPTED: _keys(*_RESPONSE, "of"),
    Entry.KIND_PROPOSED: _keys(*_RESPONSE, "of", "kind", "text"),
    Entry.REASONS_REQUESTED: _keys("circulation", "item", "on_behalf_of", "of"),
    Entry.DRAFT_SAVED: _keys("circulation", "on_behalf_of", "words"),
    Entry.DRAFT_DISCARDED: _keys("circulation", "on_behalf_of"),
    Entry.DRAFT_WARNED: _keys("circulation", "on_behalf_of"),
    Entry.TIME_ASKED: _keys("circulation", "on_behalf_of", "until", "text"),
    Entry.SERVICE_ACCEPTED: _keys(*_MAIL),
    Entry.SERVICE_ACKNOWLEDGED: _keys(*_SERVICE, "person"),
    Entry.SERVICE_BOUNCED: _keys(*_MAIL),
    Entry.SERVED_AGAIN: _keys("circulation", "on_behalf_of", "letters"),
    Entry.INFORMED: _keys("circulation", "state"),
    Entry.REMINDED: _keys("circulation", "ordinal", "scheduled_at", "states"),
    Entry.OVERRIDE_PROPOSED: _keys("circulation", "on_behalf_of", "served_from", "evidence", "role"),
    Entry.OVERRIDE_MADE: _keys(
        "circulation",
        "on_behalf_of",
        "served_from",
        "evidence",
        "first_actor",
        "first_role",
        "role",
        "earliest_close",
    ),
    Entry.EXTENDED: _keys("circulation", "before", "deadline", "earliest_close", "earliest_closes", "text"),
    Entry.SUSPENDED: _keys("circulation", "text"),
    Entry.RESUMED: _keys("circulation", "before", "deadline", "window_end", "earliest_closes"),
    Entry.HELD: _keys("circulation", "effective_at", "states"),
    Entry.CLOSED: _keys("circulation", "effective_at", "cause", "outcome", "results"),
    Entry.ITEM_WITHDRAWN: _keys("circulation", "item", "version_sha256", "text"),
    Entry.WITHDRAWN: _keys("circulation", "text"),
    Entry.ENDORSED_AT_MEETING: _keys(
        "circulation", "item", "version_sha256", "meeting", "decided_on", "reference"
    ),
    Entry.NOTED: _keys("circulation", "meeting", "noted_on", "reference"),
    # A letter is named by what stands before the @ of its Message-ID.
    Entry.LETTERS_WRITTEN: _keys("circulation", "letter", "serves", "letters", "words"),
    Entry.LETTER_TRIED: _keys("circulation", "letter", "result", "sent", "reply"),
    Entry.LETTER_ENDED: _keys("circulation", "letter", "status", "reply"),
    Entry.DISPUTE_OPENED: _keys("circulation", "on_behalf_of", "kind", "of", "letter"),
    Entry.DISPUTE_SETTLED: _keys("circulation", "on_behalf_of", "kind", "text"),
    Entry.CORRECTED: _keys("circulation", "text"),
    Entry.MAIL_RECEIVED: _keys("circulation", "state", "kind", "tie", "arrived_at", "waits", "text"),
    Entry.MAIL_SETTLED: _keys("of", "settlement", "text"),
}

#: Entries after whose commit a checkpoint is signed: what a State said or was told, and every close.
#: The checkpoint that covers a new key is signed by two keys: `rotating` does it.
SIGNED = frozenset(
    {
        Entry.LOG_RESTARTED,
        Entry.DISPATCHED,
        Entry.LODGED,
        Entry.LIFTED,
        Entry.ANSWERED,
        Entry.ACCEPTED,
        Entry.KIND_PROPOSED,
        Entry.CLOSED,
        Entry.WITHDRAWN,
        Entry.ENDORSED_AT_MEETING,
    }
)
