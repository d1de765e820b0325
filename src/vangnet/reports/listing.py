"""The list of factsheets: whose they are, one's own first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from vangnet.identity.models import User
from vangnet.picture import material
from vangnet.picture.areas import Place, Tree
from vangnet.picture.refusal import CannotShow
from vangnet.places import history
from vangnet.places.models import AreaVersion
from vangnet.reports.factsheet import COVERED, headline_span

FORMATS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One area with the addresses of its factsheet."""

    name: str
    kind: str
    pdf: str
    docx: str


@dataclass(frozen=True, slots=True)
class Group:
    """A district with its municipalities."""

    entry: Entry
    members: tuple[Entry, ...]


def entry(place: Place) -> Entry:
    """Return the addresses of the factsheet of an area."""
    links = {kind: reverse("reports:factsheet", args=[place.key, kind]) for kind in FORMATS}
    kinds = {"gemeente": "gemeente", "district": "district"}
    return Entry(place.name, kinds.get(place.level, "regio"), **links)


def page(user: Any) -> dict[str, Any]:
    """Return what the page with all factsheets shows; without figures it says so."""
    try:
        state = material.version()
        headline, known = headline_span(state)
    except CannotShow as reason:
        return {"empty": reason}
    tree = material.tree(known.borders_on, state)
    own = own_place(user, tree)
    groups = [
        Group(entry(one), tuple(entry(place) for place in tree.of(one.members))) for one in tree.districts
    ]
    return {
        "headline": headline,
        "own": entry(own) if own else None,
        "region_entry": entry(tree.region),
        "groups": groups,
        "count": len(tree.region.members),
    }


def own_place(user: Any, tree: Tree) -> Place | None:
    """Return the municipality or district where somebody works; None for the region itself (1 query)."""
    if not isinstance(user, User):
        return None
    for membership in user.memberships_on(timezone.localdate()):
        place = tree.places.get(membership.organisation.place)
        if place is not None and place != tree.region:
            return place
    return None


def unknown_format(extension: str) -> CannotShow:
    """Return the explanation for a kind of file that is not made."""
    text = f"Een factsheet is er als PDF en als DOCX (Word), niet als “{extension[:20]}”."
    return CannotShow(404, "Dit bestand maken wij niet", text)


def heirs(text: str) -> list[Entry]:
    """Return the factsheets of what became of an area, by code, slug or name; none when nothing answers."""
    try:
        state = material.version()
        _, known = headline_span(state)
    except CannotShow:
        return []
    tree = material.tree(known.borders_on, state)
    wanted = text.strip()
    named = Q(area__code__iexact=wanted) | Q(slug=wanted.casefold()) | Q(name__iexact=wanted)
    found = AreaVersion.objects.filter(named).values_list("area_id", flat=True).first()
    codes = [code for code, _ in history.successors(found, on=tree.day)] if found else []
    return [entry(place) for place in tree.of(codes) if place.level in COVERED]
