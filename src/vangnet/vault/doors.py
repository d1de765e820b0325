"""The way to the functions of the database that are the vault, and what their refusals are called here."""

from __future__ import annotations

from typing import Any

from django.db import connection

from vangnet.identity import refusals
from vangnet.identity.refusals import DoesNotHold as DoesNotHold
from vangnet.identity.refusals import rules as rules

SAID = {
    "record_category_is_of_its_purpose": "Deze categorie hoort niet bij dit verwerkingsdoel.",
    "record_has_purpose_and_zone_of_its_dossier": "Dit dossier valt onder een ander verwerkingsdoel.",
    "another_decides_than_asked": "Wie vraagt, beslist niet: laat een collega besluiten.",
    "another_approves_the_emergency": "U kunt uw eigen noodtoegang niet goedkeuren.",
    "marking_is_one_of_tlp_2": "Kies een vertrouwelijkheid uit de lijst.",
    "this dossier closes with its case": "Dit dossier hoort bij een casus. Rond de casus af, met resultaat "
    "en les; het dossier sluit dan mee.",
    "the new owner has nobody who may read all of the dossier": "Bij die organisatie heeft niemand een "
    "autorisatie voor dit doel tot en met de trede van dit dossier, of zij is geen partner meer.",
    "this dossier is not open": "Dit dossier is niet meer open.",
    "the tier of an open dossier only goes up": "De trede van een open dossier kan alleen omhoog.",
    "recipients are partners and people with an authorisation for this purpose": "Ontvangers zijn partners "
    "van het convenant, of personen met een autorisatie voor dit doel.",
    "a derived record is at least as strict as its origin": "Een afgeleid gegeven is minstens zo "
    "vertrouwelijk als waar het uit komt.",
    "a data subject of another dossier": "Een van de betrokkenen hoort bij een ander dossier.",
    "the recipient is no partner of that agreement": "De ontvanger is nu geen partner van dat convenant.",
    "the purpose of the recipient does not take these categories": "Het doel van de ontvanger laat deze "
    "categorieën niet toe.",
    "this was decided already": "Hierover is al besloten.",
    "joining needs a granted weighing that has not expired or been used": "Voor deelname is een toegewezen "
    "weegdocument nodig dat niet is verlopen of al is gebruikt.",
    "there is no participation to end; the owner cannot leave": "Er is geen deelname om te beëindigen; de "
    "eigenaar van het dossier kan niet vertrekken.",
    "supplying needs a granted weighing for this category that has not expired": "Voor verstrekken is een "
    "toegewezen weegdocument voor deze categorie nodig dat niet is verlopen. TLP:RED wordt niet verstrekt.",
    "the recipient is no partner any more": "De ontvanger is geen partner meer.",
    "this was recalled before": "Deze verstrekking is al teruggeroepen.",
    "this request was approved or ended before, or is older than a day": "Dit verzoek is al afgehandeld, of "
    "ouder dan een dag.",
    "recall what was supplied before it becomes red": "Dit gegeven is verstrekt. Roep de verstrekking eerst "
    "terug: TLP:RED is alleen voor genoemde personen.",
    "what happens in the vault happens now": "De klok van de server loopt niet gelijk met die van de "
    "database. Meld dit aan uw beheerder.",
    "a reading has a reason": "Kies een reden; bij ‘Anders’ hoort een toelichting.",
}
refusals.SAID.update(SAID)


def call(function: str, *values: Any) -> list[tuple[Any, ...]]:
    """Call a function of the database and return its rows; `function` is one of ours, never input."""
    marks = ", ".join(["%s"] * len(values))
    found: list[tuple[Any, ...]] = connection.ask_bound(  # type: ignore[attr-defined]
        f"SELECT * FROM {function}({marks})",  # noqa: S608  names of ours
        values,
    )
    return found


def one(function: str, *values: Any) -> Any:
    """Call a function that gives one value."""
    return call(function, *values)[0][0]


def rows(function: str, *values: Any) -> list[dict[str, Any]]:
    """Call a function and return its rows by name."""
    marks = ", ".join(["%s"] * len(values))
    names, found = connection.ask_named(  # type: ignore[attr-defined]
        f"SELECT * FROM {function}({marks})",  # noqa: S608  names of ours
        values,
    )
    return [dict(zip(names, row, strict=True)) for row in found]


def call_apart(procedure: str, *values: Any) -> Any:
    """Call a procedure that commits by itself, outside any transaction, and return what it gives.

    Raises
    ------
    NotPermitted, DoesNotHold
        As `rules`.
    """
    with refusals.named():
        return connection.call_apart(procedure, values)  # type: ignore[attr-defined]
