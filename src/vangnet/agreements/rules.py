"""What may not be, in words: who may change agreements, and what the database refuses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

from django.db import DataError, IntegrityError, ProgrammingError, connection, transaction

from vangnet.identity.rules import NotPermitted


class Refused(Exception):
    """The rules do not allow this; the message says what is wrong and how to mend it. Nothing was saved."""


class Incomplete(Refused):
    """A version cannot become active yet; `codes` says what it lacks."""

    def __init__(self, codes: list[str]) -> None:
        self.codes = codes
        super().__init__(
            f"Deze versie kan nog niet in werking: er ontbreekt nog iets ({', '.join(codes)}). "
            "Bovenaan de pagina van het convenant staat per punt wat u kunt doen."
        )


class WrongDates(Refused):
    """The dates are reversed, or overlap with what holds already."""


class NoBasis(Refused):
    """There is no law, article or activity for it."""


class NoMembership(Refused):
    """The person does not work, or works no longer, for that organisation."""


class SelfAuthorisation(Refused):
    """Somebody gives an authorisation to themselves."""


class ForbiddenCategory(Refused):
    """The law does not allow this category of data, in this tier, for this purpose."""


class TooLong(Refused):
    """Data would be kept for more than five years."""


class WrongPartner(Refused):
    """This organisation cannot take part in this way."""


class NotADraft(Refused):
    """It is in force or has ended, so it does not change any more."""


OVERLAP = "in een deel van deze periode geldt dit al. Kies andere data, of beëindig eerst wat er al is."
FIVE_YEARS = "Gegevens worden ten hoogste vijf jaar bewaard (60 maanden). Kies 1 tot en met 60 maanden."
# Name of a constraint, or words of a trigger, with what it means for whoever fills in the form.
REFUSALS: dict[str, tuple[type[Refused], str]] = {
    "agreement_has_one_active_version": (WrongDates, f"Versie: {OVERLAP}"),
    "organisation_is_partner_once": (WrongDates, f"Partner: {OVERLAP}"),
    "authorisation_is_not_doubled": (WrongDates, f"Autorisatie: {OVERLAP}"),
    "circle_member_is_not_doubled": (WrongDates, f"Lid van de deelgroep: {OVERLAP}"),
    "period_is_bounded": (WrongDates, "Geldigheid: vul een begin én een einde in."),
    "range lower bound": (WrongDates, "De einddatum ligt voor de begindatum. Verwissel de data."),
    "active_version_keeps_data": (TooLong, FIVE_YEARS),
    "retention_is_5_years_at_most": (TooLong, FIVE_YEARS),
    "purpose_ground_is_public": (NoBasis, "Grondslag: kies een wettelijke plicht of een publieke taak."),
    "purpose_names_a_law": (
        NoBasis,
        "Wet: vul het BWB-nummer in, bijvoorbeeld BWBR0049962. Het staat op wetten.overheid.nl.",
    ),
    "purpose_has_article_and_activity": (
        NoBasis,
        "Vul het wetsartikel in, en de activiteit uit het verwerkingsregister. Zonder grondslag geen doel.",
    ),
    "purpose_activity_fits": (
        NoBasis,
        "Deze activiteit past niet bij het soort convenant. Kies een activiteit die de wet daarvoor kent.",
    ),
    "purpose_code_is_unique": (
        Refused,
        "Kenmerk: dit convenant heeft al een doel met dit kenmerk. Kies een ander.",
    ),
    "agreements_agreement_code_key": (Refused, "Kenmerk: dit is al in gebruik. Kies een ander kenmerk."),
    "special_category_needs": (
        ForbiddenCategory,
        "Uitzonderingsgrond: bij bijzondere en strafrechtelijke gegevens en bij een BSN is er een wettelijke "
        "uitzondering nodig. Vul het artikel in.",
    ),
    "health_data_only": (
        ForbiddenCategory,
        "Gezondheidsgegevens mogen alleen in een convenant van een Zorg- en Veiligheidshuis. "
        "Kies een andere categorie of een ander convenant.",
    ),
    "special_categories_are_those": (
        ForbiddenCategory,
        "De wet staat deze bijzondere gegevens hier niet toe. Kies een andere categorie.",
    ),
    "no_tier_3_in_a_scan": (
        ForbiddenCategory,
        "In een gebieds- of thematische scan is trede 3 niet toegestaan. Kies trede 1 of 2.",
    ),
    "tier_is_1_to_3": (Refused, "Trede: kies 1, 2 of 3."),
    "purpose_has_category_once": (Refused, "Categorie: dit doel heeft deze categorie al."),
    "private_partner_is_no_controller": (
        WrongPartner,
        "Een private partner is geen verwerkingsverantwoordelijke. "
        "Kies ‘deelnemer zonder verantwoordelijkheid’.",
    ),
    "partner_has_a_task": (
        WrongPartner,
        "Wettelijke taak: vul in waarvoor deze partner de gegevens nodig heeft.",
    ),
    "zone of one municipality": (
        WrongPartner,
        "In de zone van één gemeente doet niemand anders mee. Kies een lokaal gezamenlijk convenant.",
    ),
    "nobody_authorises_oneself": (
        SelfAuthorisation,
        "U kunt uzelf niet autoriseren. Vraag een andere beheerder of functionaris gegevensbescherming.",
    ),
    "authorisation_has_a_document": (Refused, "Aanwijzingsbesluit: vul in waar het besluit te vinden is."),
    "no role at this organisation": (
        NoMembership,
        "Deze persoon heeft geen rol (meer) bij deze organisatie. Geef eerst de rol, of kies iemand anders.",
    ),
    "a system delivers and lists": (
        Refused,
        "Een systeem levert meldingen aan of ziet de lijst, op trede 1. Kies voor een systeem de taak "
        "‘Systeem’ of ‘Meldingen aannemen’, en voor een mens een andere taak dan ‘Systeem’.",
    ),
    "authorisation_is_of_a_partner": (WrongPartner, "Deze partner hoort niet bij dit convenant."),
    "is_for_a_purpose_of_the_agreement": (Refused, "Dit doel hoort niet bij dit convenant."),
    "circle_member_is": (WrongPartner, "Alleen een partner van hetzelfde convenant kan lid zijn."),
    "given anew, never changed": (Refused, "Deze autorisatie is al ingetrokken. Geef zo nodig een nieuwe."),
    "ended version does not change": (NotADraft, "Een beëindigde versie verandert niet meer."),
    "draft the next one": (NotADraft, "Een versie in werking verandert niet. Maak een volgende versie."),
    "a draft version only": (NotADraft, "Dit kan alleen in een concept. Maak eerst een volgende versie."),
    "high_residual_risk": (
        Refused,
        "Bij een hoog restrisico is eerst de Autoriteit Persoonsgegevens geraadpleegd. "
        "Vul in waar dat staat.",
    ),
    "advice to set aside": (
        Refused,
        "Er is geen negatief advies om opzij te zetten, of de motivering is te kort (minstens 50 tekens).",
    ),
    "comes back with a new version": (
        WrongDates,
        "Een partner vertrekt eerder, nooit later dan afgesproken.",
    ),
}


@contextmanager
def in_words() -> Iterator[None]:
    """Run the block as one whole, and say in words what the database refused.

    Raises
    ------
    Refused
        A rule does not hold.
    NotPermitted
        The session may not write this.
    """
    try:
        with transaction.atomic():
            yield
    except (IntegrityError, DataError) as error:
        raise _refusal(str(error)) from error
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", "") == "42501":
            raise NotPermitted("hiervoor hebt u geen recht") from error
        raise


def _refusal(text: str) -> Refused:
    for words, (kind, message) in REFUSALS.items():
        if words in text:
            return kind(message)
    return Refused("Dit past niet bij wat er is vastgelegd. Kijk de gegevens na en probeer het opnieuw.")


def require_order(since: date, until: date | None) -> None:
    """Refuse a period that ends before it begins.

    Raises
    ------
    WrongDates
        The last day lies before the first.
    """
    if until is not None and until <= since:
        raise WrongDates("Geldigheid: het einde ligt niet na het begin. Verwissel of verbeter de data.")


# --- may I? ---


def _asked(question: str, subject: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {question}(%s)", [subject])
        return bool(cursor.fetchone()[0])


def may_administer(agreement: UUID) -> bool:
    """Say whether this session may change this agreement; inside a transaction."""
    return _asked("agreements_may_administer", agreement)


def may_start(lead: UUID) -> bool:
    """Say whether this session may draft an agreement led by this organisation; inside a transaction."""
    return _asked("agreements_may_start", lead)


def may_authorise(organisation: UUID) -> bool:
    """Say whether this session may authorise people of this organisation; inside a transaction."""
    return _asked("agreements_may_authorise", organisation)


def may_set_aside(version: UUID) -> bool:
    """Say whether this session may set a negative advice on this version aside; inside a transaction."""
    return _asked("agreements_may_set_aside", version)


def put_aside(version: UUID, reason: str) -> None:
    """Have the database note that this account sets the advice aside.

    Raises
    ------
    Refused
        There is no draft with a negative advice, or the reasons are too short.
    """
    with in_words(), connection.cursor() as cursor:
        cursor.execute("SELECT agreements_set_aside(%s, %s)", [version, reason])


WHO = "alleen een beheerder of de functionaris gegevensbescherming van de penvoerder, met een tweede factor"


def require_administer(agreement: UUID) -> None:
    """Let pass who may change this agreement.

    Raises
    ------
    NotPermitted
        The session may not.
    """
    if not may_administer(agreement):
        raise NotPermitted(f"dit convenant wijzigt {WHO}")


def require_set_aside(version: UUID) -> None:
    """Let pass who may set a negative advice on this version aside.

    Raises
    ------
    NotPermitted
        The session may not.
    """
    if not may_set_aside(version):
        raise NotPermitted(
            "een negatief advies zet alleen een burgemeester van een van de publieke partners opzij, "
            "met een tweede factor"
        )


def require_start(lead: UUID) -> None:
    """Let pass who may draft an agreement of this lead.

    Raises
    ------
    NotPermitted
        The session may not.
    """
    if not may_start(lead):
        raise NotPermitted(f"een convenant begint {WHO}")


def require_authorise(organisation: UUID) -> None:
    """Let pass who may authorise people of this organisation.

    Raises
    ------
    NotPermitted
        The session may not.
    """
    if not may_authorise(organisation):
        raise NotPermitted(
            "autoriseren doet alleen een beheerder of de functionaris gegevensbescherming van die "
            "organisatie, met een tweede factor"
        )
