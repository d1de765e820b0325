"""Search over places, figures, strategy, manual and what the network knows, as far as one reads it.

Accents and case do not count, and a part of a compound is enough. A region has a few hundred of these, so
PostgreSQL looks through all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import shorten
from typing import Any
from unicodedata import combining, normalize

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from vangnet.cooperation import reading as cooperation
from vangnet.directory import whom
from vangnet.directory.models import Body, Topic
from vangnet.directory.rules import standing
from vangnet.figures.models import Indicator
from vangnet.identity.models import User
from vangnet.meetings.models import Stop
from vangnet.places import pages
from vangnet.places.atlas import Atlas, join
from vangnet.places.models import Area, AreaVersion
from vangnet.portal import manual
from vangnet.strategy.models import Definition, Goal, Theme
from vangnet.strategy.plans import PlanVersion
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


def search(text: str, *, user: User, today: date) -> Result:
    """Find what holds every word of the question (17 queries at most, 2 more for suggestions)."""
    question = clean(text)
    words = question.split()[:WORDS]
    if not words:
        return Result(question, ())
    kinds = (
        ("Gebieden", _places(words, today)),
        ("Indicatoren", _indicators(words)),
        ("Thema’s", _themes(words)),
        ("Doelen van de strategie", _goals(words)),
        ("Begrippen", _definitions(words)),
        ("Wie bel ik", _topics(words)),
        *_of_the_network(words, user, today),
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


def _themes(words: list[str]) -> list[Hit]:
    rows = Theme.objects.filter(_holding(words, "name"))
    ranked = sorted(rows, key=lambda row: (rank(words, row.name), row.position))
    return [
        Hit(row.name, "Thema van de strategie", reverse("strategy:theme", args=[row.slug])) for row in ranked
    ]


def _definitions(words: list[str]) -> list[Hit]:
    rows = Definition.objects.filter(_holding(words, "name", "meaning"))
    ranked = sorted(rows, key=lambda row: (rank(words, row.name), row.name))
    address = reverse("strategy:definitions")
    return [
        Hit(row.name, shorten(row.meaning, 160, placeholder=" …"), f"{address}#{row.slug}") for row in ranked
    ]


def _topics(words: list[str]) -> list[Hit]:
    rows = Topic.objects.filter(_holding(words, "name")).select_related("under")
    ranked = sorted(rows, key=lambda row: (rank(words, row.name), row.order))
    address = reverse("directory:who")
    return [
        Hit(row.name, f"Onderdeel van {row.under}" if row.under else "Thema", f"{address}?onderwerp={row.pk}")
        for row in ranked
    ]


def _of_the_network(words: list[str], user: User, today: date) -> list[tuple[str, list[Hit]]]:
    """Return what only who works for a partner of the network reads; the database chooses once more."""
    bodies = ("Overleggen", _bodies(words, today))
    if not standing().reads:
        return [bodies]
    return [
        ("Mensen", _people(words, user, today)),
        bodies,
        ("Projectplannen", _plans(words, user)),
        ("Bespreekpunten", _points(words, user)),
        ("Kennis uit adviesvragen", _knowledge(words, user)),
    ]


def _people(words: list[str], user: User, today: date) -> list[Hit]:
    rows = sorted(whom.found(user, words, today), key=lambda row: (rank(words, row.name), row.name))
    works = whom.organisations_of(user, [row.pk for row in rows[:SHOWN]], today)
    return [
        Hit(row.name, ", ".join(works.get(row.pk, ())), reverse("directory:person", args=[row.pk]))
        for row in rows
    ]


def _plans(words: list[str], user: User) -> list[Hit]:
    texts = ("content__title", "plan__team__name", "plan__topic__name")
    rows = PlanVersion.objects.visible_to(user).heads().filter(_holding(words, *texts))
    ranked = sorted(rows, key=lambda row: (rank(words, row.content["title"]), row.content["title"]))
    return [
        Hit(
            row.content["title"],
            f"{row.plan.get_state_display()}, {row.plan.team}, over {row.plan.topic}",
            reverse("strategy:plan", args=[row.plan_id]),
        )
        for row in ranked
    ]


def _points(words: list[str], user: User) -> list[Hit]:
    """Return matters of bodies by the body that had each last."""
    rows = Stop.objects.visible_to(user).filter(_holding(words, "matter__title"), went_to=None)
    related = rows.select_related("matter", "body", "sitting")
    ranked = sorted(related, key=lambda row: (rank(words, row.matter.title), row.matter.title))
    return [Hit(row.matter.title, _where(row), reverse("meetings:point", args=[row.pk])) for row in ranked]


def _where(stop: Stop) -> str:
    if stop.sitting is None:
        return f"{stop.body}, wacht op een agenda"
    return f"{stop.body}, {written(timezone.localdate(stop.sitting.starts_at))}"


def _knowledge(words: list[str], user: User) -> list[Hit]:
    rows = cooperation.knowledge(user).filter(_holding(words, "title", "summary", "topic__name"))
    ranked = sorted(rows, key=lambda row: rank(words, row.title))
    return [
        Hit(row.title, f"Over {row.topic}", reverse("cooperation:question", args=[row.pk])) for row in ranked
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
