"""The shapes of areas on a day: official borders where they are loaded, else schematic cells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shapely.geometry import mapping, shape

from vangnet.places.models import Area, AreaVersion, Boundary
from vangnet.ui import geometry
from vangnet.ui.geometry import Shape


@dataclass(frozen=True)
class Borders:
    """Shapes in RD New metres per municipality, and where they come from."""

    shapes: dict[str, Shape]
    source: str  # empty for a schematic map

    @property
    def is_schematic(self) -> bool:
        """Say whether these are cells around centres instead of borders."""
        return not self.source


def on(day: date) -> Borders:
    """Return the borders of all municipalities that exist on a day (2 queries).

    Official borders are used when every municipality of that day has one; a map of two kinds
    would mislead.

    Raises
    ------
    vangnet.ui.geometry.BoundaryError
        A municipality has neither border nor centre.
    """
    municipalities = AreaVersion.objects.filter(
        area__level=Area.Level.MUNICIPALITY, period__contains=day
    ).values_list("area_id", "longitude", "latitude")
    centres = {code: None if lon is None or lat is None else (lon, lat) for code, lon, lat in municipalities}
    official = {
        row.area_id: row for row in Boundary.objects.filter(period__contains=day, area__in=centres.keys())
    }
    if centres and official.keys() == centres.keys():
        shapes = {code: shape(row.rings) for code, row in sorted(official.items())}
        return Borders(geometry.simplify(shapes), next(iter(official.values())).source)
    return Borders(dict(geometry.schematic_cells(centres)), "")


def as_rings(shapes: dict[str, Shape]) -> dict[str, object]:
    """Return shapes as `actions.load_boundaries` stores them."""
    return {code: mapping(item) for code, item in shapes.items()}
