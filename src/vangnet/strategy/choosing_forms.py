"""Forms with which themes are chosen: a round, what is judged by, and the scores of a paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from vangnet.identity.models import Organisation
from vangnet.strategy import paper_text
from vangnet.strategy.choosing import Candidate, Criterion, Score
from vangnet.strategy.plan_forms import OnceForm
from vangnet.strategy.words import Lines, Words
from vangnet.vault.kinds import FileRefused

PAPERS = {
    "gemeente": "Veiligheidsplannen van gemeenten",
    "politie": "Beleidsplan van de politie",
    "om": "Beleidsplan van het OM",
    "netwerk": "Oordeel van het netwerk zelf",
}


WITHDRAWN = "Niet gescoord: trek de score in"


class RoundForm(OnceForm):
    """A new round."""

    name = Words("Naam van de ronde", longest=120, help_text="Bijvoorbeeld: Thema's 2023-2026.")
    about = Words("Toelichting", longest=1000, rows=3, required=False)
    count = forms.IntegerField(label="Hoeveel thema's kiezen we?", min_value=1, max_value=20, initial=4)


class CriterionForm(OnceForm):
    """By what candidates are judged."""

    name = Words("Criterium", longest=100)
    about = Words("Wanneer krijgt een onderwerp een hoge score?", longest=300)
    weight = forms.IntegerField(
        label="Gewicht",
        min_value=1,
        max_value=100,
        help_text="Van 1 tot en met 100; alleen de verhouding tussen de gewichten telt.",
    )
    papers = forms.ChoiceField(label="Waarop wordt gescoord?", choices=list(PAPERS.items()))


class CandidateForm(OnceForm):
    """A subject that may become a theme."""

    name = Words("Onderwerp", longest=100)
    terms = Lines(
        "Zoekwoorden",
        longest=1000,
        rows=4,
        required=False,
        help_text="Een per regel. Hiermee zoekt Vangnet in de tekst van een plan; ze staan straks vast. "
        "Noem ook andere vormen: ‘cybercriminaliteit’ naast ‘cybercrime’.",
    )


class TextForm(forms.Form):
    """A plan to look through, as a file or as pasted text; it is kept nowhere."""

    organisatie = forms.CharField(widget=forms.HiddenInput)
    criterion = forms.ModelChoiceField(
        Criterion.objects.none(), label="Voor welk criterium?", empty_label="Maak een keuze"
    )
    file = forms.FileField(
        label="Het plan als bestand",
        required=False,
        allow_empty_file=True,
        help_text="Pdf of Word (docx), hoogstens 25 MB en 500 bladzijden. Het bestand wordt niet bewaard.",
    )
    text = forms.CharField(
        label="Of de tekst van het plan",
        required=False,
        max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text="Plak de tekst hier. Vangnet bewaart haar niet, alleen de scores die u straks vastlegt.",
    )

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        criteria: Any,
        candidates: Sequence[Candidate],
        refused: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(data, files, **more)
        self.refused, self.candidates = refused, candidates
        for one in candidates:
            self.fields[f"also_{one.pk}"] = Words(
                f"{one.name}: zoek ook naar",
                longest=300,
                required=False,
                help_text=f"Vangnet zoekt al naar: {', '.join(one.terms or [one.name])}. "
                "Noem hier andere woorden die dit stuk ervoor gebruikt, met een komma ertussen.",
            )
        self.fields["criterion"].queryset = criteria  # type: ignore[attr-defined]

    def also(self) -> dict[Any, list[str]]:
        """Return the words that this person adds, by candidate."""
        return {
            one.pk: [
                word for part in self.cleaned_data[f"also_{one.pk}"].split(",") if (word := part.strip())
            ]
            for one in self.candidates
        }

    def clean(self) -> dict[str, Any]:
        """Take one of the two, and put the text of a file where pasted text would be."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        file, text = told.get("file"), told.get("text")
        if self.refused:
            self.add_error("file", "Dit bestand is te groot: hoogstens 25 MB.")
        elif file and text:
            self.add_error("file", "Kies een bestand of plak de tekst, niet allebei.")
        elif file and not self.errors:
            try:
                told["text"] = paper_text.read(file)
            except FileRefused as reason:
                self.add_error("file", str(reason))
        elif not text and not self.errors:
            self.add_error("file", "Kies een bestand, of plak de tekst hieronder.")
        return told


