"""The note of the strategy as it held on a day, and the review of what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings

from vangnet.reports import lessons
from vangnet.reports import note_parts as parts
from vangnet.reports.note_parts import Ground
from vangnet.reports.paper import Paper, Section
from vangnet.strategy import standing
from vangnet.strategy.models import Goal, Limit, Stand, Theme
from vangnet.ui import formats
from vangnet.ui.tables import Column, Table

READING = (
    "De tekst staat hier in onze eigen woorden; bij elk doel staat de plaats in de nota. Niveau en meestal"
    " ook de rol van het netwerk zijn een voorstel.",
    "De stand van zaken volgt uit datums, cijfers en wat is vastgelegd. Wie het thema in portefeuille heeft,"
    " kan er met een reden van afwijken; dan staat erbij wat datums en cijfers zeggen.",
    "Een cijfer is van het laatste hele jaar voor deze dag, zoals het nu bekend is. Een verandering van een"
    " cijfer is nog geen gevolg van de strategie. De nota noemt geen normen; hier staan er geen verzonnen.",
    "Hier staat alleen wat is vastgesteld. Voorstellen waarover nog niet is besloten, staan er niet in.",
)
LIMITS = (
    (
        Limit.Kind.NO_EXTRA, "geen-extra", "Geen extra capaciteit",
        "Voor deze onderwerpen zet het netwerk geen extra mensen of geld in. Een eigen plan van een gemeente"
        " valt hier niet onder.",
    ),
    (
        Limit.Kind.PLATFORM, "alleen-platform", "Alleen kennisplatform",
        "Over deze onderwerpen deelt het netwerk kennis, maar het maakt er geen nieuwe aanpak voor.",
    ),
)  # fmt: skip
# What counts as a success, a failure and neither, in the order of the review.
OUTCOMES = (
    ("Gelukt", "gelukt", (Stand.DONE, Stand.REACHED), "Van geen doel is vastgelegd dat het is gehaald."),
    (
        "Niet gelukt", "niet-gelukt", (Stand.FAILED, Stand.MISSED, Stand.STOPPED),
        "Van geen doel is vastgelegd dat het niet lukte of is gestopt.",
    ),
    ("Overgedragen", "overgedragen", (Stand.HANDED,), "Er is niets aan een ander overgedragen."),
    (
        "Termijn verstreken, uitkomst niet vastgelegd", "verstreken", (Stand.PASSED,),
        "Van elk doel met een termijn is de uitkomst vastgelegd.",
    ),
    (
        "Onder een voorwaarde die niet is vervuld of niet is vastgelegd", "voorwaarde", (Stand.UNMET,),
        "Van elke toezegging onder een voorwaarde is vastgelegd dat eraan is voldaan.",
    ),
    ("Loopt nog", "loopt", (Stand.RUNNING, Stand.BEHIND), "Er loopt geen doel meer."),
    (
        "Niet te zeggen", "niet-te-zeggen", (Stand.UNSURE,),
        "Van elk doel is te zeggen of het is gehaald.",
    ),
)  # fmt: skip


def gather(day: date, *, user: Any, on: date) -> Paper:
    """Return the note as it held on `day`, made on another."""
    held = parts.ground(day, user)
    sections = [_summary(held), *_looked_back(held, user)]
    sections += [_theme(theme, held) for theme in held.held.themes]
    sections += _limited(held)
    if held.decided:
        text = "Wat er sinds de nota is veranderd, en wie daarmee instemde."
        sections.append(Section("Besluiten", "besluiten", (text,), table=parts.decisions(held)))
    if held.held.definitions:
        rows = [[word.name, word.meaning] for word in held.held.definitions]
        table = Table("Begrippen", [Column("Begrip"), Column("Betekenis")], rows)
        sections.append(Section("Begrippen", "begrippen", table=table))
    sections.append(Section("Zo leest u deze nota", "leeswijzer", points=READING))
    name = held.strategy.name if held.strategy else "Veiligheidsstrategie"
    return _paper(held, on, name, f"De strategie zoals die gold op {formats.day(day)}", "nota", sections)


def review(day: date, *, user: Any, on: date) -> Paper:
    """Return what became of the strategy on `day`: successes, failures, and what nobody can say."""
    held = parts.ground(day, user)
    ended = held.strategy is not None and held.strategy.last_year < day.year
    word = "Eindevaluatie" if ended else "Tussenstand"
    about = (f"{word} {held.period}".strip(), f"Wat er op {formats.day(day)} van terechtkwam", word.lower())
    return _paper(held, on, *about, _reviewed(held, user))


def _reviewed(held: Ground, user: Any) -> list[Section]:
    if not held.held.themes:
        return [_no_strategy()]
    sections = [_balance(held)]
    for title, slug, stands, nothing in OUTCOMES:
        goals = [goal for goal in held.held.goals if _became(goal, held) in stands]
        sections.append(_outcome(title, slug, goals, held, nothing))
    drawn = parts.drawings(held.held.goals, held)
    figures = parts.measured(held.held.goals, held)
    sections.append(
        Section(
            "Wat de cijfers deden",
            "cijfers",
            ("Een verandering van een cijfer is nog geen gevolg van de strategie.",) if figures else (),
            figures or ("Bij geen doel hoort een cijfer dat op deze dag bekend was.",),
            drawn[0] if drawn else None,
        )
    )
    sections += [Section(one.title, f"kaart-{n}", drawing=one) for n, one in enumerate(drawn[1:], start=2)]
    if held.strategy is not None:
        sections += lessons.sections(held.strategy.slug, held.day, user)
    sections.append(Section("Bijgesteld", "bijgesteld", table=parts.decisions(held)))
    sections.append(Section("Zo leest u deze evaluatie", "leeswijzer", points=READING))
    return sections


def _became(goal: Goal, held: Ground) -> Stand:
    """Return where a goal stands; a promise that may not count stands apart from what nobody can say."""
    stand = held.stands[goal.code]
    is_open = bool(goal.condition) and not stand.is_met and stand.said.stand == Stand.UNSURE
    return Stand.UNMET if is_open else stand.said.stand


def _paper(
    held: Ground, on: date, title: str, subtitle: str, file: str, sections: Iterable[Section]
) -> Paper:
    return Paper(
        title=title,
        subtitle=subtitle,
        region=settings.REGION["name"],
        day=held.day,
        made_on=on,
        status=held.status.words if held.status else "Er gold nog geen strategie",
        filename=f"{file}-{held.day.isoformat()}",
        sections=tuple(sections),
    )


def _counted(held: Ground) -> tuple[str, ...]:
    return tuple(f"{label}: {number}" for label, _, number in standing.counted(held.stands.values()))


def _no_strategy() -> Section:
    return Section("In het kort", "kort", ("Op deze dag gold er nog geen strategie. Kies een latere dag.",))


def _summary(held: Ground) -> Section:
    if not held.held.themes:
        return _no_strategy()
    visions = [goal.title for goal in held.held.goals if goal.kind == "visie"]
    subjects = [theme for theme in held.held.themes if theme.kind != Theme.Kind.GENERAL]
    text = (
        f"{len(subjects)} thema's en {len(held.held.goals)} doelen en toezeggingen."
        f" {'De visie: ' + '; '.join(_lower(one) for one in visions) + '.' if visions else ''}"
    ).strip()
    return Section("In het kort", "kort", (text, "De stand van alle doelen:"), _counted(held))


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _theme(theme: Theme, held: Ground) -> Section:
    goals = held.held.goals_of(theme)
    drawn = parts.drawings(goals, held)
    return Section(
        theme.name,
        theme.slug,
        (theme.summary, parts.assent(theme, held)),
        parts.measured(goals, held),
        drawn[0] if drawn else None,
        parts.goals(goals, held, f"Doelen van het thema {theme.name}") if goals else None,
        parts.sources(goals),
    )


def _looked_back(held: Ground, user: Any) -> list[Section]:
    """Return what the note says of the period before, with the official figures and what has none."""
    points = parts.look_back_points(held)
    uncounted = lessons.results(held.strategy.slug, held.day, user) if held.strategy else None
    if not points and not uncounted:
        return []
    text = "Wat de nota over de periode ervoor zegt. De nota en het officiële cijfer tellen niet hetzelfde."
    found = [Section("Terugblik", "terugblik", (text,), points)]
    if uncounted:
        found.append(uncounted)
    return found


def _limited(held: Ground) -> list[Section]:
    if not held.held.themes:
        return []
    return [_limits(held, *one) for one in LIMITS]


def _limits(held: Ground, kind: str, slug: str, title: str, text: str) -> Section:
    found = parts.limits(held, kind, title)
    if not found.rows:
        return Section(title, slug, ("Voor geen onderwerp was dat op deze dag afgesproken.",))
    return Section(title, slug, (text,), table=found)


def _balance(held: Ground) -> Section:
    total = len(held.held.goals)
    text = f"Van de {total} doelen en toezeggingen die op deze dag golden, is dit de stand:"
    return Section("In het kort", "kort", (text,), _counted(held))


def _outcome(title: str, slug: str, goals: list[Goal], held: Ground, nothing: str) -> Section:
    if not goals:
        return Section(title, slug, (nothing,))
    return Section(title, slug, table=parts.goals(goals, held, title))
