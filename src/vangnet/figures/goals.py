"""The figure beside a goal of the strategy: since its starting year, as far as was known on a day."""

from __future__ import annotations

import hashlib
import math
from datetime import date

from django.core.cache import caches
from django.utils import timezone

from vangnet import analysis, figures, strategy, ui
from vangnet.analysis.change import Verdict
from vangnet.figures import development, series
from vangnet.figures.development import NotPublished
from vangnet.figures.models import Indicator
from vangnet.figures.series import YearTable
from vangnet.places.models import Area, AreaVersion
from vangnet.strategy.measuring import Answer, Measured, Unmeasured
from vangnet.strategy.models import Goal
from vangnet.ui import digests, formats


def measured(goals: list[Goal], day: date) -> dict[str, Answer]:
    """Return what was measured of each goal, as `_measured` says (1 query when kept)."""
    state = series.version()
    today = timezone.localdate()
    keys = {g.code: _key(state, _code(), *_about(g), _until(g, day, today)) for g in goals}
    kept = caches["pictures"].get_many(keys.values())
    found: dict[str, Answer] = {}
    for goal in goals:
        key = keys[goal.code]
        if key not in kept:
            kept[key] = _measured(goal, _until(goal, day, today))
            caches["pictures"].set(key, kept[key])
        found[goal.code] = kept[key]
    return found


def choices() -> list[tuple[str, str]]:
    """Return slug and name of every indicator (1 query)."""
    return list(Indicator.objects.order_by("name").values_list("slug", "name"))


def _until(goal: Goal, day: date, today: date) -> int:
    """Return the year of a day; days long ago and far away are kept as one year, whoever asks for them."""
    return max(min(day.year, today.year), goal.base_year or 0)


def _about(goal: Goal) -> tuple[object, ...]:
    return (goal.indicator, goal.area, goal.base_year, goal.target, goal.target_year)


def _key(*parts: object) -> str:
    return hashlib.sha256(repr(("goal", *parts)).encode()).hexdigest()


def _code() -> str:
    """Return a digest of all that an answer is made with: an update may give the same question another."""
    return digests.code(analysis, figures, strategy, ui)


def _measured(goal: Goal, until: int) -> Answer:
    """Measure until the last whole year of the day, or until the year of the target when that is earlier."""
    indicator = Indicator.objects.filter(slug=goal.indicator).select_related("source").first()
    area = Area.objects.filter(code=goal.area).first()
    if indicator is None or area is None or goal.base_year is None:
        return Unmeasured(goal.indicator, "deze indicator of dit gebied is hier niet bekend")
    table = series.on_latest_borders(indicator)
    last = until - 1 if goal.target_year is None else min(until - 1, goal.target_year)
    years = [year for year in table.years if goal.base_year < year <= last]
    for year in reversed(years):
        try:
            return _between(goal, indicator, table, area, year)
        except NotPublished:
            continue
    return Unmeasured(indicator.name, f"na {goal.base_year} is er nog geen cijfer van een heel jaar")


def _between(goal: Goal, indicator: Indicator, table: YearTable, area: Area, year: int) -> Measured:
    found = development.development(table, area, first=goal.base_year or 0, last=year)
    change, known = found.change, found.change.relative is not None
    name = AreaVersion.objects.filter(area=area).order_by("-period").values_list("name", flat=True).first()
    told = formats.change(
        math.inf if change.relative is None else change.relative,
        significant=(change.verdict != Verdict.NO_DIFFERENCE) if known else None,
    )
    interval = ""
    if known and math.isfinite(change.high):
        interval = f"{formats.signed_percent(change.low)} en {formats.signed_percent(change.high)}"
    table_name = f" ({indicator.source.table})" if indicator.source.table else ""
    return Measured(
        indicator=indicator.name,
        slug=indicator.slug,
        unit=indicator.unit,
        area=name or area.code,
        base_year=found.first,
        year=year,
        before=change.before,
        after=change.after,
        relative=change.relative,
        low=change.low,
        high=change.high,
        words=told.words,
        interval=interval,
        status=found.status,
        source=f"{indicator.source.publisher}, {indicator.source.name}{table_name}",
        target=goal.target,
        target_year=goal.target_year,
    )
