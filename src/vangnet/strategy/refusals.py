"""What a refusal of the database is called in the strategy."""

from __future__ import annotations

from vangnet.identity import refusals
from vangnet.identity.refusals import DoesNotHold, rules

__all__ = ["DoesNotHold", "rules"]

CHANGED = "Dit onderdeel is intussen gewijzigd. Bekijk wat er nu staat en pas het voorstel daarop aan."

SAID = {
    "this item changed meanwhile": CHANGED,
    "there is a later version": "Er is een latere versie van dit voorstel. Geef daarover een oordeel.",
    "this version is no longer open": "Over dit voorstel is al besloten, of het is ingetrokken.",
    "nobody decides on this kind of change": "Voor deze wijziging is geen besluitroute vastgelegd.",
    "nobody decides on words of their own": "U schreef dit voorstel zelf. Een ander legt het oordeel vast.",
    "this step is not open": "Deze stap is nog niet aan de beurt, of al gezet.",
    "it was decided before it was asked": "Kies een dag vanaf de indiening, en niet in de toekomst.",
    "body_judges_a_version_once": "Van dit overleg is al een oordeel vastgelegd.",
    "goals hang below this goal": "Onder dit doel hangen nog doelen. Laat die eerst vervallen.",
    "goals are part of this theme": "Dit thema heeft nog doelen. Laat die eerst vervallen.",
    "the theme of this goal is not there": "Het thema van dit doel bestaat niet meer. Kies een ander thema.",
    "the goal above this goal is not there": "Het doel hierboven bestaat niet meer. Kies een ander doel.",
    "this goal would hang below itself": "Dit doel zou onder zichzelf hangen. Kies een ander doel hierboven.",
    "strategy_version_pkey": "Dit voorstel is al vastgelegd: het formulier is twee keer verstuurd.",
    "version_has_a_number_of_its_own": "Een collega legde tegelijk een wijziging vast. Probeer het opnieuw.",
}
refusals.SAID.update(SAID)
