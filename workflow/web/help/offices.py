"""The guides of the offices and of the programme: what to do, by when, what silence means, what happens next.

The guides of those who act for a State are in `states`.
"""

from flask_babel import lazy_gettext as _

from workflow.web.help.states import Guide

LEAD_SHEPHERD = Guide(
    _("Lead Shepherd"),
    _(
        "Your office writes the texts, sends them to every State, answers what States say, and announces "
        "the outcome."
    ),
    (
        _("Write or import the texts under Documents. A draft can be rewritten until it is sent."),
        _(
            "Prepare a circulation in four steps: items, authority, deadline, letters. You read each "
            "State’s letter before it leaves."
        ),
        _(
            "Open the circulation every day. States that are not served stand first, each with the one "
            "act that helps."
        ),
        _("Answer every input and objection. Only its State can end it."),
    ),
    (
        _(
            "The deadline lies at least the body’s minimum period after the dispatch. The calendar shows "
            "who loses days to holidays of its own."
        ),
        _("Answers to inputs only help while the deadline has not passed: a State must accept before it."),
        _("Extend before the deadline, or out of a hold. It applies to all States and is never taken back."),
    ),
    (
        _(
            "Silence decides only for a State that was served for the full period. Else the circulation "
            "is held at the deadline."
        ),
        _("Your own State is asked like every other: if its contact point says nothing, it is silent."),
    ),
    (
        _(
            "At the deadline the clock closes the circulation; nobody has to do anything. Every State is "
            "sent the outcome."
        ),
        _(
            "What was stopped is revised and circulated anew, or deferred to the next meeting. What was "
            "endorsed stays endorsed."
        ),
    ),
)

SECRETARIAT = Guide(
    _("Secretariat"),
    _("Your office keeps persons and meetings, watches that every State is served, and answers an auditor."),
    (
        _(
            "Begin with “Needs attention”: what is held, who is not served, which inputs wait, which "
            "appointments end."
        ),
        _(
            "Read letters that came back, and enter answers that came on paper or by e-mail on behalf of "
            "a State, with the evidence."
        ),
        _(
            "Appoint contact points before a circulation begins: without an address of each State nothing "
            "can be sent."
        ),
        _("Add meetings. Record what a meeting noted or decided, with its reference."),
    ),
    (
        _("Help a State that is not served at once: its silence counts only if it had the full period."),
        _(
            "An objection on paper counts from when it was received; every other answer from when you "
            "enter it."
        ),
    ),
    (
        _(
            "Your office takes no position. You never turn silence into “no objection”, and nobody can "
            "ask you to."
        ),
    ),
    (
        _(
            "For an auditor: History leads to a record in three clicks, by document, item, State, person, "
            "meeting or period."
        ),
        _(
            "A closed circulation is not opened again. An error gets a correction; a fact that comes "
            "later opens a dispute, printed with the record."
        ),
    ),
)

PROGRAMME = Guide(
    _("Programme"),
    _("You write items and report how they go. You speak for no State."),
    (
        _("Write drafts under Documents, and report progress with the day as of which it is true."),
        _("Tell the Lead Shepherd when a draft is ready; that office decides what is circulated."),
    ),
    (_("Before the Lead Shepherd prepares the circulation. Once sent, a text cannot be changed."),),
    (_("Silence is a matter between the States and the body. You are shown outcomes, not who was silent."),),
    (
        _("The outcome stands under History and on the page of each item."),
        _("A change of an endorsed text is a new draft, and goes to the States again."),
    ),
)
