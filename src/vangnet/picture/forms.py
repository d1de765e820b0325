"""The forms with which a reader chooses what to see; they work by address, without a script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django import forms

from vangnet.figures.models import Indicator
from vangnet.picture.areas import Place, Tree
from vangnet.places.models import Area

if TYPE_CHECKING:
    from vangnet.picture.question import Question

Choices = list[tuple[str, Any]]
GROUPS = {
    "land": "Land",
    "eenheid": "Regio",
    "provincie": "Provincies",
    "district": "Districten",
    "gemeente": "Gemeenten",
}


class ChoiceForm(forms.Form):
    """Choose area, indicator, year and base year of a picture."""

    gebied = forms.ChoiceField(label="Gebied")
    indicator = forms.ChoiceField(label="Onderwerp")
    jaar = forms.ChoiceField(label="Jaar")
    basis = forms.ChoiceField(label="Vergelijk met het jaar")

    @classmethod
    def of(cls, question: Question) -> ChoiceForm:
        """Return the form as this question fills it in."""
        chosen = {
            "gebied": question.place.key,
            "indicator": question.indicator.slug,
            "jaar": question.year,
            "basis": question.base,
        }
        form = cls(initial=chosen, auto_id="keuze-%s")
        years = question.span.of(question.place.level)
        _choices(form, "gebied", area_choices(question.tree))
        _choices(form, "indicator", indicator_choices(question.indicators))
        _choices(form, "jaar", year_choices(years))
        _choices(form, "basis", year_choices(years))
        return form


class MonthsForm(forms.Form):
    """Choose a year and how many of its months are taken as known."""

    jaar = forms.ChoiceField(label="Jaar")
    maanden = forms.ChoiceField(label="Bekende maanden")

    @classmethod
    def of(cls, years: Sequence[int], year: int, months: int) -> MonthsForm:
        """Return the form for these years."""
        form = cls(initial={"jaar": year, "maanden": months}, auto_id="schatting-%s")
        _choices(form, "jaar", year_choices(years))
        _choices(form, "maanden", [(str(n), f"de eerste {n}") for n in range(3, 12)])
        return form


class CompareForm(forms.Form):
    """Choose two areas and two periods."""

    indicator = forms.ChoiceField(label="Onderwerp")
    links = forms.ChoiceField(label="Eerste gebied")
    rechts = forms.ChoiceField(label="Tweede gebied")
    van = forms.ChoiceField(label="Eerste periode, vanaf")
    van_tot = forms.ChoiceField(label="Eerste periode, tot en met")
    naar = forms.ChoiceField(label="Tweede periode, vanaf")
    naar_tot = forms.ChoiceField(label="Tweede periode, tot en met")
    toen = forms.ChoiceField(label="Grenzen van toen")

    @classmethod
    def of(
        cls,
        chosen: dict[str, Any],
        *,
        tree: Tree,
        former: Sequence[tuple[str, str]],
        indicators: Sequence[Indicator],
        years: Sequence[int],
    ) -> CompareForm:
        """Return the form with these choices made."""
        found = {name: tree.find(chosen[name]) for name in ("links", "rechts")}
        keys = {name: place.key for name, place in found.items() if place}
        form = cls(initial=chosen | keys, auto_id="vergelijk-%s")
        areas: Choices = [*area_choices(tree), ("Gemeenten van vroeger", list(former))]
        _choices(form, "indicator", indicator_choices(indicators))
        for name in ("links", "rechts"):
            _choices(form, name, areas)
        for name in ("van", "van_tot", "naar", "naar_tot", "toen"):
            _choices(form, name, year_choices(years))
        return form


def _choices(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
    field.choices = choices


def area_choices(tree: Tree) -> Choices:
    """Return all areas by level, wholes first."""
    order = [level.value for level in Area.Level]
    places = sorted(tree.places.values(), key=lambda place: (order.index(place.level), place.name))
    return [(GROUPS[level], _named(group)) for level, group in groupby(places, key=lambda p: p.level)]


def _named(places: Iterable[Place]) -> list[tuple[str, str]]:
    return [(place.key, place.name) for place in places]


def indicator_choices(indicators: Sequence[Indicator]) -> Choices:
    """Return all indicators by subject; what is only known for the whole country says so."""
    local = [one for one in indicators if one.finest == "gemeente"]
    national = [one for one in indicators if one.finest != "gemeente"]
    return [
        *(
            (theme, [(one.slug, one.name) for one in group])
            for theme, group in groupby(local, key=lambda i: i.theme)
        ),
        ("Alleen landelijk", [(one.slug, one.name) for one in national]),
    ]


def year_choices(years: Sequence[int]) -> Choices:
    """Return the years, newest first."""
    return [(str(year), str(year)) for year in reversed(years)]
