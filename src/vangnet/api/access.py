"""Who asks: a system of an organisation, by the token in its header and by nothing else.

A request runs under that token, as a page runs under the token of its cookie, so the database decides what
this system sees and the log says that it was there. Cookies are not looked at, so no form of ours is needed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from vangnet.api import problems
from vangnet.api.problems import Problem
from vangnet.identity import session, systems, token
from vangnet.identity.models import User
from vangnet.vault.files import StoreDown
from vangnet.vault.keys import NoKeys

VERSION: Final = "1.0.0"
HEADERS: Final = {
    "API-Version": VERSION,
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
ASK: Final = {"WWW-Authenticate": 'Bearer realm="Vangnet"'}
WITHOUT: Final = "Stuur het token van uw systeem mee in de header: ‘Authorization: Bearer …’."
ENDED: Final = "Dit token is niet bekend, ingetrokken of verlopen. Vraag uw beheerder om een nieuw token."
IN_ADDRESS: Final = (
    "Een token hoort niet in het adres, want adressen komen in logboeken terecht. Stuur het in de header "
    "‘Authorization’, en laat dit token intrekken."
)
NAMES_OF_TOKENS: Final = {"access_token", "token", "bearer", "api_key", "apikey", "key"}
logger = logging.getLogger(__name__)
Handler = Callable[..., HttpResponse]
View = Callable[..., HttpResponse]


def resource(**handlers: Handler) -> View:
    """Return the view of a resource, with a handler per method; a handler runs in one transaction."""
    known = {name.upper(): handler for name, handler in handlers.items()}
    if "GET" in known:
        known["HEAD"] = known["GET"]

    @csrf_exempt  # no cookie says who asks, so no page elsewhere can ask in somebody's name
    @login_not_required  # it asks for a token
    @transaction.non_atomic_requests  # that a token was used is counted also when the request is refused
    def view(request: HttpRequest, **parts: Any) -> HttpResponse:
        try:
            answer = _answer(request, known, parts)
        except Problem as problem:
            answer = problems.response(problem, request)
        except (NoKeys, StoreDown):
            told = Problem(
                503, "De kluis is nu niet bereikbaar. Er is niets bewaard; probeer het later opnieuw."
            )
            answer = problems.response(told, request)
        except Exception:
            logger.exception("a request to the API failed")
            told = Problem(500, "Deze aanvraag is mislukt. Er is niets bewaard. Meld dit aan de beheerder.")
            answer = problems.response(told, request)
        for name, value in HEADERS.items():
            answer[name] = value
        return answer

    return view


def _answer(request: HttpRequest, known: dict[str, Handler], parts: dict[str, Any]) -> HttpResponse:
    handler = known.get(request.method or "")
    if handler is None:
        raise Problem(405, "Dit kan hier niet.", headers={"Allow": ", ".join(sorted(known))})
    secret = _secret(request)
    with token.nobody():
        caller = systems.enter(secret, per_minute=settings.API_PER_MINUTE)
    if caller is None:
        raise Problem(
            401,
            ENDED,
            headers=ASK | {"WWW-Authenticate": f'{ASK["WWW-Authenticate"]}, error="invalid_token"'},
        )
    if caller.wait:
        most = settings.API_PER_MINUTE
        told = f"Dit token mag {most} aanvragen per minuut doen. Wacht {caller.wait} seconden."
        raise Problem(429, told, headers={"Retry-After": str(caller.wait)})
    if not (request.accepts("application/json") or request.accepts("application/problem+json")):
        raise Problem(406, "Vraag om JSON: ‘Accept: application/json’.")
    under = token.request(
        secret, traceparent=request.headers.get("traceparent", ""), origin=session.origin(request)
    )
    with under, transaction.atomic():
        request.user = User.objects.get(pk=caller.account)
        return handler(request, **parts)


def _secret(request: HttpRequest) -> str:
    """Return the token in the header; an address with one is refused, whatever else is sent."""
    values = [value for _, listed in request.GET.lists() for value in listed]
    if any(name.lower() in NAMES_OF_TOKENS for name in request.GET) or any(
        systems.SHAPE.search(value) for value in values
    ):
        raise Problem(401, IN_ADDRESS, headers=ASK)
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise Problem(401, WITHOUT, headers=ASK)
    return secret.strip()


def not_found() -> Problem:
    """Return the answer to what does not exist, or not for this system: nobody can tell the two apart."""
    return Problem(404, "Dit bestaat niet, of niet voor dit systeem.")


def forbidden() -> Problem:
    """Return the answer to what this system has no authorisation for."""
    told = "Dit systeem heeft hiervoor geen autorisatie, of die is geëindigd. Vraag uw beheerder erom."
    return Problem(403, told)
