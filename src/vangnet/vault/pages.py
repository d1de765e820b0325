"""What the pages of the vault show: rows and words, ready for the templates. No names of data subjects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from vangnet.agreements.models import Category, Zone
from vangnet.identity.models import User
from vangnet.ui.formats import day
from vangnet.vault import pseudonyms, reading, waiting
from vangnet.vault.desks import Desk
from vangnet.vault.models import Dossier, Marking, Record, Subject, Weighing
from vangnet.vault.opening import Opened, Reason
from vangnet.vault.reading import Names, Row, Stub

SOON = timedelta(days=60)
STATUS_TONES = {"open": "ok", "gesloten": "neutral", "afgeschermd": "warning"}
MARKING_TONES = {
    "red": "error",
    "amber+strict": "warning",
    "amber": "warning",
    "green": "ok",
    "clear": "neutral",
}
PASSING_ON = {
    "red": "Alleen voor de personen die hierbij zijn genoemd. Niet doorgeven, ook niet aan collega's.",
    "amber+strict": "Alleen binnen de organisaties die bij dit gegeven zijn genoemd.",
    "amber": "Alleen voor de deelnemers aan dit dossier, voor zover nodig voor dit doel.",
    "green": "Alleen voor partners in het netwerk, voor zover dit doel dat vraagt. Niet openbaar maken.",
    "clear": "De bron stelt geen eigen grens. De regels van het convenant blijven gelden.",
}
RULES = {
    "bestaat": ("Het gegeven bestaat hier", "Het gegeven bestaat niet, of valt buiten uw dossiers"),
    "verwerkingsdoel": ("Werkt voor het juiste doel", "Werkt voor een ander doel, of het doel is beëindigd"),
    "convenant": ("Het convenant is van kracht", "Het convenant is niet van kracht"),
    "partner": ("De organisatie is partner", "De organisatie is geen partner (meer)"),
    "lidmaatschap": ("Werkt vandaag bij de organisatie", "Werkt vandaag niet bij de organisatie"),
    "autorisatie": ("Heeft een autorisatie", "Heeft geen autorisatie voor dit doel"),
    "deelname": (
        "De organisatie neemt deel aan het dossier",
        "De organisatie neemt niet deel aan het dossier",
    ),
    "categorie": ("De categorie hoort bij het doel", "De categorie hoort niet (meer) bij het doel"),
    "trede": ("De trede is toegestaan", "De trede van het gegeven is te hoog"),
    "vertrouwelijkheid": ("De vertrouwelijkheid laat het toe", "De vertrouwelijkheid staat het niet toe"),
    "status": ("Het dossier is niet afgeschermd", "Het dossier is afgeschermd"),
    "beperking": ("Het gegeven is niet beperkt", "Het gegeven is beperkt, bijvoorbeeld teruggeroepen"),
    "bewaartermijn": ("Binnen de bewaartermijn", "De bewaartermijn is verstreken"),
}
NOT_HERE = "Een deelnemer"


def named(stub: Stub) -> list[tuple[str, str]]:
    """Return each record of a dossier with words to choose it by."""
    names = dict(Category.objects.values_list("code", "name"))
    return [(str(one.id), f"{names[one.category]}, {day(one.first_processed)}") for one in stub.records]


def subjects(stub: Stub) -> list[tuple[str, str]]:
    """Return whom one may name in a record of this dossier: a pseudonym, and where one reads of them."""
    names = dict(Category.objects.values_list("code", "name"))
    listed = {one.id: names[one.category] for one in stub.records}
    found = []
    for row in reading.subjects(stub.id):
        categories = sorted({listed[record] for record in row["named_in"] if record in listed})
        where = (
            f"genoemd bij {', '.join(categories)}" if categories else "door u toegevoegd, nog zonder gegeven"
        )
        found.append((str(row["subject"]), f"{pseudonyms.shown(row['pseudonym'])}, {where}"))
    return found


def crumbs(at: Desk | None = None, stub: Stub | None = None, last: str = "") -> list[tuple[str, str]]:
    """Return the way to a page of the vault: names of purposes and numbers of dossiers, nothing else."""
    steps = [("Start", "/"), ("Dossiers", reverse("vault:purposes"))]
    if at:
        steps.append((at.purpose.name, reverse("vault:dossiers", args=[at.purpose.pk])))
    if at and stub:
        steps.append((stub.number, reverse("vault:dossier", args=[at.purpose.pk, stub.id])))
    if last:
        steps.append((last, ""))
    else:
        steps[-1] = (steps[-1][0], "")
    return steps


def purposes(found: Sequence[Any], waits: Sequence[Row]) -> dict[str, Any]:
    """List the purposes that one may work for, and what waits: emergencies of others, and weighings."""
    cards = [
        {"purpose": purpose, "zone": Zone(purpose.agreement.zone).label, "organisation": at, "tier": tier}
        for purpose, at, tier in found
    ]
    known = reading.names(purposes=True) if waits else Names({}, {}, {}, {})
    urgent = [row["purpose"] for row in waits if row["waits"] == "noodtoegang"]
    return {
        "cards": cards,
        "urgent": [(pk, known.purposes.get(pk, "")) for pk in dict.fromkeys(urgent)],
        "weighings": waiting.weighings(waits, known.organisations),
        "breadcrumbs": crumbs(),
    }


def dossiers(
    at: Desk, page: Any, chosen: dict[str, str], places: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """List stubs of dossiers."""
    named = dict(places)
    rows = [
        {"entry": entry, "place": named.get(entry.place, entry.place), "tone": STATUS_TONES[entry.status]}
        for entry in page
    ]
    return {
        "at": at,
        "page": page,
        "rows": rows,
        "chosen": chosen,
        "places": places,
        "statuses": Dossier.Status.choices,
        "filtered": any(chosen.values()),
        "breadcrumbs": crumbs(at),
    }


def asking(at: Desk, stub: Stub | None, form: Any, last: str, **more: Any) -> dict[str, Any]:
    """Show a form about a dossier or under a purpose."""
    return {"at": at, "stub": stub, "form": form, "breadcrumbs": crumbs(at, stub, last), **more}


def dossier(at: Desk, stub: Stub, form: Any) -> dict[str, Any]:
    """Show the stub of a dossier with all that may be done with it."""
    known = reading.names(people=True, purposes=True)
    taking_part = reading.parties(stub.id)
    may_add = reading.may_add(at, stub, taking_part)
    owns = at.organisation == stub.owner
    weighings = [_weighing(row, known) for row in reading.weighings(stub.id)]
    return {
        "at": at,
        "stub": stub,
        "form": form,
        "owner": known.organisations.get(stub.owner, ""),
        "status": Dossier.Status(stub.status).label,
        "tone": STATUS_TONES[stub.status],
        "parties": _parties(
            taking_part, known, may_end=owns and may_add, own=at.organisation, writing=may_add
        ),
        "records": _records(at, stub, known, may_add=may_add, ticked=form.data),
        "weighings": weighings,
        "supplies": [_supply(row, known) for row in reading.supplies(stub.id)],
        "may_add": may_add,
        "may_close": owns and may_add,
        "may_raise": owns and may_add and at.writing > 1,
        "next": _next(at, stub, weighings, may_add=may_add),
        "breadcrumbs": crumbs(at, stub),
    }


def _next(at: Desk, stub: Stub, weighings: Iterable[Row], *, may_add: bool) -> Row:
    """Return what is most likely to be done now: where to, and why."""
    here = [at.purpose.pk, stub.id]
    asked = next((row for row in weighings if row["decides"]), None)
    granted = next((row for row in weighings if row["waits"] == "uitvoeren"), None)
    if stub.emergency_until:
        name, args, label = "emergencies", here[:1], "Beëindig de noodtoegang"
        text = "Klaar met wat niet kon wachten? Beëindig de toegang dan meteen."
    elif asked:
        name, args, label = "weighing", [*here, asked["id"]], "Besluit over de afweging"
        text = "Een collega vraagt of een partner mag deelnemen of iets krijgt."
    elif granted:
        name, args, label = "weighing", [*here, granted["id"]], "Voer uit wat is toegewezen"
        text = f"Uw weegdocument over {granted['recipient_name']} is toegewezen en nog niet gebruikt."
    elif may_add and not stub.records:
        name, args, label = "add_record", here, "Leg het eerste gegeven vast"
        text = "U zegt erbij waar het vandaan komt, over wie het gaat en wie het mag zien."
    elif may_add:
        name, args, label = "weigh", here, "Weeg af of een partner dit nodig heeft"
        text = "Een partner neemt pas deel of krijgt pas iets als een collega het heeft afgewogen."
    else:
        name, args, label = "dossiers", here[:1], "Naar de dossiers van dit doel"
        text = "Hier legt u niets vast. U kunt wel lezen wat binnen uw autorisatie valt."
    return {"url": reverse(f"vault:{name}", args=args), "label": label, "text": text}


def _parties(rows: Iterable[Row], known: Names, *, may_end: bool, own: UUID, writing: bool) -> list[Row]:
    today = timezone.localdate()
    return [
        {
            "id": row["organisation"],
            "name": known.organisations.get(row["organisation"], ""),
            "is_owner": row["is_owner"],
            "since": row["since"],
            "until": row["until"],
            "circle": row["circle"],
            "may_end": not row["is_owner"]
            and not row["circle"]
            and (may_end or (writing and row["organisation"] == own))
            and (row["until"] is None or row["until"] > today),
        }
        for row in sorted(rows, key=lambda row: (not row["is_owner"], str(row["since"])))
    ]


def _records(at: Desk, stub: Stub, known: Names, *, may_add: bool, ticked: Any) -> list[Row]:
    hidden = reading.hidden_sources(stub.id)
    soon = timezone.localdate() + SOON
    before = set(ticked.getlist("records")) if ticked else set()
    return [
        {
            "stub": one,
            "category": known.categories.get(one.category, one.category),
            "source": NOT_HERE if one.source in hidden else known.organisations.get(one.source, NOT_HERE),
            "marking": Marking(one.marking).label.split(",")[0],
            "tone": MARKING_TONES[one.marking],
            "ends_soon": one.delete_by < soon,
            "ticked": str(one.id) in before,
            "is_own": one.source == at.organisation and may_add,
        }
        for one in stub.records
    ]


def _weighing(row: Row, known: Names) -> Row:
    return row | {
        "kind_label": Weighing.Kind(row["kind"]).label,
        "status_label": Weighing.Status(row["status"]).label,
        "tone": {"toegewezen": "ok", "afgewezen": "error"}.get(row["status"], "info"),
        "recipient_name": known.organisations.get(row["recipient"], ""),
        "target_name": known.purposes.get(row["target"], ""),
        "category_names": [known.categories.get(code, code) for code in row["categories"] or ()],
        "asked_by_name": known.people.get(row["asked_by"], ""),
        "decided_by_name": known.people.get(row["decided_by"], ""),
        "expired": bool(row["expires_on"] and row["expires_on"] < timezone.localdate()),
    }


def _supply(row: Row, known: Names) -> Row:
    return row | {
        "category_name": known.categories.get(row["category"], row["category"]),
        "recipient_name": known.organisations.get(row["recipient"], ""),
        "supplied_by_name": known.people.get(row["supplied_by"], ""),
    }


def opened(at: Desk, stub: Stub, found: Sequence[Opened], reason: str) -> dict[str, Any]:
    """Show what was opened, with what travels along with it."""
    known = reading.names()
    hidden = reading.hidden_sources(stub.id)
    return {
        "at": at,
        "stub": stub,
        "reason": Reason(reason).label,
        "reasons": [one for one in Reason.choices if one[0] != Reason.OTHER],
        "chosen": reason,
        "opened": [_opened(one, known, hidden) for one in found],
        "breadcrumbs": crumbs(at, stub, "Geopend"),
    }


def _opened(one: Opened, known: Names, hidden: set[UUID]) -> Row:
    return {
        "record": one,
        "category": known.categories.get(one.category, one.category),
        "source": NOT_HERE if one.source in hidden else known.organisations.get(one.source, NOT_HERE),
        "nature": Record.Nature(one.nature).label,
        "reliability": Record.Reliability(one.reliability).label,
        "provenance": Record.Provenance(one.provenance).label,
        "marking": Marking(one.marking).label,
        "tone": MARKING_TONES[one.marking],
        "passing_on": PASSING_ON[one.marking],
        "people": [(person, Subject.Capacity(person.capacity).label) for person in one.people],
    }


def supplies(rows: Sequence[Row]) -> dict[str, Any]:
    """Show what one's organisation supplied and one may take back."""
    known = reading.names(people=True, purposes=True)
    shown = [_supply(row, known) | {"purpose_name": known.purposes.get(row["purpose"], "")} for row in rows]
    return {"supplies": shown, "breadcrumbs": crumbs(last="Verstrekkingen")}


