"""Reads places and moments of events from a file, for `vangnet analyse knox`."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np

from vangnet.analysis.disclosure.faults import TableFault
from vangnet.analysis.near_repeat.events import Events, check_events
from vangnet.analysis.said import Said
from vangnet.cli import options, tables

MINUTES = 24 * 60
FORMATS = ("%d-%m-%Y", "%d-%m-%Y %H:%M", "%d-%m-%Y %H:%M:%S", "%d/%m/%Y")
HOUR = re.compile(r"[0-9]:[0-9]|T[0-9]{2}")
MIDNIGHTS = 0.05  # share of the events at 00:00 from which that stands for an unknown hour
RD = ((-7_000, 300_000), (289_000, 629_000))  # metres, EPSG:28992
MERCATOR = ((350_000, 830_000), (6_400_000, 7_150_000))  # the Netherlands and around, EPSG:3857
RD_IN_KILOMETRES = tuple((low / 1000, high / 1000) for low, high in RD)
Box = Sequence[tuple[float, float]]
Moments = list[tuple[int, str, datetime | None]]  # row, text, moment


def read_events(sheet: tables.Sheet, args: argparse.Namespace) -> tuple[Events, int]:
    """Return the events, and how many units of time a day has: 1, or 1440 when hours are given.

    Raises
    ------
    TableFault
        With row and column, in Dutch and English.
    """
    options.apart([("--x", args.x), ("--y", args.y), ("--time", args.time)])
    names = (args.x, args.y, args.time)
    places = [sheet.column(name) for name in names]
    coordinates: list[list[float]] = [[], []]
    moments: Moments = []
    for number, cells in sheet.rows:
        for side in (0, 1):
            value = tables.figure(cells[places[side]], number, names[side])
            coordinates[side].append(math.nan if value is None else value)
        text = cells[places[2]]
        moments.append((number, text, _moment(text, number, names[2])))
    unit = _unit(moments, args.time)
    last = datetime.combine((args.today or date.today()) + timedelta(days=1), datetime.min.time())  # noqa: DTZ011
    x, y = coordinates
    time = [math.nan if moment is None else _count(moment, unit) for _, _, moment in moments]
    rows = [number for number, _, _ in moments]
    events = check_events(x, y, time, today=_count(last, unit) - 1, rows=rows, names=names)
    _refuse_projection(events, rows, args.x)
    return events, unit


def outside(events: Events) -> list[Said]:
    """Return a warning when places do not lie in the Netherlands and are no small plan of their own."""
    here = _inside(events, RD)
    if here.all() or _is_own_plan(events):
        return []
    many = int((~here).sum())
    return [
        Said(
            f"{many} plekken liggen buiten Nederland in RD New (EPSG:28992); zijn x en y meters in "
            "een plat vlak?",
            f"{many} places lie outside the Netherlands in RD New (EPSG:28992); are x and y metres in "
            "a plane?",
        )
    ]


def _inside(events: Events, box: Box) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    (west, east), (south, north) = box
    return (events.x >= west) & (events.x <= east) & (events.y >= south) & (events.y <= north)


def _is_own_plan(events: Events) -> bool:
    """Say whether places are whole metres in a plan of less than a kilometre, such as an example."""
    both = np.stack([events.x, events.y])
    return bool((np.ptp(both, axis=1) < 1000).all() and (both == np.round(both)).all())


def _refuse_projection(events: Events, rows: Sequence[int], column: str) -> None:
    for box, name, english, dutch in (
        (
            RD_IN_KILOMETRES,
            "kilometers",
            "kilometres; multiply by 1000",
            "kilometers; vermenigvuldig met 1000",
        ),
        (
            MERCATOR,
            "Web Mercator",
            "Web Mercator (EPSG:3857), in which a metre is no metre; project to RD New (EPSG:28992)",
            "Web Mercator (EPSG:3857), waarin een meter geen meter is; reken om naar RD New (EPSG:28992)",
        ),
    ):
        found = np.flatnonzero(_inside(events, box))
        if found.size < len(events) / 2 or (name == "kilometers" and _is_own_plan(events)):
            continue
        x, y = float(events.x[found[0]]), float(events.y[found[0]])
        raise TableFault(
            f"({x:.10g}, {y:.10g}) looks like {english} ({found.size} such lines)",
            f"({x:.10g}, {y:.10g}) lijkt op {dutch} ({found.size} van zulke regels)",
            row=rows[int(found[0])],
            column=column,
        )


def _unit(moments: Moments, column: str) -> int:
    """Return 1 for whole days, 1440 for hours; refuse lines without an hour among lines with one."""
    there = [(row, text, moment) for row, text, moment in moments if moment is not None]
    if all(moment.time() == datetime.min.time() for _, _, moment in there):
        return 1
    without = [row for row, text, _ in there if not HOUR.search(text)]
    midnight = [row for row, _, moment in there if moment.time() == datetime.min.time()]
    if len(midnight) > MIDNIGHTS * len(there):  # in a workbook a day without an hour is written as midnight
        without = midnight
    if without:
        unknown = set(without)
        first = next(row for row, _, _ in there if row not in unknown)
        raise TableFault(
            f"a day without an hour (or 00:00 for it), while "
            f"row {first} has one ({len(without)} such lines); give an hour "
            "everywhere or nowhere",
            f"een dag zonder uur (of met 00:00 daarvoor), terwijl "
            f"rij {first} wel een uur heeft ({len(without)} van zulke regels); "
            "geef overal een uur, of nergens",
            row=without[0],
            column=column,
        )
    return MINUTES


def _count(moment: datetime, unit: int) -> float:
    since = moment - datetime(1970, 1, 1)  # noqa: DTZ001
    return float(since.days * unit + (since.seconds // 60 if unit == MINUTES else 0))


def _moment(text: str, row: int, column: str) -> datetime | None:
    if not text:
        return None
    found = _parsed(text)
    if found is None:
        raise TableFault(
            f"{text!r} is not a date such as 2026-11-23 or 23-11-2026",
            f"{text!r} is geen datum zoals 2026-11-23 of 23-11-2026",
            row=row,
            column=column,
        )
    if found.year < options.FIRST_YEAR:
        raise TableFault(
            f"{text} lies before {options.FIRST_YEAR}; mistyped?",
            f"{text} ligt voor {options.FIRST_YEAR}; een tikfout?",
            row=row,
            column=column,
        )
    return found


def _parsed(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        for form in FORMATS:
            try:
                return datetime.strptime(text, form)  # noqa: DTZ007
            except ValueError:
                continue
    return None
