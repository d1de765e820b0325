"""What results and cards say, in two languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# What the settings of analyses are called in Dutch and in English, by their name in the command.
NAMES = {
    "area": ("kolom met het gebied", "column with the area"),
    "base": ("veelvoud van", "multiples of"),
    "buffer": ("grenzen tot de omgeving", "borders up to the surroundings"),
    "causal_impact": ("tweede oordeel met tijdreeksmodel", "second opinion by a time series model"),
    "closed": ("grens die een klasse zelf bevat", "limit that a band holds itself"),
    "comparisons": ("vergelijkingen", "comparisons"),
    "confidence": ("zekerheid", "confidence"),
    "contributors": ("kolom met het aantal bijdragers", "column with the number of contributors"),
    "dimensions": ("kenmerken", "dimensions"),
    "dominance": ("grootste hoogstens, in procent", "most percent of the largest"),
    "dominance_k": ("grootste hoogstens, in procent", "most percent of the largest"),
    "dominance_n": ("aantal grootsten", "number of largest"),
    "draws": ("steekproeven", "draws"),
    "earlier_rounded": ("eerder afgerond", "rounded earlier"),
    "engine": ("werkwijze", "engine"),
    "fewest": ("kleinste aantal dat wordt getoond", "least count shown"),
    "fewest_contributors": ("minste bijdragers", "fewest contributors"),
    "found_by": ("keuze gevonden door", "choice found by"),
    "gap": ("afstand", "gap"),
    "gone": ("weggenomen", "taken out"),
    "insiders": ("wie zelf meetelt valt aan", "those counted attack"),
    "kind": ("kolom met de soort", "column with the kind"),
    "knows": ("wat iemand weet", "what somebody knows"),
    "largest": ("kolom met de grootste bijdrage", "column with the largest contribution"),
    "lasting": ("personen voor de blijvende keuze", "people in the lasting choice"),
    "margin": ("onbelangrijk deel van de daling", "part of the fall of no importance"),
    "metric": ("afstandsmaat", "metric"),
    "missing_is_zero": ("wat ontbreekt is nul", "what is missing is zero"),
    "missing_links": ("deel van de banden dat ontbreekt", "part of the links left out"),
    "missing_people": ("deel van de personen dat ontbreekt", "part of the people left out"),
    "month": ("kolom met de maand", "column with the month"),
    "needed": ("marge minstens", "least width of an interval"),
    "needed_share": ("marge minstens, in procent", "least width, in percent"),
    "nest": ("telt op naar", "adds up to"),
    "one": ("kolom met de ene persoon", "column with the one person"),
    "other": ("kolom met de andere persoon", "column with the other person"),
    "overdispersion": ("spreiding boven toeval", "overdispersion"),
    "p_percent": ("schatting van de grootste op, in procent", "estimate of the largest within, in percent"),
    "period": ("kolom met de periode", "column with the period"),
    "permutations": ("schuddingen", "permutations"),
    "places": ("grenzen van afstand", "limits of distance"),
    "registered": ("kolom met de maand van registratie", "column with the month of registration"),
    "positive": ("verborgen aantallen zijn 1 of meer", "hidden counts are 1 or more"),
    "exact_from": ("niets precies af te leiden vanaf", "none exactly known from"),
    "revised": ("cijfers zijn herzien", "figures were revised"),
    "role_buffer": ("omgeving", "surroundings"),
    "role_gap": ("buiten beschouwing", "left out"),
    "role_treated": ("gebied met de maatregel", "treated area"),
    "roles": ("kolom met de rol van een gebied", "column with the role of an area"),
    "same_as": ("samengevoegde codes", "merged codes"),
    "same_place": ("zelfde plek tot", "same place up to"),
    "second": ("kolom met de tweede bijdrage", "column with the second contribution"),
    "seconds": ("seconden per berekening", "seconds per problem"),
    "seed": ("toevalsgetal", "seed"),
    "since": ("eerste periode met de maatregel", "first period with the measure"),
    "size": ("personen", "people"),
    "solver": ("rekenprogramma", "solver"),
    "step": ("stap", "step"),
    "steps": ("banden die als bereik tellen", "links that count as reach"),
    "tau_argus": ("met tau-ARGUS", "with tau-ARGUS"),
    "time": ("kolom met het tijdstip", "column with the moment"),
    "times": ("grenzen van tijd", "limits of time"),
    "today": ("laatste dag", "last day"),
    "total": ("naam van het totaal", "name of the total"),
    "treated": ("gebieden met de maatregel", "treated areas"),
    "unit": ("wat wordt geteld", "what is counted"),
    "value": ("kolom met het aantal", "column with the count"),
    "wave": ("kolom met het moment", "column with the moment"),
    "whole": ("hele getallen of hele groepen", "whole numbers or whole groups"),
    "x": ("kolom met x", "column with x"),
    "y": ("kolom met y", "column with y"),
    "zero": ("ook nul is gevoelig", "zero is sensitive too"),
    "zeros_hidden": ("verborgen kan nul zijn", "what is hidden may be zero"),
    "zeros": ("ook nul is gevoelig", "zero is sensitive too"),
}  # fmt: skip
NOTHING = {"nl": "niet opgegeven", "en": "not given"}
TRUTH = {"nl": ("nee", "ja"), "en": ("no", "yes")}


class Said(str):
    """A Dutch text that also knows its English."""

    __slots__ = ("english",)
    english: str

    def __new__(cls, dutch: str, english: str) -> Said:
        """Make a text."""
        made = super().__new__(cls, dutch)
        made.english = english
        return made


def name_of(name: str, language: str) -> str:
    """Return what a setting or a figure of a result is called."""
    if isinstance(name, Said):
        return str(name) if language == "nl" else name.english
    dutch, english = NAMES.get(name, (name, name))
    return dutch if language == "nl" else english


def value_of(value: Any, language: str) -> str:
    """Return a value as people write it: yes or no, a joined list, nothing."""
    if value is None or value == "" or value == [] or value == ():
        return NOTHING[language]
    if isinstance(value, bool):
        return TRUTH[language][value]
    if isinstance(value, list | tuple):
        return ", ".join(value_of(one, language) for one in value)
    return value.english if isinstance(value, Said) and language == "en" else str(value)


def pairs(values: Mapping[str, Any], language: str) -> str:
    """Return names with their values on one line."""
    found = [f"{name_of(name, language)} = {value_of(value, language)}" for name, value in values.items()]
    return "; ".join(found) or "-"