# --- who may see a record, and why ---


def _rule(row: Row) -> Row:
    yes, no = RULES.get(row["rule"], (row["rule"], row["rule"]))
    return {"holds": row["holds"], "words": yes if row["holds"] else no}


def who(at: Desk, stub: Stub, rows: Sequence[Row], record: UUID) -> dict[str, Any]:
    """Show everybody with an authorisation, whether they may read the record, and which rule says so."""
    known = reading.names(people=True)
    ordered = sorted(rows, key=lambda row: (str(row["account"]), str(row["organisation"]), row["step"]))
    found = []
    for (account, organisation), steps in groupby(ordered, key=lambda r: (r["account"], r["organisation"])):
        rules = [_rule(row) for row in steps]
        found.append(
            {
                "person": known.people.get(account, ""),
                "organisation": known.organisations.get(organisation, ""),
                "rules": rules,
                "against": [rule["words"] for rule in rules if not rule["holds"]],
            }
        )
    found.sort(key=lambda one: (one["organisation"], one["person"]))
    return {
        "at": at,
        "stub": stub,
        "record": record,
        "may": [one for one in found if not one["against"]],
        "may_not": [one for one in found if one["against"]],
        "everybody": found,
        "headings": [RULES[row["rule"]][0] for row in ordered[: len(found[0]["rules"])]] if found else [],
        "breadcrumbs": crumbs(at, stub, "Wie kan dit zien?"),
    }


