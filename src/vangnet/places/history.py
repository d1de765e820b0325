"""What areas came from, what became of them, and figures put on the borders of another day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from vangnet.analysis import rebase as graph
from vangnet.analysis.rebase import CannotBeDetermined
from vangnet.places.models import Area, AreaVersion, Transition

__all__ = ["CannotBeDetermined", "UnknownArea", "explain", "find", "predecessors", "rebase", "successors"]


class UnknownArea(Exception):
    """No area has that code or name; the message says what is near."""


def edges() -> list[graph.Transition]:
    """Return the whole merger graph, as the analysis wants it (one query)."""
    rows = Transition.objects.values_list("on", "old_id", "new_id", "weight")
    return [graph.Transition(on.toordinal(), old, new, weight) for on, old, new, weight in rows]


def rebase(counts: Mapping[str, float | None], *, since: date, to: date) -> dict[str, float | None]:
    """Put counts per area code on the borders of day `to`.

    Counts are summed over mergers and shared over splits by the stated key; None is "not published"
    and makes every sum it is part of None.

    Raises
    ------
    CannotBeDetermined
        `to` lies before `since` and a merger in between cannot be taken apart.
    ValueError
        A code did not exist on `since`.
    """
    return graph.rebase(counts, edges(), since=since.toordinal(), until=to.toordinal())


def predecessors(code: str, *, on: date) -> list[str]:
    """Return the codes of the areas that make up `code` on the borders of an earlier day `on`."""
    found = {code}
    later = Transition.objects.filter(on__gt=on).order_by("-on", "old_id")
    for day in dict.fromkeys(row.on for row in later):
        moved = [row for row in later if row.on == day and row.new_id in found]
        found = {c for c in found if c not in {row.new_id for row in moved}} | {row.old_id for row in moved}
    return sorted(found)


def successors(code: str, *, on: date) -> list[tuple[str, float]]:
    """Return what became of `code` up to and including day `on`: codes with the share of `code` in each."""
    shares = {code: 1.0}
    began = _began(code)
    for day, rows in _by_day(on):
        leaving = {row.old_id for row in rows}
        moved = {c: share for c, share in shares.items() if c not in leaving}
        for row in rows:
            if row.old_id in shares:
                moved[row.new_id] = moved.get(row.new_id, 0.0) + shares[row.old_id] * row.weight
        shares = moved if began < day else shares
    return sorted(shares.items())


def _by_day(until: date) -> list[tuple[date, list[Transition]]]:
    rows = list(Transition.objects.filter(on__lte=until).order_by("on", "old_id"))
    return [(day, [row for row in rows if row.on == day]) for day in dict.fromkeys(row.on for row in rows)]


def _began(code: str) -> date:
    """Return the first day of an area; the beginning of time when that is not known."""
    first = AreaVersion.objects.filter(area=code).order_by("period").first()
    return date.min if first is None or first.period.lower is None else first.period.lower


def explain(code: str, *, on: date) -> str | None:
    """Say in Dutch what became of an area that no longer exists on a day; None when it still does."""
    if AreaVersion.objects.filter(area=code, period__contains=on).exists():
        return None
    last = AreaVersion.objects.filter(area=code).order_by("-period").first()
    if last is None:
        return None
    first = AreaVersion.objects.filter(area=code).earliest("period")
    if first.period.lower is not None and first.period.lower > on:
        return f"{code} {first.name} bestaat pas vanaf {first.period.lower:%-d-%-m-%Y}"
    heirs = [heir for heir, _ in successors(code, on=on)]
    names = dict(
        AreaVersion.objects.filter(area__in=heirs, period__contains=on).values_list("area_id", "name")
    )
    became = " en ".join(f"{heir} {names.get(heir, '')}".strip() for heir in heirs)
    return f"{code} {last.name} is per {last.period.upper:%-d-%-m-%Y} opgegaan in {became}; gebruik {became}"


def find(text: str, *, on: date) -> Area:
    """Return the area with this code, slug or name on a day, in any case.

    Raises
    ------
    UnknownArea
        Nothing or more than one area answers to the text.
    """
    wanted = text.strip().casefold()
    versions = AreaVersion.objects.filter(period__contains=on).select_related("area")
    exact = [v for v in versions if wanted in (v.area_id.casefold(), v.slug, v.name.casefold())]
    by_code = [v for v in exact if v.area_id.casefold() == wanted]
    found = by_code or exact
    if len(found) == 1:
        return found[0].area
    if len(found) > 1:
        choices = ", ".join(f"{v.area_id} ({v.area.get_level_display().lower()})" for v in found)
        raise UnknownArea(f"'{text}' kan meer gebieden betekenen; kies een code: {choices}")
    raise UnknownArea(_nothing_found(text, on))


def _nothing_found(text: str, on: date) -> str:
    wanted = text.strip().casefold()
    for version in AreaVersion.objects.select_related("area"):
        if wanted in (version.area_id.casefold(), version.slug, version.name.casefold()):
            return explain(version.area_id, on=on) or f"'{text}' bestaat niet op {on:%-d-%-m-%Y}"
    return f"onbekend gebied '{text}'; 'vangnet places --on {on}' toont alle gebieden"
