"""What a refusal of the database is called in the strategy."""

from __future__ import annotations

from vangnet.identity import refusals
from vangnet.identity.refusals import DoesNotHold, rules

__all__ = ["DoesNotHold", "rules"]

CHANGED = "Dit onderdeel is intussen gewijzigd. Bekijk wat er nu staat en pas het voorstel daarop aan."

SAID = {
    "this item changed meanwhile": CHANGED,
    "it was adopted long before it began": "Deze dag ligt ver voor de strategie."
    " Kies de dag van het besluit.",
    "strategy_is_adopted_once": "Er is al vastgelegd wie deze strategie vaststelde, en wanneer.",
    "there is a later version": "Er is een latere versie van dit voorstel. Geef daarover een oordeel.",
    "this version is no longer open": "Over dit voorstel is al besloten, of het is ingetrokken.",
    "nobody decides on this kind of change": "Voor deze wijziging is geen besluitroute vastgelegd.",
    "nobody decides on words of their own": "U schreef dit voorstel zelf, of een eerdere versie ervan."
    " Een ander legt het oordeel vast.",
    "this step is not open": "Deze stap is nog niet aan de beurt, of al gezet.",
    "it was decided before it was asked": "Kies een dag vanaf de indiening, en niet in de toekomst.",
    "it was decided before the step that came first": "Kies een dag vanaf het laatste oordeel"
    " van de vorige stap.",
    "body_judges_a_version_once": "Van dit overleg is al een oordeel vastgelegd.",
    "goals hang below this goal": "Onder dit doel hangen nog doelen. Laat die eerst vervallen.",
    "goals are part of this theme": "Dit thema heeft nog doelen. Laat die eerst vervallen.",
    "the theme of this goal is not there": "Het thema van dit doel bestaat niet meer. Kies een ander thema.",
    "the goal above this goal is not there": "Het doel hierboven bestaat niet meer. Kies een ander doel.",
    "this goal would hang below itself": "Dit doel zou onder zichzelf hangen. Kies een ander doel hierboven.",
    "this goal would hang below a goal of a lower level": "Een doel hangt onder een doel van hetzelfde"
    " of een hoger niveau. Kies een ander doel hierboven, of een ander niveau.",
    "goal_target_has_an_origin": "Een norm heeft een indicator, een uitgangsjaar, een jaar en een herkomst."
    " Vul alles in, of laat de norm leeg: een norm wordt niet verzonnen.",
    "goal_indicator_has_an_area": "Bij een indicator horen een gebied en een uitgangsjaar. Vul beide in.",
    "what happened lies in the past": "Kies een dag tot en met vandaag.",
    "it would end before it began": "De laatste dag ligt voor de eerste. Kies een latere dag.",
    "a colleague decided on this recommendation meanwhile": "Een collega legde intussen een uitkomst vast."
    " Bekijk wat er nu staat en vul het opnieuw in.",
    "outcome_has_a_number_of_its_own": "Een collega legde intussen een uitkomst vast. Bekijk haar.",
    "an outcome follows the one before": "Kies een dag vanaf de vorige uitkomst.",
    "a goal that took it up is not there": "Een van de doelen bestaat niet. Kies een ander doel.",
    "outcome_goals_took_it_up": "Bij ‘afgewezen’ en ‘open’ hoort geen doel.",
    "result_has_evidence": "Schrijf op wat is bereikt en waaruit dat blijkt.",
    "recommendation_says_where_it_stands": "Noem de titel en de bladzijde of het adres, na een puntkomma.",
    "strategy_result_pkey": "Dit resultaat is al vastgelegd: het formulier is twee keer verstuurd.",
    "strategy_recommendation_pkey": "Deze aanbeveling is al vastgelegd: het formulier kwam tweemaal.",
    "passage_is_recorded_once": "Deze passage staat al bij dit doel, met dezelfde woorden en bladzijde.",
    "strategy_passage_pkey": "Deze passage is al vastgelegd: het formulier is twee keer verstuurd.",
    "passage_is_of_years_in_order": "Kies twee jaren tussen 2000 en 2100, het laatste niet voor het eerste.",
    "passage_says_how_it_goes_with_its_goal": "Kies een doel met het verband, of geen van beide.",
    "of a passage only the end changes": "Een ander haalde deze passage er intussen uit.",
    "a passage names no goal that there is": "Dit doel bestaat niet. Kies een ander doel.",
    "the plan is not of the police": "Een meerjarenplan is hier van de politie. Kies haar organisatie.",
    "progress_of_a_year_is_evidence": "Kies alleen een jaar bij ‘Stap of bewijs’.",
    "strategy_progress_pkey": "Dit is al vastgelegd: het formulier is twee keer verstuurd.",
    "strategy_version_pkey": "Dit voorstel is al vastgelegd: het formulier is twee keer verstuurd.",
    "this plan changed meanwhile": "Dit plan is intussen gewijzigd. Lees het opnieuw en probeer het dan.",
    "this plan is closed": "Dit plan is afgesloten en blijft zoals het is.",
    "an adopted plan keeps its words": "De tekst van een vastgesteld plan ligt vast. Begin een herziening.",
    "the network gives nothing extra for this subject": "Voor dit onderwerp zet het netwerk nu "
    "geen extra capaciteit of geld in. Ook een plan zonder uren of geld kan dus niet, tot de strategie "
    "verandert: wie over doelen besluit, kan de begrenzing laten eindigen.",
    "this step does not fit the state of the plan": "Deze stap kan nu niet: het plan is in een andere stand.",
    "this day has not come": "Kies een dag die al is geweest, of vandaag.",
    "this plan is not complete": "Dit plan is nog niet compleet.",
    "nobody decides on a plan of their own": "U schreef of stelde dit plan zelf voor. Een ander lid besluit.",
    "a complete plan is no pilot": "Er ontbreekt niets aan dit plan. Stel het voor.",
    "every gap needs a day": "Noem bij alles wat nog ontbreekt een dag in de toekomst.",
    "plan_version_has_a_number_of_its_own": "Een collega bewaarde tegelijk iets. Probeer het opnieuw.",
    "strategy_plan_pkey": "Dit plan is al begonnen: het formulier is twee keer verstuurd.",
    "strategy_planreport_pkey": "Dit bericht is al vastgelegd: het formulier is twee keer verstuurd.",
    "strategy_limit_pkey": "Deze begrenzing is al vastgelegd: het formulier is twee keer verstuurd.",
    "criteria and weights are locked": "Criteria en gewichten staan vast. Begin een nieuwe ronde.",
    "a round goes forward only": "Deze ronde is al vastgezet of gesloten.",
    "a round needs criteria and a choice": "Noem eerst minstens één criterium, en "
    "meer onderwerpen dan er thema's gekozen worden.",
    "a round with few papers closes with a reason": "Van minder dan de helft van de stukken zijn er scores. "
    "Zeg waarom de ronde toch sluit.",
    "nobody scores before the lock": "Scoren kan pas als de criteria en gewichten vaststaan.",
    "this round is closed": "Deze ronde is gesloten: er komen geen scores meer bij.",
    "this candidate is of another round": "Dit onderwerp hoort bij een andere ronde.",
    "this criterion is about other papers": "Dit criterium gaat over stukken van andere organisaties.",
    "criterion_is_named_once_in_a_round": "Dit criterium staat er al.",
    "candidate_is_named_once_in_a_round": "Dit onderwerp staat er al.",
    "of a limit only the end changes": "Van een begrenzing die geldt, verandert alleen het einde.",
    "limit_lasts_a_day_or_more": "Een begrenzing duurt minstens een dag.",
    "version_has_a_number_of_its_own": "Een collega legde tegelijk een wijziging vast. Probeer het opnieuw.",
}
refusals.SAID.update(SAID)
