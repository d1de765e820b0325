"""What the page of a case shows of its measures: where, how they stand, and measured against what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from vangnet.casework import baselines
from vangnet.casework import case_reading as reading
from vangnet.casework.baselines import Reading
from vangnet.casework.case_reading import Work
from vangnet.casework.models import Measure, Term
from vangnet.figures.models import Indicator
from vangnet.ui.formats import day, number
from vangnet.vault.desks import Choices

Row = dict[str, Any]
NOWHERE = "niet aan een gemeente gebonden"
REGION = "de hele regio"


def rows(work: Work, *, places: Choices, today: date, writing: bool) -> list[Row]:
    """Return the measures of a case, each with where it holds, how it stands and what can be done."""
    if not work.measures:
        return []
    named, lettered = dict(places), reading.kinds_with_letters()
    names = dict(Indicator.objects.values_list("slug", "name"))
    may_follow = writing and _can_be_followed(work.measures)
    return [
        {
            "measure": one,
            "place": named.get(one.place, one.place or NOWHERE),
            "baseline": names.get(one.indicator, one.indicator),
            "begins": one.since > today,
            "passed": one.until is not None and one.until <= today,
            "has_letter": one.kind_id in lettered,
            "may_follow": may_follow and _has_ended(one),
        }
        for one in work.measures
    ]


def baselines_of(work: Work, *, places: Choices) -> list[Row]:
    """Return what measures are measured against, beside the newest figure of the same kind and place."""
    measured = [one for one in work.measures if one.indicator]
    if not measured:
        return []
    known = baselines.readings((one.indicator, one.place) for one in measured)
    names, named = dict(Indicator.objects.values_list("slug", "name")), dict(places)
    return [
        {
            "measure": one,
            "name": names.get(one.indicator, one.indicator),
            "place": named.get(one.place, one.place or REGION),
            "period": one.period,
            "then": _told(known[one.indicator, one.place].get(one.period)),
            "now": _told(baselines.newest(known[one.indicator, one.place], one.period)),
            "url": baselines.picture(one.indicator, one.place),
        }
        for one in measured
    ]


def moments(measure: Measure) -> list[tuple[date, str, str]]:
    """Return what happened to a measure: the day, what, and what there is to say of it."""
    outcome = f"Afloop: {measure.outcome}." if measure.outcome else ""
    if measure.until and measure.is_withdrawn:
        return [(measure.until, f"Maatregel ingetrokken: {measure.kind}", outcome)]
    found = [(measure.since, f"Maatregel begint: {measure.kind}", f"{measure.organisation}.")]
    if measure.until:
        found.append((measure.until, f"Maatregel eindigt: {measure.kind}", outcome))
    if measure.later_on:
        title = f"Latere afloop van {measure.kind}: {measure.later_outcome}"
        found.append((measure.later_on, title, f"Eerder vastgelegd: {measure.outcome}."))
    return found


def _told(one: Reading | None) -> Mapping[str, str] | None:
    if one is None:
        return None
    came = f", ingelezen op {day(one.came_on)}" if one.came_on else ""
    return {
        "period": one.period,
        "value": f"{number(one.value)} {one.unit}",
        "status": one.how_sure,
        "source": f"{one.source}{came}",
    }


def _has_ended(one: Measure) -> bool:
    is_last = one.outcome is not None and one.outcome.use == Term.Use.LATER
    return bool(one.outcome and not is_last and not one.later_outcome and not one.is_withdrawn)


def _can_be_followed(measures: Sequence[Measure]) -> bool:
    """Say whether the pack has an outcome that follows another, when any measure has ended."""
    if not any(_has_ended(one) for one in measures):
        return False
    return Term.objects.filter(list=Term.List.OUTCOME, use=Term.Use.LATER).exists()
