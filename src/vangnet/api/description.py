"""The description of the API (OpenAPI 3.0), built from what reads and checks the requests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest

from vangnet.api import access, bodies, counts, deliveries, params, stubs
from vangnet.api.params import Param

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """What can be asked of an address: the words for it, its parameters and its answers."""

    method: str
    path: str
    name: str
    summary: str
    text: str
    query: Sequence[Param]
    answer: str  # of which schema
    failures: Sequence[int]
    body: Callable[[], Schema] | None = None
    statuses: Sequence[int] = (200,)
    in_path: Sequence[Schema] = field(default=())


USUAL: Final = (400, 401, 403, 405, 406, 429, 500, 503)
OF_SIGNAL: Final = (
    {
        "name": "id",
        "in": "path",
        "required": True,
        "description": "Kenmerk van het signaal.",
        "schema": {"type": "string", "format": "uuid"},
    },
)
OPERATIONS: Final = (
    Operation(
        "post", "/signalen", "ontvangSignaal", "Stuur een melding",
        "Neemt een melding aan als signaal, met dezelfde controles als aan de balie. Wat twee keer onder één "
        "Idempotency-Key komt, is één signaal; het tweede antwoord is dan 200.",
        (stubs.PURPOSE,), "Ontvangen", (*USUAL, 409, 413, 415), deliveries.schema, (201, 200),
    ),
    Operation(
        "get", "/signalen", "lijstSignalen", "Lijst van signalen",
        "Wat zonder openen bekend mag zijn, de nieuwste eerst. De woorden van een melding staan er niet in.",
        stubs.LISTING, "Signalen", USUAL,
    ),
    Operation(
        "get", "/signalen/{id}", "leesSignaal", "Eén signaal",
        "Wat zonder openen bekend mag zijn van één signaal.",
        (stubs.PURPOSE,), "Signaal", (*USUAL, 404), in_path=OF_SIGNAL,
    ),
    Operation(
        "get", "/routes", "telRoutes", "Aandelen van de routes",
        "Langs welke routes de eigen signalen van een jaar gingen, per gemeente, met interval van Wilson.",
        counts.COUNTING, "Routes", USUAL,
    ),
    Operation(
        "get", "/gemeenten", "lijstGemeenten", "Gemeenten", "De gemeenten van de regio vandaag.",
        params.PAGES, "Gemeenten", USUAL,
    ),
)  # fmt: skip
EXPLAINED: Final = {
    200: "Gelukt.",
    201: "Ontvangen.",
    400: "De aanvraag heeft fouten; alle staan in `errors`.",
    401: "Geen token, of het is ingetrokken of verlopen.",
    403: "Geen autorisatie.",
    404: "Bestaat niet, of niet voor dit systeem.",
    405: "Deze methode kan hier niet.",
    406: "Alleen JSON.",
    409: "Onder deze sleutel is een andere melding ontvangen, of de melding past niet bij de afspraken.",
    413: f"Groter dan {bodies.MOST_BYTES // 1024} kB.",
    415: "Alleen JSON.",
    429: "Te veel aanvragen; `Retry-After` zegt hoelang te wachten.",
    500: "Mislukt; er is niets bewaard.",
    503: "De kluis is niet bereikbaar; er is niets bewaard.",
}


def document(request: HttpRequest) -> Schema:
    """Return the description; the lists in it are those of today."""
    paths: dict[str, Schema] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method] = _operation(one)
    paths["/openapi.json"] = {"get": _itself()}
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Vangnet: signalen aanleveren en volgen",
            "version": access.VERSION,
            "description": "Voor systemen van organisaties, met een token. Wat een melder schreef, is hier "
            "niet op te vragen: dat leest een mens, met een reden.",
            "contact": {
                "name": f"Vangnet {settings.REGION['name']}",
                "url": request.build_absolute_uri("/"),
                "email": settings.SECURITY_CONTACT.removeprefix("mailto:"),
            },
        },
        "servers": [{"url": request.build_absolute_uri("/api/v1")}],
        "security": [{"systeemtoken": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"systeemtoken": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas(),
        },
    }


def _operation(one: Operation) -> Schema:
    told: Schema = {
        "operationId": one.name,
        "summary": one.summary,
        "description": one.text,
        "parameters": [*one.in_path, *(_parameter(each) for each in one.query)],
        "responses": {
            **{str(status): _answer(status, one.answer) for status in one.statuses},
            **{str(status): _failure(status) for status in sorted(one.failures)},
        },
    }
    if one.body:
        told["parameters"].append(_key())
        told["requestBody"] = {"required": True, "content": {JSON: {"schema": one.body()}}}
    return told


def _parameter(one: Param) -> Schema:
    return {
        "name": one.name,
        "in": "query",
        "required": False,
        "description": one.text,
        "schema": one.schema(),
    }


def _key() -> Schema:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": "Eigen kenmerk van deze melding; wat twee keer komt, is één signaal.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 100},
    }


def _headers(status: int) -> Schema:
    told: Schema = {"API-Version": {"description": "Versie van de API.", "schema": {"type": "string"}}}
    if status == 429:
        told["Retry-After"] = {"description": "Seconden.", "schema": {"type": "integer"}}
    return told


def _answer(status: int, name: str) -> Schema:
    content = {JSON: {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    return {"description": EXPLAINED[status], "headers": _headers(status), "content": content}


def _failure(status: int) -> Schema:
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Probleem"}}}
    return {"description": EXPLAINED[status], "headers": _headers(status), "content": content}


def _itself() -> Schema:
    content = {JSON: {"schema": {"type": "object"}}}
    return {
        "operationId": "leesBeschrijving",
        "summary": "Deze beschrijving",
        "security": [],
        "responses": {"200": {"description": EXPLAINED[200], "headers": _headers(200), "content": content}},
    }


def schemas() -> Schema:
    """Return the schemas of all answers."""
    return {
        "Signaal": _object({**_stub(), "_links": _links("self")}),
        "Ontvangen": _object({**_stub(), "_links": _links("self")}, required=["nummer"]),
        "Signalen": _object(
            {"signalen": _list("Signaal"), "_links": _links("self", "first", "prev", "next")}
        ),
        "Routes": _object(
            {"jaar": {"type": "integer"}, "betrouwbaarheid": {"type": "number"}, "gebieden": _list("Gebied")}
        ),
        "Gebied": _object(
            {
                **{name: {"type": "string"} for name in ("niveau", "code", "naam")},
                "signalen": {"type": "integer"},
                "routes": _list("Aandeel"),
            }
        ),
        "Aandeel": _object(
            {
                "route": {"type": "string"},
                "signalen": {"type": "integer"},
                **{name: {"type": "number"} for name in ("aandeel", "ondergrens", "bovengrens")},
            }
        ),
        "Gemeenten": _object(
            {"gemeenten": _list("Gemeente"), "_links": _links("self", "first", "prev", "next")}
        ),
        "Gemeente": _object({"code": {"type": "string"}, "naam": {"type": "string"}}),
        "Probleem": _problem(),
    }


def _stub() -> Schema:
    return {
        name: {"type": "string", "description": text, "nullable": name not in ("id", "nummer")}
        | ({"format": form} if form else {})
        for name, (_, form, text) in stubs.STUB.items()
    }


def _object(properties: Schema, *, required: Sequence[str] | None = None) -> Schema:
    return {
        "type": "object",
        "required": list(properties if required is None else required),
        "properties": properties,
    }


def _list(name: str) -> Schema:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}


def _links(*names: str) -> Schema:
    link = {"type": "object", "required": ["href"], "properties": {"href": {"type": "string"}}}
    return {"type": "object", "properties": dict.fromkeys(names, link)}


def _problem() -> Schema:
    words = {"type": "string"}
    line = _object({"in": words, "name": words, "code": words, "detail": words})
    told = dict.fromkeys(("type", "title", "detail", "instance"), words)
    properties = {"status": {"type": "integer"}, **told, "errors": {"type": "array", "items": line}}
    return _object(properties, required=["status", "title", "detail"])
