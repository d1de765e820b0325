"""What refusals of the database about advice and tables are called here, and what a session may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from vangnet.cooperation.models import AdviceRequest
from vangnet.identity import refusals
from vangnet.identity.rules import NotPermitted, Weak

MEANWHILE = "Een ander heeft hier intussen iets mee gedaan. Bekijk wat er nu staat en vul het opnieuw in."
SAID = {
    "a colleague changed it meanwhile": MEANWHILE,
    "advice_turn_has_a_number_of_its_own": MEANWHILE,
    "this step does not fit the question": "Dit past niet bij hoe de vraag er nu voor staat. Bekijk haar.",
    "a term lies ahead": "De termijn ligt in het verleden. Kies vandaag of een dag die nog komt.",
    "nobody advises themselves": "Een vraag gaat naar een ander dan wie haar stelt.",
    "advice_is_asked_of_another": "Een vraag gaat naar een ander dan wie haar stelt.",
    "who is asked is not there": "Deze persoon of dit team is er niet meer. Kies een ander.",
    "it is there already": "De vraag ligt daar al. Kies een ander.",
    "a question begins without an answer": "Een nieuwe vraag heeft nog geen antwoord.",
    "cooperation_advicerequest_pkey": "Deze vraag is al gesteld: het formulier is twee keer verstuurd.",
}
SAID |= {
    "position_has_a_number_of_its_own": MEANWHILE,
    "table_step_has_a_number_of_its_own": MEANWHILE,
    "this step does not fit the item": "Dit past niet bij hoe het agendapunt er nu voor staat. Bekijk het.",
    "the table has treated it": "Deze tafel heeft het al behandeld. Het standpunt staat daarmee vast.",
    "there is a later position": "Er is een nieuwere versie van het standpunt. Geef daarover uw steun.",
    "body_judges_a_position_once": "Dit overleg zei al iets over deze versie van het standpunt.",
    "nobody supports words of their own": "U schreef dit standpunt zelf. Een ander legt de steun vast.",
    "there is no position yet": "Schrijf eerst het gezamenlijk standpunt.",
    "an outcome follows the table": "De uitkomst komt niet voor de dag waarop de tafel het behandelde.",
    "the matter was never at that body": "Dit bespreekpunt lag nooit in dat overleg. Kies een ander.",
    "matter_comes_on_a_table_once": "Dit bespreekpunt staat al op de lijst voor deze tafel.",
    "an item begins in preparation": "Een nieuw agendapunt begint in voorbereiding.",
    "a step follows the item": "Kies een dag vanaf de dag waarop dit agendapunt begon.",
    "an agenda lies ahead": "Een agenda ligt niet in het verleden. Kies vandaag of een dag die nog komt.",
    "a table treats words that are there": "Het standpunt is later geschreven. Kies een dag daarna.",
    "one joins while it runs": "Kies een dag waarop deze samenwerking loopt.",
    "support_with_a_remark_has_one": "Schrijf op welke kanttekening of reden het overleg heeft.",
    "partnership_step_has_a_number_of_its_own": MEANWHILE,
    "this partnership has ended": "Deze samenwerking is gestopt.",
    "a step lies between the beginning and today": "Kies een dag vanaf het begin, tot en met vandaag.",
    "a next evaluation comes later": "De volgende evaluatie komt na deze. Kies een latere dag.",
    "a partnership is evaluated after it began": "De evaluatie komt na het begin. Kies een latere dag.",
    "partnership_ends_after_it_begins": "De samenwerking eindigt voor zij begint. Kies een later einde.",
    "organisation_takes_part_once_at_a_time": "Deze organisatie doet in die periode al mee.",
    "the participant was changed": "Van een deelname verandert alleen wanneer zij eindigt.",
    "cooperation_partnership_pkey": "Dit is al vastgelegd: het formulier is twee keer verstuurd.",
    "cooperation_tableitem_pkey": "Dit is al begonnen: het formulier is twee keer verstuurd.",
}
SAID |= {
    "of a contribution only the end changes": "Een collega stopte deze bijdrage al. Bekijk wat er nu staat.",
    "a contribution ends between its beginning and today": "Kies een dag vanaf het begin, tot vandaag.",
    "cooperation_contribution_pkey": "Dit is al vastgelegd: het formulier is twee keer verstuurd.",
}
SAID |= {
    "a colleague told another number meanwhile": MEANWHILE,
    "capacity_has_a_number_of_its_own": MEANWHILE,
    "this capacity was told already": "Dit is al vastgelegd: het formulier is twee keer verstuurd.",
    "capacity_is_told_in_one_series": "Hierover staat al een opgave. Open die en kies ‘Pas aan’.",
    "a series is about one thing": "Een opgave blijft over hetzelfde gaan. Leg iets anders apart vast.",
    "capacity_hours_are_possible": "Vul uren in van 0 tot en met 200.000.",
    "capacity_is_changed_with_a_reason": "Zeg waarom het getal verandert.",
    "capacity is of a year that can be": "Kies een jaar vanaf 2015, en hoogstens vijf jaar vooruit.",
    "this year is closed": "Het aanjaagteam heeft dit jaar afgesloten: de getallen zijn definitief. "
    "Klopt er iets niet, vraag dan het aanjaagteam het jaar te heropenen.",
    "hours are used first": "Deze periode is nog niet begonnen. Kies een maand of kwartaal tot en met nu.",
    "the hours of these months are told already": "Voor (een deel van) deze maanden zijn al uren vastgelegd. "
    "Pas die opgave aan of trek haar in, en tel niets dubbel.",
    "the organisation is no more": "Deze organisatie bestaat in deze periode niet meer. Leg de uren vast bij "
    "de organisatie waarin zij opging; welke dat is, staat bij Netwerk, Organisaties.",
    "the partner left this theme": "Deze organisatie is uit dit thema vertrokken. Kies een periode van voor "
    "het vertrek, of leg bij Netwerk, Wie doet mee, eerst een nieuwe deelname vast.",
    "the partner is not in this theme": "Deze organisatie doet in deze periode niet mee in dit thema. Leg "
    "bij Netwerk, Wie doet mee, eerst de deelname vast, of kies een ander thema of een andere periode.",
    "the plan is of another theme": "Dit projectplan hoort niet bij dit thema. Kies een ander plan, of geen.",
    "a year closes when it is over": "Een jaar sluit pas af als het voorbij is. Kies een vorig jaar.",
    "the year was closed or opened meanwhile": MEANWHILE,
    "capacity_year_step_has_a_number_of_its_own": MEANWHILE,
    "full_time_is_possible": "Een fte is hier 1.000 tot en met 2.500 uur per jaar, met een vindplaats.",
}
refusals.SAID.update(SAID)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a session may do; `is_addressed` is of the question that was asked about."""

    account: UUID | None
    is_strong: bool
    organisation: UUID | None
    reads: bool
    is_driving: bool  # of the driving team
    is_addressed: bool
    stands_in: bool  # for an asker who left the organisation that asked


