"""Parts that the note and its review share: goals, decisions, figures and maps of a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from vangnet.figures.models import Indicator
from vangnet.picture import maps, material, store
from vangnet.picture.summary import line, rate_decimals
from vangnet.reports import kept, wording
from vangnet.reports.factsheet import Drawing
from vangnet.strategy import changes, reading, standing
from vangnet.strategy.measuring import Measured
from vangnet.strategy.models import Goal, Strategy, Theme, Verdict, Version
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
    held: Snapshot
    stands: Mapping[str, Standing]
    decided: tuple[Version, ...]  # by a decision since the note, in order of time
    local: Mapping[str, Indicator]  # what is known per municipality, by slug
    state: material.Version

    @property
    def period(self) -> str:
        """Return the years of the strategy."""
        return f"{self.strategy.first_year}-{self.strategy.last_year}" if self.strategy else ""


def ground(day: date, user: Any) -> Ground:
    """Read the strategy of a day (9 queries, and those of the figures)."""
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
    return Ground(day, strategy, held, stands, tuple(decided), local, material.version())


def agreed(version: Version) -> str:
    """Say which bodies agreed to a change, and with which remark."""
    said = sorted(
        (one for one in version.verdicts.all() if not one.is_advice),
        key=lambda one: (one.stage, one.decided_on, one.body.order),
    )
    return "; ".join(map(_verdict, said)) or "niet vastgelegd"


def _verdict(verdict: Verdict) -> str:
    how = ", schriftelijk" if verdict.in_writing else ""
    words = (
        f", met de kanttekening: {verdict.words.rstrip('.')}"
        if verdict.outcome == Verdict.Outcome.RESERVED
        else ""
    )
    return f"{verdict.body.name} ({formats.day(verdict.decided_on)}{how}){words}"


def assent(theme: Theme, on: Ground) -> str:
    """Say who agreed to the words of a theme that hold."""
    own = [v for v in on.decided if v.kind == "thema" and v.item == theme.slug]
    if not own:
        return "Ongewijzigd sinds de nota is vastgesteld."
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
    """Put goals in the order of their tree; what hangs below another stands under it with a dash."""
    columns = [Column("Doel of toezegging"), Column("Wie"), Column("Termijn"), Column("Stand van zaken")]
    rows = [_goal(goal, depth, on.stands[goal.code]) for goal, depth in _walk(reading.tree(found))]
    return Table(caption, columns, rows)


def _walk(branches: Iterable[Branch], depth: int = 0) -> Iterator[tuple[Goal, int]]:
    for branch in branches:
        yield branch.goal, depth
        yield from _walk(branch.branches, depth + 1)


def _goal(goal: Goal, depth: int, stand: Standing) -> list[Any]:
    place = f"blz. {goal.pages}" if goal.pages else "later toegevoegd"
    told = f"{goal.code}, {goal.level or goal.kind}, {place}"
    if goal.condition:
        told += f"; onder voorwaarde: {goal.condition}"
    term = formats.day(goal.due_on) if goal.due_on else reading.term(goal)
    why = stand.why
    if stand.overruled:
        why += f" (volgens datums en cijfers: {stand.computed.label.lower()})"
    title = f"{'– ' * depth}{goal.title}"
    return [Cell(title, note=told), ", ".join(goal.actors), term, Cell(stand.label, note=why)]


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
