"""Signals: taking one in, and the stubs of what this system may list. Words are on no answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from vangnet.api import bodies, deliveries, params, problems
from vangnet.api.access import forbidden, not_found
from vangnet.api.params import PAGES, Param
from vangnet.api.problems import Problem, fault, wrong
from vangnet.audit import log
from vangnet.audit.models import Outcome
from vangnet.casework import reading
from vangnet.casework.actions import Conflict
from vangnet.casework.deliveries import deliver
from vangnet.casework.models import Branch, Phenomenon, Signal
from vangnet.casework.reading import Counter
from vangnet.identity import token
from vangnet.identity.rules import NotPermitted
from vangnet.identity.session import acting
from vangnet.vault import desks
from vangnet.vault.doors import DoesNotHold


def _municipalities() -> Sequence[str]:
    return [code for code, _ in desks.places()]


def _branches() -> Sequence[str]:
    return list(Branch.objects.values_list("code", flat=True))


def _phenomena() -> Sequence[str]:
    return list(Phenomenon.objects.values_list("code", flat=True))


PURPOSE: Final = Param("doel", "Verwerkingsdoel; alleen nodig voor wie er meer heeft.", format="uuid")
FILTERS: Final = (
    Param("status", "Hoe ver de weging is.", known=lambda: Signal.Status.values),
    Param("gemeente", "Code van de gemeente.", known=_municipalities),
    Param("verschijningsvorm", "Waar het op lijkt.", known=_phenomena),
    Param("branche", "Soort bedrijf of plek.", known=_branches),
    Param("jaar", "Jaar van ontvangst.", least=1990, most=2999),
    Param("nummer", "Een deel van het nummer.", longest=30),
)
LISTING: Final = (PURPOSE, *FILTERS, *PAGES)
# Name in the answer: field of the signal, type and what it is.
STUB: Final = {
    "id": ("pk", "uuid", "Kenmerk van het signaal."),
    "nummer": ("number", "", "Nummer waaronder het is ontvangen."),
    "status": ("status", "", "Hoe ver de weging is."),
    "bron": ("source", "", "Van wie de melding kwam."),
    "gemeente": ("place", "", "Code van de gemeente."),
    "branche": ("branch_id", "", "Soort bedrijf of plek."),
    "verschijningsvorm": ("phenomenon_id", "", "Waar het op lijkt."),
    "gezienOp": ("observed_on", "date", "De dag waarop het is gezien."),
    "ontvangenOp": ("received_at", "date-time", "Wanneer het is ontvangen."),
    "uitkomst": ("outcome", "", "Uitkomst van de weging."),
    "route": ("route", "", "Langs welke route het verdergaat."),
    "beslotenOp": ("decided_at", "date-time", "Wanneer de weging eindigde."),
    "eersteActieOp": ("acted_at", "date-time", "Wanneer de eerste actie volgde."),
    "uitBeeldOp": ("ends_on", "date", "De dag waarop het signaal uit beeld gaat."),
}


def listed(request: HttpRequest) -> HttpResponse:
    """Answer with a page of stubs, the newest first."""
    asked = params.read(request, LISTING)
    at = counter(asked["doel"], reads=True)
    chosen = {
        "status": asked["status"],
        "place": asked["gemeente"],
        "phenomenon": asked["verschijningsvorm"],
        "branch": asked["branche"],
        "year": asked["jaar"],
        "number": asked["nummer"].strip(),
    }
    page, size = asked["pagina"], asked["paginaGrootte"]
    with token.for_purpose(at.purpose.pk):
        found = reading.listed(request.user, chosen)  # type: ignore[arg-type]
        rows = list(found[(page - 1) * size : page * size + 1])
    told = {"signalen": [stub(one) for one in rows[:size]], "_links": links(request, page, len(rows) > size)}
    return answered(told)


def one(request: HttpRequest, signal: UUID) -> HttpResponse:
    """Answer with one stub; for who may not see it, it does not exist."""
    asked = params.read(request, (PURPOSE,))
    try:
        at = counter(asked["doel"], reads=True)
        with token.for_purpose(at.purpose.pk):
            return answered(stub(reading.signal(request.user, signal)))  # type: ignore[arg-type]
    except NotPermitted:
        return _refuse(request, signal, at.purpose.pk)
    except Problem as problem:
        if problem.status != 403:
            raise
        return _refuse(request, signal, None)


def _refuse(request: HttpRequest, signal: UUID, purpose: UUID | None) -> HttpResponse:
    """Answer as what does not exist, with a line in the log; an exception would roll that line back."""
    log.decided("api.signal.refused", signal, Outcome.REFUSED, purpose=purpose, **acting(request))
    return problems.response(not_found(), request)


def received(request: HttpRequest) -> HttpResponse:
    """Take in a report; sent twice under one key, it is one signal."""
    asked = params.read(request, (PURPOSE,))
    key = deliveries.key(request.headers.get("Idempotency-Key"))
    told = bodies.read(request)
    at = counter(asked["doel"], reads=False)
    with token.for_purpose(at.purpose.pk):
        report = deliveries.report(told, own_place=at.place)
        sent = deliveries.as_sent(told)
        try:
            taken, is_new = deliver(report, zone=at.zone, key=key, told=sent, **acting(request))
        except (Conflict, DoesNotHold) as reason:
            raise Problem(409, str(reason)) from reason
        except NotPermitted as error:
            raise forbidden() from error
    if isinstance(taken, str):
        return answered({"nummer": taken}, status=201 if is_new else 200)
    answer = answered(stub(taken), status=201 if is_new else 200)
    answer["Location"] = reverse("api:signal", args=[taken.pk])
    return answer


def counter(asked: UUID | str, *, reads: bool) -> Counter:
    """Return under which purpose this system works; it has to say so only when it has several.

    Raises
    ------
    Problem
        It has none, or several and did not say which.
    """
    found = [one for one in reading.counters() if one.reads or not reads]
    if asked:
        found = [one for one in found if one.purpose.pk == asked]
    if not found:
        raise forbidden()
    if len(found) > 1:
        known = ", ".join(str(one.purpose.pk) for one in found)
        raise wrong([fault("query", "doel", f"Dit systeem werkt voor meer doelen. Kies een van: {known}.")])
    return found[0]


def stub(one: Signal) -> dict[str, Any]:
    """Return what may be known of a signal without opening it."""
    told = {name: getattr(one, field) for name, (field, _, _) in STUB.items()}
    here = {"self": {"href": reverse("api:signal", args=[one.pk])}}
    return {name: None if value == "" else value for name, value in told.items()} | {"_links": here}


def links(request: HttpRequest, page: int, has_next: bool) -> dict[str, dict[str, str]]:
    """Return the way to the pages around this one, with the same choice."""
    asked = {name: value for name, value in request.GET.items() if name != "pagina"}

    def to(number: int) -> dict[str, str]:
        return {"href": f"{request.path}?{urlencode(asked | {'pagina': number})}"}

    found = {"self": to(page), "first": to(1)}
    if page > 1:
        found["prev"] = to(page - 1)
    if has_next:
        found["next"] = to(page + 1)
    return found


def answered(told: Any, *, status: int = 200) -> JsonResponse:
    """Return an answer in JSON, with its letters as they are."""
    return JsonResponse(told, status=status, json_dumps_params={"ensure_ascii": False})
