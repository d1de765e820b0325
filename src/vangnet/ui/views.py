"""The style guide: every component with an example, for whoever builds a page."""

import datetime
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from vangnet.ui.flow import FLOW
from vangnet.ui.tables import Cell, Column, Table


class ExampleForm(forms.Form):
    """A form with every kind of field."""

    name = forms.CharField(label="Naam van het plan", max_length=80)
    email = forms.EmailField(label="E-mailadres", help_text="Hierop krijgt u de bevestiging.")
    theme = forms.ChoiceField(
        label="Thema", choices=[("", "Kies een thema"), ("w", "Woninginbraak"), ("o", "Ondermijning")]
    )
    level = forms.ChoiceField(
        label="Niveau",
        choices=[("g", "Gemeente"), ("d", "District"), ("e", "Eenheid")],
        widget=forms.RadioSelect,
    )
    angles = forms.MultipleChoiceField(
        label="Invalshoeken",
        required=False,
        choices=[("p", "Preventie"), ("r", "Repressie"), ("i", "Innovatie")],
        widget=forms.CheckboxSelectMultiple,
        help_text="Kies er zoveel als van toepassing zijn.",
    )
    note = forms.CharField(label="Toelichting", required=False, widget=forms.Textarea(attrs={"rows": 4}))
    deadline = forms.DateField(label="Gereed op", widget=forms.DateInput(attrs={"type": "date"}))
    document = forms.FileField(label="Bijlage", required=False)
    agreed = forms.BooleanField(label="Dit plan is besproken in de driehoek")


EXAMPLE_TABLE = Table(
    "Woninginbraken per gemeente",
    [
        Column("Gemeente"),
        Column("Misdrijven", "number"),
        Column("Dichtheid", "number", decimals=1, unit="per 1.000 woningen"),
        Column("Verschil", "change", polarity="bad", unit="t.o.v. een jaar eerder"),
        Column("Vastgesteld", "date"),
    ],
    [
        [Cell("Dorpshoek", url="#tabellen"), 1876, 13.7, 0.51, datetime.date(2026, 3, 1)],
        ["Waterveen", 605, 13.1, Cell(0.004, significant=False), datetime.date(2026, 3, 1)],
        ["Érmelstad", 328, 12.6, -0.304, datetime.date(2026, 2, 1)],
        [Cell("Heideveld", note="heringedeeld in 2019"), None, None, None, None],
    ],
    note="Gemeenten en cijfers zijn verzonnen.",
)
# Drawn by hand, so that this page shows the frame of a picture without drawing one.
EXAMPLE_DRAWING = SafeString(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 200" role="img" aria-label="Verzonnen verloop">'
    '<path d="M40 170H620" stroke="#53616f"/><g fill="none" stroke="#154273" stroke-width="3">'
    '<path d="M60 60 200 84 340 80 480 116 600 130"/></g><g fill="#fff" stroke="#154273" stroke-width="3">'
    '<circle cx="60" cy="60" r="6" role="graphics-symbol" aria-label="2021; 1.204 misdrijven"/>'
    '<circle cx="200" cy="84" r="6" role="graphics-symbol" aria-label="2022; 1.010 misdrijven"/>'
    '<circle cx="340" cy="80" r="6" role="graphics-symbol" aria-label="2023; 1.051 misdrijven"/>'
    '<circle cx="480" cy="116" r="6" role="graphics-symbol" aria-label="2024; 803 misdrijven"/>'
    '<circle cx="600" cy="130" r="6" role="graphics-symbol" aria-label="2025; 702 misdrijven"/></g>'
    '<g fill="#1b2733" font-size="14" font-family="Source Sans 3, sans-serif" text-anchor="middle">'
    '<text x="60" y="190">2021</text><text x="200" y="190">2022</text><text x="340" y="190">2023</text>'
    '<text x="480" y="190">2024</text><text x="600" y="190">2025</text></g></svg>'
)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def style_guide(request: HttpRequest) -> HttpResponse:
    """Show every component; `?fouten` shows the form as it looks after a wrong entry."""
    form = ExampleForm({}) if "fouten" in request.GET else ExampleForm()
    return render(request, "ui/style_guide.html", {"form": form, **_examples(request)})


def _examples(request: HttpRequest) -> dict[str, Any]:
    page = request.GET.get("pagina", "4")
    return {
        "breadcrumbs": [("Start", "/"), ("Handleiding", "/handleiding/"), ("Stijlgids", "")],
        "flow_step": "beelden",
        "flow_urls": {step.key: f"#{step.key}" for step in FLOW},
        "table": EXAMPLE_TABLE,
        "drawing": EXAMPLE_DRAWING,
        "legend": [("1", "minder dan 4"), ("2", "4 tot 6"), ("3", "6 tot 8"), ("4", "8 tot 10"),
                   ("5", "10 of meer"), ("none", "niet gepubliceerd")],
        "downloads": [(label, "#beelden") for label in ("CSV", "XLSX", "SVG", "PNG")],
        "page": Paginator(range(240), 20).get_page(page),
        "tabs": [
            {"label": "Kaart", "url": "#lijsten", "current": True},
            {"label": "Verloop", "url": "#lijsten", "count": 5},
            {"label": "Tabel", "url": "#lijsten", "count": 78},
        ],
        "timeline": [
            {"date": datetime.date(2026, 3, 12), "title": "Vastgesteld door de stuurgroep", "tone": "ok"},
            {"date": datetime.date(2026, 2, 3), "title": "Kanttekening van een district", "tone": "warning",
             "text": "Het district stemt in, mits er capaciteit bij komt."},
            {"date": "najaar 2025", "title": "Eerste concept", "url": "#lijsten"},
        ],
        "definitions": [
            ("Eigenaar", "Gemeente Dorpshoek"),
            ("Looptijd", "1 januari 2026 tot 1 januari 2028"),
            ("Besluit", "Nota integrale veiligheid", "#lijsten"),
            ("Norm", None),
        ],
    }  # fmt: skip