class PaperForm(forms.Form):
    """Whose paper is scored."""

    organisatie = forms.ModelChoiceField(
        Organisation.objects.none(),
        label="Van welke organisatie?",
        to_field_name="slug",
        empty_label="Maak een keuze",
    )

    def __init__(self, data: Any = None, *, organisations: Sequence[Organisation], **more: Any) -> None:
        super().__init__(data, **more)
        known = Organisation.objects.filter(pk__in=[one.pk for one in organisations]).order_by("name")
        self.fields["organisatie"].queryset = known  # type: ignore[attr-defined]


class CloseRoundForm(forms.Form):
    """The end of a round; with few papers it asks why."""

    why = Words("Waarom sluit de ronde met zo weinig stukken?", longest=1000, rows=3)

    def __init__(self, data: Any = None, *, is_short: bool, **more: Any) -> None:
        super().__init__(data, **more)
        if not is_short:
            del self.fields["why"]


class ScoresForm(forms.Form):
    """What one paper says of every candidate, on the criteria that are about such papers."""

    found_at = Words(
        "Vindplaats", longest=200, required=False, help_text="Bijvoorbeeld: IVP 2023, blz. 12-14."
    )

    # What the writer saw: a score that a colleague gave meanwhile is not put back by who left it alone.
    shown = forms.JSONField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        candidates: Iterable[Candidate],
        criteria: Iterable[Criterion],
        known: Mapping[str, Score],
        **more: Any,
    ) -> None:
        super().__init__(data, **more)
        found_at = {score.found_at for score in known.values()}
        told: dict[str, Any] = {name: score.value for name, score in known.items()}
        told["found_at"] = self.initial["found_at"] = found_at.pop() if len(found_at) == 1 else ""
        self.initial["shown"] = told
        self.pairs, self.known = {}, known
        for criterion in criteria:
            for candidate in candidates:
                name = f"{candidate.pk}_{criterion.pk}"
                self.pairs[name] = (candidate, criterion)
                self.fields[name] = forms.TypedChoiceField(
                    label=f"{criterion.name}: {candidate.name}",
                    choices=[("", WITHDRAWN if name in known else "Nog niet gescoord"), *Score.VALUES],
                    coerce=int,
                    empty_value=None,
                    required=False,
                    initial=known[name].value if name in known else "",
                )
        self.order_fields([*self.pairs, "found_at"])

    def scores(self, organisation: Organisation) -> list[Score]:
        """Return the scores that are new or other than was shown, found elsewhere, or withdrawn."""
        told = self.cleaned_data["shown"]
        shown = told if isinstance(told, dict) else {}
        moved = shown.get("found_at", "") != self.cleaned_data["found_at"]

        def is_told(name: str) -> bool:
            value, stored = self.cleaned_data[name], self.known.get(name)
            if value is None:  # a field that was not sent says nothing: the form on a text has fewer
                return stored is not None and name in self.data and shown.get(name) is not None
            if stored and (stored.value, stored.found_at) == (value, self.cleaned_data["found_at"]):
                return False  # kept already: the form was sent twice
            return shown.get(name) != value or (moved and stored is not None and stored.value == value)

        return [
            Score(
                candidate=candidate,
                criterion=criterion,
                organisation=organisation,
                value=self.cleaned_data[name],
                found_at=self.cleaned_data["found_at"],
            )
            for name, (candidate, criterion) in self.pairs.items()
            if is_told(name)
        ]