STANDING = """
SELECT s.account, s.is_strong, s.organisation, directory_reads(), session_has_role('aanjaagteam'),
       cooperation_addressed(%s, %s, %s::uuid[]), cooperation_stands_in(%s, %s)
  FROM session_standing() s
"""


def standing(question: AdviceRequest | None = None) -> Standing:
    """Return what the session of this transaction may do, with this question when one is given (1 query)."""
    of: list[Any] = [None] * 5
    if question:
        of = [question.expert_id, question.body_id, question.expert_for]
        of += [question.asked_by_id, question.organisation_id]
    with connection.cursor() as cursor:
        cursor.execute(STANDING, of)
        return Standing(*cursor.fetchone())


def reader() -> Standing:
    """Return what the session may do, when it works for a partner of the network (1 query).

    Raises
    ------
    NotPermitted
        It works for nobody.
    """
    at = standing()
    if not at.reads:
        raise NotPermitted("alleen voor wie in het netwerk werkt")
    return at


def require(may: bool, at: Standing) -> None:
    """Let only those pass who may, in a session with a second factor.

    Raises
    ------
    NotPermitted
        Not this person.
    Weak
        The session has no second factor.
    """
    if not at.reads:
        raise NotPermitted("alleen voor wie in het netwerk werkt")
    if not at.is_strong:
        raise Weak
    if not may:
        raise NotPermitted("dit doet een ander")


def keeps(body: str) -> bool:
    """Say whether the session speaks for a body, or is of the driving team (1 query)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT directory_keeps(%s)", [body])
        return bool(cursor.fetchone()[0])
