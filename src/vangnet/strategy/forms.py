"""Which goals one wants to see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from vangnet.strategy import reading
from vangnet.strategy.models import Strategy, Theme

NO_YEAR = "geen"


class GoalFilter(forms.Form):
    """Keep goals by theme, kind, year and who acts; everything may stay open."""

    thema = forms.ChoiceField(label="Thema", required=False)
    soort = forms.ChoiceField(label="Soort", required=False)
    jaar = forms.ChoiceField(label="Jaar", required=False)
    wie = forms.ChoiceField(label="Wie doet het", required=False)
    opgesomd = forms.BooleanField(label="Alleen doelen die de nota zelf opsomt", required=False)

    def __init__(
        self, data: Mapping[str, Any], *, goals: Iterable[Any], strategy: Strategy, themes: Iterable[Theme]
    ):
        """Take goals, or of each only what one chooses by (`to_choose_from`)."""
        super().__init__(data)
        self.goals = list(goals)
        self._years = {goal.term: reading.years(goal, strategy) for goal in self.goals}
        kinds = sorted({goal.kind for goal in self.goals})
        actors = sorted({actor for goal in self.goals for actor in goal.actors}, key=str.casefold)
        found = sorted(set().union(*self._years.values()))
        self._offer("thema", "Alle thema's", [(theme.slug, theme.name) for theme in themes])
        self._offer("soort", "Alle soorten", [(kind, kind.capitalize()) for kind in kinds])
        periods = [(str(year), str(year)) for year in found]
        self._offer("jaar", "Alle jaren", [*periods, (NO_YEAR, "Zonder jaar in de nota")])
        self._offer("wie", "Iedereen", [(actor, actor) for actor in actors])

    def _offer(self, name: str, everything: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared above
        field.choices = [("", everything), *choices]
        field.error_messages["invalid_choice"] = "Deze keuze bestaat niet. Kies er een uit de lijst."

    def kept(self) -> list[Any]:
        """Return the goals that answer to every choice; all of them when a choice is wrong."""
        return [goal for goal in self.goals if self._keeps(goal)] if self.is_valid() else self.goals

    def _keeps(self, goal: Any) -> bool:
        wanted = self.cleaned_data
        found = {str(year) for year in self._years[goal.term]} or {NO_YEAR}
        return (
            wanted["thema"] in ("", goal.theme_id)
            and wanted["soort"] in ("", goal.kind)
            and (not wanted["jaar"] or wanted["jaar"] in found)
            and (not wanted["wie"] or wanted["wie"] in goal.actors)
            and (goal.is_listed or not wanted["opgesomd"])
        )
