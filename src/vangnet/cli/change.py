"""vangnet change and estimate: what happened between two years, and what a part of a year will become."""

from __future__ import annotations

import argparse
import json
import math
from typing import Any

from vangnet.cli.house import CommandError

EXAMPLES = """examples (AREA is a code or name that "vangnet places" prints):
  vangnet change woninginbraak 2015 2018 --area AREA
  vangnet change woninginbraak 2015 2018 --area AREA --per gemeente --json
  vangnet estimate woninginbraak --year 2018 --months 8
"""
VERDICTS = {"risen": "gestegen", "fallen": "gedaald"}
NOT_SHOWN = "geen aantoonbaar verschil"


def register(nouns: Any) -> None:
    """Add the commands."""
    options: dict[str, Any] = {
        "epilog": EXAMPLES,
        "formatter_class": argparse.RawDescriptionHelpFormatter,
    }
    command = nouns.add_parser("change", help="compare two years of an indicator in an area", **options)
    command.add_argument("indicator", help="slug, code or name, such as woninginbraak")
    command.add_argument("first", metavar="FROM", type=int, help="first year")
    command.add_argument("last", metavar="TO", type=int, help="last year")
    command.add_argument("--area", required=True, help="code or name (of today) of an area")
    command.add_argument("--per", choices=["district", "gemeente"], help="also for each part of the area")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(run=change)

    command = nouns.add_parser("estimate", help="estimate a year from its first months", **options)
    command.add_argument("indicator", help="slug, code or name of an indicator with monthly figures")
    command.add_argument("--year", type=int, required=True, help="the year to estimate")
    command.add_argument("--months", type=int, required=True, help="how many months are known, 1 to 11")
    command.add_argument("--area", help="code or name of an area (default: the country)")
    command.add_argument("--json", action="store_true", help="print JSON")
    command.set_defaults(run=estimate)


def _indicator(text: str) -> Any:
    from vangnet.figures.development import find_indicator
    from vangnet.figures.models import Indicator

    found = find_indicator(text)
    if found is None:
        names = ", ".join(Indicator.objects.order_by("slug").values_list("slug", flat=True))
        raise CommandError(f"onbekende indicator '{text}'; kies uit: {names}")
    return found


def change(args: argparse.Namespace) -> int:
    """Print the change, its interval and what may be said of it."""
    from django.utils import timezone

    from vangnet.figures import series
    from vangnet.figures.development import NotPublished
    from vangnet.places import history

    if args.first >= args.last:
        raise CommandError(f"{args.first} ligt niet voor {args.last}; geef eerst het vroegste jaar")
    indicator = _indicator(args.indicator)
    area = history.find(args.area, on=timezone.localdate())
    table = series.on_latest_borders(indicator)
    try:
        result = _row(indicator, table, area, args)
    except NotPublished as error:
        raise CommandError(f"niet vast te stellen: {error}") from error
    if args.per:
        result["parts"] = [_part(indicator, table, part, args) for part in _parts(area, args.per)]
    if args.json:
        print(json.dumps(result, ensure_ascii=False, indent=1))
    else:
        _print_change(result)
    return 0


def _parts(area: Any, level: str) -> list[Any]:
    from django.utils import timezone

    from vangnet.places.models import Area

    today = timezone.localdate()
    inside = Area.objects.as_of(today).of_level(level).within(area.code, on=today)
    return list(inside)


def _part(indicator: Any, table: Any, area: Any, args: argparse.Namespace) -> dict[str, Any]:
    from vangnet.figures.development import NotPublished

    try:
        return _row(indicator, table, area, args)
    except NotPublished as error:
        return {
            "area": area.code,
            "name": _name(area),
            "verdict": "niet vast te stellen",
            "reason": str(error),
        }


def _name(area: Any) -> str:
    from django.utils import timezone

    version = area.versions.filter(period__contains=timezone.localdate()).first()
    return str(version) if version else str(area.code)


def _row(indicator: Any, table: Any, area: Any, args: argparse.Namespace) -> dict[str, Any]:
    from vangnet.figures.development import development

    exact = indicator.is_population
    found = development(table, area, first=args.first, last=args.last, exact=exact)
    outcome = found.change
    relative = None if outcome.relative is None else round(100 * outcome.relative, 1)
    return {
        "indicator": indicator.slug,
        "area": area.code,
        "name": _name(area),
        "from": args.first,
        "to": args.last,
        "value_from": outcome.before,
        "value_to": outcome.after,
        "change_percent": relative,
        "interval_percent": [_percent(outcome.low), _percent(outcome.high)],
        "level": outcome.level,
        "dispersion": round(outcome.dispersion, 2),
        "verdict": VERDICTS.get(outcome.verdict.value, NOT_SHOWN),
        "unit": indicator.unit,
        "status": found.status,
        "municipalities": found.parts,
        "borders_on": found.borders_on.isoformat(),
        "source": _source(indicator, area),
    }