def why(at: Desk, stub: Stub, rows: Sequence[Row], record: UUID) -> dict[str, Any]:
    """Show rule by rule why one may or may not read a record oneself."""
    rules = [_rule(row) for row in rows]
    allowed = all(rule["holds"] for rule in rules)
    return {
        "at": at,
        "stub": stub,
        "record": record,
        "rules": rules,
        "allowed": allowed,
        "breadcrumbs": crumbs(at, stub, "Waarom mag ik dit?"),
    }


# --- weighing and emergencies ---


def weighing(at: Desk, stub: Stub, row: Row, **more: Any) -> dict[str, Any]:
    """Show a weighing and what can be done with it now."""
    known = reading.names(people=True, purposes=True)
    shown = _weighing(row, known)
    granted = row["status"] == "toegewezen" and not shown["expired"]
    ready = granted and row["kind"] == "verstrekking"
    records = _records(at, stub, known, may_add=True, ticked=None) if ready else []
    told = reading.natures(stub.id) if ready else {}
    fitting = [
        one | {"nature": Record.Nature(told[pk]["nature"]).label, "entered_at": told[pk]["entered_at"]}
        for one in records
        if one["is_own"]
        and one["stub"].category in row["categories"]
        and one["stub"].marking != Marking.RED
        and (pk := one["stub"].id) in told
    ]
    return {
        "at": at,
        "stub": stub,
        "weighing": shown,
        "may_join": granted
        and row["kind"] == "deelname"
        and not row["used"]
        and stub.owner == at.organisation,
        "to_supply": sorted(fitting, key=itemgetter("entered_at")),
        "is_ready": ready,
        "breadcrumbs": crumbs(at, stub, "Weegdocument"),
        **more,
    }


def emergencies(at_purpose: Any, form: Any, rows: Sequence[Row], user: User, **more: Any) -> dict[str, Any]:
    """Show what one asked and what waits for one's approval."""
    known = reading.names(people=True)
    now = timezone.now()
    shown = [
        row
        | {
            "person_name": known.people.get(row["person"], ""),
            "is_own": row["person"] == user.pk,
            "is_live": bool(row["until"] and row["until"] > now and not row["ended_at"]),
            "waits": row["approves"] and row["asked_at"] > now - timedelta(days=1),
        }
        for row in rows
        if row["purpose"] == at_purpose.pk
    ]
    steps = [("Start", "/"), ("Dossiers", reverse("vault:purposes"))]
    return {
        "purpose": at_purpose,
        "form": form,
        "own": [row for row in shown if row["is_own"]],
        "others": [row for row in shown if not row["is_own"]],
        "asked_by": known.people.get(more["asked"]["person"], "") if "asked" in more else "",
        "breadcrumbs": [*steps, (at_purpose.name, ""), ("Noodtoegang", "")],
        **more,
    }
