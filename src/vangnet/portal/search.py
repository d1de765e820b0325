"""Search over places, figures, goals, people to call, bodies and manual: accents and case do not count.

A part of a compound is enough. A region has a few hundred of these, so PostgreSQL looks through all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from unicodedata import combining, normalize

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Q, QuerySet
from django.urls import reverse

from vangnet.directory.models import Body, Topic
from vangnet.figures.models import Indicator
from vangnet.places import pages
from vangnet.places.atlas import Atlas, join
from vangnet.places.models import Area, AreaVersion
from vangnet.portal import manual
from vangnet.strategy.models import Goal
from vangnet.ui.formats import day as written

LONGEST = 100
WORDS = 8
SHOWN = 25
NEAR_ENOUGH = 0.35


@dataclass(frozen=True)
class Hit:
    """Something found: its name, a line about it, and where it is."""

    title: str
    text: str
    url: str


@dataclass(frozen=True)
class Group:
    """The hits of one kind, best first."""

    label: str
    hits: tuple[Hit, ...]
    more: int  # found but not shown


@dataclass(frozen=True)
class Result:
    """What a question gave; without hits, `suggestions` are names that look like it."""

    question: str
    groups: tuple[Group, ...]
    suggestions: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """Return how many things were found."""
        return sum(len(group.hits) + group.more for group in self.groups)


def clean(text: str) -> str:
    """Return the question as it can be asked: one line, no control characters, not endless."""
    printable = "".join(sign if sign.isprintable() else " " for sign in text[: LONGEST * 10])
    return " ".join(printable.split())[:LONGEST].strip()


def search(text: str, *, today: date) -> Result:
    """Find what holds every word of the question (8 queries at most, 2 more for suggestions)."""
    question = clean(text)
    words = question.split()[:WORDS]
    if not words:
        return Result(question, ())
    kinds = (
        ("Gebieden", _places(words, today)),
        ("Indicatoren", _indicators(words)),
        ("Doelen van de strategie", _goals(words)),
        ("Wie bel ik", _topics(words)),
        ("Overleggen", _bodies(words, today)),
        ("Handleiding", _manual(words)),
    )
    groups = tuple(
        Group(label, tuple(hits[:SHOWN]), max(len(hits) - SHOWN, 0)) for label, hits in kinds if hits
    )
    return Result(question, groups, () if groups else _suggestions(question))


def fold(text: str) -> str:
    """Return text without case and accents, as the database compares it."""
    return "".join(sign for sign in normalize("NFKD", text.casefold()) if not combining(sign))


def rank(words: Sequence[str], name: str, text: str = "") -> int:
    """Return how well something answers, 0 best: whole name, its beginning, inside the name, elsewhere."""
    asked, title = fold(" ".join(words)), fold(name)
    if title == asked:
        return 0
    if title.startswith(asked):
        return 1
    if all(fold(word) in title for word in words):
        return 2
    return 3 if any(fold(word) in title for word in words) else 4


def _holding(words: Iterable[str], *fields: str) -> Q:
    wanted = Q()
    for word in words:
        somewhere = Q()
        for field in fields:
            somewhere |= Q(**{f"{field}__unaccent__icontains": word})
        wanted &= somewhere
    return wanted


def _places(words: list[str], today: date) -> list[Hit]:
    found = AreaVersion.objects.filter(_holding(words, "name", "area__code"))
    codes = list(dict.fromkeys(found.values_list("area_id", flat=True)))
    if not codes:
        return []
    atlas = Atlas.load()

    def order(code: str) -> tuple[int, bool, str]:
        name = atlas.name(code)
        return rank(words, name), not atlas.exists(code, on=today), name

    return [_place(atlas, code, today) for code in sorted(codes, key=order)]


def _place(atlas: Atlas, code: str, today: date) -> Hit:
    level = dict(Area.Level.choices)[atlas.level(code)]
    url = reverse("places:area", args=[code])
    if atlas.exists(code, on=today):
        picture = pages.picture_of(atlas, code)
        return Hit(atlas.name(code, on=today), f"{level}, code {code}", picture or url)
    until = atlas.versions[code][-1].period.upper
    heirs = join(atlas.name(heir, on=today) for heir in atlas.heirs(code, on=today))
    text = f"{level}, code {code}, bestond tot {written(until)}; nu {heirs or 'geen opvolger bekend'}"
    return Hit(atlas.name(code), text, url)


def _indicators(words: list[str]) -> list[Hit]:
    rows: QuerySet[Indicator] = Indicator.objects.filter(_holding(words, "name", "definition", "slug"))
    ranked = sorted(rows, key=lambda row: (rank(words, row.name), row.name))
    return [Hit(row.name, row.definition, reverse("figures:indicator", args=[row.slug])) for row in ranked]


def _goals(words: list[str]) -> list[Hit]:
    rows = Goal.objects.filter(_holding(words, "title", "code")).select_related("theme")
    ranked = sorted(rows, key=lambda row: (rank(words, row.title), row.position))
    return [
        Hit(row.title, f"{row.code}, thema {row.theme.name}", reverse("strategy:goal", args=[row.code]))
        for row in ranked
    ]


def _topics(words: list[str]) -> list[Hit]:
    rows = Topic.objects.filter(_holding(words, "name")).select_related("under")
    ranked = sorted(rows, key=lambda row: (rank(words, row.name), row.order))
    address = reverse("directory:who")
    return [
        Hit(row.name, f"Onderdeel van {row.under}" if row.under else "Thema", f"{address}?onderwerp={row.pk}")
        for row in ranked
    ]


def _bodies(words: list[str], today: date) -> list[Hit]:
    rows = Body.objects.as_of(today).filter(_holding(words, "name", "kind__name")).select_related("kind")
    ranked = sorted(rows, key=lambda row: (rank(words, row.name), row.order))
    return [Hit(row.name, row.kind.name, reverse("directory:body", args=[row.pk])) for row in ranked]


def _manual(words: list[str]) -> list[Hit]:
    found = [
        chapter
        for chapter in manual.chapters()
        if all(fold(word) in fold(f"{chapter.title} {chapter.lead} {chapter.body}") for word in words)
    ]
    found.sort(key=lambda chapter: rank(words, chapter.title))
    return [Hit(c.title, c.lead, reverse("portal:manual_page", args=[c.slug])) for c in found]


def _suggestions(question: str) -> tuple[str, ...]:
    """Return the names that look most like the question (2 queries)."""
    near = TrigramWordSimilarity(question, "name")
    names: list[tuple[float, str]] = []
    everything: tuple[QuerySet[Any], ...] = (AreaVersion.objects.all(), Indicator.objects.all())
    for table in everything:
        rows = table.annotate(near=near).filter(near__gte=NEAR_ENOUGH)
        names += rows.order_by("-near", "name").values_list("near", "name")[:5]
    return tuple(dict.fromkeys(name for _, name in sorted(names, reverse=True)))[:5]