def _source(indicator: Any, area: Any) -> str:
    """Say who published the figures of this area; a sum over its parts has the indicator's usual source."""
    from vangnet.figures.models import Figure

    fields = ("delivered_by__source__publisher", "delivered_by__source__table")
    own = Figure.objects.filter(indicator=indicator, area=area.code).order_by("-start").values_list(*fields)
    return " ".join(own.first() or (indicator.source.publisher, indicator.source.table)).strip()


def _percent(fraction: float) -> float | None:
    return round(100 * fraction, 1) if math.isfinite(fraction) else None


def _print_change(result: dict[str, Any]) -> None:
    for row in [result, *result.get("parts", [])]:
        if "change_percent" not in row:
            print(f"{row['name']}: niet vast te stellen ({row['reason']})")
            continue
        low, high = (_dutch(bound, "onbegrensd") for bound in row["interval_percent"])
        before, after = _count(row["value_from"]), _count(row["value_to"])
        print(
            f"{row['name']}: {before} ({row['from']}) naar {after} ({row['to']}),"
            f" {_dutch(row['change_percent'], 'niet vast te stellen')} [{low} tot {high}], {row['verdict']}"
        )
    origin = f"bron {result['source']}; status {result['status']}"
    print(f"{result['unit']}; {origin}; interval {result['level']:.0%}")


def _count(value: float) -> str:
    return f"{value:,.0f}".replace(",", ".")


def _dutch(percent: float | None, otherwise: str) -> str:
    return otherwise if percent is None else f"{percent:+.1f} %".replace(".", ",")


def estimate(args: argparse.Namespace) -> int:
    """Print the estimate of a year from its first months, beside the simple sum."""
    import numpy as np
    from django.conf import settings
    from django.utils import timezone

    from vangnet.analysis.part_year import part_year
    from vangnet.figures import series
    from vangnet.places import history

    indicator = _indicator(args.indicator)
    if not 1 <= args.months <= 11:
        raise CommandError(f"--months {args.months}: geef 1 tot en met 11 maanden")
    code = args.area or settings.REGION["country"]["code"]
    area = history.find(code, on=timezone.localdate())
    months = series.monthly(indicator, area.code)
    if args.year not in months or np.isnan(months[args.year][: args.months]).any():
        raise CommandError(
            f"van {indicator.slug} zijn in {area.code} geen {args.months} maanden van {args.year} bekend"
        )
    past = [months[year] for year in range(min(months), args.year) if year in months]
    outcome = part_year(np.array(past).reshape(-1, 12), months[args.year][: args.months])
    actual = float(months[args.year].sum())
    result = _estimate(indicator, area, args, outcome, None if np.isnan(actual) else actual)
    print(json.dumps(result, ensure_ascii=False, indent=1) if args.json else _say(result))
    return 0


def _estimate(
    indicator: Any, area: Any, args: argparse.Namespace, outcome: Any, actual: float | None
) -> dict[str, Any]:
    whole = {
        name: None if value is None else round(value)
        for name, value in (("estimate", outcome.estimate), ("low", outcome.low), ("high", outcome.high))
    }
    return {
        "indicator": indicator.slug,
        "area": area.code,
        "year": args.year,
        "months": args.months,
        "known": outcome.known,
        **whole,
        "level": outcome.level,
        "status": "schatting" if outcome.estimate is not None else "niet vast te stellen",
        "reason": outcome.reason.value if outcome.reason else None,
        "backtest_error_percent": _percent_or_none(outcome.backtest_error),
        "naive": round(outcome.naive),
        "naive_error_percent": _percent_or_none(outcome.naive_error),
        "actual": actual,
        "unit": indicator.unit,
        "source": _source(indicator, area),
        "method": outcome.method,
    }


def _percent_or_none(fraction: float | None) -> float | None:
    return None if fraction is None else round(100 * fraction, 1)


_ERRORS = ("backtest_error_percent", "naive_error_percent")


def _say(result: dict[str, Any]) -> str:
    from vangnet.picture.national import WHY

    months = "1 maand" if result["months"] == 1 else f"{result['months']} maanden"
    head = f"{result['indicator']} {result['year']} uit {months} ({result['unit']})"
    simple = f"simpel doorgerekend (x12/{result['months']}): {_count(result['naive'])}"
    if result["estimate"] is None:
        return f"{head}: niet vast te stellen ({WHY[result['reason']]}); {simple}"
    error, naive_error = (str(result[name]).replace(".", ",") for name in _ERRORS)
    return (
        f"{head}: schatting {_count(result['estimate'])}"
        f" [{_count(result['low'])} tot {_count(result['high'])}, {result['level']:.0%}]"
        f"; gemiddelde afwijking in eerdere jaren {error} %"
        f"\n{simple}; gemiddelde afwijking {naive_error} %; bron {result['source']}"
    )
