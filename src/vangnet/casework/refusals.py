"""What the refusals of the database about cases are called here."""

from __future__ import annotations

from vangnet.identity import refusals

SAID = {
    "this case is not open": "Deze casus is afgerond of bestaat niet meer; er kan niets bij.",
    "a task is for somebody who takes part": (
        "Deze persoon heeft nu geen autorisatie, of de organisatie neemt niet deel aan de casus."
    ),
    "a measure is of an organisation that takes part": (
        "Deze organisatie neemt nu niet deel aan de casus. Laat haar eerst deelnemen."
    ),
    "a measure about health belongs to the care and safety house": (
        "Een maatregel over gezondheid kan alleen in een casus van het Zorg- en Veiligheidshuis."
    ),
    "with a minor the interest of the child is weighed first": (
        "Er is een minderjarige bij betrokken. Weeg eerst het belang van het kind af."
    ),
    "a measure is of who is competent for it": (
        "Deze organisatie is niet bevoegd voor deze maatregel. Kies wie bij de maatregel als bevoegd staat."
    ),
    "a measure begins within five years": (
        "Een maatregel begint hoogstens vijf jaar geleden en uiterlijk over vijf jaar. Controleer het jaar."
    ),
    "not every outcome comes before a measure begins": (
        "Deze maatregel is nog niet begonnen. Kies een afloop die dan al kan, zoals ‘niet uitgevoerd’."
    ),
    "not every outcome follows an earlier one": (
        "Deze afloop kan niet op de eerdere volgen: de maatregel was ingetrokken, of de dag moet nog komen."
    ),
    "a measure only ends, once": "De afloop van deze maatregel is al vastgelegd.",
    "later_outcome_of_a_measure_has_a_day": "De latere afloop ligt voor het einde van de maatregel.",
    "a contribution is corrected with a reason, by whose it is": (
        "Alleen uw eigen organisatie verbetert haar bijdrage, met een reden."
    ),
    "casework_contribution_replaces_id_key": (
        "Een collega verbeterde deze bijdrage net. Bekijk de nieuwe regel, en verbeter zo nodig die."
    ),
    "an offer of this case waits for an answer": (
        "Deze casus is aan een ander aangeboden. Wacht het antwoord af, of trek het aanbod in."
    ),
    "tasks or measures of this case are not done": (
        "Er staan nog taken open of er lopen nog maatregelen. Maak ze af, of kruis aan dat u toch afrondt."
    ),
    "this offer was answered before": "Dit aanbod is al beantwoord of ingetrokken.",
    "this signal does not become a case here": (
        "Van dit signaal kan hier geen casus worden gemaakt: het is niet zo doorgezet."
    ),
    "this dossier is a case already": "Op dit dossier is al een casus geopend.",
    "what was supplied here is not there any more": (
        "Wat hier is verstrekt, is teruggeroepen of voorbij de bewaartermijn. Op dit dossier kan geen casus."
    ),
    "signal_becomes_one_case": "Van dit signaal is al een casus gemaakt.",
    "only a task of who left goes to another": (
        "Wie deze taak heeft, werkt nog in de casus. Een taak gaat naar een ander als dat niet meer zo is."
    ),
    "this meeting is closed": "Dit weegoverleg is gesloten of bestaat niet meer.",
    "one_meeting_at_a_time": "Een collega bereidde net een weegoverleg voor. Ga daarmee verder.",
    "who is at the meeting has an authorisation": (
        "Iemand die u koos, heeft vandaag geen autorisatie meer. Kies opnieuw wie erbij is."
    ),
    "one_offer_of_a_case_at_a_time": "Deze casus is al aan een ander aangeboden.",
    **dict.fromkeys(
        (f"casework_{table}_pkey" for table in ("task", "measure", "decision", "contribution")),
        "Dit is al vastgelegd: het formulier is twee keer verstuurd.",
    ),
}
refusals.SAID.update(SAID)
