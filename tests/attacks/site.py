"""The whole site on a database of its own, to be asked by anybody in any way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import Client

from tests import databases
from tests.attacks.routes import Kwargs, Recipe, Route
from vangnet.identity import session
from vangnet.identity.models import User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ADDRESSES_OF_THE_CAST = "@voorbeeld.invalid"
# One for each role. Of those who were invented to fill seats one goes along: quinten, a mayor elsewhere.
CAST = {
    *("anna", "bram", "carla", "daan", "esra", "frank", "greet", "hugo", "ineke", "jan", "karel", "lotte"),
    *("mo", "nora", "otto", "petra", "quinten"),
}
_TOKENS = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": ?"\w+"')
_STATE = {settings.SESSION_COOKIE_NAME, "messages"}
_UNLIKE = {"Content-Length", "Date", "Expires"}  # follow from the text, or from the clock


class Site:
    """The site, the cast, and a browser for each of them and for nobody."""

    def __init__(self) -> None:
        people = User.objects.filter(email__endswith=ADDRESSES_OF_THE_CAST)
        named = {person.name.split()[0].lower(): person for person in people.order_by("name")}
        self.cast = {name: person for name, person in named.items() if name in CAST}
        self._browsers: dict[User | None, Client] = {}

    def everyone(self) -> list[User | None]:
        """Return nobody and each member of the cast."""
        return [None, *self.cast.values()]

    def outsiders(self, recipe: Recipe | None) -> list[User | None]:
        """Return nobody and each member of the cast who may not see such a record."""
        return [one for one in self.everyone() if one is None or not (recipe and recipe.may_see(one))]

    def browser(self, person: User | None, *, anew: bool = False) -> Client:
        """Return the browser of a person, signed in; `anew` for one that nobody used before."""
        if anew or person not in self._browsers:
            client = Client(raise_request_exception=False)
            if person is not None:
                client.force_login(person, backend=BACKEND)
                session.prove(client.session.session_key)  # with a second factor: nobody sees more than so
            self._browsers[person] = client
        return self._browsers[person]

    def ask(self, person: User | None, method: str, address: str) -> Any:
        """Ask an address; who was refused goes on in the same session, any other change begins anew."""
        if address.startswith("/api/"):
            return getattr(self._systems(person), method.lower())(address)
        answer = getattr(self.browser(person), method.lower())(address)
        refused = answer.status_code >= 400 and _STATE.isdisjoint(answer.cookies)
        if method not in {"GET", "HEAD"} and not refused:  # it may have ended the session, or left a message
            self._browsers.pop(person, None)
        return answer

    def _systems(self, person: User | None) -> Client:
        """Return what asks the API for a person: a system, because no page of theirs opens it."""
        from tests.attacks import api

        return api.browser(person)

    def records(self, recipe: Recipe) -> Iterator[Kwargs]:
        """Make a record for each of its owners and yield the parts of its address."""
        for owner in recipe.owners:
            yield recipe.make(self.cast[owner])

    def addresses(self, route: Route, recipe: Recipe | None) -> list[str]:
        """Return the addresses of a route that exist."""
        if not route.parts:
            return [route.address()]
        return [route.address(kwargs) for kwargs in self.records(recipe)] if recipe else []


@contextmanager
def on_a_clone(label: str) -> Iterator[Site]:
    """Yield the site on a copy of the filled database, where everything is really committed."""
    with databases.clone(label) as name, databases.pointing_at(name), pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", _as_in_production)
        patch.setattr(settings, "API_PER_MINUTE", 10**6)  # the walk is faster than any system
        yield Site()


def _as_in_production(template: Template, context: Context) -> str:
    """Render without the copy of every context that Django keeps for tests; nobody looks at it here."""
    return str(template.nodelist.render(context))


def text_of(answer: Any) -> str:
    """Return the body of an answer as text."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(body.decode("utf-8", errors="replace"))


def shape(answer: Any, kwargs: Kwargs) -> dict[str, Any]:
    """Return all that somebody can learn from an answer, without the record that was asked for."""

    path = answer.request["PATH_INFO"]
    # A short value stands in a page by chance too, so it is taken out as part of the address only.
    told = [path, quote(path, safe=""), *(str(value) for value in kwargs.values() if len(str(value)) > 7)]

    def without(text: str) -> str:
        for one in told:
            text = text.replace(one, "…")
        return _TOKENS.sub("", text)

    text = without(text_of(answer))
    headers = {name: without(value) for name, value in answer.headers.items() if name not in _UNLIKE}
    return {
        "status": answer.status_code,
        "length": len(text),
        "headers": headers,
        "cookies": sorted(answer.cookies),
        "text": text,
    }
