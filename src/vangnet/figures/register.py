"""What the database knows of areas and indicators, to check a delivery against."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date

from vangnet.figures.development import find_indicator
from vangnet.figures.models import Figure, Indicator
from vangnet.figures.readings import Rules
from vangnet.places import history
from vangnet.places.models import Area, AreaVersion, Transition

_WHOLE_COUNTRY = re.compile(r"NL\d{2}")


class Register:
    """Areas with the days on which they existed, and indicators; read once (3 queries)."""

    def __init__(self, *, today: date) -> None:
        self.today = today
        self.indicators = {row.code: row for row in Indicator.objects.select_related("source")}
        self._lives: dict[str, list[tuple[date, date]]] = defaultdict(list)
        self._areas: dict[str, str] = {}
        versions = AreaVersion.objects.select_related("area").order_by("period")
        # Where two areas share a name the municipality is meant, and of those the one that exists now.
        for version in sorted(versions, key=lambda v: v.area.level == Area.Level.MUNICIPALITY):
            lower, upper = version.period.lower or date.min, version.period.upper or date.max
            self._lives[version.area_id].append((lower, upper))
            self._areas |= {version.slug: version.area_id, version.name: version.area_id}
        self._areas |= {code: code for code in self._lives}
        countries = Area.objects.of_level(Area.Level.COUNTRY).values_list("code", flat=True)
        self._country = next(iter(countries), None)

    def area(self, code: str) -> str | None:
        """Return our code for a code of an official source; None for an area that is not ours."""
        if _WHOLE_COUNTRY.fullmatch(code):
            return self._country
        return code if code in self._lives else None

    def exists(self, area: str, day: date) -> bool:
        """Say whether an area existed on a day."""
        return any(lower <= day < upper for lower, upper in self._lives.get(area, ()))

    def why_not(self, area: str, day: date) -> str | None:
        """Explain in Dutch why no figure can be about this area on the borders of a day; None when it can."""
        if area not in self._lives or self.exists(area, day):
            return None
        reason = history.explain(area, on=day)
        return reason and f"{reason}. Of kies bij het inlezen de grenzen waar deze cijfers op staan."

    def find_indicator(self, text: str) -> Indicator | None:
        """Return the indicator with this code, slug or name."""
        return find_indicator(text, self.indicators.values())

    def rules(
        self,
        *,
        borders_on: date | None,
        indicator: Indicator | None = None,
        status: str,
        decimal: str | None = None,
    ) -> Rules:
        """Return what the reader of a file may expect."""
        names = {
            text: row.code for row in self.indicators.values() for text in (row.slug, row.name, row.code)
        }
        return Rules(
            areas=self._areas,
            indicators=names,
            this_year=self.today.year,
            indicator=indicator.code if indicator else None,
            status=status,
            decimal=decimal,
            explain_area=lambda code, year: self.why_not(code, borders_on or date(year, 1, 1)),
        )


def usual_borders(indicator: Indicator | None, *, today: date) -> date | None:
    """Return the day whose borders figures are usually on; None is: each on those of its own year.

    Population comes on the borders of its own year. Other official tables come on today's borders: that is
    the day the stored figures are on, as long as no border has moved since; so that the same figures
    delivered again are the same figures.
    """
    if indicator is not None and indicator.is_population:
        return None
    stored = Figure.objects.filter(borders_on__lte=today, indicator__is_population=False)
    if indicator is not None:
        stored = stored.filter(indicator=indicator)
    latest = stored.order_by("-borders_on").values_list("borders_on", flat=True).first()
    if latest and not Transition.objects.between(latest, today).exists():
        return latest
    return date(today.year, 1, 1)
