"""What the frame of every page says: where one can go, and in whose name one is here.

How the frame looks is in `templates/base.html`; who may enter is in `doors`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import force_locale, get_locale, gettext, pgettext
from flask_babel import lazy_gettext as _
from werkzeug.routing import BuildError

from workflow.domain.terms import Role
from workflow.queries.people import Capacity
from workflow.web.wording import word

#: What each capacity finds in the strip: a label and the endpoint of the list it leads to.
_FOCAL_POINT = (
    (_("Waiting for you"), "focal_point.desk"),
    (_("History"), "focal_point.history"),
    (_("Documents"), "documents.index"),
    (_("Library"), "library.index"),
    (_("Search"), "secretariat.search"),
)
LINKS: dict[Role, tuple[tuple[Any, str], ...]] = {
    Role.CONTACT_POINT: _FOCAL_POINT,
    Role.ALTERNATE: _FOCAL_POINT,
    Role.DRAFTER: _FOCAL_POINT,
    Role.LEAD_SHEPHERD: (
        (_("Circulations"), "shepherd.circulations"),
        (_("Documents"), "documents.index"),
        (_("Library"), "library.index"),
        (_("History"), "secretariat.history"),
        (_("Search"), "secretariat.search"),
    ),
    Role.SECRETARIAT: (
        (_("Needs attention"), "secretariat.attention"),
        (_("Circulations"), "shepherd.circulations"),
        (_("History"), "secretariat.history"),
        (_("Search"), "secretariat.search"),
        (_("Documents"), "documents.index"),
        (_("Library"), "library.index"),
        (_("Letters"), "secretariat.letters"),
        (_("Replies"), "secretariat.replies"),
        (_("Log"), "secretariat.log"),
        (_("People"), "secretariat.people"),
        (_("Meetings"), "secretariat.meetings"),
    ),
    Role.PROGRAMME: (
        (_("Documents"), "documents.index"),
        (_("Library"), "library.index"),
        (_("History"), "secretariat.history"),
        (_("Search"), "secretariat.search"),
    ),
}


@dataclass(frozen=True)
class Shown:
    """In whose name somebody is here, as the strip says it; no State for secretariat and programme."""

    person_name: str
    role_label: str = ""
    state_code: str = ""
    state_name: str = ""


def init_app(app: Flask) -> None:
    """Give every template what the frame needs."""
    app.context_processor(_frame)


def home() -> str:
    """Return the address of the first page of the capacity one acts in."""
    if g.get("capacity") is None:
        return url_for("auth.home")
    return _url(LINKS[g.capacity.role][0][1]) or url_for("auth.capacity")


def shown(capacity: Capacity) -> Shown:
    """Return a capacity in words: the role, and the State or the office it belongs to."""
    office = {
        Role.SECRETARIAT: g.body.secretariat_name,
        Role.PROGRAMME: g.body.programme_name,
    }
    state = capacity.state
    return Shown(
        person_name=g.person.name,
        role_label=word(capacity.role),
        state_code=state.code if state is not None else "",
        state_name=state.name if state is not None else office[capacity.role],
    )


def capacity_label(capacity: Capacity) -> str:
    """Return a capacity in one line: "contact point of Malaysia", "Lead Shepherd (Philippines)"."""
    words = shown(capacity)
    if capacity.role is Role.LEAD_SHEPHERD:
        return gettext("%(role)s (%(state)s)", role=words.role_label, state=words.state_name)
    name = capacity.state.in_text if capacity.state is not None else words.state_name
    return gettext("%(role)s of %(state)s", role=words.role_label, state=name)


def _frame() -> dict[str, Any]:
    known: dict[str, Any] = {
        "languages": _languages(),
        "home_url": url_for("auth.home"),
        "words_url": url_for("help.words"),
        "demonstration": current_app.config["DEMONSTRATION"],
        "clock_behind": g.get("clock_is_behind", False),
        "log_fault": g.get("log_fault", ""),
        "foot_links": [
            (gettext("Guide"), url_for("help.guide")),
            (gettext("Words of the procedure"), url_for("help.words")),
            (gettext("How this log protects your State"), url_for("log.protection")),
        ],
        "body_name": g.body.name if g.get("body") is not None else current_app.config["BODY_NAME"],
    }
    if g.get("person") is None:
        return known
    capacity = g.capacity
    return known | {
        "base_address": current_app.config["BASE_URL"].rstrip("/"),
        "capacity": shown(capacity) if capacity is not None else Shown(g.person.name),
        "capacity_url": url_for("auth.capacity") if len(g.capacities) > 1 else None,
        "sign_out_url": url_for("auth.sign_out"),
        "navigation": list(_links(LINKS[capacity.role])) if capacity is not None else [],
        "foot_links": [*known["foot_links"], (gettext("Change your password"), url_for("auth.password"))],
    }


def _languages() -> list[tuple[str, str, bool]]:
    """Return every language offered: its code, its own name, and whether the page is in it; none if alone."""
    offered = current_app.config["LANGUAGES"]
    here = str(get_locale())
    return [(code, _name_of(code), code == here) for code in offered] if len(offered) > 1 else []


def _name_of(language: str) -> str:
    with force_locale(language):
        return pgettext("the name of this language in itself", "English")


def _links(links: Iterable[tuple[Any, str]]) -> Iterable[tuple[str, str, bool]]:
    """Return what the strip offers; the present page belongs to the longest address it lies under."""
    found = [(str(label), url) for label, endpoint in links if (url := _url(endpoint)) is not None]
    around = [url for _, url in found if request.path == url or request.path.startswith(url + "/")]
    here = max(around, key=len, default=None)
    return [(label, url, url == here) for label, url in found]


def _url(endpoint: str) -> str | None:
    try:
        return url_for(endpoint)
    except BuildError:
        return None
