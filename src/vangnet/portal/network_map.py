"""The map of who takes part in what: municipalities by the number of themes, other partners beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from vangnet.directory.answers import answered, crumbs
from vangnet.directory.models import ThemePartner, Topic
from vangnet.directory.partner_views import PARTNERS
from vangnet.directory.views import day_form
from vangnet.identity.models import Organisation, OrganisationKind
from vangnet.picture import maps, material
from vangnet.picture.areas import Tree
from vangnet.picture.maps import Ground
from vangnet.picture.page import drawn
from vangnet.ui import formats
from vangnet.ui.maps import Area, choropleth
from vangnet.ui.pictures import Picture
from vangnet.ui.tables import Column, Table

TITLE = "Kaart van deelname"
UNIT = "thema's"


@login_not_required
@require_safe
@answered
def participation_map(request: HttpRequest) -> HttpResponse:
    """Show in how many themes each municipality takes part on a day, and in which."""
    form = day_form(request)
    shown: dict[str, Any] = {"form": form, "breadcrumbs": crumbs(PARTNERS, last=TITLE), "title": TITLE}
    if form.is_valid():
        shown |= _map(request.user, form.cleaned_data["op"])
    return render(request, "portal/network_map.html", shown)


def _map(user: Any, day: date) -> dict[str, Any]:
    """Return the drawing and its table (6 queries when nothing was drawn before)."""
    state = material.version()
    tree = material.tree(day, state)
    land = maps.ground(tree, state)
    themes = list(Topic.objects.visible_to(user).filter(under=None))
    rows = _partners(user, day)
    at: dict[str, set[str]] = {}
    others: dict[UUID, tuple[str, set[str]]] = {}
    for one in rows:
        if one.is_municipality and one.organisation.place in tree.region.members:
            at.setdefault(one.organisation.place, set()).add(one.topic_id)
        else:
            others.setdefault(one.organisation_id, (one.organisation.name, set()))[1].add(one.topic_id)
    wide, narrow = (_drawing(tree, land, at, day, narrow=small) for small in (False, True))
    columns = [Column(theme.name) for theme in themes]
    return {
        "day": day,
        "wide": drawn(wide),
        "narrow": drawn(narrow),
        "source": land.source or "schematische kaart: cellen rond het midden van elke gemeente",
        "dated": formats.day(day),
        "table": Table(
            "Gemeenten per thema",
            [Column("Gemeente"), *columns],
            [
                [place.name, *_cells(themes, at.get(place.code, set()))]
                for place in tree.of(tree.region.members)
            ],
        ),
        "others": Table(
            "Andere organisaties per thema",
            [Column("Organisatie"), *columns],
            [[name, *_cells(themes, held)] for name, held in sorted(others.values(), key=lambda o: o[0])],
        )
        if others
        else None,
        "taking_part": len(at),
        "count": len(tree.region.members),
    }


def _partners(user: Any, day: date) -> list[Any]:
    """Return who takes part, and whether it is a municipality: others may lie in one (1 query)."""
    is_one = OrganisationKind.objects.filter(
        organisation=OuterRef("organisation"), kind=Organisation.Kind.MUNICIPALITY, period__contains=day
    )
    found = ThemePartner.objects.visible_to(user).as_of(day).annotate(is_municipality=Exists(is_one))
    return list(found.select_related("organisation"))


def _cells(themes: list[Topic], held: set[str]) -> list[str]:
    return ["Ja" if theme.pk in held else "Nee" for theme in themes]


def _drawing(
    tree: Tree, land: Ground, at: Mapping[str, set[str]], day: date, *, narrow: bool
) -> Picture | None:
    """Draw the municipalities of a day by the number of themes; None when none can be placed."""
    members = [tree.places[code] for code in tree.region.members if code in land.shapes]
    if not members:
        return None
    counts: dict[str, float | None] = {place.code: len(at.get(place.code, ())) for place in members}
    most = int(max(count or 0 for count in counts.values()))
    return choropleth(
        [Area(place.code, place.name, land.shapes[place.code]) for place in members],
        counts,
        title=f"Deelname per gemeente op {formats.day(day)}",
        description=f"Kaart van {len(members)} gemeenten naar het aantal thema's waarin zij meedoen: "
        f"{len(at)} doen mee, hoogstens in {most}. Welke thema's dat zijn, staat in de tabel.",
        unit=UNIT,
        breaks=range(1, min(most, 4) + 1),
        labels=sorted(at),
        schematic=land.schematic,
        narrow=narrow,
    )
