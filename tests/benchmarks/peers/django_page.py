"""The matrix of a circulation as a Django page: the same rows by its ORM, a reader known by a signed cookie.

It lacks: what a reader may not see, what the deadline would do, the time line, letters, the log, languages.
"""

import os
from typing import Any

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from tests.benchmarks.peers.django_database import database_of

settings.configure(
    SECRET_KEY="measured, and never served to anybody",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": database_of(os.environ["PEER_DATABASE_URL"])},
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware"],
    USE_TZ=False,
)
django.setup()

from tests.benchmarks.peers import django_rows as rows  # noqa: E402 - models need the settings

TEMPLATE = """<!doctype html><html lang="en"><head><title>{{ circulation.symbol }}</title></head><body>
<p>{{ person.name }}</p><h1>{{ circulation.title }}</h1>
<p>{{ circulation.status }}, {{ circulation.deadline }}</p>
<table><caption>Positions</caption>
<thead><tr><th>Item</th>{% for one in states %}<th>{{ one.code }}</th>{% endfor %}
</tr></thead><tbody>{% for item, cells in lines %}<tr><th>{{ item.position }}. {{ item.version.title }}</th>
{% for cell in cells %}<td><a href="/positions/{{ item.version_id }}">{{ cell }}</a></td>{% endfor %}</tr>
{% endfor %}</tbody></table></body></html>"""


def sign_in(request: HttpRequest, person: int) -> HttpResponse:
    """Give the cookie of a person."""
    answer = HttpResponse("signed in")
    answer.set_signed_cookie("person", str(person))
    return answer


def circulation(request: HttpRequest, key: int) -> HttpResponse:
    """Show who said what on which item."""
    person = rows.Person.objects.get(pk=request.get_signed_cookie("person"))
    found = rows.Circulation.objects.get(pk=key)
    states = [one.state for one in found.rosterstate_set.select_related("state").order_by("state__name")]
    items = found.circulationitem_set.select_related("version").order_by("position")
    said = {(one.version_id, one.state_id): one.kind for one in found.response_set.order_by("id")}
    lines: list[Any] = [
        (item, [said.get((item.version_id, state.pk), "silent") for state in states]) for item in items
    ]
    page = {"person": person, "circulation": found, "states": states, "lines": lines}
    return HttpResponse(template.render(page, request))


template = engines["django"].from_string(TEMPLATE)
urlpatterns = [path("sign-in/<int:person>", sign_in), path("circulations/<int:key>", circulation)]
application = get_wsgi_application()
