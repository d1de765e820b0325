"""What a reader asks to see: an area, an indicator and years, checked against what there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from vangnet.figures.models import Indicator
from vangnet.identity.models import User
from vangnet.picture import areas, material
from vangnet.picture.areas import MUNICIPALITY, Place, Tree
from vangnet.picture.material import Span, Version
from vangnet.picture.refusal import CannotShow

MEASURES = {"aantal": "Per 1.000 inwoners", "index": "Index"}


@dataclass(frozen=True)
class Question:
    """One picture: which indicator, where, about which year, against which base year."""

    state: Version
    indicators: tuple[Indicator, ...]
    indicator: Indicator
    span: Span
    tree: Tree
    place: Place
    year: int
    base: int
    index: bool  # the course as an index
    own: str  # municipality of the reader, for its outline; empty when there is none

    @property
    def is_national(self) -> bool:
        """Whether only the figures of the whole country can answer this."""
        return self.span.is_national(self.place.level)

    @property
    def standard_picture(self) -> str:
        """Return the picture that a file shows unless told."""
        return "verloop" if self.is_national else "kaart"

    @property
    def parts(self) -> tuple[object, ...]:
        """Return what makes this question different from another, for the cache."""
        marks = (self.indicator.pk, self.place.code, self.year, self.base, self.index, self.own)
        return (self.state, self.span.borders_on, *marks, _text_of(self.indicators))

    def link(self, *, place: Place | None = None, **changed: Any) -> str:
        """Return the address of this picture with other choices, or of another area."""
        there = place or self.place
        years = self.span.of(there.level)
        chosen: dict[str, Any] = {"indicator": self.indicator.slug}
        # An area with figures of fewer years opens on its own last year.
        chosen |= {"jaar": self.year} if self.year in years else {}
        chosen |= {"basis": self.base} if self.base in years else {}
        chosen |= {"maat": "index"} if self.index else {}
        return f"{there.address}?{urlencode(chosen | changed)}"

    def download(self, extension: str, picture: str) -> str:
        """Return the address of a file with what this page shows."""
        path = reverse("picture:download", args=[self.place.key, self.indicator.slug, extension])
        chosen = {"jaar": self.year, "basis": self.base, "beeld": picture}
        return f"{path}?{urlencode(chosen | ({'maat': 'index'} if self.index else {}))}"


def read(text: str, query: Mapping[str, str], *, user: Any, slug: str = "") -> Question:
    """Return the question that an address asks; `text` names the area, empty for the region.

    Raises
    ------
    CannotShow
        The indicator, area or year is not known here; the message says what is.
    """
    indicators = tuple(Indicator.objects.visible_to(user))
    chosen = find_indicator(slug or query.get("indicator") or settings.REGION["headline"], indicators)
    state = material.version()
    span = material.span(chosen, state)
    tree = material.tree(span.borders_on, state)
    place = areas.resolve(text, tree) if text else tree.region
    years = span.of(place.level)
    if not years:
        raise CannotShow(
            404,
            "Nog geen cijfers",
            f"Van {chosen.name.lower()} zijn voor {place.name} nog geen cijfers ingelezen.",
            links=[("Naar het regiobeeld", reverse("picture:region"))],
        )
    year = read_year(query.get("jaar"), years, "jaar") or years[-1]
    base = read_year(query.get("basis"), years, "basis") or years[0]
    if base == year:
        base = years[0]
    base, year = min(base, year), max(base, year)  # a change is told in the order of time
    own = own_municipality(user, tree)
    index = query.get("maat") == "index"
    return Question(state, indicators, chosen, span, tree, place, year, base, index, own)


def address(text: str, query: Mapping[str, str], *, user: Any) -> str:
    """Return where a choice in the form leads; a year that the new choice does not have is left out.

    Raises
    ------
    CannotShow
        The indicator or area is not known here.
    """
    indicators = tuple(Indicator.objects.visible_to(user))
    indicator = find_indicator(query.get("indicator") or settings.REGION["headline"], indicators)
    state = material.version()
    span = material.span(indicator, state)
    place = areas.resolve(text, material.tree(span.borders_on, state))
    known = {str(year) for year in span.of(place.level)}
    kept = [(name, query[name]) for name in ("indicator", "jaar", "basis", "maat") if query.get(name)]
    kept = [(name, value) for name, value in kept if name not in ("jaar", "basis") or value in known]
    return f"{place.address}?{urlencode(kept)}" if kept else place.address


def find_indicator(slug: str, indicators: Sequence[Indicator]) -> Indicator:
    """Return the indicator with this slug or code, or explain which there are."""
    wanted = slug.strip().casefold()
    for one in indicators:
        if wanted in (one.slug, one.code.casefold()):
            return one
    raise CannotShow(
        404,
        "Deze indicator kennen wij niet",
        f"Er is geen indicator “{slug[:60]}”. Kies er een uit de lijst op het regiobeeld.",
        links=[
            ("Naar het regiobeeld", reverse("picture:region")),
            *((one.name, reverse("picture:indicator", args=[one.slug])) for one in indicators[:6]),
        ],
    )


def read_year(text: str | None, years: Sequence[int], name: str) -> int | None:
    """Return the year that a text means; None when nothing was asked.

    Raises
    ------
    CannotShow
        The text is no year, or there are no figures for that year.
    """
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise CannotShow(
            400,
            "Dit is geen jaartal",
            f"Bij “{name}” staat “{text[:30]}”. Schrijf een jaar in vier cijfers, zoals {years[-1]}.",
            links=[("Naar het regiobeeld", reverse("picture:region"))],
        )
    if int(text) not in years:
        raise CannotShow(
            404,
            f"Geen cijfers over {text}",
            f"Deze cijfers zijn er van {years[0]} tot en met {years[-1]}. Kies een jaar daartussen.",
            links=[("Naar het regiobeeld", reverse("picture:region"))],
        )
    return int(text)


def own_municipality(user: Any, tree: Tree) -> str:
    """Return the code of the municipality where somebody works, empty when there is none (1 query)."""
    if not isinstance(user, User):
        return ""
    for membership in user.memberships_on(timezone.localdate()):
        place = tree.places.get(membership.organisation.place)
        if place is not None and place.level == MUNICIPALITY:
            return place.code
    return ""


def _text_of(indicators: Sequence[Indicator]) -> tuple[object, ...]:
    """Return the definitions: when one is worded anew, pages are made anew."""
    return tuple((one.pk, one.slug, one.name, one.definition, one.unit, one.polarity) for one in indicators)
