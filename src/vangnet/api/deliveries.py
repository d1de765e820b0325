"""A signal as a system sends it: the form of the desk, with the names that the API has for its fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms

from vangnet.api.problems import Problem, fault, wrong
from vangnet.casework.actions import Report
from vangnet.casework.forms import ReportForm
from vangnet.casework.models import Signal


@dataclass(frozen=True, slots=True)
class Name:
    """What a field of the form is called in JSON, and what may stand there."""

    json: str
    form: str
    type: str = "string"
    format: str = ""
    text: str = ""


NAMES: Final = (
    Name("omschrijving", "text"),
    Name(
        "gemeente",
        "place",
        text="Code van de gemeente, zoals ‘/gemeenten’ die geeft; leeg: de eigen gemeente.",
    ),
    Name("gezienOp", "observed_on", format="date", text="De dag waarop het is gezien."),
    Name("branche", "branch", text="Soort bedrijf of plek."),
    Name("verschijningsvorm", "phenomenon", text="Waar het op lijkt."),
    Name("bron", "source", text="Van wie de melding komt; leeg: ingelezen uit een ander systeem."),
    Name("melderNaam", "name"),
    Name("melderBereikbaar", "contact", text="Telefoon of e-mail van de melder; wordt apart verzegeld."),
    Name("terugkoppelingGewenst", "wants_feedback", type="boolean"),
)
BY_JSON: Final = {one.json: one for one in NAMES}
BY_FORM: Final = {one.form: one for one in NAMES}
TYPES: Final = {"string": str, "boolean": bool}
NUMBER: Final = (
    "Hier staat iets dat een burgerservicenummer lijkt. Haal het uit de tekst en stuur de melding opnieuw."
)


class DeliveryForm(ReportForm):
    """The checks of the desk on what a system sends; without attachments."""

    attachments = None  # type: ignore[assignment]
    mark = None  # type: ignore[assignment]
    observed_on = forms.DateField(required=False, input_formats=["%Y-%m-%d"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].required = self.fields["source"].required = False
        self.fields["source"].choices = Signal.Source.choices  # type: ignore[attr-defined]


def schema() -> dict[str, Any]:
    """Return what may be sent as JSON Schema, read from the form that checks it (4 queries)."""
    form = DeliveryForm(own_place="")
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [one.json for one in NAMES if form.fields[one.form].required],
        "properties": {one.json: _property(one, form.fields[one.form]) for one in NAMES},
    }


def _property(one: Name, field: forms.Field) -> dict[str, Any]:
    told: dict[str, Any] = {"type": one.type, "description": one.text or str(field.help_text or field.label)}
    if one.format:
        told["format"] = one.format
    longest = getattr(field, "max_length", None)
    if longest:
        told["maxLength"] = longest
    if isinstance(field, forms.ModelChoiceField):
        told["enum"] = [str(pk) for pk in field.queryset.values_list("pk", flat=True)]  # type: ignore[union-attr]
    elif isinstance(field, forms.ChoiceField) and one.form == "source":
        told["enum"] = [str(code) for code, _ in field.choices]  # type: ignore[misc,union-attr]
    elif one.form == "place":
        told["pattern"] = "^GM[0-9]{4}$"
    return told


def report(told: Mapping[str, Any], *, own_place: str) -> Report:
    """Return what was sent as a report.

    Raises
    ------
    Problem
        A name that is not known, something of another type, or what the form of the desk would refuse: all
        of it at once, each with its name.
    """
    errors = _unlike(told)
    named = {error["name"] for error in errors}
    fitting = {one.form: told[one.json] for one in NAMES if one.json in told and one.json not in named}
    form = DeliveryForm(
        {name: value for name, value in fitting.items() if value is not None}, own_place=own_place
    )
    if not form.is_valid():
        errors += [one for one in _said(form) if one["name"] not in named]
    if errors:
        raise wrong(errors)
    return _report(form.cleaned_data, own_place)


def _unlike(told: Mapping[str, Any]) -> list[dict[str, str]]:
    errors = []
    for name, value in told.items():
        known = BY_JSON.get(name)
        if known is None:
            errors.append(fault("body", name[:40], "Dit veld is hier niet bekend.", "onbekend"))
        elif value is not None and not isinstance(value, TYPES[known.type]):
            kind = "ja of nee (true of false)" if known.type == "boolean" else "tekst"
            errors.append(fault("body", name, f"Hier hoort {kind}.", "type"))
    return errors


def _said(form: forms.Form) -> list[dict[str, str]]:
    return [
        fault(
            "body", BY_FORM[field].json if field in BY_FORM else "", _words(error), error.code or "ongeldig"
        )
        for field, listed in form.errors.as_data().items()
        for error in listed
    ]


def _words(error: forms.ValidationError) -> str:
    return NUMBER if error.code == "bsn" else " ".join(error.messages)


def _report(clean: Mapping[str, Any], own_place: str) -> Report:
    reporter = {"Naam": clean["name"], "Bereikbaar": clean["contact"]}
    return Report(
        text=clean["text"],
        source=clean["source"] or Signal.Source.IMPORT,
        place=clean["place"] or own_place,
        observed_on=clean["observed_on"],
        branch=clean["branch"],
        phenomenon=clean["phenomenon"],
        reporter=reporter if any(reporter.values()) else None,
        wants_feedback=clean["wants_feedback"],
    )


def as_sent(told: Mapping[str, Any]) -> str:
    """Return what was sent in one way of writing it, so that the same report is known again."""
    return json.dumps(told, sort_keys=True, ensure_ascii=False)


def key(header: str | None) -> str:
    """Return the key under which a report is sent.

    Raises
    ------
    Problem
        There is none, or it is no key.
    """
    if header and len(header) <= 100 and header.isascii() and header.isprintable():
        return header
    told = "Geef elke melding een eigen Idempotency-Key van hoogstens 100 tekens, bijvoorbeeld uw zaaknummer "
    told += "of een UUID. Zo komt wat u twee keer stuurt één keer binnen."
    raise Problem(400, told, errors=[fault("header", "Idempotency-Key", told)])
