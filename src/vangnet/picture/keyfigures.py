"""The key figures of an area, and how its change lies to that of the region and the country."""

from __future__ import annotations

from typing import Any

from vangnet.picture.areas import COUNTRY
from vangnet.picture.material import Material
from vangnet.picture.summary import (
    POLARITY,
    Line,
    Step,
    common_step,
    differ_in_change,
    step,
    why_no_rate,
    without,
)
from vangnet.ui import formats


def figures(stuff: Material, lines: list[Line], decimals: int) -> list[dict[str, Any]]:
    """Return the key figures of the first line, with the country beside it."""
    here, country = lines[0], lines[-1]
    region = next((one for one in lines if one.place == stuff.tree.region), here)
    shown = [
        _figure(
            stuff,
            f"{stuff.indicator.name} {here.year}",
            here.count,
            step=here.on_year,
            status=here.status,
            versus=str(here.year - 1),
        )
    ]
    if not stuff.indicator.is_population:
        beside = f"{region.place.name}: {formats.number(region.rate, decimals)}"
        rate = formats.CANNOT_TELL if here.rate is None else formats.number(here.rate, decimals)
        note = why_no_rate(stuff, here.place) or (beside if here.place != region.place else f"in {here.year}")
        shown.append(_figure(stuff, "Per 1.000 inwoners", rate, note=note))
    shown.append(_since(stuff, f"{here.place.name} sinds", here.on_base))
    if country.place.level != COUNTRY or country == here:
        return shown
    national = common_step(stuff, country.place, here.on_base.since, here.year)
    return [*shown, _since(stuff, f"{country.place.name} sinds", national)]


def _since(stuff: Material, label: str, step: Step) -> dict[str, Any]:
    """Describe a change as a key figure of its own, with its interval."""
    if step.result is None:
        return _figure(stuff, f"{label} {step.since}", None)
    ends = f"{formats.number(step.result.before, 0)} → {formats.number(step.result.after, 0)}"
    margin = f"marge {step.interval}" if step.interval else ""
    note = f"tot {step.until}; {margin}" if margin else f"tot {step.until}"
    return _figure(stuff, f"{label} {step.since}", ends, step=step, note=note)


def _figure(
    stuff: Material,
    label: str,
    value: float | str | None,
    *,
    step: Step | None = None,
    versus: str = "",
    note: str = "",
    status: str = "",
) -> dict[str, Any]:
    return {
        "label": label,
        "value": value,
        "change": step.relative if step else None,
        "significant": step.significant if step else True,
        "polarity": POLARITY[stuff.indicator.polarity],
        "versus": versus if step and step.result else "",
        "note": note,
        "status": status,
    }


def verdict(stuff: Material, lines: list[Line]) -> str:
    """Say whether this area changed demonstrably differently from the region and the country."""
    if stuff.indicator.is_population:
        return ""
    here, *others = lines
    told = []
    for other in others:
        theirs = common_step(stuff, other.place, here.on_base.since, here.on_base.until)
        mine = step(stuff, here.place, theirs.since, theirs.until)
        theirs = without(stuff, theirs, mine)
        differs = differ_in_change(stuff, mine, theirs)
        if differs is None or mine.relative is None or theirs.relative is None:
            continue
        more = mine.relative > theirs.relative
        words = "sterker gestegen of minder gedaald" if more else "sterker gedaald of minder gestegen"
        words = words if differs else formats.WITHIN_NOISE
        told.append(f"de rest van {other.place.name} ({theirs.since}–{theirs.until}): {words}")
    return "; ".join(told)
