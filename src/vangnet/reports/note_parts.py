"""Parts that the note and its review share: goals, decisions, figures and maps of a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from vangnet.figures.models import Indicator
from vangnet.picture import maps, material, store
from vangnet.picture.summary import line, rate_decimals
from vangnet.reports import kept, look_back, wording
from vangnet.reports.factsheet import Drawing
from vangnet.reports.paper import Source
from vangnet.strategy import adoption, changes, lines, reading, standing
from vangnet.strategy.adoption import Status
from vangnet.strategy.measuring import Measured
from vangnet.strategy.models import Goal, Strategy, Theme, Version
from vangnet.strategy.plans import Limit
from vangnet.strategy.reading import Branch
from vangnet.strategy.standing import Standing
from vangnet.strategy.versions import Snapshot
from vangnet.ui import formats
from vangnet.ui.tables import Cell, Column, Table

NO_TARGET = "geen norm in de nota"


@dataclass(frozen=True)
class Ground:
    """What a paper of a day stands on. Only what held on that day: a draft or proposal is not in here."""

    day: date
    strategy: Strategy | None
    status: Status | None  # of the strategy, on that day
    held: Snapshot
    stands: Mapping[str, Standing]
    decided: tuple[Version, ...]  # by a decision since the note, in order of time
    local: Mapping[str, Indicator]  # what is known per municipality, by slug
    state: material.Version
    limits: tuple[Limit, ...]  # of that day: subjects without anything extra, or platform only
    look_back: tuple[look_back.Row, ...]

    @property
    def period(self) -> str:
        """Return the years of the strategy."""
        return f"{self.strategy.first_year}-{self.strategy.last_year}" if self.strategy else ""


def ground(day: date, user: Any) -> Ground:
    """Read the strategy of a day (12 queries, and those of the figures)."""
    held = changes.as_of(day, user)
    strategy = held.themes[0].strategy if held.themes else None
    stands = standing.on(held.goals, day, strategy.last_year if strategy else None, user)
    decided = (
        Version.objects.visible_to(user)
        .filter(state=Version.State.IN_FORCE, in_force_from__lte=day, organisation__isnull=False)
        .select_related("replaces")
        .prefetch_related("verdicts__body")
        .order_by("in_force_from", "number")
    )
    wanted = {goal.indicator for goal in held.goals}
    local = {i.slug: i for i in Indicator.objects.counted_per_municipality().filter(slug__in=wanted)}
    status = adoption.of(strategy, day, user) if strategy else None
    limits = Limit.objects.visible_to(user).as_of(day).select_related("topic").order_by("topic__order")
    claims = tuple(look_back.rows(user)) if strategy else ()
    state = material.version()
    return Ground(day, strategy, status, held, stands, tuple(decided), local, state, tuple(limits), claims)


def agreed(version: Version) -> str:
    """Say which bodies agreed to a change, and with which remark."""
    return changes.agreed(version) or "niet vastgelegd"


def assent(theme: Theme, on: Ground) -> str:
    """Say who agreed to the words of a theme that hold."""
    own = [v for v in on.decided if v.kind == "thema" and v.item == theme.slug]
    if not own and on.status and on.status.is_adopted:
        return f"Zo staat het in de nota. {on.status.words}; sindsdien niet gewijzigd."
    if not own:
        return "Zo staat het in de nota, die op deze dag nog niet was vastgesteld. Sindsdien niet gewijzigd."
    return f"Zo sinds {formats.day(own[-1].in_force_from)}. Akkoord: {agreed(own[-1])}."


def decisions(on: Ground) -> Table:
    """Put what was decided since the note under each other."""
    columns = [Column("Wanneer", "date"), Column("Wat"), Column("Waarom"), Column("Wie stemde in")]
    rows = [
        [
            v.in_force_from,
            Cell(f"{changes.name(v)}", note=f"{v.get_kind_display()} {v.item}: {changes.what(v)}"),
            v.reason,
            agreed(v),
        ]
        for v in on.decided
    ]
    return Table("Besluiten over de strategie", columns, rows)


def goals(found: Iterable[Goal], on: Ground, caption: str) -> Table:
    """Put goals in the order of their tree; what hangs below another stands under it with a dash.

    Each leads to its page, as it read on the day of the paper.
    """
    columns = [Column("Doel of toezegging"), Column("Wie"), Column("Termijn"), Column("Stand van zaken")]
    then = f"?op={on.day.isoformat()}"
    rows = [_goal(goal, depth, on.stands[goal.code], then) for goal, depth in _walk(reading.tree(found))]
    return Table(caption, columns, rows)


def _walk(branches: Iterable[Branch], depth: int = 0) -> Iterator[tuple[Goal, int]]:
    for branch in branches:
        yield branch.goal, depth
        yield from _walk(branch.branches, depth + 1)


def _goal(goal: Goal, depth: int, stand: Standing, then: str) -> list[Any]:
    place = f"blz. {goal.pages}" if goal.pages else "later toegevoegd"
    told = f"{goal.code}, {goal.level or goal.kind}, {place}"
    if goal.condition:
        told += f"; onder voorwaarde: {goal.condition}"
    if goal.restriction:
        told += f"; beperking: {goal.restriction}"
    term = formats.day(goal.due_on) if goal.due_on else reading.term(goal)
    why = stand.why
    if stand.overruled:
        why += f" (volgens datums en cijfers: {stand.computed.label.lower()})"
    title = f"{'– ' * depth}{goal.title}"
    url = reverse("strategy:goal", args=[goal.code]) + then
    return [Cell(title, note=told, url=url), ", ".join(goal.actors), term, Cell(stand.label, note=why)]


def sources(found: Iterable[Goal]) -> tuple[Source, ...]:
    """Return the documents that goals refer to, each once, with the goals that do."""
    known: dict[lines.Document, list[str]] = {}
    for goal in found:
        for document in lines.documents(goal.documents):
            known.setdefault(document, []).append(goal.code)
    return tuple(
        Source(f"{', '.join(filter(None, (one.title, one.page)))} (bij {', '.join(codes)})", one.url)
        for one, codes in known.items()
    )


def limits(on: Ground, kind: str, caption: str) -> Table:
    """Put the subjects with such a limit on the day under each other."""
    held = [limit for limit in on.limits if limit.kind == kind]
    rows = [
        [Cell(limit.topic.name, note=_until(limit)), Cell(limit.reason, note=limit.source)] for limit in held
    ]
    return Table(caption, [Column("Onderwerp"), Column("Waarom")], rows)


def _until(limit: Limit) -> str:
    last = limit.period.upper
    return f"tot {formats.day(last)}" if last else ""


def look_back_points(on: Ground) -> tuple[str, ...]:
    """Say per claim about the period before what the note says, and what the official figure does."""
    return tuple(_claimed(row) for row in on.look_back)


def _claimed(row: look_back.Row) -> str:
    claim, official = row.claim, row.official
    told = f"{claim.subject}: de nota meldt een {row.claimed} ({claim.claimed_unit}; blz. {claim.page})."
    if official is None:
        return told
    figures = "; ".join(
        f"van {one.first} tot {one.last}: {one.words}{f' ({one.status})' if one.status else ''}"
        for one in official.measured
    )
    said = figures or official.absence
    return f"{told} Het officiële cijfer ({official.indicator.lower()}, {official.area}) {said}."


def measured(found: Iterable[Goal], on: Ground) -> tuple[str, ...]:
    """Say per goal with a figure what that figure did, and what the target is: nearly always none."""
    told = []
    for goal in found:
        figure = on.stands[goal.code].measured
        if isinstance(figure, Measured):
            told.append(_measured(goal, figure))
        elif figure is not None:
            told.append(f"{goal.code} {goal.title}: {figure.indicator}, {figure.why}.")
    return tuple(told)


def _measured(goal: Goal, figure: Measured) -> str:
    sure = f" (met toeval rekening gehouden tussen {figure.interval})" if figure.interval else ""
    target = (
        NO_TARGET
        if figure.target is None
        else f"norm {figure.target} % in {figure.target_year}, {goal.target_origin}"
    )
    before, after = formats.number(figure.before, 0), formats.number(figure.after, 0)
    return (
        f"{goal.code} {goal.title}: {figure.indicator.lower()}, {figure.area}, van {before}"
        f" in {figure.base_year} naar {after} in {figure.year}: {figure.words}{sure}; {target}."
        f" Cijfer: {figure.status}."
    )


def drawings(found: Iterable[Goal], on: Ground) -> list[Drawing]:
    """Draw a map of each figure of these goals that is known per municipality, for the last whole year."""
    slugs = dict.fromkeys(goal.indicator for goal in found if goal.indicator in on.local)
    drawn = (_drawing(on.local[slug], on.state, on.day) for slug in slugs)
    return [one for one in drawn if one is not None]


def _drawing(indicator: Indicator, state: material.Version, day: date) -> Drawing | None:
    years = [year for year in material.span(indicator, state).local if year < day.year]
    if not years:
        return None
    return kept.remembered(lambda: _drawn(indicator, state, years), "note", state, indicator.pk, years[-1])


def _drawn(indicator: Indicator, state: material.Version, years: list[int]) -> Drawing | None:
    stuff = store.remembered(lambda: material.load(indicator, state), "material", state, indicator.pk)
    whole, land = stuff.tree.region, maps.ground(stuff.tree, state)
    picture = maps.map_of(stuff, land, whole, years[-1], narrow=True)
    if picture is None:
        return None
    here = line(stuff, whole, years[-1], years[0])
    text = wording.map_text(stuff, whole, here, land.schematic, rate_decimals([here.rate]))
    return Drawing(f"{indicator.name} per gemeente in {years[-1]}", picture, text)
