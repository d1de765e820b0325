"""Which agreements are still needed before data of a category may go to an organisation, for a purpose."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from vangnet.agreements import actions
from vangnet.agreements.models import Authorisation, Partner
from vangnet.agreements.terms import Category, Purpose, PurposeCategory, Regime, Version
from vangnet.identity.models import Organisation


@dataclass(frozen=True)
class Check:
    """One thing that has to hold, whether it does, and if not who can do what about it."""

    holds: bool
    what: str
    todo: str = ""


# Code of `agreements_lacks`: what is missing, how to mend it, and the step that does.
MISSING = {
    "dpia": ("De DPIA is nog niet vastgesteld", "Vul in wanneer de DPIA is vastgesteld.", "wijzigen"),
    "raadpleging": (
        "Er is een hoog restrisico zonder voorafgaande raadpleging",
        "Raadpleeg de Autoriteit Persoonsgegevens en vul de vindplaats in.",
        "wijzigen",
    ),
    "advies": (
        "Een positief rechtmatigheidsadvies ontbreekt",
        "Vraag de rechtmatigheidsadviescommissie om advies en leg het vast. Een negatief advies kan "
        "alleen een burgemeester van een publieke partner opzij zetten, met redenen.",
        "adviseren",
    ),
    "contactpunt": (
        "Er is geen contactpunt voor betrokkenen",
        "Vul in waar mensen terechtkunnen met vragen over hun gegevens.",
        "wijzigen",
    ),
    "bewaartermijn": (
        "De bewaartermijn is langer dan vijf jaar",
        "Kies 60 maanden of minder.",
        "wijzigen",
    ),
    "handtekening": ("Nog niet iedereen heeft getekend", "Leg vast wanneer er is getekend.", "ondertekenen"),
    "geldigheid": ("De geldigheid is al voorbij", "Kies een einddatum in de toekomst.", "wijzigen"),
    "coordinator": (
        "Er is geen coördinerend functionaris gegevensbescherming",
        "Kies een functionaris die bij een publieke partner werkt. Heeft geen partner er een? "
        "Vraag de beheerder om die rol te geven.",
        "wijzigen",
    ),
    "partners": ("Er doen te weinig partners mee", "Voeg de partners toe, elk met hun taak.", "partner"),
    "verantwoordelijke": (
        "Geen partner is verwerkingsverantwoordelijke",
        "Voeg een partner toe die dat is.",
        "partner",
    ),
    "doel": ("Er is nog geen doel", "Voeg een doel toe, met de wet waarop het rust.", "doel"),
    "categorie": (
        "Een doel heeft nog geen gegevenscategorie",
        "Voeg bij elk doel toe welke gegevens nodig zijn.",
        "",
    ),
}


def checks(purpose: Purpose, category: Category, recipient: Organisation) -> list[Check]:
    """Return everything that has to hold, in the order of the chain."""
    allowed = PurposeCategory.objects.filter(purpose=purpose, category=category).first()
    return [
        *_agreement(purpose),
        _purpose(purpose),
        _category(purpose, category, allowed),
        _partner(purpose, recipient),
        _people(purpose, recipient, allowed.tier if allowed else 1),
    ]


def _agreement(purpose: Purpose) -> list[Check]:
    today, agreement = timezone.localdate(), purpose.agreement
    active = agreement.versions.filter(status=Version.Status.ACTIVE, period__contains=today)
    if active.filter(Q(ended_on=None) | Q(ended_on__gt=today)).exists():
        return [Check(True, f"Het convenant ‘{agreement}’ is in werking.")]
    draft = agreement.versions.filter(status=Version.Status.DRAFT).first()
    found = [Check(False, f"Het convenant ‘{agreement}’ is niet in werking.", _start(draft))]
    codes = actions.lacks(draft) if draft else []
    return found + [Check(False, f"{MISSING[code][0]}.", MISSING[code][1]) for code in codes]


def _start(draft: Version | None) -> str:
    if draft is None:
        return "Laat de penvoerder een volgende versie maken en die laten ondertekenen."
    return "Er ligt een concept. Laat de penvoerder het afmaken en in werking laten treden."


def _purpose(purpose: Purpose) -> Check:
    today = timezone.localdate()
    if purpose.ended_on and purpose.ended_on <= today:
        return Check(False, f"Het doel ‘{purpose}’ is beëindigd.", "Spreek een nieuw doel af.")
    if purpose.version.activated_at is None:
        return Check(
            False,
            f"Het doel ‘{purpose}’ staat nog in een concept.",
            "Het geldt zodra dat concept in werking is.",
        )
    return Check(True, f"Het doel ‘{purpose}’ rust op {purpose.article} ({purpose.law}).")


def _category(purpose: Purpose, category: Category, allowed: PurposeCategory | None) -> Check:
    if category.is_health and purpose.regime != Regime.CARE_AND_SAFETY:
        return Check(
            False,
            f"‘{category}’ mag de wet hier niet laten delen.",
            "Gezondheidsgegevens horen alleen in een Zorg- en Veiligheidshuis. Breng de casus daar in.",
        )
    if allowed is None:
        return Check(
            False,
            f"‘{category}’ hoort niet bij dit doel.",
            "Is het echt nodig? Laat de penvoerder het toevoegen in een volgende versie.",
        )
    if allowed.version_id != purpose.version_id and allowed.version.activated_at is None:
        return Check(False, f"‘{category}’ staat nog in een concept.", "Het geldt zodra dat in werking is.")
    return Check(
        True, f"‘{category}’ mag, in trede {allowed.tier}, ten hoogste {allowed.retention} maanden bewaard."
    )


def _partner(purpose: Purpose, recipient: Organisation) -> Check:
    today = timezone.localdate()
    partners = Partner.objects.filter(agreement=purpose.agreement_id, organisation=recipient)
    taking_part = partners.filter(period__contains=today, version__activated_at__isnull=False).first()
    if taking_part:
        return Check(True, f"{recipient} is partner, voor: {taking_part.task}.")
    return Check(
        False,
        f"{recipient} is geen partner van dit convenant.",
        "Laat de penvoerder de organisatie toevoegen in een volgende versie, met haar eigen wettelijke taak.",
    )


def _people(purpose: Purpose, recipient: Organisation, tier: int) -> Check:
    today = timezone.localdate()
    count = (
        Authorisation.objects.filter(
            purpose=purpose,
            organisation=recipient,
            task=Authorisation.Task.PROCESSING,
            revoked_at=None,
            period__contains=today,
            max_tier__gte=tier,
            user__is_active=True,
            user__memberships__organisation=recipient,
            user__memberships__period__contains=today,
        )
        .values("user")
        .distinct()
        .count()
    )
    if count:
        who = "is 1 persoon" if count == 1 else f"zijn {count} mensen"
        return Check(True, f"Bij {recipient} {who} geautoriseerd tot en met trede {tier}.")
    return Check(
        False,
        f"Bij {recipient} is niemand geautoriseerd tot en met trede {tier}.",
        "Laat de functionaris gegevensbescherming van die organisatie iemand aanwijzen.",
    )
